#include "rule/lower_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "rule/cidr.hpp"
#include "rule/pattern.hpp"
#include "rule/regex_scan.hpp"

namespace interdict::rule {
namespace {

using yaml::ScalarType;

/// The value between two modifiers.
enum class State : std::uint8_t {
  null,
  text,     ///< `pattern`
  bytes,    ///< `encoded`, waits for base64 or base64offset
  encoded,  ///< `variants`
  number,
  boolean,
  regex,
  cidr,
  fieldref,
  exists,
};

std::string quote(std::string_view text) {
  return "`" + std::string(text) + "`";
}

/// A number as Sigma rules write it: integer, decimal or `0x…`, quoted or not.
std::optional<MatchValue> read_number(const yaml::Node& value) {
  const yaml::Node plain = yaml::Node::scalar(value.text(), yaml::resolve_plain(value.text()), true,
                                              value.line(), value.column());
  if (const auto integer = plain.as_int()) return MatchValue(*integer);
  const auto number = plain.as_double();
  if (!number || *number != *number) return std::nullopt;
  return MatchValue(*number);
}

/// A placeholder's place in a text: `%name%`, its opening not escaped.
struct Placeholder {
  std::size_t start = 0;
  std::size_t size = 0;
  std::string name;
};

std::optional<Placeholder> find_placeholder(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] != '%' || (at > 0 && text[at - 1] == '\\')) continue;
    const std::size_t end = text.find('%', at + 1);
    if (end == std::string_view::npos) return std::nullopt;
    if (end > at + 1)
      return Placeholder{at, end + 1 - at, std::string(text.substr(at + 1, end - at - 1))};
  }
  return std::nullopt;
}

std::string unescape_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') ++i;
    out += text[i];
  }
  return out;
}

class Lowering {
 public:
  Lowering(const yaml::Node& value, bool keyword, const ParseOptions& options)
      : value_(value), keyword_(keyword), options_(options) {
    switch (value.type()) {
      case ScalarType::null:
        state_ = State::null;
        break;
      case ScalarType::boolean:
        state_ = State::boolean;
        break;
      case ScalarType::integer:
      case ScalarType::floating:
        state_ = State::number;
        break;
      case ScalarType::string:
        set_text(value.text());
        break;
    }
    if (keyword && (state_ == State::number || state_ == State::boolean)) set_text(value.text());
    if (keyword && state_ == State::null)
      fault(kNullKeyword, "a keyword cannot be null; give it a field", {}, false);
  }

  void apply(const NamedModifier& named);
  std::variant<std::vector<Matcher>, ValueFault> finish();
  [[nodiscard]] bool failed() const { return fault_.has_value(); }

 private:
  void set_text(const std::string& text) {
    state_ = State::text;
    raw_ = text;
    pattern_ = parse_pattern(text);
  }

  void fault(const Code& code, std::string message, std::string token, bool in_key) {
    if (!fault_) fault_ = ValueFault{&code, std::move(message), std::move(token), in_key};
  }
  void misplaced(const NamedModifier& named, std::string_view why) {
    fault(kMisplacedModifier, "modifier " + quote(named.name) + " " + std::string(why),
          std::string(named.name), true);
  }

  /// A number or bool where a text is needed is the text that the rule's author wrote.
  bool need_text(const NamedModifier& named) {
    if (state_ == State::number || state_ == State::boolean) set_text(value_.text());
    if (state_ == State::text) return true;
    misplaced(named, "needs a text");
    return false;
  }
  bool need_first(const NamedModifier& named) {
    if (!changed_) return true;
    misplaced(named, "must be the first modifier");
    return false;
  }

  void open_ends(const NamedModifier& named, bool left, bool right);
  void set_regex(const NamedModifier& named);
  void set_regex_flag(const NamedModifier& named, bool RegexFlags::*flag);
  void set_cidr(const NamedModifier& named);
  void set_compare(const NamedModifier& named, Op op);
  void set_time(const NamedModifier& named, TimePart part);
  void set_fieldref(const NamedModifier& named);
  void set_exists(const NamedModifier& named);
  void set_cased(const NamedModifier& named);
  void set_windash(const NamedModifier& named);
  void encode_wide(const NamedModifier& named, Utf16 form);
  void encode(const NamedModifier& named, bool offsets);
  void expand(const NamedModifier& named);
  [[nodiscard]] Op text_op() const {
    if (left_ && right_) return Op::contains;
    if (right_) return Op::startswith;
    return left_ ? Op::endswith : Op::equals;
  }

