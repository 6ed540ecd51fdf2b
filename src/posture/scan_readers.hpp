#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "posture/scan.hpp"

namespace interdict::posture {

/// The readers behind read_scan, one a form. Each refuses with `unsupported` what it does not know.
using ScanResult = Result<std::vector<ControlEvidence>>;

[[nodiscard]] ScanResult read_lynis(std::string_view text, const ScanTable& table,
                                    const std::string& file);
[[nodiscard]] ScanResult read_scuba_csv(std::string_view text, const ScanTable& table,
                                        const std::string& file);
/// ScubaGear, `nft -j list ruleset`, gitleaks.
[[nodiscard]] ScanResult read_json_scan(std::string_view text, const ScanTable& table,
                                        const std::string& file);
/// `nmap -oX`, XCCDF results.
[[nodiscard]] ScanResult read_xml_scan(std::string_view text, const ScanTable& table,
                                       const std::string& file);

/// The verdict of a ScubaGear check. An omitted one, or one that its owner marked as incorrect,
/// judged nothing: it never counts as a pass.
[[nodiscard]] ScanTally::Verdict scuba_verdict(std::string_view result, std::string_view omitted,
                                               std::string_view incorrect);

}  // namespace interdict::posture
