#include "normalize/alert.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/unicode.hpp"
#include "normalize/schema.hpp"

namespace interdict::normalize {

namespace {

using finding::Level;
using finding::Outcome;

/// The values of the fields of these names, one after another.
class Values {
 public:
  Values(const EventBatch& batch, Row row, FieldCatalogue& catalogue)
      : batch_(batch), row_(row), catalogue_(catalogue) {}

  template <class See>
  void each(const std::vector<std::string>& names, See see) const {
    for (const auto& name : names) {
      const auto field = catalogue_.find(name);
      if (!field) continue;
      for (const auto& value : batch_.values(row_, *field)) {
        if (is_usable(value)) see(value.text);
      }
    }
  }
  [[nodiscard]] std::string first(const std::vector<std::string>& names) const {
    std::string result;
    each(names, [&](std::string_view text) {
      if (result.empty()) result = text.substr(0, kMaxAlertBytes);
    });
    return result;
  }

 private:
  const EventBatch& batch_;
  Row row_;
  FieldCatalogue& catalogue_;
};

std::optional<Level> level_word(std::string_view word) {
  for (const auto level :
       {Level::informational, Level::low, Level::medium, Level::high, Level::critical}) {
    if (word == to_string(level)) return level;
  }
  return std::nullopt;
}

const std::string* find_word(const std::vector<std::pair<std::string, std::string>>& words,
                             std::string_view key) {
  const auto at = std::ranges::find(words, key, &std::pair<std::string, std::string>::first);
  return at == words.end() ? nullptr : &at->second;
}

std::optional<Level> read_level(const AlertMap& map, const std::string& text) {
  const auto word = fold_case(text);
  if (const auto* level = find_word(map.severity_values, word)) {
    return level_word(*level);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && !text.empty()) {
    for (const auto& [least, level] : map.severity_at_least) {
      if (number >= least) return level_word(level);
    }
  }
  return level_word(word);
}

Outcome read_outcome(const AlertMap& map, const std::string& text) {
  const auto word = fold_case(text);
  const auto* found = find_word(map.outcome_values, word);
  const std::string_view name = found != nullptr ? std::string_view(*found) : word;
  for (const auto outcome : {Outcome::succeeded, Outcome::blocked, Outcome::failed}) {
    if (name == to_string(outcome)) return outcome;
  }
  return Outcome::unknown;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Every `T1234` and `T1234.001` in `text`.
void collect_techniques(std::string_view text, std::vector<std::string>& out) {
  constexpr std::size_t kDigits = 4;
  constexpr std::size_t kSubDigits = 3;
  for (std::size_t at = text.find('T'); at != std::string_view::npos; at = text.find('T', at + 1)) {
    auto rest = text.substr(at + 1);
    if (rest.size() < kDigits || !all_digits(rest.substr(0, kDigits))) continue;
    std::size_t size = 1 + kDigits;
    rest.remove_prefix(kDigits);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') continue;
    if (rest.size() > kSubDigits && rest.front() == '.' && all_digits(rest.substr(1, kSubDigits))) {
      size += 1 + kSubDigits;
    }
    out.emplace_back(text.substr(at, size));
  }
}

}  // namespace

std::optional<Alert> read_alert(const AlertMap& map, const EventBatch& batch, Row row,
                                FieldCatalogue& catalogue) {
  const Values values(batch, row, catalogue);
  Alert alert;
  alert.row = row;
  alert.tool = map.tool;
  alert.title = values.first(map.title);
  if (alert.title.empty()) return std::nullopt;
  alert.id = values.first(map.id);
  if (alert.id.empty()) alert.id = alert.title;
  alert.level = read_level(map, values.first(map.severity));
  alert.outcome = read_outcome(map, values.first(map.outcome));
  values.each(map.technique,
              [&](std::string_view text) { collect_techniques(text, alert.techniques); });
  std::ranges::sort(alert.techniques);
  alert.techniques.erase(std::unique(alert.techniques.begin(), alert.techniques.end()),
                         alert.techniques.end());
  alert.words = alert.title;
  values.each(map.words, [&](std::string_view text) {
    if (alert.words.size() < kMaxAlertBytes) alert.words.append(1, ' ').append(text);
  });
  alert.words = fold_case(alert.words);
  for (const auto& name : map.flow) {
    const auto part = values.first({name});
    if (!alert.flow.empty()) alert.flow += ' ';
    alert.flow += part.empty() ? "-" : part;
  }
  return alert;
}

}  // namespace interdict::normalize
