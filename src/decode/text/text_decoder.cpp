#include "decode/text/text_decoder.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/unicode.hpp"
#include "decode/utf16_adapter.hpp"

namespace interdict::decode {
namespace {

enum class Encoding : std::uint8_t { utf8, utf16le, utf16be };

struct Beginning {
  Encoding encoding = Encoding::utf8;
  std::size_t mark = 0;  ///< bytes of the byte order mark
};

constexpr std::size_t kBeginningBytes = 4;  // two characters of UTF-16

Beginning look_at(std::string_view first) {
  if (first.starts_with("\xef\xbb\xbf")) return {Encoding::utf8, 3};
  if (first.starts_with("\xff\xfe")) return {Encoding::utf16le, 2};
  if (first.starts_with("\xfe\xff")) return {Encoding::utf16be, 2};
  const auto bare = bare_utf16(first);
  if (bare == BareUtf16::little) return {Encoding::utf16le, 0};
  return {bare == BareUtf16::big ? Encoding::utf16be : Encoding::utf8, 0};
}

/// Bytes that `utf8`, made from UTF-16, took there: four-byte characters were two units of it.
std::size_t utf16_bytes(std::string_view utf8) {
  std::size_t units = 0;
  for (const char byte : utf8) {
    const auto value = static_cast<unsigned char>(byte);
    units += (value & 0xC0U) != 0x80U ? 1U : 0U;
    units += value >= 0xF0U ? 1U : 0U;
  }
  return units * 2;
}

class TextDecoder final : public Decoder {
 public:
  explicit TextDecoder(std::unique_ptr<TextFormat> format) : format_(std::move(format)) {}

  void feed(Bytes bytes, Sink& sink) override {
    auto text = as_text(bytes);
    if (!begun_) {
      raw_ += text;
      if (raw_.size() < kBeginningBytes) return;
      const std::string held = std::exchange(raw_, {});
      begin(held);
      take(std::string_view(held).substr(skip_mark()), sink);
      return;
    }
    take(text, sink);
  }

  void finish(Sink& sink) override {
    if (!begun_) {
      const std::string held = std::exchange(raw_, {});
      begin(held);
      take(std::string_view(held).substr(skip_mark()), sink);
    }
    last_ = true;
    if (encoding_ == Encoding::utf8) {
      run(pending_, sink);
    } else {
      transcode(raw_.size() - raw_.size() % 2);
      run(pending_, sink);
      odd_byte(sink);
    }
    flush(sink);
  }

 private:
  void begin(std::string_view first) {
    begun_ = true;
    const auto found = look_at(first);
    encoding_ = found.encoding;
    structure_ = offset_ = found.mark;
  }
  [[nodiscard]] std::size_t skip_mark() const { return static_cast<std::size_t>(offset_); }

  void take(std::string_view text, Sink& sink) {
    if (encoding_ != Encoding::utf8) {
      raw_ += text;
      auto whole = raw_.size() - raw_.size() % 2;
      if (whole > transcoded_ && is_high_surrogate(whole - 2)) whole -= 2;
      transcode(whole);
      const auto used = run(pending_, sink);
      pending_.erase(0, used);
      return;
    }
    if (pending_.empty()) {
      const auto used = run(text, sink);
      pending_.assign(text.substr(used));
      return;
    }
    pending_ += text;
    const auto used = run(pending_, sink);
    pending_.erase(0, used);
  }

  [[nodiscard]] bool is_high_surrogate(std::size_t at) const {
    const auto high =
        static_cast<unsigned char>(raw_[encoding_ == Encoding::utf16le ? at + 1 : at]);
    return (high & 0xFCU) == 0xD8U;
  }

  /// Adds what stands in `raw_` from `transcoded_` up to `end` to `pending_`.
  void transcode(std::size_t end) {
    if (end <= transcoded_) return;
    std::string units = raw_.substr(transcoded_, end - transcoded_);
    if (encoding_ == Encoding::utf16be) {
      for (std::size_t i = 0; i + 1 < units.size(); i += 2) std::swap(units[i], units[i + 1]);
    }
    append_utf8_from_utf16le(as_byte_span(units), pending_);
    transcoded_ = end;
  }

