#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kMaxColumns = 1024;

/// Moves past one value, to the separator behind it or the end; true if it ended, false if it
/// stands in quotes that are still open. `inside`: the text starts in open quotes.
bool skip_value(std::string_view text, std::size_t& at, char separator, bool inside) {
  if (!inside && at < text.size() && text[at] == '"') {
    inside = true;
    ++at;
  }
  while (inside) {
    at = text.find('"', at);
    if (at == std::string_view::npos) {
      at = text.size();
      return false;
    }
    ++at;
    if (at < text.size() && text[at] == '"') {
      ++at;  // a doubled quote is one
    } else {
      inside = false;
    }
  }
  at = std::min(text.find(separator, at), text.size());
  return true;
}

/// Whether a line leaves quotes open.
bool leaves_open(std::string_view line, char separator, bool inside) {
  if (line.find('"') == std::string_view::npos) return inside;
  for (std::size_t at = 0;; ++at) {
    if (!skip_value(line, at, separator, inside)) return true;
    inside = false;
    if (at >= line.size()) return false;
  }
}

/// The values of a row as they stand, quotes and all.
void split(std::string_view row, char separator, std::vector<std::string_view>& values) {
  values.clear();
  for (std::size_t at = 0; values.size() < kMaxColumns; ++at) {
    const auto start = at;
    (void)skip_value(row, at, separator, false);
    values.push_back(row.substr(start, at - start));
    if (at >= row.size()) return;
  }
}

/// The text of a value that stands in quotes, or with blanks around it.
std::string_view plain(std::string_view value, FieldList& fields) {
  if (!value.starts_with('"')) return value;
  value.remove_prefix(1);
  const auto close = value.rfind('"');
  if (close == std::string_view::npos) return value;
  const auto behind = trim(value.substr(close + 1));
  if (behind.empty()) value = value.substr(0, close);
  if (value.find("\"\"") == std::string_view::npos) return value;
  char* const start = fields.room(value.size());
  char* to = start;
  for (std::size_t i = 0; i < value.size(); ++i) {
    *to++ = value[i];
    if (value[i] == '"' && i + 1 < value.size() && value[i + 1] == '"') ++i;
  }
  return {start, static_cast<std::size_t>(to - start)};
}

/// The separator with the most columns in `line`, or none.
char separator_of(std::string_view line) {
  if (line.starts_with("sep=") && line.size() == 5) return line[4];
  char best = '\0';
  std::size_t most = 1;
  std::vector<std::string_view> values;
  for (const char separator : {',', ';', '\t', '|'}) {
    split(line, separator, values);
    if (values.size() > most) {
      most = values.size();
      best = separator;
    }
  }
  return best;
}

std::string_view bare(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = trim(value.substr(1, value.size() - 2));
  }
  return value;
}

bool has_time(std::string_view value) {
  const auto shape = time_shape(bare(value));
  return shape.size > 0 && shape.has_date;
}

/// The same, with nothing behind it.
bool is_whole_time(std::string_view value) {
  return has_time(value) && time_shape(value).size == value.size();
}

/// Names are words of their own: not empty, no number, no time. An export may leave one empty.
bool is_header(const std::vector<std::string_view>& values) {
  std::size_t empty = 0;
  std::set<std::string_view> seen;
  for (const auto value : values) {
    const auto name = bare(value);
    empty += name.empty() ? 1U : 0U;
    if (name.size() > 128 || has_time(value) || number_type(name) != RawType::string) return false;
    if (name.find_first_of("\n{}<>=") != std::string_view::npos) return false;
    if (!name.empty() && !seen.insert(name).second) return false;
  }
  return empty * 2 <= values.size();
}

/// Without a header, a line of many values of which one is a time and none begins with a blank, as
/// values of prose do; of a line that begins with its time, one in eight may.
bool is_row(const std::vector<std::string_view>& values) {
  constexpr std::size_t kColumnsMin = 8;
  const auto blank = static_cast<std::size_t>(
      std::ranges::count_if(values, [](std::string_view value) { return value.starts_with(' '); }));
  const bool may_be =
      blank == 0 || (blank * 8 <= values.size() && is_whole_time(bare(values.front())));
  return may_be && values.size() >= kColumnsMin && std::ranges::any_of(values, has_time);
}

/// `#Fields: date-time,client-ip` of Exchange's logs.
constexpr std::string_view kFields = "#Fields:";

class CsvRules {
 public:
  /// `heading_until`: what the header begins with, if words to people stand before it.
  explicit CsvRules(std::string_view heading_until = {}) : heading_until_(heading_until) {}

  [[nodiscard]] bool keeps_blank() const { return inside_; }

