#include "decode/binxml.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"
#include "base/unicode.hpp"
#include "decode/binxml_value.hpp"

namespace interdict::decode {
namespace {

/// Tokens ([MS-EVEN6] 2.2.12). Bit 0x40 says that more follows; only for open element does it
/// change the layout (an attribute list follows).
constexpr std::uint8_t kMoreFlag = 0x40;
constexpr std::uint8_t kEndOfFragment = 0x00;
constexpr std::uint8_t kOpenElement = 0x01;
constexpr std::uint8_t kCloseStart = 0x02;
constexpr std::uint8_t kCloseEmpty = 0x03;
constexpr std::uint8_t kEndElement = 0x04;
constexpr std::uint8_t kValueText = 0x05;
constexpr std::uint8_t kAttribute = 0x06;
constexpr std::uint8_t kCdata = 0x07;
constexpr std::uint8_t kCharReference = 0x08;
constexpr std::uint8_t kEntityReference = 0x09;
constexpr std::uint8_t kPiTarget = 0x0a;
constexpr std::uint8_t kPiData = 0x0b;
constexpr std::uint8_t kTemplateInstance = 0x0c;
constexpr std::uint8_t kSubstitution = 0x0d;
constexpr std::uint8_t kOptionalSubstitution = 0x0e;
constexpr std::uint8_t kFragmentHeader = 0x0f;

/// Next-template offset, GUID, data size.
constexpr std::size_t kDefinitionHeadBytes = 24;
constexpr std::size_t kDefinitionGuidOffset = 4;  // begins with the template's id
constexpr std::size_t kDefinitionSizeOffset = 20;
/// Next-name offset, hash, count of characters.
constexpr std::size_t kNameHeadBytes = 8;

bool is_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_namespace_declaration(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

}  // namespace

void BinXmlReader::open_chunk(Bytes chunk) {
  chunk_ = chunk;
  names_.clear();
  recent_names_.fill({});
  arena_.rewind();
  fields_.clear();
  chunk_charged_ = chunk_tokens_ = 0;
}

BinXmlStatus BinXmlReader::read(std::size_t begin, std::size_t end) {
  substitutions_.clear();
  attributes_.clear();
  path_.clear();
  text_.clear();
  output_.clear();
  emitted_.clear();
  fields_.clear();
  depth_ = charged_ = tokens_ = 0;
  limit_hit_ = false;
  Cursor cursor{begin, std::min(end, chunk_.size())};
  Content root;
  if (!read_fragment(cursor, Frame{}, root)) {
    return limit_hit_ ? BinXmlStatus::limit : BinXmlStatus::bad;
  }
  if (emitted_.empty()) return BinXmlStatus::bad;  // a record without a single leaf is no event
  const std::string_view output = output_;
  fields_.reserve(emitted_.size());
  for (const Emitted& e : emitted_) {
    fields_.push_back({output.substr(e.path_begin, e.text_begin - e.path_begin),
                       output.substr(e.text_begin, e.text_end - e.text_begin), e.type});
  }
  return BinXmlStatus::ok;
}

template <class T>
bool BinXmlReader::take(Cursor& cursor, T& value) const {
  const auto loaded = load_le<T>(chunk_.first(cursor.end), cursor.pos);
  if (!loaded) return false;
  value = *loaded;
  cursor.pos += sizeof(T);
  return true;
}

bool BinXmlReader::take_text(Cursor& cursor, Bytes& utf16) const {
  std::uint16_t characters = 0;
  if (!take(cursor, characters)) return false;
  const auto text = slice(chunk_.first(cursor.end), cursor.pos, std::uint64_t{characters} * 2);
  if (!text) return false;
  utf16 = *text;
  cursor.pos += text->size();
  return true;
}

bool BinXmlReader::take_name(Cursor& cursor, std::string_view& name) {
  std::uint32_t offset = 0;
  if (!take(cursor, offset)) return false;
  const auto characters = load_le<std::uint16_t>(chunk_, std::uint64_t{offset} + 6);
  if (!characters) return false;
  const std::size_t size = std::size_t{*characters} * 2;
  // A name stands where it is first used; it is then part of the token stream, with a NUL.
  if (offset == cursor.pos) {
    if (cursor.end - cursor.pos < kNameHeadBytes + size + 2) return false;
    cursor.pos += kNameHeadBytes + size + 2;
  }
  auto& recent = recent_names_[offset % recent_names_.size()];
  if (recent.offset == offset && offset != 0) {
    name = recent.name;
    return charge(name.size());
  }
  if (const auto known = names_.find(offset); known != names_.end()) {
    name = known->second;
    recent = {offset, name};
    return charge(name.size());
  }
  const auto utf16 = slice(chunk_, std::uint64_t{offset} + kNameHeadBytes, size);
  if (!utf16 || utf16->empty()) return false;
  if (!charge(size)) return false;
  std::string text;
  append_utf8_from_utf16le(*utf16, text);
  name = arena_.copy(text);
  names_.emplace(offset, name);
  return true;
}

bool BinXmlReader::hit_limit() {
  limit_hit_ = true;
  return false;
}

bool BinXmlReader::charge(std::size_t bytes) {
  charged_ += bytes;
  chunk_charged_ += bytes;
  return (charged_ <= BinXmlLimits::kMaxOutputBytes &&
          chunk_charged_ <= BinXmlLimits::kMaxChunkOutputBytes) ||
         hit_limit();
}

bool BinXmlReader::charge_tokens(std::size_t count) {
  tokens_ += count;
  chunk_tokens_ += count;
  return (tokens_ <= BinXmlLimits::kMaxTokens && chunk_tokens_ <= BinXmlLimits::kMaxChunkTokens) ||
         hit_limit();
}

bool BinXmlReader::read_fragment(Cursor& cursor, const Frame& frame, Content& parent) {
  const DepthGuard guard(depth_, BinXmlLimits::kMaxDepth);
  if (guard.exceeded()) return hit_limit();
  while (cursor.pos < cursor.end) {
    std::uint8_t token = 0;
    if (!take(cursor, token) || !charge_tokens(1)) return false;
    const auto kind = static_cast<std::uint8_t>(token & ~kMoreFlag);
    if (kind == kEndOfFragment) return true;
    if (kind == kOpenElement) {
      parent.has_child = true;
      if (!read_element(cursor, frame, (token & kMoreFlag) != 0)) return false;
    } else if (!read_piece(kind, cursor, frame, parent)) {
      return false;
    }
  }
  return true;
}

bool BinXmlReader::read_element(Cursor& cursor, const Frame& frame, bool has_attributes) {
  const DepthGuard guard(depth_, BinXmlLimits::kMaxDepth);
  if (guard.exceeded()) return hit_limit();
  std::uint16_t dependency = 0;
  std::uint32_t size = 0;  // of the element: not needed, and not to be trusted
  std::string_view name;
  if (frame.in_definition && !take(cursor, dependency)) return false;
  if (!take(cursor, size) || !take_name(cursor, name)) return false;

  const std::size_t path_size = path_.size();
  const std::size_t text_size = text_.size();
  const std::size_t first_attribute = attributes_.size();
  bool has_real_attributes = false;
  if (has_attributes && !read_attributes(cursor, frame, has_real_attributes)) return false;
  if (!enter_element(name, first_attribute)) return false;
  attributes_.resize(first_attribute);
  text_.resize(text_size);

  std::uint8_t close = 0;
  if (!take(cursor, close) || !charge_tokens(1)) return false;
  Content content;
  content.text_start = text_size;
  if (close == kCloseStart) {
    if (!read_element_content(cursor, frame, content)) return false;
  } else if (close != kCloseEmpty) {
    return false;
  }
  // The place of an unnamed or named Data counts even when it is empty.
  if (!finish_element(content, has_real_attributes && name != "Data")) return false;
  path_.resize(path_size);
  text_.resize(text_size);
  return true;
}

bool BinXmlReader::read_element_content(Cursor& cursor, const Frame& frame, Content& content) {
  for (;;) {
    std::uint8_t token = 0;
    if (!take(cursor, token) || !charge_tokens(1)) return false;
    const auto kind = static_cast<std::uint8_t>(token & ~kMoreFlag);
    if (kind == kEndElement) return true;
    if (kind == kOpenElement) {
      content.has_child = true;
      if (!read_element(cursor, frame, (token & kMoreFlag) != 0)) return false;
    } else if (!read_piece(kind, cursor, frame, content)) {
      return false;
    }
  }
}

bool BinXmlReader::read_attributes(Cursor& cursor, const Frame& frame, bool& has_real) {
  std::uint32_t list_size = 0;  // not needed: the list ends at the first other token
  if (!take(cursor, list_size)) return false;
  for (;;) {
    const auto token = load_le<std::uint8_t>(chunk_.first(cursor.end), cursor.pos);
    if (!token || (*token & ~kMoreFlag) != kAttribute) return token.has_value();
    ++cursor.pos;
    if (!charge_tokens(1)) return false;
    Attribute attribute{};
    if (!take_name(cursor, attribute.name)) return false;
    if (!is_namespace_declaration(attribute.name)) has_real = true;
    Content content;
    content.is_attribute = true;
    content.text_start = text_.size();
    if (!read_attribute_value(cursor, frame, content)) return false;
    if (content.pieces == 0 && content.has_absent) continue;
    attribute.begin = content.text_start;
    attribute.end = text_.size();
    attribute.type = content.pieces == 0  ? (content.has_null ? RawType::null : RawType::string)
                     : content.pieces > 1 ? RawType::string
                                          : content.type;
    attributes_.push_back(attribute);
  }
}

bool BinXmlReader::read_attribute_value(Cursor& cursor, const Frame& frame, Content& content) {
  for (;;) {
    const auto token = load_le<std::uint8_t>(chunk_.first(cursor.end), cursor.pos);
    if (!token) return false;
    const auto kind = static_cast<std::uint8_t>(*token & ~kMoreFlag);
    const bool is_value = kind == kValueText || kind == kSubstitution ||
                          kind == kOptionalSubstitution || kind == kCharReference ||
                          kind == kEntityReference;
    if (!is_value) return true;
    ++cursor.pos;
    if (!charge_tokens(1) || !read_piece(kind, cursor, frame, content)) return false;
  }
}

bool BinXmlReader::read_piece(std::uint8_t token, Cursor& cursor, const Frame& frame,
                              Content& content) {
  Bytes utf16;
  switch (token) {
    case kValueText: {
      std::uint8_t type = 0;
      if (!take(cursor, type) || type != static_cast<std::uint8_t>(BinXmlType::utf16_string)) {
        return false;  // [MS-EVEN6] 2.2.12: literal values are strings
      }
      return take_text(cursor, utf16) && add_text(utf16, content);
    }
    case kCdata:
      return take_text(cursor, utf16) && add_text(utf16, content);
    case kCharReference: {
      std::uint16_t code_unit = 0;
      if (!take(cursor, code_unit) || !charge(4)) return false;
      append_utf8(code_unit >= 0xd800 && code_unit < 0xe000 ? 0xfffd : code_unit, text_);
      content.type = RawType::string;
      ++content.pieces;
      return true;
    }
    case kEntityReference:
      return read_entity(cursor, content);
    case kPiTarget: {
      std::string_view target;
      return take_name(cursor, target);
    }
    case kPiData:
      return take_text(cursor, utf16);
    case kTemplateInstance:
      return read_template(cursor, content);
    case kSubstitution:
    case kOptionalSubstitution:
      return substitute(cursor, frame, token == kOptionalSubstitution, content);
    case kFragmentHeader:  // version 1.1, flags
      if (cursor.end - cursor.pos < 3) return false;
      cursor.pos += 3;
      return true;
    default:
      return false;
  }
}

bool BinXmlReader::read_entity(Cursor& cursor, Content& content) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string_view name;
  if (!take_name(cursor, name) || !charge(name.size() + 2)) return false;
  const auto* const entity =
      std::ranges::find(kEntities, name, &std::pair<std::string_view, char>::first);
  if (entity != kEntities.end()) {
    text_ += entity->second;
  } else {  // not one of XML's own: kept as it would stand in the text
    text_ += '&';
    text_ += name;
    text_ += ';';
  }
  content.type = RawType::string;
  ++content.pieces;
  return true;
}

bool BinXmlReader::read_template(Cursor& cursor, Content& parent) {
  const DepthGuard guard(depth_, BinXmlLimits::kMaxDepth);
  if (guard.exceeded()) return hit_limit();
  std::uint8_t unknown = 0;
  std::uint32_t id = 0;
  std::uint32_t offset = 0;
  if (!take(cursor, unknown) || !take(cursor, id) || !take(cursor, offset)) return false;
  const auto size = load_le<std::uint32_t>(chunk_, std::uint64_t{offset} + kDefinitionSizeOffset);
  if (!size || !slice(chunk_, offset, kDefinitionHeadBytes + std::uint64_t{*size})) return false;
  // Remains of another chunk in a damaged one would else be read with a definition not theirs.
  if (load_le<std::uint32_t>(chunk_, offset + kDefinitionGuidOffset) != id) return false;
  // As with names: the definition stands where it is first used.
  if (offset == cursor.pos) {
    if (cursor.end - cursor.pos < kDefinitionHeadBytes + *size) return false;
    cursor.pos += kDefinitionHeadBytes + *size;
  }
  Frame frame;
  frame.in_definition = true;
  if (!read_values(cursor, frame)) return false;
  Cursor definition{offset + kDefinitionHeadBytes, offset + kDefinitionHeadBytes + *size};
  if (!read_fragment(definition, frame, parent)) return false;
  substitutions_.resize(frame.first);
  return true;
}

bool BinXmlReader::read_values(Cursor& cursor, Frame& frame) {
  std::uint32_t count = 0;
  if (!take(cursor, count)) return false;
  constexpr std::size_t kDescriptorBytes = 4;
  if (count > (cursor.end - cursor.pos) / kDescriptorBytes) return false;
  if (count > BinXmlLimits::kMaxSubstitutions) return hit_limit();
  if (!charge_tokens(count)) return false;
  frame.first = substitutions_.size();
  frame.count = count;
  std::size_t data = cursor.pos + count * kDescriptorBytes;
  for (std::uint32_t i = 0; i < count; ++i) {
    Substitution value{data, 0, 0};
    std::uint8_t unknown = 0;
    if (!take(cursor, value.size) || !take(cursor, value.type) || !take(cursor, unknown)) {
      return false;
    }
    data += value.size;
    if (data > cursor.end) return false;
    substitutions_.push_back(value);
  }
  cursor.pos = data;
  return true;
}

bool BinXmlReader::substitute(Cursor& cursor, const Frame& frame, bool optional, Content& content) {
  std::uint16_t index = 0;
  std::uint8_t declared = 0;  // the value's own type is what counts
  if (!take(cursor, index) || !take(cursor, declared) || !frame.in_definition) return false;
  // A name without a value is a null.
  const Substitution value =
      index < frame.count ? substitutions_[frame.first + index] : Substitution{};
  if (value.type == static_cast<std::uint8_t>(BinXmlType::bin_xml)) {
    if (value.size == 0) {
      content.has_absent = true;
      return true;
    }
    if (content.is_attribute) return false;
    Cursor nested{value.offset, value.offset + value.size};
    return read_fragment(nested, Frame{}, content);
  }
  if ((value.type & kBinXmlArrayFlag) != 0) return add_array(value, content);
  if (!charge(std::size_t{value.size} * 2)) return false;
  const RawType type =
      append_binxml_value(value.type, chunk_.subspan(value.offset, value.size), text_);
  if (type == RawType::null) {
    (optional ? content.has_absent : content.has_null) = true;
    return true;
  }
  content.type = type;
  ++content.pieces;
  return true;
}

bool BinXmlReader::add_array(const Substitution& value, Content& content) {
  const auto type = static_cast<std::uint8_t>(value.type & ~kBinXmlArrayFlag);
  Bytes rest = chunk_.subspan(value.offset, value.size);
  if (rest.empty()) ++content.pieces;  // present and empty
  for (bool first = true; !rest.empty(); first = false) {
    if (!charge_tokens(1)) return false;
    const Bytes element = take_binxml_element(type, rest);
    if (!charge(element.size() * 2)) return false;
    if (!first && content.is_attribute) {
      text_ += ',';
    } else if (!first) {  // a repeated element
      if (!emit(content.text_start, text_.size(), content.type)) return false;
      text_.resize(content.text_start);
      content.pieces = 0;
    }
    content.type = append_binxml_value(type, element, text_);
    ++content.pieces;
  }
  return true;
}

bool BinXmlReader::add_text(Bytes utf16, Content& content) {
  if (!charge(utf16.size() * 2)) return false;
  append_utf8_from_utf16le(utf16, text_);
  content.type = RawType::string;
  ++content.pieces;
  return true;
}

bool BinXmlReader::enter_element(std::string_view name, std::size_t first_attribute) {
  const std::span<const Attribute> attributes = std::span(attributes_).subspan(first_attribute);
  const Attribute* key = nullptr;
  if (name == "Data" || name == "ComplexData") {
    const auto found = std::ranges::find(attributes, "Name", &Attribute::name);
    if (found != attributes.end() && found->end > found->begin) key = &*found;
  }
  if (!path_.empty()) path_ += '.';
  if (key != nullptr) {
    path_.append(text_, key->begin, key->end - key->begin);
  } else {
    path_ += name;
  }
  const std::size_t size = path_.size();
  for (const Attribute& attribute : attributes) {
    if (&attribute == key || is_namespace_declaration(attribute.name)) continue;
    path_ += '.';
    path_ += attribute.name;
    if (!emit(attribute.begin, attribute.end, attribute.type)) return false;
    path_.resize(size);
  }
  return true;
}

bool BinXmlReader::finish_element(const Content& content, bool quiet_if_empty) {
  if (content.pieces > 0) {
    const std::string_view text = std::string_view(text_).substr(content.text_start);
    if (content.has_child && is_space(text)) return true;  // layout
    return emit(content.text_start, text_.size(),
                content.pieces == 1 ? content.type : RawType::string);
  }
  if (content.has_child) return true;
  if (content.has_null) return emit(0, 0, RawType::null);
  if (content.has_absent || quiet_if_empty) return true;
  return emit(0, 0, RawType::string);
}

bool BinXmlReader::emit(std::size_t text_begin, std::size_t text_end, RawType type) {
  if (emitted_.size() >= BinXmlLimits::kMaxFields) return hit_limit();
  if (!charge(path_.size() + (text_end - text_begin))) return false;
  const std::size_t path_begin = output_.size();
  output_ += path_;
  const std::size_t begin = output_.size();
  output_.append(text_, text_begin, text_end - text_begin);
  emitted_.push_back({path_begin, begin, output_.size(), type});
  return true;
}

}  // namespace interdict::decode
