#include <array>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

constexpr std::array kFormats{
    LineFormatRow{"access-log", read_access_log, nullptr},
    LineFormatRow{"syslog", read_syslog, begins_syslog},
};

/// Lines by a row of the table.
class RowRules {
 public:
  explicit RowRules(const LineFormatRow& row) : row_(&row) {}

  [[nodiscard]] static bool keeps_blank() { return false; }
  static void header(std::string_view /*line: none but blank ones*/) {}

  [[nodiscard]] LineKind kind(std::string_view line) const {
    if (row_->begins == nullptr) return LineKind::whole;
    return row_->begins(line) ? LineKind::begins : LineKind::continues;
  }

  bool read(std::string_view record, FieldList& fields) const { return row_->read(record, fields); }

 private:
  const LineFormatRow* row_;
};

}  // namespace

std::span<const LineFormatRow> line_formats() {
  return kFormats;
}

std::unique_ptr<Decoder> make_line_decoder(const LineFormatRow& row) {
  return make_text_decoder(std::make_unique<LineFormat<RowRules>>(row));
}

}  // namespace interdict::decode
