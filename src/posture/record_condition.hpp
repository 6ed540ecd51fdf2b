#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace interdict::posture {

inline constexpr std::size_t kMaxTableRows = 5'000;  ///< of a table of content/controls/
inline constexpr std::size_t kMaxTestClauses = 8;    ///< of one condition

/// What a row of content/controls/*.tsv asks of a record: its kind, and some of its fields. All
/// comparisons are without ASCII case.
struct RecordTest {
  enum class Op : std::uint8_t { equals, differs, contains, has_value, absent };
  struct Clause {
    std::string field;
    Op op = Op::has_value;
    std::vector<std::string> values;
  };

  std::string kind;             ///< whole, or with `*` at its end
  std::vector<Clause> clauses;  ///< all must hold; none: always

  [[nodiscard]] bool wants(std::string_view kind_of_record) const;
};

/// Reads the columns `kind` and `condition` of a row. Errors: syntax, limit; no place.
[[nodiscard]] Result<RecordTest> parse_record_test(std::string_view kind,
                                                   std::string_view condition);

/// True if the values of the clause's field meet it; of several values one is enough, but for
/// `differs`, which all must meet. No value is `absent`; an empty text is a value of no content.
[[nodiscard]] bool meets(const RecordTest::Clause& clause,
                         const std::vector<std::string_view>& values);

/// The columns of each line that is no comment, with its number. Errors: a wrong count of columns
/// (syntax, with the line), more than kMaxTableRows (limit).
struct TableRow {
  std::uint32_t line = 0;
  std::vector<std::string_view> columns;  ///< views of the text
};
[[nodiscard]] Result<std::vector<TableRow>> read_table(std::string_view text, std::size_t columns,
                                                       const std::string& file);

}  // namespace interdict::posture
