#include "posture/record_condition.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace interdict::posture {
namespace {

char low(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, low, low);
}

bool holds(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return low(a) == low(b); }) != text.end() ||
         part.empty();
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    out.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return out;
    at = end + separator.size();
  }
}

std::optional<RecordTest::Clause> parse_clause(std::string_view text) {
  using Op = RecordTest::Op;
  RecordTest::Clause out;
  const std::size_t at = text.find_first_of("=~!");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  out.field = text.substr(0, at);
  std::string_view rest = text.substr(at);
  if (rest == "!" || rest == "~") {
    out.op = rest == "!" ? Op::absent : Op::has_value;
    return out;
  }
  if (rest.starts_with("!=")) {
    out.op = Op::differs;
    rest.remove_prefix(2);
  } else if (rest.front() != '!') {
    out.op = rest.front() == '=' ? Op::equals : Op::contains;
    rest.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  for (const std::string_view value : split(rest, "|")) out.values.emplace_back(value);
  return out;
}

}  // namespace

bool RecordTest::wants(std::string_view kind_of_record) const {
  if (!kind.ends_with('*')) return kind == kind_of_record;
  return kind_of_record.starts_with(std::string_view(kind).substr(0, kind.size() - 1));
}

Result<RecordTest> parse_record_test(std::string_view kind, std::string_view condition) {
  RecordTest out;
  out.kind = kind;
  if (kind.empty()) return fail(Errc::syntax, "a row names no kind of record");
  if (condition == "-") return out;
  for (const std::string_view text : split(condition, "; ")) {
    auto clause = parse_clause(text);
    if (!clause) return fail(Errc::syntax, fmt::format("`{}` is no condition", text));
    out.clauses.push_back(std::move(*clause));
  }
  if (out.clauses.size() > kMaxTestClauses)
    return fail(Errc::limit, fmt::format("more than {} conditions in a row", kMaxTestClauses));
  return out;
}

bool meets(const RecordTest::Clause& clause, const std::vector<std::string_view>& values) {
  const auto one_of = [&](std::string_view value) {
    return std::ranges::any_of(clause.values, [&](const auto& v) { return same(value, v); });
  };
  switch (clause.op) {
    case RecordTest::Op::equals:
      return std::ranges::any_of(values, one_of);
    case RecordTest::Op::differs:
      return !values.empty() && std::ranges::none_of(values, one_of);
    case RecordTest::Op::contains:
      return std::ranges::any_of(values, [&](std::string_view value) {
        return std::ranges::any_of(clause.values, [&](const auto& v) { return holds(value, v); });
      });
    case RecordTest::Op::has_value:
      return std::ranges::any_of(values, [](std::string_view value) { return !value.empty(); });
    case RecordTest::Op::absent:
      return std::ranges::all_of(values, [](std::string_view value) { return value.empty(); });
  }
  return false;
}

Result<std::vector<TableRow>> read_table(std::string_view text, std::size_t columns,
                                         const std::string& file) {
  std::vector<TableRow> out;
  std::uint32_t number = 0;
  for (std::string_view line : split(text, "\n")) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    TableRow row{number, split(line, "\t")};
    if (row.columns.size() != columns)
      return fail(Errc::syntax,
                  fmt::format("{} columns, where {} belong", row.columns.size(), columns),
                  {.file = file, .line = number});
    if (out.size() >= kMaxTableRows)
      return fail(Errc::limit, fmt::format("more than {} rows", kMaxTableRows),
                  {.file = file, .line = number});
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace interdict::posture
