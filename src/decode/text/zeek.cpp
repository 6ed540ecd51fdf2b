#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

struct Column {
  std::string name;
  RawType type = RawType::string;
  bool is_list = false;
};

RawType type_of(std::string_view zeek) {
  if (zeek == "count" || zeek == "int" || zeek == "port") return RawType::integer;
  if (zeek == "time" || zeek == "interval" || zeek == "double") return RawType::real;
  if (zeek == "bool") return RawType::boolean;
  return RawType::string;
}

/// `set[addr]` and `vector[string]` are lists of what stands in their brackets.
void set_type(Column& column, std::string_view zeek) {
  const auto open = zeek.find('[');
  column.is_list = open != std::string_view::npos && zeek.ends_with(']');
  if (column.is_list) zeek = zeek.substr(open + 1, zeek.size() - open - 2);
  column.type = type_of(zeek);
}

int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/// The byte that `\xHH` at the start of `text` stands for, if it is ASCII.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return std::nullopt;
  const int value = hex_digit(text[2]) * 16 + hex_digit(text[3]);
  if (hex_digit(text[2]) < 0 || hex_digit(text[3]) < 0 || value > 0x7F) return std::nullopt;
  return static_cast<char>(value);
}

/// Takes the next part of `rest` up to `separator`; nothing when `rest` is used up.
std::optional<std::string_view> next_part(std::optional<std::string_view>& rest,
                                          std::string_view separator) {
  if (!rest) return std::nullopt;
  const auto end = rest->find(separator);
  const auto part = rest->substr(0, end);
  if (end == std::string_view::npos) {
    rest.reset();
  } else {
    rest->remove_prefix(end + separator.size());
  }
  return part;
}

class ZeekRules {
 public:
  [[nodiscard]] static bool keeps_blank() { return false; }

  [[nodiscard]] static LineKind kind(std::string_view line) {
    return line.starts_with('#') ? LineKind::header : LineKind::whole;
  }

  /// `#separator \x09` is followed by a blank, all later headers by the separator.
  void header(std::string_view line) {
    line.remove_prefix(1);
    if (line.starts_with("separator ")) {
      reset();
      const auto value = line.substr(10);
      if (const auto byte = escaped_byte(value)) {
        separator_ = *byte;
      } else if (!value.empty()) {
        separator_ = value;
      }
      return;
    }
    std::optional<std::string_view> rest = line;
    const auto key = *next_part(rest, separator_);
    const auto value = rest.value_or("");
    if (key == "set_separator" && !value.empty()) list_separator_ = value;
    if (key == "empty_field") empty_ = value;
    if (key == "unset_field") unset_ = value;
    if (key == "path") path_ = value;
    if (key == "fields") {
      columns_.clear();
      while (const auto name = next_part(rest, separator_))
        columns_.push_back({std::string(*name)});
    }
    if (key == "types") {
      for (auto& column : columns_) {
        if (const auto type = next_part(rest, separator_)) set_type(column, *type);
      }
    }
  }

  /// A row with another number of values than there are names is none: it was cut, or belongs to a
  /// header that is not there.
  bool read(std::string_view row, FieldList& fields) const {
    if (columns_.empty()) return false;
    if (!path_.empty()) fields.add("_path", path_);
    std::optional<std::string_view> rest = row;
    for (const auto& column : columns_) {
      const auto value = next_part(rest, separator_);
      if (!value) return false;
      add(column, *value, fields);
    }
    return !rest;
  }

 private:
  void reset() {
    separator_ = "\t";
    list_separator_ = ",";
    empty_ = "(empty)";
    unset_ = "-";
    path_.clear();
    columns_.clear();
  }

  void add(const Column& column, std::string_view value, FieldList& fields) const {
    if (value == unset_) {
      fields.add(column.name, {}, RawType::null);
    } else if (value == empty_) {
      fields.add(column.name, "");
    } else if (column.is_list) {
      std::optional<std::string_view> rest = value;
      while (const auto element = next_part(rest, list_separator_)) {
        add_one(column, *element, fields);
      }
    } else {
      add_one(column, value, fields);
    }
  }

  static void add_one(const Column& column, std::string_view value, FieldList& fields) {
    switch (column.type) {
      case RawType::boolean:
        if (value == "T" || value == "F") {
          fields.add(column.name, value == "T" ? "true" : "false", RawType::boolean);
        } else {
          fields.add(column.name, value);
        }
        return;
      case RawType::integer:
      case RawType::real: {
        const auto type = number_type(value);
        fields.add(column.name, value, type == RawType::string ? type : column.type);
        return;
      }
      case RawType::string:
      case RawType::null:
        fields.add(column.name, without_escapes(value, fields));
    }
  }

  /// Zeek writes separators and control characters inside a value as `\xHH`; others stay escaped.
  static std::string_view without_escapes(std::string_view value, FieldList& fields) {
    if (value.find("\\x") == std::string_view::npos) return value;
    char* const start = fields.room(value.size());
    char* to = start;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto byte = escaped_byte(value.substr(i));
      *to++ = byte ? *byte : value[i];
      if (byte) i += 3;
    }
    return {start, static_cast<std::size_t>(to - start)};
  }

  std::string separator_ = "\t";
  std::string list_separator_ = ",";
  std::string empty_ = "(empty)";
  std::string unset_ = "-";
  std::string path_;
  std::vector<Column> columns_;
};

}  // namespace

std::unique_ptr<Decoder> make_zeek_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<ZeekRules>>());
}

}  // namespace interdict::decode
