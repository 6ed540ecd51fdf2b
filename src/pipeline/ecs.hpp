#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace interdict::pipeline {

/// Sigma's field names → those of the Elastic Common Schema. From content/ecs/fields.tsv.
class EcsNames {
 public:
  /// Errors: a line of other than three columns, or a name that a product has twice, with the line.
  [[nodiscard]] static Result<EcsNames> parse(std::string_view text);

  /// The name for a field of a product's log. Where the table has none: of Windows
  /// `winlog.event_data.NAME`; a name that is one of the schema's objects stands below its product
  /// (`labels` without one), any other as it is.
  [[nodiscard]] std::string name(std::string_view product, std::string_view field) const;

 private:
  /// By product (empty: any) and Sigma's name.
  std::map<std::pair<std::string, std::string>, std::string> names_;
};

}  // namespace interdict::pipeline
