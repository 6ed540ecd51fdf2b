#include "json/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include <simdjson.h>

#include "base/unicode.hpp"

namespace interdict::json {
namespace {

/// The first stage of simdjson with the padded copy of the text it works on; both are reused.
///
/// That stage, chosen for the processor at run time, proves the text UTF-8, finds the ends of its
/// strings, and lists where a bracket, a comma, a colon or a scalar begins. What those mean is read
/// here: most strings have no escape and are views of the text.
struct Reader {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> first_stage;
  std::size_t capacity = 0;   ///< of first_stage, bytes of text
  std::vector<char> buffer;   ///< of a text without room behind it
  std::vector<char> strings;  ///< unescaped, one behind another; none is longer than it was

  /// Where `text` stands with room behind it: as it is, if so many bytes may be read there.
  const char* load(std::string_view text, std::size_t readable_behind) {
    if (readable_behind >= simdjson::SIMDJSON_PADDING) return text.data();
    buffer.resize(text.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(buffer.data(), text.data(), text.size());
    std::memset(buffer.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return buffer.data();
  }

  /// Fills first_stage's list for the `size` bytes at `start`, which have room behind them.
  simdjson::error_code index(const char* start, std::size_t size) {
    if (size > capacity || first_stage == nullptr) {
      first_stage.reset();
      const auto wanted = std::max(size, kLeastCapacity);
      const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
          wanted, kMaxDepth, first_stage);
      if (error != simdjson::SUCCESS) return error;
      capacity = wanted;
    }
    if (strings.size() < size + simdjson::SIMDJSON_PADDING) {
      strings.resize(size + simdjson::SIMDJSON_PADDING);
    }
    return first_stage->stage1(reinterpret_cast<const std::uint8_t*>(start), size,
                               simdjson::stage1_mode::regular);
  }

 private:
  static constexpr std::size_t kLeastCapacity = std::size_t{16} << 10U;
};

tl::unexpected<Error> refused(simdjson::error_code code) {
  return fail(code == simdjson::CAPACITY ? Errc::limit : Errc::syntax,
              std::string("not JSON: ") + simdjson::error_message(code));
}

bool is_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/// `memchr` for texts that are mostly shorter than a call is worth.
bool has_backslash(const char* text, std::size_t size) {
  constexpr std::size_t kShort = 64;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  if (size > kShort) return std::memchr(text, '\\', size) != nullptr;
  std::uint64_t eight = 0;
  for (; size >= sizeof eight; text += sizeof eight, size -= sizeof eight) {
    std::memcpy(&eight, text, sizeof eight);
    eight ^= kOnes * '\\';
    if (((eight - kOnes) & ~eight & (kOnes << 7U)) != 0) return true;  // one of them is zero now
  }
  for (; size > 0; ++text, --size) {
    if (*text == '\\') return true;
  }
  return false;
}

bool read_hex4(const char* digits, char32_t& out) {
  unsigned value = 0;
  const auto done = std::from_chars(digits, digits + 4, value, 16);
  if (done.ec != std::errc{} || done.ptr != digits + 4) return false;
  out = value;
  return true;
}

/// Unescapes the string whose first character `raw` points at, up to its closing quote (simdjson's
/// first stage has made sure that there is one), to `out`, which has room for as many bytes. Lone
/// surrogates become U+FFFD. The end of what it wrote; null if an escape is none.
char* unescape(const char* raw, char* out) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  std::string utf8;
  while (*raw != '"') {
    if (*raw != '\\') {
      *out++ = *raw++;
      continue;
    }
    if (raw[1] != 'u') {
      const auto which = kFrom.find(raw[1]);
      if (which == std::string_view::npos) return nullptr;
      *out++ = kTo[which];
      raw += 2;
      continue;
    }
    char32_t unit = 0;
    if (!read_hex4(raw + 2, unit)) return nullptr;
    raw += 6;
    char32_t low = 0;
    if (unit >= 0xD800 && unit < 0xDC00 && raw[0] == '\\' && raw[1] == 'u' &&
        read_hex4(raw + 2, low) && low >= 0xDC00 && low < 0xE000) {
      unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
      raw += 6;
    } else if (unit >= 0xD800 && unit < 0xE000) {
      unit = 0xFFFD;
    }
    utf8.clear();
    append_utf8(unit, utf8);
    out = std::copy(utf8.begin(), utf8.end(), out);
  }
  return out;
}

/// simdjson's own, with the instructions of the processor. Null also for a lone surrogate. Since
/// 3.2 it asks whether to put a mark for those; before, it does not know the question.
template <class Stage>
char* unescape_fast(const Stage& stage, const char* raw, char* out) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(raw);
  auto* to = reinterpret_cast<std::uint8_t*>(out);
  if constexpr (requires { stage.parse_string(from, to, false); })
    return reinterpret_cast<char*>(stage.parse_string(from, to, false));
  else
    return reinterpret_cast<char*>(stage.parse_string(from, to));
}

enum class Number : std::uint8_t { none, integer, real };

/// RFC 8259, section 6.
Number number_kind(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const auto start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return Number::none;
  bool real = false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    real = true;
    if (digits() == 0) return Number::none;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    real = true;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return Number::none;
  }
  if (at != text.size()) return Number::none;
  return real ? Number::real : Number::integer;
}

