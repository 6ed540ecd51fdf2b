#pragma once

#include <string>
#include <string_view>

namespace interdict::decode {

/// A header's value with its encoded words (`=?utf-8?B?…?=`, RFC 2047) as UTF-8. Knows UTF-8, ASCII
/// and ISO 8859-1; of other character sets every byte above ASCII becomes U+FFFD.
[[nodiscard]] std::string decode_words(std::string_view value);

/// The file's name in a line of a part's header (`filename="…"`, `name=…`, RFC 2231's
/// `filename*=`), decoded; empty if there is none.
[[nodiscard]] std::string attachment_name(std::string_view line);

}  // namespace interdict::decode
