#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace interdict::graph {

inline constexpr std::size_t kMaxKeyBytes = 2048;  ///< a longer name is cut: log text is hostile

/// `text` with A–Z lowered; other bytes stay.
[[nodiscard]] std::string lower(std::string_view text);

/// Process id as Windows writes it (`0xb04`) or decimal, in decimal. Empty if neither, or zero.
[[nodiscard]] std::string decimal_pid(std::string_view text);

/// True for text that names nobody in particular: empty, `-`, the null and well-known logon ids.
[[nodiscard]] bool null_logon(std::string_view lowered);

/// True for accounts that every machine has (SYSTEM, LOCAL SERVICE, …) and machine accounts
/// (`WS1$`). `name` may lead with a domain.
[[nodiscard]] bool well_known_user(std::string_view lowered);

/// True for accounts that every Unix machine has and services share (`root`, `www-data`, `nobody`,
/// a number of them): two machines' are two accounts. Not null: on one machine such a one acts.
[[nodiscard]] bool unix_system_user(std::string_view lowered);

/// True for addresses of one's own network, as a rule: RFC 1918, RFC 4193, RFC 6598 and link-local.
[[nodiscard]] bool is_private(std::string_view address);

/// True for addresses that name no other machine: empty, `-`, loopback, unspecified, link-local
/// multicast and broadcast.
[[nodiscard]] bool null_address(std::string_view address);

/// True if `text` is a literal IPv4 or IPv6 address.
[[nodiscard]] bool is_address(std::string_view text);

/// Host part of `http://host:port/path`; empty if there is none.
[[nodiscard]] std::string_view url_host(std::string_view url);

/// A path without its alternate data stream: `c:\a.exe:zone.identifier` → `c:\a.exe`.
[[nodiscard]] std::string_view without_stream(std::string_view path);

}  // namespace interdict::graph