  [[nodiscard]] LineKind kind(std::string_view line) {
    if (inside_) {
      inside_ = leaves_open(line, separator_, true);
      return LineKind::continues;
    }
    if (header_.empty() && !line.starts_with(heading_until_)) return LineKind::header;
    if (line.starts_with('#') || (separator_ == '\0' && line.starts_with("sep="))) {
      return LineKind::header;
    }
    if (separator_ == '\0') {
      separator_ = separator_of(line);
      if (separator_ == '\0') return LineKind::bad;
    }
    if (line == header_) return LineKind::header;  // once more: files were put together
    if (columns_.empty()) {
      split(line, separator_, values_);
      if (is_header(values_)) return LineKind::header;
      columns_.resize(values_.size());
      const auto time = std::ranges::find_if(values_, has_time);
      if (time != values_.end()) columns_[time - values_.begin()] = "time";
      name_columns(values_.size());
    }
    inside_ = leaves_open(line, separator_, false);
    return inside_ ? LineKind::begins : LineKind::whole;
  }

  void header(std::string_view line) {
    if (!line.starts_with(heading_until_)) return;
    if (line.starts_with(kFields)) {
      line = trim(line.substr(kFields.size()));
      separator_ = separator_of(line);
    } else if (line.starts_with('#')) {
      return;
    } else if (line.starts_with("sep=")) {
      separator_ = separator_of(line);
      return;
    }
    if (line == header_ || separator_ == '\0') return;
    header_ = line;
    split(header_, separator_, values_);
    columns_.clear();
    named_ = 0;
    for (const auto value : values_) columns_.emplace_back(bare(value));
    name_columns(columns_.size());
  }

  bool read(std::string_view row, FieldList& fields) {
    split(row, separator_, values_);
    if (values_.size() == kMaxColumns) return false;
    name_columns(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto value = values_[i];
      if (value.empty()) {
        fields.add(columns_[i], {}, RawType::null);
      } else {
        fields.add(columns_[i], plain(value, fields));
      }
    }
    return true;
  }

 private:
  /// Gives columns without a name one.
  void name_columns(std::size_t count) {
    if (columns_.size() < count) columns_.resize(count);
    for (; named_ < columns_.size(); ++named_) {
      if (columns_[named_].empty()) columns_[named_] = "column_" + std::to_string(named_ + 1);
    }
  }

  std::string_view heading_until_;
  char separator_ = '\0';
  bool inside_ = false;
  std::string header_;
  std::vector<std::string> columns_;
  std::size_t named_ = 0;
  std::vector<std::string_view> values_;
};

/// A column's name that means a time, by its words: `time`, `date`, `Creation Time`, `eventTime`,
/// `timestamp`, `CreationDate`, `_time`, and what Event Viewer calls it in other languages.
bool means_time(std::string_view name) {
  std::string lower(bare(name));
  for (char& byte : lower) byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
  constexpr std::array<std::string_view, 7> kWords{"time",  "date",  "zeit", "datum",
                                                   "heure", "fecha", "hora"};
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

std::unique_ptr<Decoder> make_csv_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<CsvRules>>());
}

std::unique_ptr<Decoder> make_dhcp_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<CsvRules>>(kDhcpHeader));
}

TableKind table_kind(std::string_view head, bool is_whole) {
  constexpr std::size_t kRowsMax = 50;
  char separator = '\0';
  std::vector<std::string_view> header;
  std::vector<std::string_view> row;
  std::vector<std::size_t> times;
  std::size_t rows = 0;
  std::size_t alike = 0;
  std::size_t columns = 0;
  for (std::size_t at = 0; at < head.size() && rows < kRowsMax;) {
    // A row is the lines up to one that leaves no quotes open.
    auto end = at;
    bool open = false;
    do {
      const auto start = end;
      end = std::min(head.find('\n', start), head.size());
      open = separator != '\0' && leaves_open(head.substr(start, end - start), separator, open);
      end = std::min(end + 1, head.size());
    } while (open && end < head.size());
    if (end == head.size() && !is_whole && rows > 0) break;  // cut
    auto line = trim(head.substr(at, end - at));
    at = end;
    if (line.empty()) continue;
    if (line.starts_with(kFields)) {
      line = trim(line.substr(kFields.size()));
    } else if (line.starts_with('#')) {
      continue;
    }
    if (separator == '\0') {
      separator = separator_of(line);
      if (separator == '\0') return TableKind::none;
      if (line.starts_with("sep=")) continue;
    }
    split(line, separator, row);
    if (header.empty()) {
      header = row;
      times.resize(row.size());
      if (is_header(row)) continue;
      if (!is_row(row)) return TableKind::none;
    }
    // Rows are alike among themselves: Event Viewer's have a message more than its header says.
    if (++rows == 1) columns = row.size();
    alike += row.size() == columns ? 1U : 0U;
    for (std::size_t i = 0; i < std::min(row.size(), times.size()); ++i) {
      times[i] += has_time(row[i]) ? 1U : 0U;
    }
  }
  if (header.empty() || alike * 10 < rows * 8) return TableKind::none;
  if (rows > 0 && (columns < 2 || columns + 1 < header.size())) return TableKind::none;
  if (rows == 0) {
    return header.size() > 2 && std::ranges::any_of(header, means_time) ? TableKind::log
                                                                        : TableKind::none;
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] * 2 >= rows) return TableKind::log;
  }
  return header.size() > 2 ? TableKind::other : TableKind::none;
}

}  // namespace interdict::decode
