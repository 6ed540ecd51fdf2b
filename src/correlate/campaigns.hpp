#pragma once

#include <vector>

#include "finding/report.hpp"

namespace interdict::correlate {

/// Groups intrusions that share an adversary's infrastructure or capability (Diamond Model): an
/// address, name or content in common that is the adversary's alone.
/// Sets `campaign` of the members. Deterministic; O(indicators log indicators).
[[nodiscard]] std::vector<finding::Campaign> find_campaigns(
    std::vector<finding::Intrusion>& intrusions);

}  // namespace interdict::correlate
