#pragma once

#include <string_view>

#include "detect/program.hpp"

namespace interdict::detect {

/// Whether `test` holds for the text of one value that is not null: what docs/sigma.md says of one
/// value, shared by both engines. For a TextTest the text is already in the pattern's form. False
/// for tests that ask about no single text (null, exists, fieldref).
[[nodiscard]] bool holds_for_text(const Test& test, std::string_view text);

}  // namespace interdict::detect
