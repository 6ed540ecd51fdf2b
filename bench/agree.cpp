// agree --seed S --comparisons N: both engines over generated rules and events until N comparisons
// (rule × event) were made. Exit status 0: no difference.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>

#include "detect_cases.hpp"

namespace {

struct Random {
  std::mt19937_64 engine;
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(engine() % n); }
};

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t wanted = 1'000'000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seed") {
      seed = value;
    } else if (name == "--comparisons") {
      wanted = value;
    } else {
      std::fprintf(stderr, "agree: no such option: %s\n", argv[i]);
      return 2;
    }
  }
  Random random{std::mt19937_64(seed)};
  std::uint64_t comparisons = 0;
  std::uint64_t fired = 0;
  std::uint64_t rounds = 0;
  std::uint64_t differing = 0;
  while (comparisons < wanted) {
    const auto rules = 1 + random.pick(400);
    const auto found = interdict::detect_cases::compare_engines(random, rules, 8, 1024);
    comparisons += found.comparisons;
    fired += found.fired;
    ++rounds;
    if (!found.agree) {
      ++differing;
      std::printf("round %llu differs\n", static_cast<unsigned long long>(rounds));
    }
  }
  std::printf("seed %llu: %llu comparisons in %llu rule sets, %llu fired, %llu sets differ\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(comparisons),
              static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(fired),
              static_cast<unsigned long long>(differing));
  return differing == 0 ? 0 : 1;
}
