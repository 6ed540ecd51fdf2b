#include "explain/read_value.hpp"

namespace interdict::explain {

const json::Value& ValueReader::member(const json::Value& object, std::string_view key) {
  static const json::Value kNone;
  const json::Value* found = object.find(key);
  if (found == nullptr) wrong(key, "is missing");
  return found == nullptr ? kNone : *found;
}

std::string ValueReader::text(const json::Value& object, std::string_view key) {
  const json::Value& value = member(object, key);
  if (value.is_null()) return {};
  const std::string* string = value.string();
  if (string == nullptr) wrong(key, "is no text");
  return string == nullptr ? std::string() : *string;
}

std::uint64_t ValueReader::number(const json::Value& object, std::string_view key) {
  const json::Value& value = member(object, key);
  if (const auto* large = std::get_if<std::uint64_t>(&value.data)) return *large;
  const auto whole = value.integer();
  if (!whole || *whole < 0) wrong(key, "is no count");
  return whole && *whole >= 0 ? static_cast<std::uint64_t>(*whole) : 0;
}

double ValueReader::real(const json::Value& object, std::string_view key) {
  const auto value = member(object, key).number();
  if (!value) wrong(key, "is no number");
  return value.value_or(0);
}

bool ValueReader::flag(const json::Value& object, std::string_view key) {
  const bool* value = member(object, key).boolean();
  if (value == nullptr) wrong(key, "is neither true nor false");
  return value != nullptr && *value;
}

std::optional<Timestamp> ValueReader::time(const json::Value& object, std::string_view key) {
  const std::string written = text(object, key);
  if (written.empty()) return std::nullopt;
  const auto time = parse_timestamp(written);
  if (!time) wrong(key, "is no time");
  return time;
}

std::vector<std::string> ValueReader::texts(const json::Value& object, std::string_view key) {
  std::vector<std::string> out;
  for (const json::Value& value : list(object, key)) {
    const std::string* string = value.string();
    if (string == nullptr)
      wrong(key, "holds something else than texts");
    else
      out.push_back(*string);
  }
  return out;
}

const json::Value::Array& ValueReader::list(const json::Value& object, std::string_view key) {
  static const json::Value::Array kNone;
  const auto* array = member(object, key).array();
  if (array == nullptr) wrong(key, "is no list");
  return array == nullptr ? kNone : *array;
}

std::optional<attack::Stage> ValueReader::stage(const json::Value& object, std::string_view key) {
  const std::string written = text(object, key);
  if (written.empty()) return std::nullopt;
  const auto stage = attack::parse_stage(written);
  if (!stage) wrong(key, "is no stage");
  return stage;
}

}  // namespace interdict::explain
