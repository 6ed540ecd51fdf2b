#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "posture/posture.hpp"

namespace interdict::pipeline {

/// What is known of the controls before a log is read.
struct GivenEvidence {
  std::vector<posture::ControlEvidence> evidence;
  std::map<std::string, double> costs;   ///< by control id, from the statements
  std::vector<std::string> diagnostics;  ///< reports that could not be read, each with its path
};

/// Reads the statements (`--controls`; empty: none) and the reports of scans (`--evidence`: files,
/// folders, archives). A report of no known kind is told in `diagnostics` and proves nothing.
/// Errors: a path that is not there, statements that do not parse, broken content.
[[nodiscard]] Result<GivenEvidence> read_evidence(const std::string& controls_path,
                                                  const std::vector<std::string>& evidence_paths);

/// All of a file. Errors: io.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

}  // namespace interdict::pipeline
