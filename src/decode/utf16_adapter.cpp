#include "decode/utf16_adapter.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "base/unicode.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kMarkBytes = 2;
constexpr std::size_t kTellingBytes = 4;  // two characters, where there is no mark

/// Hands on what is told of the UTF-8, in terms of the UTF-16 that it was made from.
class BackToUtf16 final : public Sink {
 public:
  void to(Sink& sink) { sink_ = &sink; }
  void add(std::string_view raw, std::string_view utf8) {
    raw_ += raw;
    utf8_ += utf8;
  }
  /// The byte order mark.
  void skip_mark() { offset_ = kMarkBytes; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

  void record(const RawRecord& record) override {
    auto wide = record;
    wide.offset = offset_;
    const auto size = take(record.bytes.size());
    wide.bytes = as_byte_span(std::string_view(raw_).substr(raw_at_ - size, size));
    sink_->record(wide);
  }
  void structure(std::uint64_t bytes) override { sink_->structure(take(bytes)); }
  void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
               std::uint64_t) override {
    const auto offset = offset_;
    sink_->skipped(reason, records, take(bytes), offset);
  }

  /// Forgets what was accounted for.
  void trim() {
    raw_.erase(0, std::exchange(raw_at_, 0));
    utf8_.erase(0, std::exchange(utf8_at_, 0));
  }

 private:
  /// Moves past so many bytes of UTF-8; how many of UTF-16 they were.
  std::size_t take(std::uint64_t bytes) {
    std::size_t units = 0;
    for (const auto stop = utf8_at_ + static_cast<std::size_t>(bytes); utf8_at_ < stop;
         ++utf8_at_) {
      const auto value = static_cast<unsigned char>(utf8_[utf8_at_]);
      units += (value & 0xC0U) != 0x80U ? 1U : 0U;
      units += value >= 0xF0U ? 1U : 0U;  // was a pair
    }
    raw_at_ += 2 * units;
    offset_ += 2 * units;
    return 2 * units;
  }

  Sink* sink_ = nullptr;
  std::string raw_;
  std::string utf8_;
  std::size_t raw_at_ = 0;
  std::size_t utf8_at_ = 0;
  std::uint64_t offset_ = 0;
};

class Utf16Adapter final : public Decoder {
 public:
  explicit Utf16Adapter(std::unique_ptr<Decoder> inner) : inner_(std::move(inner)) {}

  void feed(Bytes bytes, Sink& sink) override {
    if (mode_ == Mode::plain) return inner_->feed(bytes, sink);
    held_ += as_text(bytes);
    if (mode_ == Mode::unknown && held_.size() >= kTellingBytes) begin(sink);
    if (mode_ == Mode::little || mode_ == Mode::big) transcode(sink);
  }

  void finish(Sink& sink) override {
    if (mode_ == Mode::unknown) begin(sink);
    if (mode_ == Mode::plain) return inner_->finish(sink);
    is_last_ = true;
    transcode(sink);
    back_.to(sink);
    inner_->finish(back_);
    if (!held_.empty()) sink.skipped(SkipReason::truncated, 0, held_.size(), back_.offset());
  }

 private:
  enum class Mode : std::uint8_t { unknown, plain, little, big };

  void begin(Sink& sink) {
    const std::string_view held = held_;
    const auto bare = bare_utf16(held);
    const bool is_bare = bare != BareUtf16::none;
    mode_ = held.starts_with("\xff\xfe") || bare == BareUtf16::little ? Mode::little
            : held.starts_with("\xfe\xff") || bare == BareUtf16::big  ? Mode::big
                                                                      : Mode::plain;
    if (mode_ == Mode::plain) {
      const std::string first = std::exchange(held_, {});
      inner_->feed(as_byte_span(first), sink);
    } else if (!is_bare) {
      sink.structure(kMarkBytes);
      back_.skip_mark();
      held_.erase(0, kMarkBytes);
    }
  }

  void transcode(Sink& sink) {
    auto size = held_.size() - held_.size() % 2;
    const auto high = [&](std::size_t at) {
      return (static_cast<unsigned char>(held_[mode_ == Mode::little ? at + 1 : at]) & 0xFCU) ==
             0xD8U;
    };
    if (!is_last_ && size > 0 && high(size - 2)) size -= 2;  // half of a pair
    if (size == 0) return;
    const std::string raw = held_.substr(0, size);
    held_.erase(0, size);
    std::string units = raw;
    for (std::size_t i = 0; mode_ == Mode::big && i < size; i += 2)
      std::swap(units[i], units[i + 1]);
    std::string utf8;
    append_utf8_from_utf16le(as_byte_span(units), utf8);
    back_.to(sink);
    back_.add(raw, utf8);
    inner_->feed(as_byte_span(utf8), back_);
    back_.trim();
  }

  std::unique_ptr<Decoder> inner_;
  BackToUtf16 back_;
  std::string held_;
  Mode mode_ = Mode::unknown;
  bool is_last_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_utf16_adapter(std::unique_ptr<Decoder> inner) {
  return std::make_unique<Utf16Adapter>(std::move(inner));
}

}  // namespace interdict::decode
