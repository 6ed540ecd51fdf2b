#include "decode/ndjson.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/unicode.hpp"
#include "decode/json_look.hpp"
#include "decode/text/fields.hpp"
#include "decode/text/formats.hpp"
#include "decode/text/text_decoder.hpp"
#include "decode/utf16_adapter.hpp"
#include "json/reader.hpp"

namespace interdict::decode {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/// Finds the end of one object, byte by byte and without looking ahead.
class Scanner {
 public:
  enum class State : std::uint8_t { inside, ended, broken, too_deep };

  /// `open`: the brackets that are open already, the last byte being the last of them.
  void start(std::string_view open = "{") {
    open_.assign(open);
    last_ = open_.back();
    in_string_ = false;
    escaped_ = false;
  }

  /// Takes bytes of `text` from `at` on (after the object's `{`), until the state is another than
  /// `inside` or `text` ends; `at` is then behind the last byte taken.
  State take(std::string_view text, std::size_t& at) {
    auto state = State::inside;
    while (state == State::inside && at < text.size()) {
      state = in_string_ ? in_string(text, at) : outside(text[at++]);
    }
    return state;
  }

 private:
  State in_string(std::string_view text, std::size_t& at) {
    while (at < text.size()) {
      const char byte = text[at++];
      if (escaped_) {
        escaped_ = false;
        if (byte == '\n') return State::broken;
      } else if (byte == '\\') {
        escaped_ = true;
      } else if (byte == '"') {
        in_string_ = false;
        return State::inside;
      } else if (byte == '\n') {
        return State::broken;  // JSON has no line breaks in strings: this line was cut
      }
    }
    return State::inside;
  }

  State outside(char byte) {
    if (is_space(byte)) return State::inside;
    auto state = State::inside;
    if (byte == '{' || byte == '[') {
      state = open(byte);
    } else if (byte == '}' || byte == ']') {
      if (open_.back() != (byte == '}' ? '{' : '[')) return State::broken;
      open_.pop_back();
      if (open_.empty()) state = State::ended;
    } else if (byte == '"') {
      in_string_ = true;
    }
    last_ = byte;
    return state;
  }

  /// A container may only follow a colon, or open or continue an array: else an object was cut and
  /// this is already the next one.
  State open(char bracket) {
    const bool in_array = open_.back() == '[';
    if (!(in_array ? last_ == '[' || last_ == ',' : last_ == ':')) return State::broken;
    if (open_.size() == json::kMaxDepth) return State::too_deep;
    open_ += bracket;
    return State::inside;
  }

  std::string open_;  ///< the brackets that are open, outermost first
  char last_ = '{';   ///< the last byte outside of strings that is no white space
  bool in_string_ = false;
  bool escaped_ = false;
};

class NdjsonDecoder final : public Decoder {
 public:
  void feed(Bytes bytes, Sink& sink) override {
    auto text = as_text(bytes);
    if (!pending_.empty()) {
      // Mostly the end of one line is missing: what follows it need not be copied.
      const auto first = text.substr(0, text.find('\n') + 1);  // no line feed: nothing
      pending_ += first;
      pending_.erase(0, run(pending_, sink));
      text.remove_prefix(first.size());
      if (!pending_.empty()) {
        pending_ += text;
        pending_.erase(0, run(pending_, sink));
        return;
      }
    }
    pending_.assign(text.substr(run(text, sink)));
  }

  void finish(Sink& sink) override {
    final_ = true;
    do {
      if (mode_ == Mode::object) {
        flush_structure(sink);
        break_off(column_, SkipReason::truncated);
      }
      const auto used = run(pending_, sink);
      pending_.erase(0, used);
    } while (mode_ == Mode::object);
    if (mode_ == Mode::bad) end_bad(sink);
    flush_structure(sink);
    if (in_array_ || mode_ == Mode::tail) {
      sink.skipped(SkipReason::truncated, 0, 0, offset_);  // its `]` or `}` is missing
    }
  }

