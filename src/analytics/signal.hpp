#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/batch.hpp"

namespace interdict::analytics {

/// What kinds of event the analytics look at.
enum class SignalKind : std::uint8_t {
  logon_failed,     ///< somebody offered a wrong password, or a name that does not exist
  logon_succeeded,  ///< somebody from another machine proved who he is
  flow,             ///< a connection that `actor` opened
  name_lookup,      ///< a DNS question that `actor` asked
};

/// The few columns of an event that analytics need; owns its texts, so that it can wait to be put
/// in order of time.
struct Signal {
  SignalKind kind = SignalKind::flow;
  std::string actor;   ///< address or machine that acted, lower-case; never empty
  std::string object;  ///< account, destination or name asked for, lower-case; never empty
  /// Of a flow: the destination's address; of a success: the machine logged on to. May be empty.
  std::string address;
  std::uint16_t port = 0;            ///< of a flow: the destination's; 0 if unknown
  std::uint64_t bytes_sent = 0;      ///< of a flow, by `actor`; 0 if unknown
  std::uint64_t bytes_received = 0;  ///< of a flow, by `actor`; 0 if unknown
};

inline constexpr std::size_t kMaxSignalText = 512;  ///< bytes; a longer text is cut

/// True for an address of one's own network or of no other machine: RFC 1918, RFC 6598, RFC 4193,
/// loopback, link-local, multicast, broadcast, unspecified, a cloud's platform address; and for
/// text that is no address.
[[nodiscard]] bool is_internal(std::string_view address);

/// Reads signals off normalised events by Sigma's field names. Immutable; any number of threads.
class SignalReader {
 public:
  explicit SignalReader(FieldCatalogue& catalogue);

  /// Nothing for an event that no analytic looks at. O(fields read).
  [[nodiscard]] std::optional<Signal> read(const EventBatch& batch, Row row) const;

 private:
  using Spellings = std::vector<FieldId>;  ///< the first with a value counts

  [[nodiscard]] std::optional<Signal> windows(const EventBatch& batch, Row row,
                                              std::string_view id) const;
  [[nodiscard]] std::optional<Signal> other(const EventBatch& batch, Row row) const;

  Spellings event_id_, account_, client_, status_, initiated_, direction_, destination_,
      destination_name_, port_, query_, source_, http_status_, http_user_, outcome_, user_,
      sensor_target_, sensor_name_, logon_type_, sent_, received_;
};

}  // namespace interdict::analytics
