// Runs a fuzz body without libFuzzer: on every file of the folder given, and on mutations of each
// and of nothing, drawn with a fixed seed, so that every run does the same.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutationsPerSeed = 200;
constexpr int kBytesChangedMax = 8;

void run(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

void run_mutations(const std::string& seed, std::mt19937& random) {
  for (int i = 0; i < kMutationsPerSeed; ++i) {
    std::string text = seed;
    if (text.empty()) text.resize(random() % 64);
    for (unsigned changes = 1 + random() % kBytesChangedMax; changes > 0 && !text.empty();
         --changes) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) text.resize(random() % (text.size() + 1));
    run(text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> seeds = {""};
  if (argc > 1 && std::filesystem::is_directory(argv[1])) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) paths.push_back(entry);
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      std::ifstream file(path, std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  std::mt19937 random(1);
  for (const auto& seed : seeds) {
    run(seed);
    run_mutations(seed, random);
  }
  std::printf("%zu seeds, %d mutations each\n", seeds.size(), kMutationsPerSeed);
  return 0;
}
