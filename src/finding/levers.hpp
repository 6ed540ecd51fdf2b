#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "event/timestamp.hpp"

namespace interdict::finding {

/// A known bad thing that the responder brings: `ip:203.0.113.9`, `host:ws05@2026-03-01T10:00:00Z`.
struct Seed {
  std::string kind;             ///< ip, host, user, hash, domain or file
  std::string value;            ///< lower-case
  std::optional<Timestamp> at;  ///< host only: the hour around it
  std::string text;             ///< as given
};

/// What is ours and looks like an attack, or what matters more than the rest. All lists that are
/// given must fit; an entry fits by `*` and `?`, without case.
struct OurOwn {
  enum class Kind : std::uint8_t { administration, scanner, exercise, critical_asset };
  Kind kind = Kind::administration;
  std::string name;
  std::vector<std::string> images;    ///< of the acting process or one above it
  std::vector<std::string> hosts;     ///< where it acts
  std::vector<std::string> origins;   ///< addresses that it comes from
  std::vector<std::string> accounts;  ///< as whom
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
};

/// What a person decided, kept under version control. It holds for detections before it expires.
struct Verdict {
  enum class Ruling : std::uint8_t { together, apart, benign, attack };
  Ruling ruling = Ruling::benign;
  std::vector<std::string> detections;                        ///< ids
  std::vector<std::string> rules;                             ///< ids
  std::vector<std::pair<std::string, std::string>> entities;  ///< (kind as of a seed, value)
  std::string reason;
  std::string author;
  std::optional<Timestamp> expires;
};

/// All that the responder knows and the logs do not say.
struct Levers {
  std::vector<Seed> seeds;
  std::vector<OurOwn> context;
  std::vector<Verdict> verdicts;
};

/// What one lever changed, for the ledger.
struct LeverEffect {
  std::string lever;  ///< seed, context or verdict
  std::string what;
  std::uint64_t changed = 0;  ///< detections
};

}  // namespace interdict::finding
