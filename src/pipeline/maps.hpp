#pragma once

#include "base/result.hpp"
#include "normalize/normalizer.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// The shipped field maps (content/taxonomy), after those of `options.map_paths`. Errors: a path
/// that cannot be read, faults in a map.
[[nodiscard]] Result<normalize::FieldMaps> load_maps(const Options& options);

}  // namespace interdict::pipeline
