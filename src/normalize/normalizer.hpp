#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "clock/own_clock.hpp"
#include "decode/decoder.hpp"
#include "event/batch.hpp"
#include "finding/detection.hpp"
#include "normalize/zone.hpp"

namespace interdict::normalize {

/// The field maps of content/taxonomy, read and checked. Immutable; shared by threads.
class FieldMaps {
 public:
  FieldMaps();
  ~FieldMaps();
  FieldMaps(FieldMaps&&) noexcept;
  FieldMaps& operator=(FieldMaps&&) noexcept;
  FieldMaps(const FieldMaps&) = delete;
  FieldMaps& operator=(const FieldMaps&) = delete;

  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }
  friend Result<FieldMaps> load_field_maps(const std::vector<std::pair<std::string, std::string>>&,
                                           const std::vector<std::pair<std::string, std::string>>&);

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Reads maps given as (file name, YAML text); docs/taxonomy.md says how they are written. The
/// sources of `users`, in their order, are asked before the shipped ones. All faults of all files
/// are in the error's message, each with file, line and column.
[[nodiscard]] Result<FieldMaps> load_field_maps(
    const std::vector<std::pair<std::string, std::string>>& shipped,
    const std::vector<std::pair<std::string, std::string>>& users = {});

/// Another tool's alert, as one row of a batch tells it. Owns its texts.
struct Alert {
  Row row = 0;
  std::string tool;
  std::string id;                       ///< the foreign rule's; its title if it has none
  std::string title;                    ///< never empty
  std::optional<finding::Level> level;  ///< none if the tool does not say
  std::vector<std::string> techniques;  ///< `T1059.001`, sorted, no repeats
  finding::Outcome outcome = finding::Outcome::unknown;
  std::string words;  ///< title and categories, lower-case: what a stage is told by
  std::string flow;   ///< names the traffic it is about; empty if the tool does not say
};

/// One source of events that a map describes, whatever was given.
struct DescribedSource {
  LogSource log_source;  ///< kind and service may hold `{field}`
  std::vector<std::string> formats;
};
[[nodiscard]] std::vector<DescribedSource> describe(const FieldMaps& maps);

/// How times are read that do not say all.
struct LocalTime {
  const Zone* zone = nullptr;  ///< of clocks that name none; null: UTC. Outlives the normalizer
  int year = 1970;             ///< of the first time without a year; later ones count on from it
  int month = 0;               ///< if known, the first such time is within half a year of it
  bool day_first = false;      ///< of dates with `/` that can be read either way
  /// The day of the first time of day that comes without a date, in days since the epoch; later
  /// ones count on from it. None: such times stay unknown.
  std::optional<std::int64_t> day{};
};

/// How many records had such a time.
struct IncompleteTimes {
  std::uint64_t without_zone = 0;
  std::uint64_t without_year = 0;
  std::uint64_t without_date = 0;  ///< and were given one
  std::uint64_t none = 0;          ///< events that have no time at all
};

/// What became of one record. A record without a time is an event whose time is kNoTime
/// (event/no_time.hpp); if something in it should be its time and does not parse, it is told so. Of
/// JSON and tables that no map claims, a record in which nothing could be a time is no event: they
/// hold many things that are no log's records.
enum class Placed : std::uint8_t { event, event_with_bad_time, not_an_event };

/// Turns one input's raw records into batches, one open batch a schema (at most kMaxOpenBatches;
/// the oldest is flushed when another is needed). One thread. The catalogue and the maps outlive
/// it.
///
/// Of a format without a map every record becomes an event of kind `<format>/unknown`, if a usual
/// path gives it a time. Amortised O(fields) a record; memory is bounded by the limits below.
class Normalizer {
 public:
  static constexpr std::size_t kMaxOpenBatches = 64;
  static constexpr std::size_t kMaxRowFields =
      1024;                                        ///< more of one record are dropped and counted
  static constexpr std::size_t kMaxUnnamed = 256;  ///< `Data[n]` of one record; all are in `Data`
  static constexpr std::size_t kMaxBatchFields =
      2048;  ///< a batch with that many columns is flushed
  /// Of text; flushed beyond. With its columns such a batch stays in the second-level cache.
  static constexpr std::size_t kMaxBatchBytes = std::size_t{256} << 10U;
  static constexpr std::size_t kMaxSchemas = 4096;  ///< (channel, event id) pairs that are kept
  /// Gets a batch, which it may swap for another that is of no more use, and the alerts that its
  /// rows tell, in order of rows.
  using Emit = std::function<void(EventBatch&, std::span<const Alert>)>;

  /// `beginning`: of the input's first bytes; with it begin the identities of events that nothing
  /// tells apart but their place. None: events get no identity, for nobody compares them.
  Normalizer(const FieldMaps& maps, FieldCatalogue& catalogue, std::string input,
             const std::string& format, Emit emit, LocalTime local = {},
             std::optional<Digest128> beginning = std::nullopt);
  ~Normalizer();
  Normalizer(const Normalizer&) = delete;
  Normalizer& operator=(const Normalizer&) = delete;
  Normalizer(Normalizer&&) = delete;
  Normalizer& operator=(Normalizer&&) = delete;

  Placed add(const decode::RawRecord& record);
  void flush();  ///< emits what is open, oldest first; call at the end of the input
  /// Mends the time of each record that is added from now on; what the record wrote stays in its
  /// field.
  void repair_from_here(clock::ClockRepair repair);
  [[nodiscard]] IncompleteTimes incomplete_times() const;
  /// Values that found no place: past kMaxRowFields, or the catalogue was full.
  [[nodiscard]] std::uint64_t values_dropped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace interdict::normalize
