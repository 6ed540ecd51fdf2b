#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"
#include "event/log_source.hpp"
#include "finding/ledger.hpp"

namespace interdict::pipeline {

/// Which kinds of log could show a stage, and of which kind a log source is. From
/// content/attack/log_kinds.tsv, which names its source.
struct LogKinds {
  struct Source {
    std::string log_source;  ///< `windows/security/4624`, or a leading part of it; empty: any
    std::string category;    ///< Sigma's; empty: any
    std::string kind;
  };
  /// In the order of the stages; a stage without kinds can be shown by no log of the defender's.
  std::array<std::vector<std::string>, attack::kStageCount> by_stage;
  std::vector<Source> sources;
};

/// Errors: a line that is neither, a stage or a kind that the contract does not have, with the
/// line.
[[nodiscard]] Result<LogKinds> parse_log_kinds(std::string_view text);

/// The stages that none of the log sources could have shown, with the kinds of log that could.
[[nodiscard]] std::vector<finding::BlindStage> blind_stages(
    const LogKinds& kinds, const std::map<std::string, LogSource>& sources);

}  // namespace interdict::pipeline
