#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"
#include "correlate/fixed.hpp"

namespace interdict::correlate {

/// Roles of processes and ports (content/analytics/hubs.tsv).
struct Roles {
  struct Role {
    Millibits bits = 0;
    bool browser = false;
    bool mail = false;
  };
  std::map<std::string, Role, std::less<>> images;  ///< by lower-case base name
  std::vector<std::uint16_t> service_ports;         ///< sorted
  std::vector<std::pair<attack::Stage, std::string>> sees;

  /// Role of an image path; a null role if it has none. O(log n).
  [[nodiscard]] Role role(std::string_view image) const;
  [[nodiscard]] bool service_port(std::uint16_t port) const;
};

/// How often benign life brings evidence, by rarity band of the rule (−log2 of its rate per
/// host-hour, whole bits; the last band holds the rest).
struct Background {
  static constexpr std::size_t kBands = 13;
  std::array<std::uint64_t, kBands> atoms{};
  std::uint64_t hours = 0;

  /// log2 of the expected atoms a host-hour whose rule is at least as rare as `rate`, with one
  /// pseudo-count so that what was never seen is not impossible. O(bands).
  [[nodiscard]] Millibits rate_of_rarer(Millibits rate) const;
};

/// Whose word a chain rests on: that decides which benign chains it is measured against.
enum class Witness : std::uint8_t {
  records,  ///< our own rules and analytics on records that were given
  alerts,   ///< other tools' alerts: a folder of these alone has many more chains, and longer ones
};
inline constexpr std::size_t kWitnesses = 2;

/// The chains (two detections or more) that benign life made in `hours` host-hours.
struct Reference {
  std::uint64_t hours = 0;
  std::vector<Millibits> chains;  ///< scores, descending

  /// log2 of the chains a host-hour that score at least `score`, with one pseudo-count. O(log n).
  [[nodiscard]] Millibits rate(Millibits score) const;
  /// Chains expected in `host_hours` that score at least `score`. Where k such chains were seen,
  /// the bound k + 3 over the reference's hours; beyond the best one a tail fitted to the best of
  /// them, as wide as their number warrants, and no more than that bound (docs/decisions/0055).
  /// O(log n).
  [[nodiscard]] double expected(Millibits score, std::uint64_t host_hours) const;
};

/// Counts on real benign data (content/priors/rules.tsv, written by tools/count_priors.py).
struct Priors {
  struct Count {
    std::uint64_t fired = 0;  ///< benign host-hours in which the rule fired
    std::uint64_t cells = 0;  ///< benign host-hours in which its log source existed
  };
  std::map<std::string, Count, std::less<>> rules;
  /// Benign host-hours in which two rules (in order of their ids) fired both.
  std::map<std::pair<std::string, std::string>, std::uint64_t> joint;
  std::array<Background, 3> background;  ///< by finding::DetectionSource
  std::array<Reference, kWitnesses> references;
  std::uint64_t floor_hours = 8;  ///< an input counts as at least so many
};

[[nodiscard]] Result<Roles> parse_roles(std::string_view text);
[[nodiscard]] Result<Priors> parse_priors(std::string_view text);

}  // namespace interdict::correlate
