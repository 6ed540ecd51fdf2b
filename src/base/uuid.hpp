#pragma once

#include <string>
#include <string_view>

namespace interdict {

/// Name spaces of RFC 9562 (appendix B of RFC 4122) and of STIX 2.1 (section 2.9, for
/// cyber-observable objects).
inline constexpr std::string_view kUuidUrl = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
inline constexpr std::string_view kUuidStix = "00abedb4-aa42-466c-9c01-fed23315a9b7";

/// The UUID version 5 (RFC 9562, section 5.5: SHA-1, not for security) of `name` in the name space
/// `space`, in lower case. Precondition: `space` is a UUID. O(name).
[[nodiscard]] std::string uuid5(std::string_view space, std::string_view name);

}  // namespace interdict
