#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "finding/levers.hpp"
#include "finding/report.hpp"
#include "graph/observation.hpp"

namespace interdict::correlate {

/// Content that judging needs, as text (content/attack, content/priors, content/analytics).
struct Content {
  std::string stage_map;  ///< content/attack/stages.tsv: tactic and technique → stage
  std::string priors;     ///< content/priors/rules.tsv: benign cells per rule, with provenance
  std::string
      roles;  ///< content/analytics/hubs.tsv: hub bits by role, ports, what sees which stage
};

/// Hours and kinds of log given for a host: exposure, left-censoring, scope, stages nobody could
/// see.
struct HostScope {
  std::string host;
  std::vector<finding::ScopeSource> sources;
  std::uint64_t hours = 0;  ///< distinct clock hours with a record
  /// The same by kind of log (`product/service`): a rule could fire in the hours of its own kind
  /// alone. Empty: every kind in all of `hours`.
  std::map<std::string, std::uint64_t, std::less<>> hours_by_kind;

  /// Hours in which `kind` had a record.
  [[nodiscard]] std::uint64_t hours_of(std::string_view kind) const {
    if (hours_by_kind.empty()) return hours;
    const auto it = hours_by_kind.find(kind);
    return it == hours_by_kind.end() ? 0 : it->second;
  }
};

/// Parts left out, to measure what each is worth (tests/eval): never for a real hunt.
struct Ablation {
  bool stages = false;  ///< every detection on one stage: no weights, no transitions
  bool rarity = false;  ///< every rule as telling as its level
  bool links = false;   ///< no way that records show: things in common alone
};

struct Options {
  double report_at = 0.1;  ///< most chains this good expected by coincidence
  finding::Levers levers;  ///< what the responder knows
  Ablation without;
  std::uint64_t state_bytes_max = std::uint64_t{512} << 20U;  ///< budget of tags and live entities
};

/// Detections and what surrounds them → intrusions (correlation design, section 4).
///
/// Observations come in (time, input, offset) order, each with the detections of that event.
/// Detections get their stages placed in context. The result does not depend on threads, batches or
/// input order.
class Correlator {
 public:
  [[nodiscard]] static Result<Correlator> create(const Content& content,
                                                 const std::vector<finding::RuleInfo>& rules,
                                                 const Options& options);
  ~Correlator();
  Correlator(Correlator&&) noexcept;
  Correlator& operator=(Correlator&&) noexcept;
  Correlator(const Correlator&) = delete;
  Correlator& operator=(const Correlator&) = delete;

  /// `detections` are indices into the report's list that `finish` is given; `rules[i]` the rule of
  /// `detections[i]` (empty: repeats are not joined, which costs memory alone).
  void ingest(const graph::Observation& observation, std::span<const std::uint32_t> detections,
              std::span<const std::uint32_t> rules = {});

  /// Fills intrusions, leads, scope, collect_next, exposure and unlinked of `report`, and each
  /// detection's `stages`, `entities` (resolved) and `intrusion`. `report.detections` are those
  /// that `ingest` pointed at, in that numbering.
  void finish(finding::Report& report, const std::vector<HostScope>& scope);

  /// Events with detections that are kept, repeats joined: at most kMaxHits.
  [[nodiscard]] std::size_t hits() const;

 private:
  struct Impl;
  explicit Correlator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace interdict::correlate
