#pragma once

#include <compare>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "normalize/zone.hpp"
#include "source/source.hpp"

namespace interdict::pipeline {

/// The zones of `--timezone [INPUT=]ZONE`: a fixed offset (`+02:00`) or a name of the system's
/// database (`Europe/Berlin`).
class TimeZones {
 public:
  /// Errors: a zone that is neither, or whose file is damaged.
  [[nodiscard]] static Result<TimeZones> parse(const std::vector<std::string>& options);

  /// Of the last option that names `path` or `on_disk`, a folder above it or its file name; else of
  /// the last without INPUT; else null: UTC.
  [[nodiscard]] const normalize::Zone* of(std::string_view path,
                                          std::string_view on_disk = {}) const;

 private:
  std::vector<std::pair<std::string, normalize::Zone>> zones_;  ///< INPUT, empty for any
};

struct Month {
  int year = 0;
  int month = 0;  ///< 1 … 12
  friend auto operator<=>(const Month&, const Month&) = default;
};

/// When logs were written that name no year (RFC 3164), told by what else was given: never by the
/// clock, nor by a file's date. Any number of threads.
class YearHint {
 public:
  /// `from` is the month of `--from`, if it was given.
  YearHint(const std::vector<source::Input>& inputs, std::optional<Month> from)
      : inputs_(&inputs), from_(from) {}

  /// A month in the input's name, else in its first bytes, else the latest that begins any other
  /// input, else that of `--from`. Nothing: no hint.
  [[nodiscard]] std::optional<Month> of(std::string_view name, std::string_view head) const;

 private:
  [[nodiscard]] std::optional<Month> of_other_inputs() const;

  const std::vector<source::Input>* inputs_;
  std::optional<Month> from_;
  mutable std::once_flag once_;
  mutable std::optional<Month> others_;
};

/// The first day (2000 … 2099) that stands in `text` as `2024-01-02` or `20240102`, in days since
/// the epoch. Nothing if there is none.
[[nodiscard]] std::optional<std::int64_t> first_day(std::string_view text);

/// The first month (2000 … 2099) that stands in `text` as part of a date: `2024-01`, `2024/01`,
/// `20240102`. Nothing if there is none.
[[nodiscard]] std::optional<Month> first_month(std::string_view text);

}  // namespace interdict::pipeline
