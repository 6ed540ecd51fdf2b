#pragma once

#include <cstdint>
#include <memory>

#include "decode/text/line_format.hpp"

/// Formats whose records are made of several lines, not all of them neighbours.
namespace interdict::decode {

/// Takes the records that lines make and hands on what it joins them to; what is no record passes.
/// A Join also has `finish()`: hand on what is still held.
class LineJoin : public Sink {
 public:
  void to(Sink& sink) { sink_ = &sink; }

  void structure(std::uint64_t bytes) override { sink_->structure(bytes); }
  void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
               std::uint64_t offset) override {
    sink_->skipped(reason, records, bytes, offset);
  }

 protected:
  /// The fields of what was joined, unless they are too many: then it is skipped, and said so.
  void hand_on(std::uint64_t number, std::uint64_t offset, std::string_view bytes,
               const FieldList& fields) {
    if (fields.overflowed()) {
      sink_->skipped(SkipReason::limit, 1, bytes.size(), offset);
    } else {
      sink_->record({number, offset, as_byte_span(bytes), fields.all(), false});
    }
  }
  [[nodiscard]] Sink& sink() { return *sink_; }

 private:
  Sink* sink_ = nullptr;  ///< lives during the decoder's call
};

/// Lines by `Rules`, joined by `Join`.
template <class Rules, class Join>
class JoiningDecoder final : public Decoder {
 public:
  void feed(Bytes bytes, Sink& sink) override {
    join_.to(sink);
    lines_->feed(bytes, join_);
  }
  void finish(Sink& sink) override {
    join_.to(sink);
    lines_->finish(join_);
    join_.finish();
  }

 private:
  std::unique_ptr<Decoder> lines_ = make_text_decoder(std::make_unique<LineFormat<Rules>>());
  Join join_;
};

}  // namespace interdict::decode