  const yaml::Node& value_;
  bool keyword_;
  const ParseOptions& options_;
  State state_ = State::null;
  bool changed_ = false;  // some modifier other than all/neq/expand came before
  std::string raw_;
  Pattern pattern_;
  std::string bytes_;
  std::vector<std::string> variants_;
  MatchValue number_;
  bool left_ = false;   // open at the start: anything may come before
  bool right_ = false;  // open at the end
  Matcher matcher_;
  std::optional<ValueFault> fault_;
};

void Lowering::open_ends(const NamedModifier& named, bool left, bool right) {
  // A regex searches anyway, so on it `contains` says nothing new.
  if (state_ != State::regex && state_ != State::fieldref && state_ != State::encoded &&
      !need_text(named))
    return;
  left_ = left_ || left;
  right_ = right_ || right;
}

void Lowering::set_regex(const NamedModifier& named) {
  if (!need_first(named)) return;
  if (state_ == State::null) return misplaced(named, "needs a text");
  if (const auto found = scan_regex(value_.text())) {
    fault(found->unsupported ? kRegexUnsupported : kRegexSyntax,
          found->unsupported ? "the regular expression uses " + found->what + " (" +
                                   quote(found->token) + "), which is not supported"
                             : "the regular expression has " + found->what,
          found->token, false);
    return;
  }
  state_ = State::regex;
}

void Lowering::set_regex_flag(const NamedModifier& named, bool RegexFlags::*flag) {
  if (state_ != State::regex) return misplaced(named, "must follow `re`");
  matcher_.regex_flags.*flag = true;
}

void Lowering::set_cidr(const NamedModifier& named) {
  if (!need_first(named) || !need_text(named)) return;
  const CidrCheck check = check_cidr(value_.text());
  if (!check.fault.empty())
    return fault(kBadCidr, quote(value_.text()) + " " + check.fault, value_.text(), false);
  state_ = State::cidr;
  matcher_.value = CidrText{check.canonical};
}

void Lowering::set_compare(const NamedModifier& named, Op op) {
  if (keyword_)
    return fault(kNeedsField, "modifier " + quote(named.name) + " needs a field",
                 std::string(named.name), true);
  if (matcher_.op == Op::time_part) {
    if (matcher_.compare != Op::equals) return misplaced(named, "is the second comparison");
    matcher_.compare = op;
    return;
  }
  if (!need_first(named)) return;
  const auto number = read_number(value_);
  if (!number)
    return fault(kNotANumber, quote(named.name) + " needs a number, not " + quote(value_.text()),
                 value_.text(), false);
  state_ = State::number;
  number_ = *number;
  matcher_.op = op;
}

void Lowering::set_time(const NamedModifier& named, TimePart part) {
  if (keyword_)
    return fault(kNeedsField, "modifier " + quote(named.name) + " needs a field",
                 std::string(named.name), true);
  if (!need_first(named)) return;
  const auto number = read_number(value_);
  if (!number || !std::holds_alternative<std::int64_t>(*number))
    return fault(kNotANumber, quote(named.name) + " needs an integer, not " + quote(value_.text()),
                 value_.text(), false);
  state_ = State::number;
  number_ = *number;
  matcher_.op = Op::time_part;
  matcher_.part = part;
}

void Lowering::set_fieldref(const NamedModifier& named) {
  if (keyword_)
    return fault(kNeedsField, "modifier `fieldref` needs a field", std::string(named.name), true);
  if (!need_text(named)) return;
  const auto name = plain_text(pattern_);
  if (!name || name->empty())
    return fault(kEncodedWildcard, "a field name has no wildcards and is not empty", value_.text(),
                 false);
  state_ = State::fieldref;
  matcher_.cased = options_.fieldref_minds_case;
  matcher_.value = FieldName{*name};
}

void Lowering::set_exists(const NamedModifier& named) {
  if (keyword_)
    return fault(kNeedsField, "modifier `exists` needs a field", std::string(named.name), true);
  if (!need_first(named)) return;
  if (state_ != State::boolean)
    return fault(kWrongType, "`exists` needs true or false", value_.text(), false);
  state_ = State::exists;
}

void Lowering::set_cased(const NamedModifier& named) {
  if (state_ != State::fieldref && state_ != State::encoded && !need_text(named)) return;
  matcher_.cased = true;
}

void Lowering::set_windash(const NamedModifier& named) {
  if (need_text(named)) matcher_.windash = true;
}