enum class Root : std::uint8_t { object, object_or_array };

/// Walks a document once, in order, and tells `Handler` what it meets: begin_object/end_object,
/// begin_array/end_array, key/end_member, leaf. `leaf` returns false to stop with `limit`.
template <class Handler>
class Walker {
 public:
  /// `reader` has indexed the `size` bytes at `text`.
  Walker(Reader& reader, const char* text, std::size_t size, Handler& handler)
      : stage_(*reader.first_stage),
        handler_(handler),
        text_(text),
        size_(size),
        next_(stage_.structural_indexes.get()),
        end_(next_ + stage_.n_structural_indexes),
        strings_(reader.strings.data()) {}

  Result<void> document(Root root) {
    at_ = take();
    const bool is_array = root == Root::object_or_array && byte() == '[';
    if (byte() != '{' && !is_array) return fail_here(Errc::syntax, "not a JSON object");
    if (!value()) return fail_here(code_, message_);
    if (next_ == end_) return {};
    at_ = take();
    return fail_here(Errc::syntax, "text after the end of the value");
  }

 private:
  /// The place of the next token; the end of the text if there is none.
  std::size_t take() { return next_ == end_ ? size_ : *next_++; }
  /// Of the token at `at_`; behind the last one, something that is none.
  [[nodiscard]] char byte() const { return at_ == size_ ? '\0' : text_[at_]; }
  /// Where the token at `at_` ends: white space may stand between it and the next.
  [[nodiscard]] std::size_t end_of_token() const {
    std::size_t end = next_ == end_ ? size_ : *next_;
    while (is_space(text_[end - 1])) --end;
    return end;
  }

  bool refuse(Errc code, const char* message) {
    code_ = code;
    message_ = message;
    return false;
  }
  bool refuse(const char* message) { return refuse(Errc::syntax, message); }
  [[nodiscard]] tl::unexpected<Error> fail_here(Errc code, const char* message) const {
    return fail(code, message, {.byte_offset = at_});
  }