 private:
  enum class Mode : std::uint8_t {
    between,  ///< objects may start
    object,   ///< `pending_` or the piece starts with the object's `{`
    bad,      ///< counted and dropped up to the next record's line
    tail,     ///< behind the array of a wrapper, up to the wrapper's end
  };

  /// Works through `text`, which starts at `offset_`; what it leaves is the start of an object (or
  /// of a byte order mark) that goes on in the next piece. Returns the bytes it is done with.
  std::size_t run(std::string_view text, Sink& sink) {
    std::size_t at = 0;
    while (at < text.size() || mode_ == Mode::object) {
      if (mode_ == Mode::object) {
        if (!object(text, at, sink)) break;
      } else if (mode_ == Mode::bad) {
        if (!bad(text, at, sink)) break;
      } else if (mode_ == Mode::tail) {
        tail(text, at, sink);
      } else if (!between(text, at, sink)) {
        break;
      }
    }
    return at;
  }

  /// Moves past one byte that is structure, lost, or the end of a record.
  void pass(char byte, std::size_t& at) {
    ++at;
    ++offset_;
    ++column_;
    if (byte != '\n') return;
    ++line_;
    column_ = 0;
  }

  bool between(std::string_view text, std::size_t& at, Sink& sink) {
    while (at < text.size()) {
      const char byte = text[at];
      if (byte == '{') {
        if (may_wrap_ && !in_array_) {
          const auto ahead = text.substr(at);
          if (ahead.size() < kJsonLookBytes && !final_) return false;
          if (const auto size = enter_wrapper(ahead); size > 0) {
            structure_ += size;
            for (const auto stop = at + size; at < stop;) pass(text[at], at);
            continue;
          }
        }
        mode_ = Mode::object;
        scanner_.start();
        scanned_ = 1;
        return true;
      }
      if (offset_ == 0 && byte == kByteOrderMark.front()) {
        const auto lead = text.substr(at, kByteOrderMark.size());
        if (!kByteOrderMark.starts_with(lead)) return break_off_between(sink);
        if (lead.size() < kByteOrderMark.size()) {
          return final_ ? break_off_between(sink) : false;
        }
        at += lead.size();
        offset_ += lead.size();
        structure_ += lead.size();
        continue;
      }
      const bool bracket = byte == (in_array_ ? ']' : '[');
      if (!is_space(byte) && column_ == 0 && may_be_stray()) {
        const auto took = take_stray(text, at, sink);
        if (took == Stray::taken) continue;
        if (took == Stray::unseen) return false;
      }
      if (!is_space(byte) && !bracket && !(byte == ',' && in_array_)) {
        return break_off_between(sink);
      }
      if (bracket) in_array_ = !in_array_;
      ++structure_;
      pass(byte, at);
      if (bracket && !in_array_ && !wrapper_open_.empty()) {
        mode_ = Mode::tail;
        scanner_.start(wrapper_open_);
        return true;
      }
    }
    return true;
  }

  enum class Stray : std::uint8_t { taken, none, unseen };

  /// Whether a line here may be a record of another format: logs are put together.
  [[nodiscard]] bool may_be_stray() const { return !in_array_ && wrapper_open_.empty(); }

  /// The line at `at`, which begins with no brace, if its end is in sight (or it is too long for a
  /// record of text) and it is a record of a line format.
  Stray find_stray(std::string_view text, std::size_t at, std::string_view& line) {
    const auto ahead = text.substr(at, kMaxTextRecordBytes + 1);
    if (ahead.starts_with('[')) {  // an array of records, or a time in brackets?
      const auto next = std::min(ahead.find_first_not_of(" \t\r", 1), ahead.size());
      if (next == ahead.size() && next <= kMaxTextRecordBytes && !final_) return Stray::unseen;
      if (next == ahead.size() || std::string_view("{[]\n").find(ahead[next]) != ahead.npos) {
        return Stray::none;
      }
    }
    const auto end = ahead.find('\n');
    if (end == std::string_view::npos && ahead.size() <= kMaxTextRecordBytes && !final_) {
      return Stray::unseen;
    }
    line = ahead.substr(0, end);
    if (line.size() > kMaxTextRecordBytes) return Stray::none;
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    auto readable = line;
    if (!is_utf8(line)) {
      repaired_ = to_valid_utf8(line);
      readable = repaired_;
    }
    return read_stray(readable, nullptr, stray_) && !stray_.overflowed() ? Stray::taken
                                                                         : Stray::none;
  }

