#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace interdict::analytics {

/// The numbers of content/analytics/thresholds.tsv: analytic, name, value, reason. Immutable.
class Thresholds {
 public:
  /// Errors: syntax (a row without a number or a reason, a threshold that an analytic needs and
  /// that is missing, zero or given twice); `where` has the line. O(text).
  [[nodiscard]] static Result<Thresholds> parse(std::string_view text);

  /// Precondition: parse() asked for it (see thresholds.cpp). O(log n).
  [[nodiscard]] std::uint64_t number(std::string_view analytic, std::string_view name) const;
  /// All values of a name that may repeat; empty if there is none.
  [[nodiscard]] std::vector<std::uint64_t> list(std::string_view analytic,
                                                std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> values_;  ///< `analytic/name`
};

}  // namespace interdict::analytics
