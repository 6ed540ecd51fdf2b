#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "serve/hunted.hpp"

namespace interdict::serve {

/// Who may ask, and under which names.
struct Access {
  std::string token;  ///< asked for on every path but /healthz; empty: nobody is asked
  /// Names that the Host header may bear beside `localhost` and addresses.
  std::vector<std::string> host_names;
};

/// The parts of an HTTP request that answers depend on. `host` is empty unless the header stood
/// there exactly once.
struct Request {
  std::string method;
  std::string target;
  std::string host;
  std::string authorization;
};

/// An answer, but for what belongs to the connection.
struct Response {
  unsigned status = 200;
  std::string content_type;
  Text body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< the security headers among them
};

inline constexpr std::size_t kMaxPage = 1000;  ///< detections of one answer
inline constexpr std::size_t kDefaultPage = 100;
inline constexpr std::size_t kMaxTarget = 4096;  ///< bytes

/// The whole API, without a socket: `/`, `/healthz`, `/api/v1/intrusions[/ID]`,
/// `/api/v1/detections`,
/// `/api/v1/ledger` (docs/serve.md). Reads only. Errors are answers of RFC 9457
/// (`application/problem+json`).
///
/// A request whose Host is a name that is not ours is refused: a page of somebody else's could
/// otherwise point its own name at this address and read along (DNS rebinding). Pure; any number of
/// threads. O(detections) at most.
[[nodiscard]] Response answer(const Hunted& hunted, const Access& access, const Request& request);

/// An error of the connection itself as an answer, `status` as in RFC 9110.
[[nodiscard]] Response problem(unsigned status, const std::string& detail);

/// True if whoever speaks from `address` is on this machine.
[[nodiscard]] bool is_loopback(const std::string& address);

}  // namespace interdict::serve
