#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/unicode.hpp"
#include "decode/text/formats.hpp"
#include "decode/text/text_decoder.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kSizeBytes = 8;

/// One field at the start of a text (systemd, "Journal Export Formats"): `NAME=value` and a line
/// end, or `NAME`, a line end, eight bytes of size, the value and a line end.
struct Field {
  enum class State : std::uint8_t { whole, cut, bad };
  State state = State::cut;
  std::string_view name;
  std::string_view value;
  std::size_t size = 0;  ///< with its line end
};

Field field_at(std::string_view text) {
  Field field;
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  const auto equals = line.find('=');
  if (equals != kNone) {
    field.name = line.substr(0, equals);
    field.value = line.substr(equals + 1);
    field.size = std::min(line.size() + 1, text.size());
    field.state = end == kNone ? Field::State::cut : Field::State::whole;
    return field;
  }
  if (end == kNone) return field;
  field.name = line;
  const auto size = load_le<std::uint64_t>(as_byte_span(text), end + 1);
  if (!size) return field;
  if (*size > kMaxTextRecordBytes) {
    field.state = Field::State::bad;
    return field;
  }
  const auto start = end + 1 + kSizeBytes;
  const auto stop = start + static_cast<std::size_t>(*size);
  if (stop >= text.size()) return field;
  field.value = text.substr(start, stop - start);
  field.size = stop + 1;
  field.state = text[stop] == '\n' ? Field::State::whole : Field::State::bad;
  return field;
}

class Journal final : public TextFormat {
 public:
  /// An entry is its fields up to an empty line.
  Frame cut(std::string_view text, bool last) override {
    if (dropping_) return drop(text, last);
    if (text[0] == '\n')
      return {Frame::Kind::structure, std::min(text.find_first_not_of('\n'), text.size())};
    const auto allowed = text.substr(0, kMaxTextRecordBytes);
    while (taken_ < allowed.size()) {
      if (allowed[taken_] == '\n') return record(1);
      const auto field = field_at(allowed.substr(taken_));
      if (field.state == Field::State::bad) return lose(text, last, SkipReason::bad_record);
      if (field.state == Field::State::cut) break;
      taken_ += field.size;
    }
    if (text.size() > kMaxTextRecordBytes) return lose(text, last, SkipReason::limit);
    if (!last) return {};
    if (taken_ == text.size()) return record(0);
    // The last line may lack its end; a value with a size may not.
    const auto field = field_at(text.substr(taken_));
    if (!field.value.empty()) {
      taken_ = 0;
      return {Frame::Kind::record, text.size()};
    }
    return lose(text, last, SkipReason::truncated);
  }

  bool read(std::string_view entry, FieldList& fields) override {
    while (!entry.empty()) {
      const auto field = field_at(entry);
      if (field.name.empty()) return false;
      fields.add(valid(field.name, fields), valid(field.value, fields));
      if (field.state != Field::State::whole) break;
      entry.remove_prefix(field.size);
    }
    return fields.size() > 0;
  }

  [[nodiscard]] bool reads_bytes() const override { return true; }

 private:
  static std::string_view valid(std::string_view text, FieldList& fields) {
    return is_utf8(text) ? text : fields.keep(to_valid_utf8(text));
  }

  /// The fields taken are the entry, without the last line end.
  Frame record(std::size_t more) {
    const Frame frame{Frame::Kind::record, taken_ - 1, 1 + more};
    taken_ = 0;
    return frame;
  }

  Frame lose(std::string_view text, bool last, SkipReason reason) {
    dropping_ = true;
    reason_ = reason;
    goes_on_ = false;
    taken_ = 0;
    return drop(text, last);
  }

  /// Up to and with the next empty line.
  Frame drop(std::string_view text, bool last) {
    const auto end = text.find("\n\n");
    std::size_t size = end == kNone ? text.size() : end + 2;
    dropping_ = end == kNone;
    if (dropping_ && !last) {
      if (size == 1) return {};
      --size;  // the last byte may be half of it
    }
    return {Frame::Kind::skip, size, 0, reason_, std::exchange(goes_on_, true)};
  }

  std::size_t taken_ = 0;  ///< bytes of whole fields of the entry
  bool dropping_ = false;
  bool goes_on_ = false;
  SkipReason reason_ = SkipReason::bad_record;
};

}  // namespace

std::unique_ptr<Decoder> make_journal_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<Journal>());
}

}  // namespace interdict::decode
