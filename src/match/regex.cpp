#include "match/regex.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

// The library's header is not clean under our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <re2/filtered_re2.h>
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

/// Bytes of the character at `at` as the library's `.` takes it: UTF-8 by its lengths, overlong
/// forms and surrogates included; 0 if there is none.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                           : lead >= 0xE0 && lead <= 0xEF ? 3
                           : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                          : 0;
  if (size == 0 || text.size() - at < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  return size;
}

/// Whether `wanted` characters stand in a row, in one line unless `across_lines`. O(n).
bool has_run(std::string_view text, std::size_t wanted, bool across_lines) {
  if (text.size() < wanted) return false;
  std::size_t run = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = character_size(text, at);
    run = size == 0 || (text[at] == '\n' && !across_lines) ? 0 : run + 1;
    if (run >= wanted) return true;
    at += std::max<std::size_t>(size, 1);
  }
  return false;
}

}  // namespace

Regex::Regex(std::unique_ptr<re2::RE2> program, Run run)
    : program_(std::move(program)), run_(run) {}
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
  return Regex(std::move(program), read_run(pattern, flags));
}

/// The library takes milliseconds a text for `.{1000,}`: one thread of its automaton a character.
Regex::Run Regex::read_run(std::string_view pattern, RegexFlags flags) {
  if (!pattern.starts_with(".{") || !pattern.ends_with('}')) return {};
  const auto inner = pattern.substr(2, pattern.size() - 3);
  Run run{0, flags.dot_all};
  const char* const end = inner.data() + inner.size();
  auto read = std::from_chars(inner.data(), end, run.characters);
  if (read.ec != std::errc{}) return {};
  if (read.ptr != end) {
    if (*read.ptr++ != ',') return {};
    std::size_t most = 0;  // more than are needed change nothing about whether there is a match
    if (read.ptr != end) read = std::from_chars(read.ptr, end, most);
    if (read.ec != std::errc{} || read.ptr != end) return {};
  }
  return run;
}

bool Regex::search(std::string_view text) const {
  if (run_.characters > 0) return has_run(text, run_.characters, run_.across_lines);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *program_);
}

RegexFilter::RegexFilter() : filter_(std::make_unique<re2::FilteredRE2>(kMinLiteral)) {}
RegexFilter::~RegexFilter() = default;
RegexFilter::RegexFilter(RegexFilter&&) noexcept = default;
RegexFilter& RegexFilter::operator=(RegexFilter&&) noexcept = default;

void RegexFilter::add(const Regex& regex, std::uint32_t id) {
  int index = 0;
  if (filter_->Add(regex.program_->pattern(), regex.program_->options(), &index) == RE2::NoError) {
    ids_.push_back(id);  // indices are given in order
  } else {
    unfilterable_.push_back(id);
  }
}

void RegexFilter::build() {
  if (ids_.empty()) return;
  std::vector<std::string> literals;
  filter_->Compile(&literals);
  for (std::size_t i = 0; i < literals.size(); ++i) {
    literals_.add(literals[i], static_cast<std::uint32_t>(i));
  }
  literals_.build();
  std::vector<int> always;
  filter_->AllPotentials({}, &always);
  for (const int index : always) unfilterable_.push_back(ids_[static_cast<std::size_t>(index)]);
}

void RegexFilter::literals_in(std::string_view lowered, Work& work,
                              std::vector<std::uint32_t>& out) const {
  literals_.search(lowered, work.seen, out);
}

void RegexFilter::candidates(std::string_view lowered, Work& work,
                             std::vector<std::uint32_t>& out) const {
  work.literals.clear();
  literals_in(lowered, work, work.literals);
  candidates(work.literals, work, out);
}

void RegexFilter::candidates(const std::vector<std::uint32_t>& literals, Work& work,
                             std::vector<std::uint32_t>& out) const {
  if (literals.empty()) {
    out.insert(out.end(), unfilterable_.begin(), unfilterable_.end());
    return;
  }
  // A literal that only may stand in the text is taken as standing in it: more pass, none fewer.
  work.found.assign(literals.begin(), literals.end());
  work.passed.clear();
  filter_->AllPotentials(work.found, &work.passed);
  for (const int index : work.passed) out.push_back(ids_[static_cast<std::size_t>(index)]);
}

}  // namespace interdict::match
