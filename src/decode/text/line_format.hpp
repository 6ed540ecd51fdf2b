#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "decode/text/text_decoder.hpp"

namespace interdict::decode {

/// What a line is to a format whose records are made of whole lines.
enum class LineKind : std::uint8_t {
  whole,      ///< a record
  begins,     ///< a record's first line
  continues,  ///< a further line of the record that is open; lost (`bad-record`) if none is
  header,     ///< structure that says how to read the lines behind it
  bad,        ///< nothing of this format
};

/// Lines of one record; more are lost as `limit`. Stack traces and script blocks stay below.
inline constexpr std::size_t kMaxRecordLines = 4096;

/// `line` without white space at its ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto start = line.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return line.substr(start, line.find_last_not_of(kSpace) - start + 1);
}

/// Records made of whole lines. `Rules` has
///   LineKind kind(std::string_view line)    each line once, in order, without its end; a blank
///                                           one only if keeps_blank(), and it begins no record
///   bool keeps_blank() const
///   void header(std::string_view line)      what was called a header, when all before it is read
///   bool read(std::string_view record, FieldList&)   lines with their ends, without the last end
/// Line ends, blank lines behind a record and zeros at the start of a line (what a crash leaves in
/// a file) are structure.
template <class Rules>
class LineFormat final : public TextFormat {
 public:
  template <class... Args>
  explicit LineFormat(Args&&... args) : rules_(std::forward<Args>(args)...) {}

  Frame cut(std::string_view text, bool last) override {
    while (true) {
      if (dropping_) return drop(text);
      if (taken_ == text.size()) return last ? close() : Frame{};
      if (!kind_ && text[taken_] == '\0') {
        if (end_ > 0) return close();
        const auto zeros = text.find_first_not_of('\0');
        return structure(std::min(zeros, text.size()));
      }
      const auto end = text.find('\n', std::max(taken_, scanned_));
      if (end == std::string_view::npos && text.size() - taken_ <= kMaxTextRecordBytes && !last) {
        scanned_ = text.size();
        return {};
      }
      const auto stop = std::min(end, text.size());
      if (stop - taken_ > kMaxTextRecordBytes) {
        if (end_ > 0) return close();
        dropping_ = true;
        goes_on_ = false;
        continue;
      }
      auto line = text.substr(taken_, stop - taken_);
      const auto next = std::min(stop + 1, text.size());
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (const auto frame = take(line, next)) return *frame;
    }
  }

  bool read(std::string_view record, FieldList& fields) override {
    return rules_.read(record, fields);
  }

 private:
  /// Takes the line that ends before `next`; a frame if one is complete.
  std::optional<Frame> take(std::string_view line, std::size_t next) {
    const bool is_blank = trim(line).empty();
    if (!kind_) {
      kind_ = is_blank && !rules_.keeps_blank()
                  ? (end_ > 0 ? LineKind::continues : LineKind::header)
                  : rules_.kind(line);
    }
    const bool adds = *kind_ == LineKind::continues && end_ > 0;
    if (adds && (next > kMaxTextRecordBytes || lines_ == kMaxRecordLines)) {
      full_ = true;
      return close();
    }
    if (end_ > 0 && !adds) return close();
    const auto kind = std::exchange(kind_, std::nullopt).value();
    switch (kind) {
      case LineKind::begins:
      case LineKind::continues:
        if (kind == LineKind::continues && !adds) break;
        if (kind == LineKind::begins) full_ = false;
        if (!is_blank) end_ = taken_ + line.size();  // a first line never is
        taken_ = scanned_ = next;
        ++lines_;
        return std::nullopt;
      case LineKind::whole:
        full_ = false;
        end_ = line.size();
        taken_ = next;
        return close();
      case LineKind::header:
        if (!is_blank) rules_.header(line);
        return structure(next);
      case LineKind::bad:
        full_ = false;
        break;
    }
    reset();
    return Frame{Frame::Kind::skip, next, 0, full_ ? SkipReason::limit : SkipReason::bad_record,
                 full_};
  }

  Frame close() {
    if (end_ == 0) return {};
    const Frame frame{Frame::Kind::record, end_, taken_ - end_};
    reset();
    return frame;
  }

  Frame structure(std::size_t size) {
    reset();
    return {Frame::Kind::structure, size};
  }

  /// A line that is too long, up to its end.
  Frame drop(std::string_view text) {
    const auto end = text.find('\n');
    dropping_ = end == std::string_view::npos;
    reset();
    return {Frame::Kind::skip, dropping_ ? text.size() : end + 1, 0, SkipReason::limit,
            std::exchange(goes_on_, true)};
  }

  void reset() { taken_ = scanned_ = end_ = lines_ = 0; }

  Rules rules_;
  std::size_t taken_ = 0;    ///< bytes of the open record's lines, with their ends
  std::size_t end_ = 0;      ///< the same, without the last end and blank lines; 0: none is open
  std::size_t lines_ = 0;    ///< of the open record
  std::size_t scanned_ = 0;  ///< no line end between taken_ and here
  std::optional<LineKind> kind_;  ///< of the line at taken_, if it was asked for already
  bool full_ = false;             ///< the last record was closed at its limit
  bool dropping_ = false;
  bool goes_on_ = false;
};

}  // namespace interdict::decode
