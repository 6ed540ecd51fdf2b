#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attack/stage.hpp"
#include "event/timestamp.hpp"
#include "json/reader.hpp"

namespace interdict::explain {

/// Reads members of JSON objects into plain values and remembers the first that does not fit, so
/// that the caller checks once. A missing member is a fault; null is an empty text or no value.
class ValueReader {
 public:
  [[nodiscard]] const std::string& fault() const { return fault_; }
  void wrong(std::string_view key, std::string_view what) {
    if (fault_.empty()) fault_ = "`" + std::string(key) + "` " + std::string(what);
  }

  const json::Value& member(const json::Value& object, std::string_view key);
  std::string text(const json::Value& object, std::string_view key);
  std::uint64_t number(const json::Value& object, std::string_view key);
  double real(const json::Value& object, std::string_view key);
  bool flag(const json::Value& object, std::string_view key);
  std::optional<Timestamp> time(const json::Value& object, std::string_view key);
  std::vector<std::string> texts(const json::Value& object, std::string_view key);
  const json::Value::Array& list(const json::Value& object, std::string_view key);
  std::optional<attack::Stage> stage(const json::Value& object, std::string_view key);

  /// The enumerator among the first `count` whose to_string is the text.
  template <class E, class ToString>
  E word(const json::Value& object, std::string_view key, std::size_t count, ToString to_string) {
    const std::string found = text(object, key);
    for (std::size_t i = 0; i < count; ++i)
      if (to_string(static_cast<E>(i)) == found) return static_cast<E>(i);
    wrong(key, "is none of the words that belong there");
    return E{};
  }

 private:
  std::string fault_;
};

}  // namespace interdict::explain
