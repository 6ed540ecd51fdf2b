#include "correlate/content.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "base/tsv.hpp"

namespace interdict::correlate {

namespace {

/// Calls `take(kind, key, figure, note)` for each line; stops with the line's number where it
/// answers false.
template <class Take>
Result<bool> each_line(std::string_view text, const char* what, Take take) {
  TsvReader rows(text);
  while (auto row = rows.next()) {
    const auto kind = row->cell();
    const auto key = row->cell();
    const auto figure = parse_number(row->cell());
    if (!figure || !take(kind, key, *figure, row->rest)) {
      return fail(Errc::syntax, what, {.line = row->line});
    }
  }
  return true;
}

}  // namespace

Roles::Role Roles::role(std::string_view image) const {
  const std::size_t slash = image.find_last_of("\\/");
  const auto it = images.find(slash == std::string_view::npos ? image : image.substr(slash + 1));
  return it == images.end() ? Role{} : it->second;
}

bool Roles::service_port(std::uint16_t port) const {
  return std::ranges::binary_search(service_ports, port);
}

Result<Roles> parse_roles(std::string_view text) {
  Roles out;
  INTERDICT_TRY(const bool done,
                each_line(text, "not a line of the table of roles",
                          [&](std::string_view kind, std::string_view key, std::uint64_t figure,
                              std::string_view note) {
                            if (kind == "process" || kind == "browser" || kind == "mail") {
                              out.images.insert_or_assign(
                                  std::string(key), Roles::Role{static_cast<Millibits>(figure),
                                                                kind == "browser", kind == "mail"});
                              return figure <= 100'000;
                            }
                            if (kind == "port") {
                              const auto port = parse_number(key);
                              if (!port || *port > 65535) return false;
                              out.service_ports.push_back(static_cast<std::uint16_t>(*port));
                              return true;
                            }
                            const auto stage = attack::parse_stage(key);
                            if (kind != "sees" || !stage) return false;
                            out.sees.emplace_back(*stage, note);
                            return true;
                          }));
  static_cast<void>(done);
  std::ranges::sort(out.service_ports);
  return out;
}

Millibits Background::rate_of_rarer(Millibits rate) const {
  const auto band = static_cast<std::size_t>(
      std::clamp<Millibits>(rate / 1000, 0, static_cast<Millibits>(kBands) - 1));
  std::uint64_t seen = 1;
  for (std::size_t b = band; b < kBands; ++b) seen += atoms[b];
  return log2_ratio(seen, std::max<std::uint64_t>(hours, 1));
}

namespace {

constexpr std::array<std::string_view, kWitnesses> kWitnessNames = {"records", "alerts"};

/// One line of the table of priors; false where it is none. `rest` is what follows the figure.
bool take_prior(Priors& out, std::string_view kind, std::string_view key, std::uint64_t figure,
                std::string_view rest) {
  constexpr std::array<std::string_view, 3> kSources = {"sigma", "analytic", "alert"};
  const auto source = std::ranges::find(kSources, key);
  if (kind == "rule") {
    const auto cells = parse_number(take_part(rest, '\t'));
    if (!cells) return false;
    auto& count = out.rules[std::string(key)];
    count.fired += figure;
    count.cells += *cells;
    return true;
  }
  if (kind == "hours" || kind == "atoms") {
    if (source == kSources.end()) return false;
    auto& background = out.background[static_cast<std::size_t>(source - kSources.begin())];
    if (kind == "hours") {
      background.hours += figure;
      return true;
    }
    const auto band = parse_number(take_part(rest, '\t'));
    if (!band || *band >= Background::kBands) return false;
    background.atoms[*band] += figure;
    return true;
  }
  if (kind == "joint") {
    std::string other(take_part(rest, '\t'));
    if (other.empty() || other == key) return false;
    std::pair<std::string, std::string> both(key, std::move(other));
    if (both.second < both.first) std::swap(both.first, both.second);
    out.joint[std::move(both)] += figure;
    return true;
  }
  if (kind == "floor_hours") {
    out.floor_hours = figure;
    return figure <= 1'000'000'000;
  }
  const auto witness = std::ranges::find(kWitnessNames, key);
  if (witness == kWitnessNames.end()) return false;
  auto& reference = out.references[static_cast<std::size_t>(witness - kWitnessNames.begin())];
  if (kind == "exposure") reference.hours += figure;
  if (kind == "chain") reference.chains.push_back(static_cast<Millibits>(figure));
  return (kind == "exposure" && figure <= 1'000'000'000) ||
         (kind == "chain" && figure <= 1'000'000);
}

}  // namespace

Result<Priors> parse_priors(std::string_view text) {
  Priors out;
  INTERDICT_TRY(const bool done, each_line(text, "not a line of the table of priors",
                                           [&](std::string_view kind, std::string_view key,
                                               std::uint64_t figure, std::string_view rest) {
                                             return take_prior(out, kind, key, figure, rest);
                                           }));
  static_cast<void>(done);
  for (auto& reference : out.references) {
    std::ranges::sort(reference.chains, std::greater<>{});
  }
  return out;
}

}  // namespace interdict::correlate
