#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "decode/decoder.hpp"
#include "json/reader.hpp"

namespace interdict::decode {

/// Fields of one record of a text log; a record with more is skipped as `limit`.
inline constexpr std::size_t kMaxTextFields = 4096;

/// What a record is read into, with the memory for what does not stand in the record as it is.
///
/// Paths and texts are views: into the record, into this list (`keep`), or static. They live until
/// `clear`. Keeps its memory from record to record. One thread.
class FieldList {
 public:
  void add(std::string_view path, std::string_view text, RawType type = RawType::string) {
    if (fields_.size() == kMaxTextFields) {
      overflowed_ = true;
      return;
    }
    fields_.push_back({path, text, type});
  }

  /// Null if `text` is the `-` with which many logs write an absent value.
  void add_or_null(std::string_view path, std::string_view text, RawType type = RawType::string) {
    text == "-" ? add(path, {}, RawType::null) : add(path, text, type);
  }

  /// As add_or_null; the type is integer or real where the text is a decimal number.
  void add_number(std::string_view path, std::string_view text);

  /// `text` with the backslash before each of the bytes `escapable` left out; as it stands if it
  /// has no backslash.
  [[nodiscard]] std::string_view unescaped(std::string_view text, std::string_view escapable);

  /// The parts one after another, kept.
  [[nodiscard]] std::string_view join(std::string_view first, std::string_view second,
                                      std::string_view third = {});

  /// Room for `size` bytes, to be filled by the caller.
  [[nodiscard]] char* room(std::size_t size) { return arena_.allocate(size); }
  [[nodiscard]] std::string_view keep(std::string_view text) { return arena_.copy(text); }

  /// Adds the leaves of a JSON object under their own paths. False (and nothing added) if `object`
  /// is none. At most once a record.
  [[nodiscard]] bool add_json(std::string_view object);

  [[nodiscard]] std::span<const RawField> all() const { return fields_; }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] bool overflowed() const { return overflowed_; }

  /// Takes the fields from `size` on off again.
  void cut_to(std::size_t size) {
    fields_.resize(size);
    overflowed_ = false;
  }

  void clear() {
    fields_.clear();
    arena_.rewind();
    overflowed_ = false;
    format_ = {};
  }

  /// RawRecord::format of the record; a static text.
  void set_format(std::string_view format) { format_ = format; }
  [[nodiscard]] std::string_view format() const { return format_; }

 private:
  std::vector<RawField> fields_;
  Arena arena_;
  std::unique_ptr<json::JsonFlattener> flattener_;  ///< made when the first JSON is met
  bool overflowed_ = false;
  std::string_view format_;
};

/// What a leaf's type is called here.
[[nodiscard]] RawType raw_type(json::LeafType type);

/// integer, real or string: how a decimal number (`-12`, `0.5`, no exponent) is told from a text.
[[nodiscard]] RawType number_type(std::string_view text);

}  // namespace interdict::decode
