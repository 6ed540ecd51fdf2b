#pragma once

#include <string_view>
#include <vector>

#include "correlate/judge.hpp"
#include "finding/levers.hpp"

namespace interdict::correlate {

/// True if `text` fits `pattern` (`*` any run, `?` one character), both lower-case.
/// O(text·pattern).
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text);

/// Weighs atoms by what the responder knows, and marks those that belong together or apart. Returns
/// what each lever changed, in the order given: one that changed nothing says so.
[[nodiscard]] std::vector<finding::LeverEffect> apply_levers(
    const finding::Levers& levers, const Linker& linker,
    const std::vector<finding::Detection>& detections, const std::vector<finding::RuleInfo>& rules,
    std::vector<Atom>& atoms);

/// A critical asset of the context is among `hosts`.
[[nodiscard]] bool touches_critical(const finding::Levers& levers,
                                    const std::vector<std::string>& hosts);

}  // namespace interdict::correlate
