#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/bytes.hpp"
#include "base/flat_map.hpp"
#include "decode/decoder.hpp"

namespace interdict::decode {

/// Limits on one record's expansion. Records of Windows stay two orders of magnitude below each; a
/// hostile one (a template that names itself, a value that is named a thousand times) ends there.
struct BinXmlLimits {
  static constexpr std::size_t kMaxDepth = 64;  ///< elements, template instances and fragments
  static constexpr std::size_t kMaxSubstitutions = 4096;  ///< of one template instance
  static constexpr std::size_t kMaxFields = 16384;
  static constexpr std::size_t kMaxOutputBytes = std::size_t{4} << 20U;  ///< paths and texts
  static constexpr std::size_t kMaxTokens = std::size_t{1} << 18U;       ///< read, with repeats
  /// Of all records of a chunk together: a chunk holds up to 2322 records, each a bomb.
  static constexpr std::size_t kMaxChunkOutputBytes = std::size_t{64} << 20U;
  static constexpr std::size_t kMaxChunkTokens = std::size_t{1} << 22U;
};

/// What became of a fragment.
enum class BinXmlStatus : std::uint8_t { ok, bad, limit };

/// Reads binary XML ([MS-EVEN6] 2.2.12 to 2.2.16; libevtx format documentation, "Binary XML") of
/// the records of one EVTX chunk into flat fields; template definitions and names are found by
/// their offset in the chunk, in the chunk's own header tables nothing is looked up (they lie in
/// damaged files).
///
/// Paths: element names joined by dots; an attribute is one more name. `<Data Name="X">` and
/// `<ComplexData Name="X">` are called X and their Name is no field. Namespace declarations are no
/// fields. An empty element without attributes is an empty string. A null value is a null, but an
/// optional null is nothing. An array is a repeated field (in an attribute: joined by commas).
///
/// One thread. Memory: bounded by BinXmlLimits and the chunk. Never throws.
class BinXmlReader {
 public:
  /// Goes to another chunk. `chunk` must stay as it is until the next call of open_chunk.
  void open_chunk(Bytes chunk);

  /// Reads the fragment at [begin, end) of the chunk. On ok, fields() holds it; else it is empty.
  /// O(tokens + output), both bounded.
  [[nodiscard]] BinXmlStatus read(std::size_t begin, std::size_t end);

  /// Valid until the next call of read or open_chunk.
  [[nodiscard]] std::span<const RawField> fields() const { return fields_; }

 private:
  struct Cursor {
    std::size_t pos;
    std::size_t end;
  };
  struct Substitution {
    std::size_t offset;
    std::uint16_t size;
    std::uint8_t type;
  };
  /// The values a definition may name: a stretch of substitutions_. `in_definition`: elements carry
  /// a dependency id (they do only inside a template definition).
  struct Frame {
    std::size_t first = 0;
    std::size_t count = 0;
    bool in_definition = false;
  };
  /// What an element or an attribute has held so far; its text is text_ from text_start on.
  struct Content {
    std::size_t text_start = 0;
    std::size_t pieces = 0;
    RawType type = RawType::string;
    bool has_child = false;
    bool has_null = false;
    bool has_absent = false;  ///< an optional null
    bool is_attribute = false;
  };
  struct Attribute {
    std::string_view name;
    std::size_t begin;  ///< in text_
    std::size_t end;
    RawType type;
  };
  struct Emitted {
    std::size_t path_begin;
    std::size_t text_begin;
    std::size_t text_end;
    RawType type;
  };

  template <class T>
  [[nodiscard]] bool take(Cursor& cursor, T& value) const;
  [[nodiscard]] bool take_text(Cursor& cursor, Bytes& utf16) const;
  [[nodiscard]] bool take_name(Cursor& cursor, std::string_view& name);
  [[nodiscard]] bool charge(std::size_t bytes);
  [[nodiscard]] bool charge_tokens(std::size_t count);
  [[nodiscard]] bool hit_limit();

  [[nodiscard]] bool read_fragment(Cursor& cursor, const Frame& frame, Content& parent);
  [[nodiscard]] bool read_element(Cursor& cursor, const Frame& frame, bool has_attributes);
  [[nodiscard]] bool read_element_content(Cursor& cursor, const Frame& frame, Content& content);
  /// `has_real`: set if one is no namespace declaration, be its value absent or not.
  [[nodiscard]] bool read_attributes(Cursor& cursor, const Frame& frame, bool& has_real);
  [[nodiscard]] bool read_attribute_value(Cursor& cursor, const Frame& frame, Content& content);
  [[nodiscard]] bool read_template(Cursor& cursor, Content& parent);
  [[nodiscard]] bool read_values(Cursor& cursor, Frame& frame);
  /// One token of content other than an element or an end; `token` is already taken.
  [[nodiscard]] bool read_piece(std::uint8_t token, Cursor& cursor, const Frame& frame,
                                Content& content);
  [[nodiscard]] bool read_entity(Cursor& cursor, Content& content);
  [[nodiscard]] bool substitute(Cursor& cursor, const Frame& frame, bool optional,
                                Content& content);
  [[nodiscard]] bool add_array(const Substitution& value, Content& content);
  [[nodiscard]] bool add_text(Bytes utf16, Content& content);

  [[nodiscard]] bool enter_element(std::string_view name, std::size_t first_attribute);
  [[nodiscard]] bool finish_element(const Content& content, bool quiet_if_empty);
  [[nodiscard]] bool emit(std::size_t text_begin, std::size_t text_end, RawType type);

  Bytes chunk_;
  FlatMap<std::uint32_t, std::string_view> names_;  ///< by offset in the chunk; views into arena_
  /// The same names again, at their offset modulo the size: nearly every look-up ends here.
  struct RecentName {
    std::uint32_t offset = 0;  ///< 0: none; no name stands there
    std::string_view name;
  };
  std::array<RecentName, 512> recent_names_{};
  Arena arena_;

  std::vector<Substitution> substitutions_;  ///< a stack: of each open template instance
  std::vector<Attribute> attributes_;        ///< a stack: of each element being opened
  std::string path_;                         ///< of the open element
  std::string text_;                         ///< a stack: text of each open element
  std::string output_;                       ///< what emitted_ points into
  std::vector<Emitted> emitted_;
  std::vector<RawField> fields_;
  std::size_t depth_ = 0;
  std::size_t charged_ = 0;
  std::size_t tokens_ = 0;
  std::size_t chunk_charged_ = 0;
  std::size_t chunk_tokens_ = 0;
  bool limit_hit_ = false;
};

}  // namespace interdict::decode
