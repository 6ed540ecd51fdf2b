#include "normalize/zone.hpp"

#include <algorithm>

namespace interdict::normalize {

namespace {

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kMaxChanges = 4096;  ///< no zone has had a tenth of them
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kUntil2037 = 2'114'380'800;  ///< 2037-01-01T00:00:00Z

std::optional<std::uint64_t> big_endian(Bytes bytes, std::size_t at, std::size_t size) {
  const auto part = slice(bytes, at, size);
  if (!part) return std::nullopt;
  std::uint64_t value = 0;
  for (const auto byte : *part) value = value << 8U | std::to_integer<std::uint64_t>(byte);
  return value;
}

/// The counts of a header (RFC 8536, 3.1).
struct Header {
  std::uint64_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, chars = 0;

  /// Bytes of the data behind it, with times of `width` bytes.
  [[nodiscard]] std::uint64_t data_bytes(std::uint64_t width) const {
    return times * width + times + types * 6 + chars + leaps * (width + 4) + standard + utc;
  }
};

std::optional<Header> read_header(Bytes file, std::size_t at) {
  const auto magic = slice(file, at, 4);
  if (!magic || as_text(*magic) != "TZif") return std::nullopt;
  Header header;
  std::size_t field = at + 20;
  for (auto* count : {&header.utc, &header.standard, &header.leaps, &header.times, &header.types,
                      &header.chars}) {
    const auto value = big_endian(file, field, 4);
    if (!value) return std::nullopt;
    *count = *value;
    field += 4;
  }
  return header;
}

}  // namespace

std::optional<Zone> Zone::fixed(std::string_view text) {
  Zone zone;
  if (text == "Z" || text == "UTC") return zone;
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::int64_t digits = 0;
  std::size_t count = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (i == 3 && text[i] == ':') continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits = digits * 10 + (text[i] - '0');
    if (++count > 4) return std::nullopt;
  }
  if (count != 2 && count != 4) return std::nullopt;
  const auto hours = count == 4 ? digits / 100 : digits;
  const auto minutes = count == 4 ? digits % 100 : 0;
  if (hours > 23 || minutes > 59) return std::nullopt;
  zone.first_offset_ = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
  return zone;
}

Result<Zone> Zone::from_tzif(Bytes file) {
  const auto first = read_header(file, 0);
  if (!first) return fail(Errc::bad_magic, "no compiled time zone", {});
  const auto second_at = kHeaderBytes + first->data_bytes(4);
  if (second_at > file.size()) return fail(Errc::truncated, "time zone ends too early", {});
  const auto header = read_header(file, second_at);
  if (!header) return fail(Errc::unsupported, "time zone of version 1", {});
  if (header->times > kMaxChanges || header->types == 0 || header->types > 256) {
    return fail(Errc::limit, "too many changes in a time zone", {});
  }
  const std::size_t times_at = second_at + kHeaderBytes;
  const std::size_t kinds_at = times_at + header->times * 8;
  const std::size_t types_at = kinds_at + header->times;
  const auto offset_of = [&](std::uint64_t type) -> std::optional<std::int64_t> {
    const auto raw = big_endian(file, types_at + type * 6, 4);
    if (type >= header->types || !raw) return std::nullopt;
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(*raw));
  };
  Zone zone;
  const auto before = offset_of(0);
  if (!before) return fail(Errc::truncated, "time zone ends too early", {});
  zone.first_offset_ = *before;
  for (std::size_t i = 0; i < header->times; ++i) {
    const auto time = big_endian(file, times_at + i * 8, 8);
    const auto kind = big_endian(file, kinds_at + i, 1);
    const auto offset = kind ? offset_of(*kind) : std::nullopt;
    if (!time || !offset) return fail(Errc::truncated, "time zone ends too early", {});
    zone.changes_.emplace_back(static_cast<std::int64_t>(*time), *offset);
  }
  const auto footer_at = second_at + kHeaderBytes + header->data_bytes(8);
  const auto footer = footer_at < file.size() ? as_text(file.subspan(footer_at)) : "";
  const bool has_rule = footer.find(',') != std::string_view::npos;
  if (has_rule && (zone.changes_.empty() || zone.changes_.back().first < kUntil2037)) {
    return fail(Errc::unsupported, "time zone in zic's short form; give an offset (`+02:00`)", {});
  }
  return zone;
}

std::int64_t Zone::offset_at(std::int64_t utc) const {
  const auto after =
      std::ranges::upper_bound(changes_, utc, {}, &std::pair<std::int64_t, std::int64_t>::first);
  return after == changes_.begin() ? first_offset_ : std::prev(after)->second;
}

std::int64_t Zone::to_utc(std::int64_t local) const {
  const auto before = offset_at(local - kDay);
  const auto after = offset_at(local + kDay);
  if (offset_at(local - before) == before) return local - before;
  return offset_at(local - after) == after ? local - after : local - before;
}

}  // namespace interdict::normalize
