#pragma once

#include <map>
#include <string>

#include "base/hash.hpp"
#include "event/timestamp.hpp"

namespace interdict::pipeline {

/// Records of one time in an ordered stream, to see which stand in a second input too: what counts
/// events counts such a record once.
class Repeats {
 public:
  /// True if another input gave the same record. `input` is borrowed until the time moves on.
  bool is_repeat(Timestamp time, const Digest128& digest, const std::string& input) {
    if (time != time_) seen_.clear();
    time_ = time;
    const auto [entry, is_new] = seen_.try_emplace(digest, &input);
    return !is_new && *entry->second != input;
  }

 private:
  Timestamp time_;
  std::map<Digest128, const std::string*> seen_;
};

}  // namespace interdict::pipeline
