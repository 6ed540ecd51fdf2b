// agree_pack: both engines over the data pack's logs (otrf Windows hosts, evtx-to-mitre, evtx-rs)
// with all of its Sigma rules (SigmaHQ's and Hayabusa's). Exit status 0: no difference; 77: no
// pack.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "corpus.hpp"
#include "detect/fast.hpp"
#include "detect/reference.hpp"
#include "pipeline/rules.hpp"

namespace {

using namespace interdict;  // NOLINT(google-build-using-namespace): a program of one file

struct Tally {
  std::uint64_t events = 0;
  std::uint64_t comparisons = 0;
  std::uint64_t fired = 0;
  std::uint64_t differing_batches = 0;
};

void compare(const bench::Corpus& corpus, const detect::RuleSet& rules,
             const detect::FastRules& fast_rules, FieldCatalogue& catalogue, Tally& tally) {
  detect::FastMatcher matcher(fast_rules);
  detect::Scratch scratch;
  std::vector<detect::RowMatch> expected;
  std::vector<detect::RowMatch> found;
  bench::for_each_batch(corpus, catalogue, [&](const EventBatch& batch) {
    expected.clear();
    found.clear();
    detect::match_reference(rules, batch, scratch, expected);
    matcher.match(batch, found);
    tally.events += batch.size();
    tally.comparisons += rules.applicable(batch.log_source()).size() * batch.size();
    tally.fired += expected.size();
    if (found == expected) return;
    ++tally.differing_batches;
    std::printf("differs: %s\n", batch.log_source().kind.c_str());
  });
}

}  // namespace

int main() {
  pipeline::Options options;
  options.rule_paths = bench::rule_paths();
  if (options.rule_paths.empty()) {
    std::printf("no data pack (set INTERDICT_DATA)\n");
    return 77;
  }
  options.rule_paths.push_back(bench::hayabusa_rules());
  FieldCatalogue catalogue;
  const auto loaded = pipeline::load_rules(options, catalogue);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 1;
  }
  const auto& rules = loaded->rules;
  const detect::FastRules fast_rules(rules);
  std::printf("rules: %zu\n", rules.rules().size());
  Tally tally;
  for (const auto* corpus : {&bench::ndjson_corpus(), &bench::evtx_corpus()}) {
    bench::describe(*corpus);
    compare(*corpus, rules, fast_rules, catalogue, tally);
  }
  std::printf("%llu events, %llu comparisons, %llu fired, %llu batches differ\n",
              static_cast<unsigned long long>(tally.events),
              static_cast<unsigned long long>(tally.comparisons),
              static_cast<unsigned long long>(tally.fired),
              static_cast<unsigned long long>(tally.differing_batches));
  return tally.differing_batches == 0 ? 0 : 1;
}