  Stray take_stray(std::string_view text, std::size_t& at, Sink& sink) {
    std::string_view line;
    const auto found = find_stray(text, at, line);
    if (found != Stray::taken) return found;
    flush_structure(sink);
    sink.record({line_, offset_, as_byte_span(line), stray_.all(), false, stray_.format()});
    at += line.size();
    offset_ += line.size();
    column_ += line.size();
    return found;
  }

  /// The bytes up to the records, if the object ahead only wraps them (json_look.hpp); else 0.
  /// Asked of the first object, and of each behind a wrapper.
  std::size_t enter_wrapper(std::string_view ahead) {
    auto look = look_at_json(ahead, final_);
    may_wrap_ = in_array_ = look.wrapper_size > 0;
    wrapper_open_ = std::move(look.wrapper_open);
    return look.wrapper_size;
  }

  /// What a wrapper holds behind its records is structure.
  void tail(std::string_view text, std::size_t& at, Sink& sink) {
    auto end = at;
    const auto state = scanner_.take(text, end);
    structure_ += end - at;
    while (at < end) pass(text[at], at);
    if (state == Scanner::State::inside) return;
    wrapper_open_.clear();
    mode_ = Mode::between;
    if (state != Scanner::State::ended) break_off_between(sink);
  }

  bool break_off_between(Sink& sink) {
    flush_structure(sink);
    break_off(column_, SkipReason::bad_record);
    bad_object_ = false;
    return true;
  }

  /// From here on all is lost, up to a line that starts with a `{` within `column`.
  void break_off(std::size_t column, SkipReason reason) {
    mode_ = Mode::bad;
    bad_reason_ = reason;
    bad_offset_ = offset_;
    bad_bytes_ = 0;
    bad_column_ = column;
    bad_object_ = true;
    at_line_start_ = false;
  }

  /// Scans on in the object at `at`. False if it goes on behind `text`.
  bool object(std::string_view text, std::size_t& at, Sink& sink) {
    if (scanned_ == 1 && one_line(text, at, sink)) return true;
    const auto whole = text.substr(at);
    const auto allowed = whole.substr(0, kMaxLineBytes);
    auto end = std::min(scanned_, allowed.size());
    const auto state = scanner_.take(allowed, end);
    scanned_ = end;
    if (state == Scanner::State::inside && whole.size() <= kMaxLineBytes) return false;
    flush_structure(sink);
    if (state == Scanner::State::ended) {
      record(whole.substr(0, end), sink);
      mode_ = Mode::between;
      for (const auto stop = at + end; at < stop;) pass(text[at], at);
      return true;
    }
    break_off(column_,
              state == Scanner::State::broken ? SkipReason::bad_record : SkipReason::limit);
    return true;
  }

  /// The usual case, quickly: an object that is its line, but for white space and a comma. Does
  /// nothing if it is not that, or no JSON: the scanner then finds out what it is.
  bool one_line(std::string_view text, std::size_t& at, Sink& sink) {
    const auto whole = text.substr(at, kMaxLineBytes);
    auto line = whole.substr(0, whole.find('\n'));
    if (line.size() == whole.size()) return false;  // its end is not in sight
    const auto trim = [&line] {
      while (is_space(line.back())) line.remove_suffix(1);  // ends at the `{`
    };
    trim();
    if (in_array_ && line.back() == ',') {
      line.remove_suffix(1);
      trim();
    }
    if (line.back() != '}') return false;
    const auto leaves = flattener_.flatten(line, text.size() - at - line.size());
    if (!leaves) return false;
    flush_structure(sink);
    pass_on(*leaves, line, sink);
    mode_ = Mode::between;
    at += line.size();
    offset_ += line.size();
    column_ += line.size();
    return true;
  }