  /// The value whose first token stands at `at_`.
  bool value() {
    switch (byte()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"': {
        std::string_view text;
        return string(text) && leaf(text, LeafType::string);
      }
      default:
        return scalar();
    }
  }

  bool object() {
    if (depth_ == kMaxDepth) return refuse(Errc::limit, "nested too deeply");
    ++depth_;
    handler_.begin_object();
    at_ = take();
    if (byte() != '}') {
      while (true) {
        std::string_view name;
        if (byte() != '"') return refuse("not JSON: no key");
        if (!string(name)) return false;
        handler_.key(name);
        at_ = take();
        if (byte() != ':') return refuse("not JSON: no colon behind a key");
        at_ = take();
        if (!value()) return false;
        handler_.end_member();
        at_ = take();
        if (byte() == '}') break;
        if (byte() != ',') return refuse("not JSON: no comma behind a member");
        at_ = take();
      }
    }
    handler_.end_object();
    --depth_;
    return true;
  }

  bool array() {
    if (depth_ == kMaxDepth) return refuse(Errc::limit, "nested too deeply");
    ++depth_;
    handler_.begin_array();
    at_ = take();
    if (byte() != ']') {
      while (true) {
        if (!value()) return false;
        at_ = take();
        if (byte() == ']') break;
        if (byte() != ',') return refuse("not JSON: no comma behind an element");
        at_ = take();
      }
    }
    handler_.end_array();
    --depth_;
    return true;
  }

  /// The first stage lists whatever is no white space behind a string: so its closing quote is the
  /// last byte before the next token that is none.
  bool string(std::string_view& out) {
    const auto end = end_of_token() - 1;
    if (end <= at_ || text_[end] != '"') return refuse("not JSON: a bad string");
    const char* const raw = text_ + at_ + 1;
    const auto size = end - at_ - 1;
    if (!has_backslash(raw, size)) {
      out = {raw, size};
      return true;
    }
    char* written = unescape_fast(stage_, raw, strings_);
    if (written == nullptr) written = unescape(raw, strings_);
    if (written == nullptr) return refuse("bad escape in a string");
    out = {strings_, static_cast<std::size_t>(written - strings_)};
    strings_ = written;
    return true;
  }

  /// Numbers are kept as they stand, for they may be beyond 64 bits.
  bool scalar() {
    if (at_ == size_) return refuse("not JSON: it ends too early");
    const std::string_view token(text_ + at_, end_of_token() - at_);
    if (token == "true" || token == "false") return leaf(token, LeafType::boolean);
    if (token == "null") return leaf({}, LeafType::null);
    const auto kind = number_kind(token);
    if (kind == Number::none) return refuse("not JSON: a bad number or literal");
    return leaf(token, kind == Number::real ? LeafType::real : LeafType::integer);
  }

  bool leaf(std::string_view text, LeafType type) {
    return handler_.leaf(text, type) || refuse(Errc::limit, "too many values, or one too large");
  }

  const simdjson::internal::dom_parser_implementation& stage_;
  Handler& handler_;
  const char* text_;
  std::size_t size_;
  const std::uint32_t* next_;  ///< places of tokens that were not taken
  const std::uint32_t* end_;
  char* strings_;       ///< where the next unescaped string goes
  std::size_t at_ = 0;  ///< the token that was taken last
  std::size_t depth_ = 0;
  Errc code_ = Errc::syntax;
  const char* message_ = "";
};

/// Walks all of `text`, and gives an error the place where the reader stood.
template <class Handler>
Result<void> walk(Reader& reader, std::string_view text, std::size_t readable_behind, Root root,
                  Handler& handler) {
  const char* const start = reader.load(text, readable_behind);
  if (const auto error = reader.index(start, text.size()); error != simdjson::SUCCESS) {
    return refused(error);
  }
  return Walker<Handler>(reader, start, text.size(), handler).document(root);
}

/// Collects leaves. The path of a leaf of the object itself is its key, which lives as long; longer
/// paths stand one after another in `paths`, and views are made at the end, when it grows no more.
struct LeafCollector {
  /// Of a longer path.
  struct Span {
    std::size_t leaf = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  std::vector<Leaf> leaves;  ///< the first `count` of them; the others are room
  std::size_t count = 0;
  std::vector<Span> spans;
  std::string paths;
  std::string_view top;              ///< key of the open member of the object itself
  std::string path;                  ///< below that one: the whole path
  std::vector<std::size_t> parents;  ///< length of `path` outside of each open member but the first
  std::size_t depth = 0;             ///< open members
  std::size_t path_bytes = 0;

