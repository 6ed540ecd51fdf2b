#include "analytics/thresholds.hpp"

#include <array>
#include <cassert>

#include "base/tsv.hpp"

namespace interdict::analytics {

namespace {

constexpr std::string_view kFile = "analytics/thresholds.tsv";

/// What the analytics ask for.
constexpr std::array<std::string_view, 21> kNeeded = {"upload-volume/megabytes",
                                                      "upload-volume/times-received",
                                                      "upload-volume/window-s",
                                                      "guessed-password/failures",
                                                      "guessed-password/window-s",
                                                      "logon-spread/hosts",
                                                      "logon-spread/window-s",
                                                      "password-spraying/accounts",
                                                      "password-spraying/window-s",
                                                      "beaconing/intervals",
                                                      "beaconing/interval-min-s",
                                                      "beaconing/spread-permille",
                                                      "beaconing/spell-min-s",
                                                      "dns-tunnelling/names",
                                                      "dns-tunnelling/window-s",
                                                      "dns-tunnelling/prefix-bytes",
                                                      "host-scan/hosts",
                                                      "host-scan/window-s",
                                                      "port-scan/ports",
                                                      "port-scan/window-s",
                                                      "port-scan/port-max"};

std::string joined(std::string_view analytic, std::string_view name) {
  return std::string(analytic) + '/' + std::string(name);
}

}  // namespace

Result<Thresholds> Thresholds::parse(std::string_view text) {
  Thresholds out;
  TsvReader reader(text);
  while (auto row = reader.next()) {
    const Where where{.file = std::string(kFile), .line = row->line};
    const auto analytic = row->cell();
    const auto name = row->cell();
    const auto value = parse_number(row->cell());
    if (!value || row->cell().empty()) {
      return fail(Errc::syntax, "a threshold needs a whole number and a reason", where);
    }
    out.values_[joined(analytic, name)].push_back(*value);
  }
  for (const auto needed : kNeeded) {
    const auto it = out.values_.find(needed);
    if (it == out.values_.end() || it->second.size() != 1 || it->second.front() == 0) {
      return fail(Errc::syntax, "needs exactly one `" + std::string(needed) + "`, not zero",
                  Where{.file = std::string(kFile)});
    }
  }
  return out;
}

std::uint64_t Thresholds::number(std::string_view analytic, std::string_view name) const {
  const auto it = values_.find(joined(analytic, name));
  assert(it != values_.end());
  return it == values_.end() ? 0 : it->second.front();
}

std::vector<std::uint64_t> Thresholds::list(std::string_view analytic,
                                            std::string_view name) const {
  const auto it = values_.find(joined(analytic, name));
  return it == values_.end() ? std::vector<std::uint64_t>{} : it->second;
}

}  // namespace interdict::analytics
