#include "decode/decoder.hpp"

namespace interdict::decode {

std::string_view to_string(SkipReason reason) {
  switch (reason) {
    case SkipReason::unknown_format:
      return "unknown-format";
    case SkipReason::unreadable:
      return "unreadable";
    case SkipReason::encrypted:
      return "encrypted";
    case SkipReason::truncated:
      return "truncated";
    case SkipReason::bad_chunk_magic:
      return "bad-chunk-magic";
    case SkipReason::bad_chunk_checksum:
      return "bad-chunk-checksum";
    case SkipReason::bad_record:
      return "bad-record";
    case SkipReason::bad_time:
      return "bad-time";
    case SkipReason::limit:
      return "limit";
    case SkipReason::path_outside_archive:
      return "path-outside-archive";
    case SkipReason::not_a_log:
      return "not-a-log";
    case SkipReason::duplicate:
      return "duplicate";
    case SkipReason::slack:
      return "slack";
    case SkipReason::outside_time_range:
      return "outside-time-range";
  }
  return {};
}

bool is_loss(SkipReason reason) {
  switch (reason) {
    case SkipReason::not_a_log:
    case SkipReason::duplicate:
    case SkipReason::slack:
    case SkipReason::outside_time_range:
      return false;
    case SkipReason::unknown_format:
    case SkipReason::unreadable:
    case SkipReason::encrypted:
    case SkipReason::truncated:
    case SkipReason::bad_chunk_magic:
    case SkipReason::bad_chunk_checksum:
    case SkipReason::bad_record:
    case SkipReason::bad_time:
    case SkipReason::limit:
    case SkipReason::path_outside_archive:
      return true;
  }
  return true;
}

}  // namespace interdict::decode
