#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "decode/decoder.hpp"
#include "decode/text/fields.hpp"

/// How every text log is read: one driver that knows bytes, encodings, offsets, limits and the
/// ledger, and a TextFormat that says where records end and what stands in them.
namespace interdict::decode {

/// Bytes (as UTF-8) of one record of a text log; a longer one is skipped as `limit`. What a text
/// decoder holds is at most twice this and one fed piece, and as much again for UTF-16.
inline constexpr std::size_t kMaxTextRecordBytes = std::size_t{1} << 20U;

/// What the text from here on begins with.
struct Frame {
  enum class Kind : std::uint8_t {
    need_more,  ///< cannot be told yet; never the answer when `last` was given
    record,     ///< `size` bytes are a record, then `tail` bytes of structure
    structure,  ///< `size` bytes
    skip,       ///< `size` bytes are lost for `reason`
  };
  Kind kind = Kind::need_more;
  std::size_t size = 0;
  std::size_t tail = 0;
  SkipReason reason = SkipReason::bad_record;
  bool goes_on = false;  ///< of a skip: belongs to the skip before, which is not counted again
};

/// One text format's knowledge, for one input.
class TextFormat {
 public:
  TextFormat() = default;
  TextFormat(const TextFormat&) = delete;
  TextFormat& operator=(const TextFormat&) = delete;
  TextFormat(TextFormat&&) = delete;
  TextFormat& operator=(TextFormat&&) = delete;
  virtual ~TextFormat() = default;

  /// Called with all text from the first byte that no frame has taken, never empty; after
  /// `need_more` again with the same and more behind it, so a format may remember how far it
  /// looked. `last`: nothing follows. Must not answer `need_more` for more than
  /// twice kMaxTextRecordBytes, and takes at least one byte otherwise.
  [[nodiscard]] virtual Frame cut(std::string_view text, bool last) = 0;

  /// Reads what `cut` called a record, well-formed UTF-8. False: it is none (`bad-record`). Called
  /// once for each record, before the next cut.
  [[nodiscard]] virtual bool read(std::string_view record, FieldList& fields) = 0;

  /// True if `read` wants the record's bytes as they stand, not as well-formed UTF-8: then what it
  /// adds must be that.
  [[nodiscard]] virtual bool reads_bytes() const { return false; }
};

/// A decoder of text: UTF-8 (ill-formed bytes are read as U+FFFD), or UTF-16 with a byte order
/// mark or told by its first two characters. Byte order marks are structure. Offsets, sizes and
/// bytes are always those of the input; numbers are lines, 1-based.
[[nodiscard]] std::unique_ptr<Decoder> make_text_decoder(std::unique_ptr<TextFormat> format);

}  // namespace interdict::decode
