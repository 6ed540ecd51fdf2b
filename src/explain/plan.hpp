#pragma once

#include <cstddef>
#include <string>

#include "finding/plan.hpp"

namespace interdict::explain {

/// The plan for a terminal, `width` characters a line (fewer than 60 counts as 60). Says at once
/// what is assumed: no number of it is a measured risk.
[[nodiscard]] std::string plan_text(const finding::Plan& plan, std::size_t width);

/// Schema `interdict.plan/1`.
[[nodiscard]] std::string plan_json(const finding::Plan& plan);

}  // namespace interdict::explain
