#include "correlate/content.hpp"

#include <algorithm>

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

Result<Priors> parse_priors(std::string_view text) {
  Priors out;
  INTERDICT_TRY(
      const bool done,
      each_line(text, "not a line of the table of priors",
                [&](std::string_view kind, std::string_view key, std::uint64_t figure,
                    std::string_view rest) {
                  if (kind == "rule") {
                    const auto cells = parse_number(rest);
                    if (!cells) return false;
                    out.rules.insert_or_assign(std::string(key), std::pair{figure, *cells});
                    return true;
                  }
                  if (kind != "reference" || figure > 1'000'000'000) return false;
                  if (key == "hours") out.reference_hours = std::max<std::uint64_t>(figure, 1);
                  if (key == "max_millibits") {
                    out.reference_max = static_cast<Millibits>(figure);
                  }
                  if (key == "floor_hours") out.floor_hours = figure;
                  return true;
                }));
  static_cast<void>(done);
  return out;
}

}  // namespace interdict::correlate
