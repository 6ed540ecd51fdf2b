#include "decode/text/fields.hpp"

#include <cstring>

namespace interdict::decode {

RawType raw_type(json::LeafType type) {
  switch (type) {
    case json::LeafType::null:
      return RawType::null;
    case json::LeafType::string:
      return RawType::string;
    case json::LeafType::integer:
      return RawType::integer;
    case json::LeafType::real:
      return RawType::real;
    case json::LeafType::boolean:
      return RawType::boolean;
  }
  return RawType::null;
}

RawType number_type(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.size() > 20) return RawType::string;  // 2^64 has 20 digits
  bool point = false;
  bool digit = false;
  for (const char byte : text) {
    if (byte >= '0' && byte <= '9') {
      digit = true;
    } else if (byte == '.' && !point && digit) {
      point = true;
      digit = false;  // one must follow
    } else {
      return RawType::string;
    }
  }
  if (!digit) return RawType::string;
  return point ? RawType::real : RawType::integer;
}

void FieldList::add_number(std::string_view path, std::string_view text) {
  add_or_null(path, text, number_type(text));
}

std::string_view FieldList::unescaped(std::string_view text, std::string_view escapable) {
  if (text.find('\\') == std::string_view::npos) return text;
  char* const start = room(text.size());
  char* to = start;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 1 < text.size() &&
                           escapable.find(text[i + 1]) != std::string_view::npos;
    if (is_escape) ++i;
    *to++ = text[i];
  }
  return {start, static_cast<std::size_t>(to - start)};
}

std::string_view FieldList::join(std::string_view first, std::string_view second,
                                 std::string_view third) {
  const auto size = first.size() + second.size() + third.size();
  if (size == 0) return {};
  char* const start = room(size);
  char* to = start;
  for (const auto part : {first, second, third}) {
    if (part.empty()) continue;
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  return {start, size};
}

bool FieldList::add_json(std::string_view object) {
  if (flattener_ == nullptr) flattener_ = std::make_unique<json::JsonFlattener>();
  const auto leaves = flattener_->flatten(object);
  if (!leaves) return false;
  for (const auto& leaf : *leaves) add(leaf.path, leaf.text, raw_type(leaf.type));
  return true;
}

}  // namespace interdict::decode
