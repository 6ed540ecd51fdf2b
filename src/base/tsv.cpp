#include "base/tsv.hpp"

#include <charconv>

namespace interdict {

std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

std::optional<TsvRow> TsvReader::next() {
  while (!rest_.empty()) {
    std::string_view line = take_part(rest_, '\n');
    ++line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') return TsvRow{line_, line};
  }
  return std::nullopt;
}

}  // namespace interdict
