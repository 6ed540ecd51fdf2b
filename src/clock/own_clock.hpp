#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/timestamp.hpp"

namespace interdict::clock {

/// By how much the times of an input are wrong, a whole number of quarters of an hour: an export
/// that wrote the local time, or a twelve-hour clock without its AM or PM, and called it UTC.
struct ClockRepair {
  struct Shift {
    std::string host;  ///< in lower case
    std::int64_t seconds = 0;
    std::uint64_t agree = 0;  ///< records whose two clocks differ by that
    std::uint64_t seen = 0;   ///< records with two clocks
  };
  std::vector<Shift> shifts;   ///< hosts that have one, in order of names
  std::int64_t otherwise = 0;  ///< for other hosts: what all hosts agree on, or 0

  /// Seconds to be added to a time that a record of `host` (any case) is stamped with.
  [[nodiscard]] std::int64_t of(std::string_view host) const;
  /// `time` with that added; as it is if that is beyond the range (then it was nonsense).
  [[nodiscard]] Timestamp mend(std::string_view host, Timestamp time) const;
};

/// Compares two clocks of one input's records: the stamp, and what the record itself says of when
/// it happened (Sysmon's UtcTime). Neither is right by name: some ids of Sysmon take their time
/// from a source that drifts by hours (3 and 22 on some virtual machines). So each kind of record
/// has one vote, for the whole quarter of an hour that most of its records differ by, and a host is
/// moved only if most kinds, or nearly all records, agree. The order of records does not matter.
/// Memory: O(hosts × kinds), at most kMaxCells.
class ClockVote {
 public:
  static constexpr std::int64_t kStep = 900;   ///< seconds: every zone is a multiple of it
  static constexpr std::int64_t kSlack = 120;  ///< seconds between happening and being stamped
  static constexpr std::int64_t kMost =
      93'600;  ///< seconds: twelve hours and the widest zone, fourteen
  static constexpr std::size_t kMaxCells = 4096;

  void see(std::string_view host, std::string_view kind, Timestamp stamp, Timestamp own);
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] ClockRepair repair() const;

 private:
  /// Seconds → records; nothing stands for a difference that is near no step.
  using Differences = std::map<std::optional<std::int64_t>, std::uint64_t>;

  std::map<std::string, std::map<std::string, Differences, std::less<>>, std::less<>> hosts_;
  std::size_t cells_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace interdict::clock
