#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/entity.hpp"
#include "event/timestamp.hpp"
#include "finding/report.hpp"
#include "json/writer.hpp"

namespace interdict::explain {

inline constexpr std::string_view kStixVersion = "2.1";
/// Objects that no log gives a time for carry this one; it is part of no claim.
inline constexpr std::string_view kNoTime = "2020-01-01T00:00:00.000Z";
inline constexpr std::string_view kKillChain = "lockheed-martin-cyber-kill-chain";

/// `type--` and a UUIDv5 of ours: equal names give equal ids.
[[nodiscard]] std::string stix_id(std::string_view type, std::string_view name);
/// RFC 3339 with the three fractional digits that STIX recommends.
[[nodiscard]] std::string stix_time(Timestamp time);

/// Begins an object and writes `type`, `spec_version`, `id`, `created`, `modified` (domain objects
/// have all of them); the caller ends it.
void begin_domain_object(json::Writer& w, std::string_view type, const std::string& id,
                         const std::string& created);
void kill_chain_phase(json::Writer& w, attack::Stage stage);
/// The identity that our objects name as their maker; written once a bundle.
[[nodiscard]] std::string tool_identity();
void write_tool_identity(json::Writer& w);

/// A cyber-observable: its id and its one JSON object.
struct Observable {
  std::string id;
  std::string json;
};
/// Of an indicator's type and value; nothing if STIX has no such observable or the value is none.
[[nodiscard]] std::optional<Observable> observable(std::string_view type, std::string_view value);
/// What a detection names that STIX can hold: addresses, names, URLs, files, accounts; at least a
/// process with its command line or image, if the record has one.
[[nodiscard]] std::vector<Observable> observables(const finding::Detection& detection);
/// A STIX pattern `[type:property = 'value']`; empty if there is none for this type.
[[nodiscard]] std::string stix_pattern(std::string_view type, std::string_view value);

}  // namespace interdict::explain
