#include "match/regex.hpp"

#include <string>
#include <utility>

// The library's header is not clean under our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <re2/re2.h>
#pragma GCC diagnostic pop

namespace interdict::match {
namespace {

Errc errc_of(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:   // `\1`, `\Z`, …
    case RE2::ErrorBadPerlOp:   // `(?=` and relatives
    case RE2::ErrorRepeatOp:    // `a*+`
    case RE2::ErrorRepeatSize:  // {1001}
      return Errc::unsupported;
    case RE2::ErrorPatternTooLarge:
      return Errc::limit;
    default:
      return Errc::syntax;
  }
}

}  // namespace

Regex::Regex(std::unique_ptr<re2::RE2> program) : program_(std::move(program)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern, RegexFlags flags, const Where& where) {
  if (pattern.size() > kMaxPatternBytes) {
    return fail(Errc::limit, "regular expression is too long", where);
  }
  std::string text;
  if (flags.ignore_case || flags.multi_line || flags.dot_all) {
    text = "(?";
    if (flags.ignore_case) text += 'i';
    if (flags.multi_line) text += 'm';
    if (flags.dot_all) text += 's';
    text += ')';
  }
  text += pattern;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemoryBytes);
  options.set_never_capture(true);
  auto program = std::make_unique<re2::RE2>(text, options);
  if (!program->ok()) {
    return fail(errc_of(program->error_code()),
                "regular expression `" + std::string(pattern) + "`: " + program->error(), where);
  }
  return Regex(std::move(program));
}

bool Regex::search(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *program_);
}

}  // namespace interdict::match
