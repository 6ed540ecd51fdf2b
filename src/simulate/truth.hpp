#pragma once

#include <set>
#include <string>
#include <vector>

#include "simulate/scenario.hpp"
#include "simulate/scene.hpp"

namespace interdict::simulate {

using sensors::LogFile;

/// Where one record of a step ended up.
struct Place {
  std::size_t file = 0;
  std::size_t record = 0;  ///< 1-based number of its first line
  std::size_t offset = 0;  ///< in bytes
  std::int64_t time_ms = 0;
};

/// A step as it was played.
struct PlayedStep {
  const ScenarioStep* step = nullptr;
  std::size_t host = 0;  ///< of the site
  attack::Stage stage = attack::Stage::reconnaissance;
  std::int64_t time_ms = 0;  ///< true time
  std::string user;
  bool rendered = false;    ///< a template wrote records
  std::size_t written = 0;  ///< before loss and removal
  std::vector<Place> places;
  std::set<std::size_t> rests_on;  ///< numbers of the steps whose foothold or autostart it used
};

struct PlayedIntrusion {
  const ScenarioIntrusion* intrusion = nullptr;
  Cast cast;
  std::vector<PlayedStep> steps;
};

/// The truth as JSON.
[[nodiscard]] std::string write_truth(const Scenario& scenario, std::uint64_t seed,
                                      const Site& site, const std::vector<LogFile>& logs,
                                      const std::vector<PlayedIntrusion>& intrusions);

}  // namespace interdict::simulate
