// Any bytes as a file of Sigma rules. Holds: no crash; an error names a listed code and refuses its
// document; every diagnostic renders without control characters; parsing twice gives the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rule/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace interdict::rule;
  const std::string text(data, data + size);
  const ParsedFile file = parse_rules(text, "fuzz.yml");
  std::size_t errors = 0;
  for (const Diagnostic& diagnostic : file.diagnostics) {
    bool listed = false;
    for (const Code& code : kCodes)
      listed = listed || (code.id == diagnostic.code && code.severity == diagnostic.severity);
    if (!listed) std::abort();
    errors += diagnostic.severity == Severity::error ? 1 : 0;
    for (const char c : render(diagnostic, text, "fuzz.yml"))
      if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) std::abort();
  }
  if ((file.refused == 0) != (errors == 0) || file.refused > errors) std::abort();
  for (const Rule& rule : file.rules)
    if (rule.conditions.empty() || rule.identifiers.empty()) std::abort();
  if (parse_rules(text, "fuzz.yml").rules != file.rules) std::abort();
  return 0;
}