void Lowering::encode_wide(const NamedModifier& named, Utf16 form) {
  if (!need_text(named)) return;
  if (left_ || right_) return misplaced(named, "must come before `contains` and its like");
  const auto text = plain_text(pattern_);
  if (!text)
    return fault(kEncodedWildcard, "a wildcard cannot be encoded by " + quote(named.name),
                 value_.text(), false);
  state_ = State::bytes;
  bytes_ = encode_utf16(*text, form);
}

void Lowering::encode(const NamedModifier& named, bool offsets) {
  if (state_ != State::bytes) {
    if (!need_text(named)) return;
    if (left_ || right_) return misplaced(named, "must come before `contains` and its like");
    const auto text = plain_text(pattern_);
    if (!text)
      return fault(kEncodedWildcard, "a wildcard cannot be encoded by " + quote(named.name),
                   value_.text(), false);
    bytes_ = *text;
  }
  if (matcher_.windash) return misplaced(named, "cannot be combined with `windash`");
  if (offsets) {
    for (std::string& variant : base64_offsets(bytes_))
      if (!variant.empty()) variants_.push_back(std::move(variant));
  } else {
    variants_.push_back(encode_base64(bytes_));
  }
  if (variants_.empty() || variants_.front().empty())
    return fault(kBadValue, "the value is too short for " + quote(named.name), value_.text(),
                 false);
  state_ = State::encoded;
  matcher_.cased = !options_.base64_ignores_case;
}

void Lowering::expand(const NamedModifier& named) {
  if (!need_text(named)) return;
  if (state_ == State::text) set_text(unescape_percent(raw_));
}

void Lowering::apply(const NamedModifier& named) {
  if (state_ == State::null && named.modifier != Modifier::neq && named.modifier != Modifier::all)
    return misplaced(named, "cannot be applied to null");
  if (state_ == State::exists && named.modifier != Modifier::neq && named.modifier != Modifier::all)
    return misplaced(named, "cannot follow `exists`");
  if (state_ == State::bytes && named.modifier != Modifier::base64 &&
      named.modifier != Modifier::base64offset)
    return misplaced(named, "cannot stand between UTF-16 and base64");
  switch (named.modifier) {
    case Modifier::all:
    case Modifier::neq:
      return;
    case Modifier::expand:
      return expand(named);
    case Modifier::contains:
      open_ends(named, true, true);
      break;
    case Modifier::startswith:
      open_ends(named, false, true);
      break;
    case Modifier::endswith:
      open_ends(named, true, false);
      break;
    case Modifier::exists:
      set_exists(named);
      break;
    case Modifier::cased:
      set_cased(named);
      break;
    case Modifier::re:
      set_regex(named);
      break;
    case Modifier::re_ignore_case:
      set_regex_flag(named, &RegexFlags::ignore_case);
      break;
    case Modifier::re_multi_line:
      set_regex_flag(named, &RegexFlags::multi_line);
      break;
    case Modifier::re_dot_all:
      set_regex_flag(named, &RegexFlags::dot_all);
      break;
    case Modifier::base64:
    case Modifier::base64offset:
      encode(named, named.modifier == Modifier::base64offset);
      break;
    case Modifier::utf16le:
      encode_wide(named, Utf16::little);
      break;
    case Modifier::utf16be:
      encode_wide(named, Utf16::big);
      break;
    case Modifier::utf16:
      encode_wide(named, Utf16::little_with_mark);
      break;
    case Modifier::windash:
      set_windash(named);
      break;
    case Modifier::cidr:
      set_cidr(named);
      break;
    case Modifier::lt:
      set_compare(named, Op::lt);
      break;
    case Modifier::lte:
      set_compare(named, Op::lte);
      break;
    case Modifier::gt:
      set_compare(named, Op::gt);
      break;
    case Modifier::gte:
      set_compare(named, Op::gte);
      break;
    case Modifier::minute:
    case Modifier::hour:
    case Modifier::day:
    case Modifier::week:
    case Modifier::month:
    case Modifier::year:
      set_time(named, static_cast<TimePart>(static_cast<int>(named.modifier) -
                                            static_cast<int>(Modifier::minute)));
      break;
    case Modifier::fieldref:
      set_fieldref(named);
      break;
    case Modifier::endswithfield:
      set_fieldref(named);
      open_ends(named, true, false);
      break;
  }
  changed_ = true;
}

