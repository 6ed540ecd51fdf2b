#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rule/parser.hpp"

/// Helpers of this module's tests.
namespace interdict::rule {

/// A whole rule around the lines of a `detection`, each indented by four spaces.
inline std::string with_detection(std::string_view detection) {
  return "title: T\nlogsource:\n    category: process_creation\ndetection:\n" +
         std::string(detection);
}

/// A rule whose only selection is that one item.
inline std::string with_item(std::string_view item) {
  return with_detection("    sel:\n        " + std::string(item) + "\n    condition: sel\n");
}

inline std::vector<std::string> codes_of(const ParsedFile& file) {
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : file.diagnostics) codes.push_back(diagnostic.code);
  return codes;
}

}  // namespace interdict::rule
