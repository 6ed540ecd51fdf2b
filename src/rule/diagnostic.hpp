#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rule/ast.hpp"
#include "rule/codes.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

/// One fault or doubt of a rule's file.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code{};        ///< `S012`; see codes.hpp
  std::string message{};     ///< lower case, no full stop, the offending token in backticks
  std::uint32_t line = 0;    ///< 1-based; 0 = the whole file
  std::uint32_t column = 0;  ///< 1-based, bytes
  std::uint32_t length = 1;  ///< of the offending token, bytes
  std::string suggestion{};  ///< what to write instead, if we know it
  std::string rule_id{};     ///< the rule's `id`; empty if unknown
};

/// The form that is shown to people: place, code and message, then the source line with a caret
/// below the token. Control characters of the source are escaped, long lines are cut.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, std::string_view source,
                                 const std::string& path);

/// The candidate nearest to `word`, or nothing if none is near enough to be what was meant.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

/// More faults of one file than these are counted, not shown: a hostile file has a fault a line.
inline constexpr std::size_t kMaxFaultsShown = 100;

/// The text of a file and where its lines start. The text must outlive it.
class SourceText {
 public:
  explicit SourceText(std::string_view text);
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Bytes from the start of the text; its size if there is no such place.
  [[nodiscard]] std::size_t offset_of(std::uint32_t line, std::uint32_t column) const;
  [[nodiscard]] Position position_of(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// Collects the diagnostics of one document and finds tokens in its source.
class Reporter {
 public:
  /// Both must outlive the reporter. Past kMaxFaultsShown in `out`, faults are only counted.
  Reporter(const SourceText& source, std::vector<Diagnostic>& out) : source_(source), out_(out) {}

  void set_rule_id(std::string id) { rule_id_ = std::move(id); }
  [[nodiscard]] bool failed() const { return errors_ != 0; }
  /// Faults and warnings that found no room in `out`.
  [[nodiscard]] std::size_t unshown() const { return unshown_; }

  /// Points at `node`, or at `token` inside of it if that is given: its occurrence number
  /// `occurrence` (0 = first) from the node's start on. A `|` before a token is searched for with
  /// it (so that a modifier is not found inside of a field's name) and not pointed at.
  void report(const Code& code, const yaml::Node& node, std::string message,
              std::string_view token = {}, std::string suggestion = {}, std::size_t occurrence = 0);
  void report_at(const Code& code, Position position, std::size_t length, std::string message);

 private:
  /// Counts; true if there is room for one more.
  bool admit(const Code& code);

  const SourceText& source_;
  std::vector<Diagnostic>& out_;
  std::string rule_id_;
  std::size_t errors_ = 0;
  std::size_t unshown_ = 0;
};

}  // namespace interdict::rule