  /// Hands all frames of `text` to the sink; the bytes it is done with.
  std::size_t run(std::string_view text, Sink& sink) {
    std::size_t at = 0;
    while (at < text.size()) {
      const auto rest = text.substr(at);
      const auto frame = format_->cut(rest, last_);
      if (frame.kind == Frame::Kind::need_more) break;
      const auto head = rest.substr(0, frame.size);
      hand_over(frame, head, sink);
      if (frame.tail > 0)
        hand_over({Frame::Kind::structure}, rest.substr(head.size(), frame.tail), sink);
      at += head.size() + frame.tail;
    }
    if (encoding_ != Encoding::utf8) {
      raw_.erase(0, raw_used_);
      transcoded_ -= raw_used_;
      raw_used_ = 0;
    }
    return at;
  }

  void hand_over(const Frame& frame, std::string_view text, Sink& sink) {
    const auto bytes = encoding_ == Encoding::utf8
                           ? text
                           : std::string_view(raw_).substr(raw_used_, utf16_bytes(text));
    if (frame.kind == Frame::Kind::structure) {
      end_skip(sink);
      structure_ += bytes.size();
    } else if (frame.kind == Frame::Kind::skip) {
      skip(frame.reason, frame.goes_on, bytes.size(), sink);
    } else {
      record(text, bytes, sink);
    }
    offset_ += bytes.size();
    raw_used_ += encoding_ == Encoding::utf8 ? 0 : bytes.size();
    for (auto end = text.find('\n'); end != std::string_view::npos;
         end = text.find('\n', end + 1)) {
      ++line_;
    }
  }

  void record(std::string_view text, std::string_view bytes, Sink& sink) {
    fields_.clear();
    if (encoding_ == Encoding::utf8 && !format_->reads_bytes() && !is_utf8(text)) {
      repaired_ = to_valid_utf8(text);
      text = repaired_;
    }
    const bool readable = format_->read(text, fields_);
    if (!readable || fields_.overflowed()) {
      skip(readable ? SkipReason::limit : SkipReason::bad_record, false, bytes.size(), sink);
      return;
    }
    flush(sink);
    sink.record({line_, offset_, as_byte_span(bytes), fields_.all(), false, fields_.format()});
  }

  void skip(SkipReason reason, bool goes_on, std::uint64_t bytes, Sink& sink) {
    if (!goes_on || !skip_reason_) {
      flush(sink);
      skip_reason_ = reason;
      skip_offset_ = offset_;
    }
    skip_bytes_ += bytes;
  }

  void end_skip(Sink& sink) {
    if (!skip_reason_) return;
    sink.skipped(*skip_reason_, 1, skip_bytes_, skip_offset_);
    skip_reason_.reset();
    skip_bytes_ = 0;
  }

  void flush(Sink& sink) {
    if (structure_ > 0) sink.structure(structure_);
    structure_ = 0;
    end_skip(sink);
  }

  /// UTF-16 that ends within a unit.
  void odd_byte(Sink& sink) {
    if (raw_.empty()) return;
    flush(sink);
    sink.skipped(SkipReason::truncated, 0, raw_.size(), offset_);
  }

  std::unique_ptr<TextFormat> format_;
  FieldList fields_;
  std::string pending_;         ///< UTF-8 that no frame has taken
  std::string raw_;             ///< of UTF-16: the input's bytes of `pending_` and behind it
  std::size_t raw_used_ = 0;    ///< of `raw_`: taken by frames of this run
  std::size_t transcoded_ = 0;  ///< of `raw_`: stands in `pending_`
  std::string repaired_;
  bool begun_ = false;
  bool last_ = false;
  Encoding encoding_ = Encoding::utf8;
  std::uint64_t offset_ = 0;  ///< of the next byte that is not accounted for, in the input
  std::uint64_t line_ = 1;    ///< of that byte
  std::uint64_t structure_ = 0;
  std::optional<SkipReason> skip_reason_;  ///< a skip that may go on
  std::uint64_t skip_bytes_ = 0;
  std::uint64_t skip_offset_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_text_decoder(std::unique_ptr<TextFormat> format) {
  return std::make_unique<TextDecoder>(std::move(format));
}

}  // namespace interdict::decode
