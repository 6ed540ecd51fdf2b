#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"
#include "normalize/normalizer.hpp"
#include "pipeline/options.hpp"

/// What the benchmarks read, and how they say what it was.
namespace interdict::bench {

/// Logs of one format in memory, unpacked.
struct Corpus {
  std::string name;    ///< where they are from, as every benchmark prints it
  std::string format;  ///< as decode::sniff calls it
  std::vector<std::string> files;

  [[nodiscard]] std::uint64_t bytes() const;
};

/// The pack's Windows host logs (otrf: atomic archives and both LSASS campaigns), or simulate's
/// demo where there is no pack.
[[nodiscard]] const Corpus& ndjson_corpus();
/// The pack's EVTX files (evtx-to-mitre, evtx-rs); no files where there is no pack.
[[nodiscard]] const Corpus& evtx_corpus();

/// Synthetic text logs, 32 MiB a format; the digits alone differ from line to line.
[[nodiscard]] const std::vector<Corpus>& text_corpora();

/// `<folder>/<i>.<format>` for each file, made once a process in a temporary folder that is removed
/// at exit. For benchmarks that start from files.
[[nodiscard]] std::vector<std::string> on_disk(const Corpus& corpus);

/// A folder that is removed at exit.
[[nodiscard]] std::string temporary_folder();

/// Folders with SigmaHQ's rules in the pack; none (the built-in rules alone) without.
[[nodiscard]] std::vector<std::string> rule_paths();

/// Prints name, files, bytes, and xxh64 of all of it, on one line, to stdout.
void describe(const Corpus& corpus);

/// The built-in field maps.
[[nodiscard]] const normalize::FieldMaps& field_maps();

/// The pack's folder of Hayabusa's rules; empty without a pack.
[[nodiscard]] std::string hayabusa_rules();

/// Decodes and normalises a corpus; `on_batch` sees every batch.
void for_each_batch(const Corpus& corpus, FieldCatalogue& catalogue,
                    const std::function<void(const EventBatch&)>& on_batch);

/// Every batch that a corpus makes, kept; the catalogue is theirs.
struct Batches {
  std::vector<std::unique_ptr<EventBatch>> list;
  std::uint64_t events = 0;
};
[[nodiscard]] Batches make_batches(const Corpus& corpus, FieldCatalogue& catalogue);

/// Decodes (and, with a catalogue, normalises) a corpus once; the events seen.
std::uint64_t decode_once(const Corpus& corpus, FieldCatalogue* catalogue);

}  // namespace interdict::bench
