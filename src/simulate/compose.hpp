#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sensors/record.hpp"
#include "simulate/scenario.hpp"

namespace interdict::simulate {

using sensors::LogFile;

/// Logs of a site in which a scenario happened, and the truth about it.
struct Composition {
  std::vector<LogFile> logs;  ///< by name; records in the order of their own time
  std::string truth;          ///< JSON, `interdict.truth/1`: docs/simulate.md
};

/// Renders a scenario. The same scenario and seed give the same bytes on every machine. It writes
/// records only: nothing in it runs, nothing in it is a working tool, and every name and address is
/// one of documentation (RFC 2606, RFC 5737), unless the scenario sets another network.
/// Errors: those of `settle` and `build_site`, and `limit` beyond kMaxRecords.
/// O(records · log records).
[[nodiscard]] Result<Composition> compose(Scenario scenario, std::uint64_t seed);

}  // namespace interdict::simulate
