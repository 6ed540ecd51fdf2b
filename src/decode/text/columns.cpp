// Logs whose values are parted by blanks, with a line that names them: W3C extended, VPC flow logs.
#include <algorithm>
#include <string>
#include <vector>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/scan.hpp"

namespace interdict::decode {
namespace {

/// The next value of `rest`, which may stand in double quotes; false at the end.
bool take_value(std::string_view& rest, std::string_view& value) {
  rest.remove_prefix(skip_all<' ', '\t'>(rest));
  if (rest.empty()) return false;
  if (rest.starts_with('"')) {
    const auto close = rest.find('"', 1);
    const bool ends =
        close != std::string_view::npos &&
        (close + 1 == rest.size() || rest[close + 1] == ' ' || rest[close + 1] == '\t');
    if (ends) {
      value = rest.substr(1, close - 1);
      rest.remove_prefix(close + 1);
      return true;
    }
  }
  const auto end = find_stop<' ', '\t'>(rest);
  value = rest.substr(0, end);
  rest.remove_prefix(end);
  return true;
}

class Columns {
 public:
  void name(std::string_view line) {
    names_.clear();
    for (std::string_view value; take_value(line, value);) names_.emplace_back(value);
  }

  /// False if the row has another number of values than there are names.
  bool read(std::string_view row, FieldList& fields) const {
    std::string_view value;
    for (const auto& name : names_) {
      if (!take_value(row, value)) return false;
      fields.add_or_null(name, value);
    }
    return !names_.empty() && !take_value(row, value);
  }

 private:
  std::vector<std::string> names_;
};

class W3cRules {
 public:
  [[nodiscard]] static bool keeps_blank() { return false; }
  [[nodiscard]] static LineKind kind(std::string_view line) {
    return line.starts_with('#') ? LineKind::header : LineKind::whole;
  }
  void header(std::string_view line) {
    constexpr std::string_view kFields = "#Fields:";
    constexpr std::string_view kSoftware = "#Software:";
    if (line.starts_with(kFields)) columns_.name(line.substr(kFields.size()));
    if (line.starts_with(kSoftware)) software_ = trim(line.substr(kSoftware.size()));
  }
  bool read(std::string_view row, FieldList& fields) const {
    if (!software_.empty()) fields.add("_software", software_);
    return columns_.read(row, fields);
  }

 private:
  Columns columns_;
  std::string software_;
};

class VpcFlowRules {
 public:
  VpcFlowRules() {
    columns_.name(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes "
        "start "
        "end action log-status");
  }
  [[nodiscard]] static bool keeps_blank() { return false; }
  [[nodiscard]] static LineKind kind(std::string_view line) {
    return is_vpcflow_header(line) ? LineKind::header : LineKind::whole;
  }
  void header(std::string_view line) { columns_.name(line); }
  bool read(std::string_view row, FieldList& fields) const { return columns_.read(row, fields); }

 private:
  Columns columns_;
};

}  // namespace

bool is_vpcflow_header(std::string_view line) {
  return line.find("srcaddr") != std::string_view::npos &&
         line.find("dstaddr") != std::string_view::npos &&
         line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789- ") == std::string_view::npos;
}

bool is_vpcflow_row(std::string_view line) {
  FieldList fields;
  if (!VpcFlowRules().read(line, fields)) return false;
  const auto action = fields.all()[12].text;
  const auto status = fields.all()[13].text;
  return (action == "ACCEPT" || action == "REJECT" || action.empty()) &&
         (status == "OK" || status == "NODATA" || status == "SKIPDATA");
}

std::unique_ptr<Decoder> make_w3c_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<W3cRules>>());
}

std::unique_ptr<Decoder> make_vpcflow_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<VpcFlowRules>>());
}

}  // namespace interdict::decode