std::variant<std::vector<Matcher>, ValueFault> Lowering::finish() {
  if (!fault_ && state_ == State::bytes)
    fault(kMisplacedModifier, "a UTF-16 value must go on to `base64` or `base64offset`", {}, true);
  if (fault_) return *fault_;
  std::vector<Matcher> out;
  switch (state_) {
    case State::null:
      break;
    case State::boolean:
      matcher_.value = *value_.as_bool();
      break;
    case State::exists:
      matcher_.op = Op::exists;
      matcher_.value = *value_.as_bool();
      break;
    case State::number:
      if (matcher_.op == Op::equals) {
        const auto number = read_number(value_);
        // `.nan` is no number to compare with: it is the text.
        number_ = number ? *number : MatchValue(literal_pattern(value_.text()));
      }
      matcher_.value = number_;
      break;
    case State::text:
      matcher_.op = text_op();
      matcher_.value = pattern_;
      break;
    case State::regex: {
      matcher_.op = Op::regex;
      std::string text = value_.text();
      if (right_ != left_) text = right_ ? "^(?:" + text + ")" : "(?:" + text + ")$";
      matcher_.value = RegexText{std::move(text)};
      break;
    }
    case State::cidr:
      matcher_.op = Op::cidr;
      break;
    case State::fieldref:
      matcher_.op = Op::fieldref;
      matcher_.compare = text_op();
      break;
    case State::bytes:
      break;
    case State::encoded:
      matcher_.op = text_op();
      for (std::string& variant : variants_) {
        matcher_.value = literal_pattern(std::move(variant));
        out.push_back(matcher_);
      }
      return out;
  }
  out.push_back(std::move(matcher_));
  return out;
}

using Lowered = std::variant<std::vector<Matcher>, ValueFault>;

Lowered lower_one(const yaml::Node& value, std::span<const NamedModifier> modifiers, bool keyword,
                  const ParseOptions& options) {
  Lowering lowering(value, keyword, options);
  for (const NamedModifier& named : modifiers) {
    if (lowering.failed()) break;
    lowering.apply(named);
  }
  return lowering.finish();
}

ValueFault placeholder_fault(std::string message, const std::string& name) {
  return {&kPlaceholder, std::move(message), "%" + name + "%", false};
}

/// Every text that `text` becomes when each placeholder takes each of its values.
std::variant<std::vector<std::string>, ValueFault> expansions(const std::string& text,
                                                              const ParseOptions& options) {
  std::vector<std::string> heads = {std::string()};
  std::size_t from = 0;
  while (const auto found = find_placeholder(text, from)) {
    static const std::vector<std::string> kAnything = {"*"};
    const auto known = options.placeholders.find(found->name);
    const std::vector<std::string>* values = known != options.placeholders.end()   ? &known->second
                                             : options.any_placeholder_is_wildcard ? &kAnything
                                                                                   : nullptr;
    if (values == nullptr || values->empty())
      return placeholder_fault("placeholder " + quote(found->name) + " has no value", found->name);
    if (heads.size() * values->size() > kMaxExpansions)
      return placeholder_fault("more than " + std::to_string(kMaxExpansions) + " expansions",
                               found->name);
    std::vector<std::string> longer;
    for (const std::string& head : heads)
      for (const std::string& one : *values)
        longer.emplace_back(head).append(text, from, found->start - from).append(one);
    heads = std::move(longer);
    from = found->start + found->size;
  }
  for (std::string& head : heads) head += text.substr(from);
  return heads;
}

}  // namespace

Lowered lower_value(const yaml::Node& value, std::span<const NamedModifier> modifiers, bool keyword,
                    const ParseOptions& options) {
  const bool expands = std::ranges::any_of(
      modifiers, [](const NamedModifier& named) { return named.modifier == Modifier::expand; });
  if (!expands || !value.is_string()) return lower_one(value, modifiers, keyword, options);
  auto texts = expansions(value.text(), options);
  if (auto* fault = std::get_if<ValueFault>(&texts)) return std::move(*fault);
  std::vector<Matcher> all;
  for (std::string& text : std::get<std::vector<std::string>>(texts)) {
    auto one = lower_one(yaml::Node::scalar(std::move(text), yaml::ScalarType::string, false,
                                            value.line(), value.column()),
                         modifiers, keyword, options);
    if (std::holds_alternative<ValueFault>(one)) return one;
    std::ranges::move(std::get<std::vector<Matcher>>(one), std::back_inserter(all));
  }
  return all;
}

}  // namespace interdict::rule