  void begin_object() {}
  void end_object() {}
  void begin_array() {}
  void end_array() {}
  void key(std::string_view name) {
    if (depth++ == 0) {
      top = name;
      return;
    }
    if (depth == 2) path.assign(top);
    parents.push_back(path.size());
    if (!path.empty()) path += '.';
    path += name;
  }
  void end_member() {
    if (--depth == 0) return;
    path.resize(parents.back());
    parents.pop_back();
  }
  bool leaf(std::string_view text, LeafType type) {
    const auto size = depth == 1 ? top.size() : path.size();
    if (path_bytes + size > kMaxPathBytes) return false;
    if (count == leaves.size()) {
      if (count == kMaxLeaves) return false;
      leaves.resize(std::min(kMaxLeaves, 2 * count + 64));
    }
    path_bytes += size;
    if (depth == 1) {
      leaves[count++] = {top, text, type};
      return true;
    }
    spans.push_back({count, paths.size(), size});
    paths += path;
    leaves[count++] = {{}, text, type};
    return true;
  }
  void clear() {
    count = 0;
    spans.clear();
    paths.clear();
    path.clear();
    parents.clear();
    depth = path_bytes = 0;
  }
  void finish() {
    for (const Span& span : spans) {
      leaves[span.leaf].path = std::string_view(paths).substr(span.begin, span.size);
    }
  }
};

/// Builds a Value: the stack holds the open containers, outermost first.
struct ValueBuilder {
  Value root;
  std::vector<Value> open;
  std::vector<std::string> keys;

  void begin_object() { open.push_back({Value::Object{}}); }
  void begin_array() { open.push_back({Value::Array{}}); }
  void end_object() { close(); }
  void end_array() { close(); }
  void key(std::string_view name) { keys.emplace_back(name); }
  void end_member() { keys.pop_back(); }
  bool leaf(std::string_view text, LeafType type) {
    Value value;
    if (type == LeafType::string) {
      value.data = std::string(text);
    } else if (type == LeafType::boolean) {
      value.data = text == "true";
    } else if (type != LeafType::null && !number(text, type, value)) {
      return false;
    }
    place(std::move(value));
    return true;
  }

 private:
  template <class T>
  static bool read(std::string_view text, Value& out) {
    T value{};
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (done.ec != std::errc{} || done.ptr != text.data() + text.size()) return false;
    out.data = value;
    return true;
  }
  static bool number(std::string_view text, LeafType type, Value& out) {
    if (type == LeafType::integer &&
        (read<std::int64_t>(text, out) || read<std::uint64_t>(text, out))) {
      return true;
    }
    return read<double>(text, out);
  }
  void close() {
    Value value = std::move(open.back());
    open.pop_back();
    place(std::move(value));
  }
  void place(Value value) {
    if (open.empty()) {
      root = std::move(value);
    } else if (auto* array = std::get_if<Value::Array>(&open.back().data)) {
      array->push_back(std::move(value));
    } else {
      std::get<Value::Object>(open.back().data).push_back({keys.back(), std::move(value)});
    }
  }
};

}  // namespace

struct JsonFlattener::State {
  Reader reader;
  LeafCollector leaves;
};

JsonFlattener::JsonFlattener() : state_(std::make_unique<State>()) {}
JsonFlattener::~JsonFlattener() = default;
JsonFlattener::JsonFlattener(JsonFlattener&&) noexcept = default;
JsonFlattener& JsonFlattener::operator=(JsonFlattener&&) noexcept = default;

Result<std::span<const Leaf>> JsonFlattener::flatten(std::string_view object,
                                                     std::size_t readable_behind) {
  auto& leaves = state_->leaves;
  leaves.clear();
  auto done = walk(state_->reader, object, readable_behind, Root::object, leaves);
  if (!done) return tl::unexpected(std::move(done).error());
  leaves.finish();
  return std::span<const Leaf>(leaves.leaves).first(leaves.count);
}

std::optional<std::int64_t> Value::integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&data)) return *value;
  return std::nullopt;
}

std::optional<double> Value::number() const {
  if (const auto* real = std::get_if<double>(&data)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&data)) return static_cast<double>(*whole);
  if (const auto* big = std::get_if<std::uint64_t>(&data)) return static_cast<double>(*big);
  return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& member : *members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Result<Value> parse(std::string_view text) {
  Reader reader;
  ValueBuilder builder;
  auto done = walk(reader, text, 0, Root::object_or_array, builder);
  if (!done) return tl::unexpected(std::move(done).error());
  return std::move(builder.root);
}

}  // namespace interdict::json
