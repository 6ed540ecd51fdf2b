#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "finding/levers.hpp"

namespace interdict::pipeline {

inline constexpr std::size_t kMaxLeverEntries = 10'000;

/// `ip:203.0.113.9`, `host:ws05@2026-03-01T10:00:00Z`, `user:`, `hash:`, `domain:`, `file:`.
/// Errors: syntax.
[[nodiscard]] Result<finding::Seed> parse_seed(std::string_view text);

/// `context:` with a list of `{name, kind, image, host, origin, account, from, to}`; kind is one of
/// administration, scanner, exercise, critical-asset. Errors: syntax with the line; limit.
[[nodiscard]] Result<std::vector<finding::OurOwn>> read_context(std::string_view yaml,
                                                                const std::string& file);

/// `verdicts:` with a list of `{verdict, detections, rules, entities, reason, author, expires}`;
/// verdict is one of together, apart, benign, attack; entities are written as seeds. Errors: as
/// above; a verdict without reason or author is refused.
[[nodiscard]] Result<std::vector<finding::Verdict>> read_verdicts(std::string_view yaml,
                                                                  const std::string& file);

}  // namespace interdict::pipeline
