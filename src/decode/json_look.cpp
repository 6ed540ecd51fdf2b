#include "decode/json_look.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxDepth = 64;

constexpr std::array<std::string_view, 12> kWrappers{"Records", "records",   "value",  "events",
                                                     "Events",  "logEvents", "hits",   "entries",
                                                     "logs",    "items",     "alerts", "results"};
/// Objects that answers of interfaces put around the array.
constexpr std::array<std::string_view, 6> kOuter{"data",    "response", "result",
                                                 "results", "body",     "payload"};

/// Digits of seconds, milli-, micro- and nanoseconds since the epoch between 2001 and 2033.
bool is_epoch(std::string_view number) {
  const auto digits = std::min(number.find('.'), number.size());
  return number.starts_with('1') && (digits == 10 || digits == 13 || digits == 16 || digits == 19);
}

bool is_time(std::string_view value, bool is_string) {
  if (!is_string) return is_epoch(value);
  // `/Date(1700000000000)/`, as Windows PowerShell writes it, the strokes escaped
  if (value.starts_with('\\')) value.remove_prefix(1);
  return time_shape(value).size > 0 || value.starts_with("/Date(");
}

/// Walks over one JSON text, however damaged, and keeps what matters.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  void run() {
    while (at_ < text_.size() && !ended_ && open_.size() < kMaxDepth) {
      const char byte = text_[at_];
      if (byte == '{' || byte == '[') {
        open(byte);
      } else if (byte == '}' || byte == ']') {
        close();
      } else if (byte == '"') {
        string();
      } else if (byte == ',' || byte == ':' || byte <= ' ') {
        ++at_;
      } else {
        const auto end = std::min(text_.find_first_of(",]} \r\n\t", at_), text_.size());
        leaf(text_.substr(at_, end - at_), false);
        at_ = std::max(end, at_ + 1);
      }
    }
  }

  [[nodiscard]] JsonLook wrapper() const {
    if (array_ == 0 || !time_inside_) return {};
    const bool wraps = named_ ? !time_before_ || (flat_before_ && timed_ > 1)
                              : !time_before_ && flat_before_ && timed_ > 0 &&
                                    (array_ended_ ? ended_ && !time_after_ : timed_ > 1);
    return wraps ? JsonLook{array_, wrapper_open_, {}} : JsonLook{};
  }

  [[nodiscard]] bool has_time() const { return has_time_; }

  [[nodiscard]] std::string_view document(bool is_whole) const {
    if (schema_) return "json-schema";
    if (stix_) return "stix";
    if (flow_) return "attack-flow";
    if (playbook_) return "cacao";
    if (techniques_ && layer_) return "navigator";
    if (linked_) return "json-ld";
    const bool is_object = text_.starts_with('{');
    if (!ended_ && !is_whole && is_object) return "json";
    const auto shown = text_.substr(0, at_);
    const bool over_lines = shown.find('\n') != kNone;
    // Lines after the first value would be further records.
    const bool alone = !ended_ || trim_after().empty();
    if ((over_lines || !is_object) && alone && !has_time_ && shown.size() >= kLeastDocument)
      return "json";
    return {};
  }

 private:
  /// A shorter text without a time may just as well be a log that lacks one, which is a loss to be
  /// told, not a document.
  static constexpr std::size_t kLeastDocument = 256;

  [[nodiscard]] std::string_view trim_after() const {
    const auto rest = text_.substr(at_);
    return rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  }

  void open(char bracket) {
    const bool may_be = bracket == '[' && !open_.empty() && open_.back() == '{' &&
                        (array_ == 0 || (!named_ && timed_ == 0));
    if (may_be) look_at_array();
    open_ += bracket;
    keys_.emplace_back();
    expects_key_ = bracket == '{';
    ++at_;
  }

  /// The array that opens here may be the one that is wrapped.
  void look_at_array() {
    const auto depth = open_.size();
    const auto key = keys_.back();
    const auto is_one_of = [](const auto& names, std::string_view name) {
      return std::ranges::find(names, name) != names.end();
    };
    const bool is_first = depth == 1 && key != "hits";
    const bool is_second = depth == 2 && open_ == "{{" &&
                           (key == "hits" ? keys_[0] == "hits" : is_one_of(kOuter, keys_[0]));
    const auto next = text_.find_first_not_of(" \t\r\n", at_ + 1);
    if ((!is_first && !is_second) || next == kNone || text_[next] != '{') return;
    array_ = at_ + 1;
    wrapper_open_ = open_;
    named_ = is_one_of(kWrappers, key);
    time_before_ = has_time_;
    flat_before_ = !has_closed_;
    array_ended_ = element_ended_ = time_inside_ = false;
    timed_ = 0;
  }

  void close() {
    has_closed_ = true;
    if (array_ != 0 && open_.size() == wrapper_open_.size() + 1) array_ended_ = true;
    if (!open_.empty()) {
      open_.pop_back();
      keys_.pop_back();
    }
    ended_ = open_.empty();
    // The first element of the wrapped array is all that is asked.
    if (array_ != 0 && open_.size() == wrapper_open_.size() + 1) {
      element_ended_ = true;
      ++element_;
    }
    expects_key_ = !open_.empty() && open_.back() == '{';
    ++at_;
  }

  void string() {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    const auto value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
    const auto next = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (expects_key_ && next < text_.size() && text_[next] == ':') {
      keys_.back() = value;
      at_ = next + 1;
      key(value);
      return;
    }
    leaf(value, true);
  }

  /// Keys that only documents have, at the top (of the first element, where that is an array).
  void key(std::string_view name) {
    if (!is_top()) return;
    if (name == "$schema" || name == "$id") schema_ = true;
    if (name == "@context") linked_ = true;
    if (name == "techniques") techniques_ = true;
    if (name == "domain" || name == "versions" || name == "gradient") layer_ = true;
  }

  void leaf(std::string_view value, bool is_string) {
    if (is_time(value, is_string)) {
      has_time_ = true;
      if (array_ != 0 && !element_ended_) time_inside_ = true;
      if (array_ended_) time_after_ = true;
      // of the element's own, one of its fields
      if (array_ != 0 && !array_ended_ && open_.size() == wrapper_open_.size() + 2 &&
          element_ != last_timed_) {
        last_timed_ = element_;
        ++timed_;
      }
    }
    if (!is_top() || !is_string) return;
    const auto name = keys_.back();
    if (name == "id" && value.starts_with("bundle--")) stix_ = true;
    if (name == "id" && value.starts_with("playbook--")) playbook_ = true;
    if (name == "schema" && value.starts_with("attack_flow")) flow_ = true;
  }

  [[nodiscard]] bool is_top() const { return open_ == "{" || open_ == "[{"; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string open_;
  std::vector<std::string_view> keys_;  ///< the last key of each open container
  bool expects_key_ = false;
  bool ended_ = false;
  std::size_t array_ = 0;
  std::string wrapper_open_;
  bool named_ = false;        ///< by one of kWrappers
  bool flat_before_ = false;  ///< nothing but plain values stands before it
  bool has_closed_ = false;   ///< a container
  bool array_ended_ = false;
  bool time_after_ = false;
  std::size_t timed_ = 0;  ///< elements with a time among their own fields
  std::size_t element_ = 1;
  std::size_t last_timed_ = 0;
  bool element_ended_ = false;
  bool has_time_ = false;
  bool time_before_ = false;
  bool time_inside_ = false;
  bool schema_ = false;
  bool stix_ = false;
  bool flow_ = false;
  bool playbook_ = false;
  bool techniques_ = false;
  bool layer_ = false;
  bool linked_ = false;
};

}  // namespace

bool json_bears_time(std::string_view text) {
  Walk walk(text.substr(0, kJsonLookBytes));
  walk.run();
  return walk.has_time();
}

JsonLook look_at_json(std::string_view text, bool is_whole) {
  Walk walk(text.substr(0, kJsonLookBytes));
  walk.run();
  auto look = walk.wrapper();
  const auto document = walk.document(is_whole);
  // What is told by its keys is that, whatever it holds.
  if (look.wrapper_size == 0 || (!document.empty() && document != "json")) {
    return {0, {}, document};
  }
  return look;
}

}  // namespace interdict::decode
