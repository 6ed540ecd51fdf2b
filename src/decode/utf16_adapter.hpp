#pragma once

#include <memory>

#include "decode/decoder.hpp"

namespace interdict::decode {

/// Reads UTF-16, told by its byte order mark or by two plain characters, by a decoder of UTF-8; any
/// other input goes to that decoder as it is. Offsets, sizes and bytes handed on are those of the
/// input.
///
/// `inner` must account for its bytes in the order they stand, which all decoders do that read one
/// record after another. Holds what inner holds, once as UTF-8 and once as it stands.
[[nodiscard]] std::unique_ptr<Decoder> make_utf16_adapter(std::unique_ptr<Decoder> inner);

}  // namespace interdict::decode
