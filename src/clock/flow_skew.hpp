#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.hpp"
#include "event/timestamp.hpp"

namespace interdict::clock {

/// A host whose clock differs from that of the hosts it talks to.
struct HostSkew {
  std::string host;
  std::int64_t ahead_ns = 0;  ///< to be taken off its times; negative: the clock is behind
  std::string against;        ///< the host that the flows compare it with; empty: an unnamed sensor
  std::uint64_t flows = 0;    ///< connections that both of them recorded
};

/// Compares the clocks of hosts by the connections that both ends, or a host and a sensor between,
/// recorded: such records are of one moment. Two hosts are compared only where kLeastFlows
/// connections or more tell, three quarters of which agree within kTolerance; their median counts.
/// Of hosts that flows bring together the clock that most agree on is taken for right, an unnamed
/// sensor's where the others are even; which of two is wrong flows cannot tell. The order of
/// sightings does not matter. Memory: O(connections), at most kMaxFlows.
class FlowVote {
 public:
  static constexpr std::uint64_t kLeastFlows = 3;
  static constexpr std::int64_t kTolerance = 2 * kNsPerSecond;  ///< between two ends' records
  static constexpr std::int64_t kLeastSkew = 5 * kNsPerSecond;  ///< below it nothing is moved
  /// Records of one connection by one host further apart are two that used the same ports.
  static constexpr std::int64_t kOneFlow = 10 * kNsPerSecond;
  static constexpr std::size_t kMaxFlows = std::size_t{1} << 20U;

  /// `flow`: the two ends of the connection, hashed. `host` in lower case.
  void see(std::uint64_t flow, std::string_view host, Timestamp time);

  /// The hosts to be moved, in order of names. O(s log s) in sightings.
  [[nodiscard]] std::vector<HostSkew> skews() const;

 private:
  struct Sighting {
    std::uint32_t host = 0;
    std::int64_t first = 0;  ///< ns since 1970
    std::int64_t last = 0;
  };

  std::map<std::string, std::uint32_t, std::less<>> hosts_;
  FlatMap<std::uint64_t, std::vector<Sighting>> flows_;
};

}  // namespace interdict::clock