  void pass_on(std::span<const json::Leaf> leaves, std::string_view object, Sink& sink) {
    fields_.clear();
    for (const auto& leaf : leaves) {
      fields_.push_back({leaf.path, leaf.text, raw_type(leaf.type)});
    }
    sink.record({line_, offset_, as_byte_span(object), fields_, false});
  }

  void record(std::string_view object, Sink& sink) {
    std::string repaired;
    auto readable = object;
    if (!is_utf8(object)) {
      repaired = to_valid_utf8(object);
      readable = repaired;
    }
    const auto leaves = flattener_.flatten(readable);
    if (!leaves) {
      const bool limit = leaves.error().code == Errc::limit;
      sink.skipped(limit ? SkipReason::limit : SkipReason::bad_record, 1, object.size(), offset_);
      return;
    }
    pass_on(*leaves, object, sink);
  }

  /// False if it cannot be told yet what the line at `at` is.
  bool bad(std::string_view text, std::size_t& at, Sink& sink) {
    while (at < text.size()) {
      const char byte = text[at];
      if (at_line_start_ && !is_space(byte)) {
        const bool next = byte == '{' || (byte == ']' && in_array_);
        if (next && column_ <= bad_column_) {
          if (bad_reason_ == SkipReason::truncated) bad_reason_ = SkipReason::bad_record;
          end_bad(sink);
          return true;
        }
        std::string_view line;
        const bool may_be = column_ == 0 && (bad_column_ == 0 || !bad_object_) && may_be_stray();
        const auto found = may_be ? find_stray(text, at, line) : Stray::none;
        if (found == Stray::unseen) return false;
        if (found == Stray::taken) {
          if (bad_reason_ == SkipReason::truncated) bad_reason_ = SkipReason::bad_record;
          end_bad(sink);
          return true;
        }
        at_line_start_ = false;
      }
      if (byte == '\n') at_line_start_ = true;
      ++bad_bytes_;
      pass(byte, at);
    }
    return true;
  }

  void end_bad(Sink& sink) {
    sink.skipped(bad_reason_, 1, bad_bytes_, bad_offset_);
    mode_ = Mode::between;
  }

  void flush_structure(Sink& sink) {
    if (structure_ > 0) sink.structure(structure_);
    structure_ = 0;
  }

  json::JsonFlattener flattener_;
  FieldList stray_;
  std::string repaired_;  ///< of a stray line
  Scanner scanner_;
  std::vector<RawField> fields_;
  std::string pending_;
  Mode mode_ = Mode::between;
  bool in_array_ = false;
  bool may_wrap_ = true;      ///< the next object between may be a wrapper
  std::string wrapper_open_;  ///< in a wrapper: the brackets open around its array
  bool final_ = false;
  std::uint64_t offset_ = 0;  ///< of the next byte that is not accounted for
  std::uint64_t line_ = 1;    ///< of that byte
  std::size_t column_ = 0;    ///< of that byte, in bytes
  std::uint64_t structure_ = 0;
  std::size_t scanned_ = 0;  ///< bytes of the object that the scanner has taken
  SkipReason bad_reason_ = SkipReason::bad_record;
  std::uint64_t bad_offset_ = 0;
  std::uint64_t bad_bytes_ = 0;
  std::size_t bad_column_ = 0;
  bool bad_object_ = false;  ///< an object was broken off, not what stands between
  bool at_line_start_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_ndjson_decoder(const Options& /*options: no slack in text*/) {
  return make_utf16_adapter(std::make_unique<NdjsonDecoder>());
}

}  // namespace interdict::decode
