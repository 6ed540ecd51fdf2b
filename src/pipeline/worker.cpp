#include "pipeline/worker.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/hash.hpp"
#include "normalize/time.hpp"
#include "pipeline/clock_check.hpp"
#include "pipeline/reading/judge.hpp"

namespace interdict::pipeline {

namespace {

using decode::SkipReason;

SkipReason reason_of(source::Trouble what) {
  switch (what) {
    case source::Trouble::unreadable:
      return SkipReason::unreadable;
    case source::Trouble::encrypted:
      return SkipReason::encrypted;
    case source::Trouble::truncated:
      return SkipReason::truncated;
    case source::Trouble::limit:
      return SkipReason::limit;
    case source::Trouble::path_outside_archive:
      return SkipReason::path_outside_archive;
  }
  return SkipReason::unreadable;
}

/// Inputs that are larger may be helped with.
constexpr std::uint64_t kHelpedBytes = std::uint64_t{1} << 20U;

/// Reads the files and members of one input, one after another.
class InputReader final : public source::Visitor, public decode::Sink, public Helped {
 public:
  InputReader(const source::Input& input, std::uint32_t place, const Shared& shared,
              Matchers& matchers, Crew& crew, Harvest& harvest)
      : input_(input),
        shared_(shared),
        matchers_(matchers),
        harvest_(harvest),
        order_(std::uint64_t{place} << 32U),
        judge_(shared, harvest, shared.duplicates != nullptr ? shared.duplicates->quota(place) : 0),
        seat_(crew, *this) {}

  void begin(const std::string& name) override {
    row_ = {};
    row_.path = name;
    harvest_.names[++order_].name = name;
    judge_.begin(order_);
    sha_.emplace();
    head_.clear();
    strays_.clear();
    decoder_.reset();
    normalizer_.reset();
    clock_check_.reset();
    sniffed_ = false;
    is_open_ = true;
  }

  void piece(Bytes bytes) override {
    if (row_.bytes >= kHelpedBytes) seat_.open();
    hash(bytes);
    row_.bytes += bytes.size();
    if (!sniffed_) {
      const auto wanted = std::min(bytes.size(), decode::kSniffBytes - head_.size());
      head_.append(as_text(bytes.first(wanted)));
      bytes = bytes.subspan(wanted);
      if (head_.size() < decode::kSniffBytes) return;
      choose_decoder();
    }
    if (decoder_ == nullptr) return;
    start_decoder();
    feed(bytes);
  }

  void end() override {
    if (!sniffed_) choose_decoder();
    if (decoder_ != nullptr) {
      start_decoder();
      if (clock_check_) decide_clock();
      decoder_->finish(*this);
      normalizer_->flush();
      seat_.drain();
      note_strays();
      note_times();
      judge_.end(row_);
    } else if (row_.bytes > accounted()) {
      skip(row_, is_log_ ? SkipReason::unknown_format : SkipReason::not_a_log, 0,
           row_.bytes - accounted(), 0);
    }
    seat_.drain();
    row_.sha256 = harvest_.names[order_].sha256 = sha_->finish();
    harvest_.rows.push_back(std::move(row_));
    is_open_ = false;
  }

  void archive(const std::string& name, const std::string& format, std::uint64_t bytes,
               const std::string& sha256) override {
    auto& row = row_named(name);
    row.format = format;
    row.sha256 = sha256;
    row.bytes += bytes;
    row.structure_bytes += bytes;
  }

  void trouble(const std::string& name, source::Trouble what, std::uint64_t bytes,
               std::uint64_t offset, const std::string& why) override {
    finding::InputRow& row = is_open_ && row_.path == name ? row_ : row_named(name);
    row.bytes += bytes;
    skip(row, reason_of(what), 0, bytes, offset, why);
  }

  void record(const decode::RawRecord& record) override {
    if (!record.format.empty()) ++strays_[record.format];
    switch (normalizer_->add(record)) {
      case normalize::Placed::event:
        ++row_.events;
        row_.event_bytes += record.bytes.size();
        break;
      case normalize::Placed::event_with_bad_time:
        ++row_.events;
        row_.event_bytes += record.bytes.size();
        skip(row_, SkipReason::bad_time, 1, 0, record.offset);
        break;
      case normalize::Placed::not_an_event:
        skip(row_, SkipReason::not_a_log, 1, record.bytes.size(), record.offset);
        break;
    }
  }
  void structure(std::uint64_t bytes) override { row_.structure_bytes += bytes; }
  void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
               std::uint64_t offset) override {
    skip(row_, reason, records, bytes, offset);
  }

  void work(Task& task, Matchers& matchers) override {
    if (task.batch != nullptr) {
      judge_.see(*task.batch, task.alerts, matchers);
    } else {
      sha_->update(task.bytes);
    }
  }

 private:
  [[nodiscard]] std::uint64_t accounted() const {
    std::uint64_t sum = row_.event_bytes + row_.structure_bytes;
    for (const auto& [reason, entry] : row_.skipped) sum += entry.bytes;
    return sum;
  }

  finding::InputRow& row_named(const std::string& name) {
    for (auto& row : harvest_.rows) {
      if (row.path == name) return row;
    }
    harvest_.rows.emplace_back().path = name;
    return harvest_.rows.back();
  }

  void choose_decoder() {
    sniffed_ = true;
    const auto found = decode::sniff(as_byte_span(head_), row_.path);
    is_log_ = found.is_log;
    row_.format = std::string(found.format);
    decoder_ = decode::make_decoder(found.format, {.carve = shared_.options.carve});
    if (decoder_ != nullptr && may_have_two_clocks(row_.format, head_)) {
      clock_check_.emplace(shared_.catalogue);
    }
  }

  /// Feeds it the head, once.
  void start_decoder() {
    if (normalizer_ != nullptr) return;
    normalizer_ = std::make_unique<normalize::Normalizer>(
        shared_.maps, shared_.catalogue, row_.path, row_.format,
        [this](EventBatch& batch, std::span<const normalize::Alert> alerts) {
          if (clock_check_) {
            clock_check_->hold(batch, alerts);
          } else {
            judge(batch, alerts);
          }
        },
        local_time(),
        shared_.duplicates != nullptr ? std::optional(hash128(as_byte_span(head_))) : std::nullopt);
    feed(as_byte_span(head_));
    head_.clear();
    head_.shrink_to_fit();
  }

  void feed(Bytes bytes) {
    while (clock_check_ && !bytes.empty()) {
      const auto part = bytes.first(std::min(bytes.size(), clock_check_->wanted()));
      decoder_->feed(part, *this);
      bytes = bytes.subspan(part.size());
      if (clock_check_->is_enough(part.size())) decide_clock();
    }
    if (!bytes.empty()) decoder_->feed(bytes, *this);
  }

  /// The times of the records so far are known from here on.
  void decide_clock() {
    normalizer_->flush();
    auto check = std::move(*clock_check_);
    clock_check_.reset();
    auto repair = check.decide([this](EventBatch& batch, std::span<const normalize::Alert> alerts) {
      judge(batch, alerts);
    });
    note_repair(repair, row_.notes);
    normalizer_->repair_from_here(std::move(repair));
  }

  /// By the helper, unless he has more to do than we.
  void hash(Bytes bytes) {
    if (!seat_.is_helped() || (seat_.waiting() > 1 && !seat_.hash_waits())) {
      sha_->update(bytes);
      return;
    }
    auto copy = seat_.spare_bytes();
    copy.assign(bytes.begin(), bytes.end());
    seat_.give({nullptr, {}, std::move(copy)});
  }

  /// Here, or by the helper, who takes the batch and leaves another.
  void judge(EventBatch& batch, std::span<const normalize::Alert> alerts) {
    if (!seat_.is_helped()) {
      judge_.see(batch, alerts, matchers_);
      return;
    }
    auto taken = seat_.spare_batch();
    if (taken == nullptr) taken = std::make_unique<EventBatch>(batch.input(), LogSource{});
    std::swap(*taken, batch);
    seat_.give({std::move(taken), {alerts.begin(), alerts.end()}, {}});
  }

  [[nodiscard]] normalize::LocalTime local_time() {
    normalize::LocalTime local;
    if (shared_.zones != nullptr) local.zone = shared_.zones->of(row_.path, input_.path);
    const auto month =
        shared_.years != nullptr
            ? shared_.years->of(row_.path, std::string_view(head_).substr(0, decode::kSniffBytes))
            : std::nullopt;
    if (month) {
      local.year = month->year;
      local.month = month->month;
    }
    std::string beginning = head_.substr(0, decode::kSniffBytes);
    std::erase(beginning, '\0');  // UTF-16 of dates is their ASCII and zeros
    local.day_first = normalize::has_day_first(beginning);
    local.day = first_day(row_.path.substr(row_.path.find_last_of("/!") + 1));
    knows_year_ = month.has_value();
    has_zone_ = local.zone != nullptr;
    return local;
  }

  /// Says how many records are of another format than the input.
  void note_strays() {
    for (const auto& [format, count] : strays_) {
      row_.notes.push_back(std::to_string(count) + (count == 1 ? " record is " : " records are ") +
                           std::string(format));
    }
  }

  /// Says what was assumed of times that do not say all.
  void note_times() {
    const auto times = normalizer_->incomplete_times();
    if (times.without_zone > 0 && !has_zone_) {
      row_.notes.push_back(std::to_string(times.without_zone) +
                           " times without a zone taken as UTC (--timezone)");
    } else if (times.without_zone > 0) {
      row_.notes.push_back(std::to_string(times.without_zone) +
                           " times without a zone read in the zone of --timezone");
    }
    if (times.none > 0) {
      row_.notes.push_back(std::to_string(times.none) +
                           (times.none == 1 ? " event has" : " events have") +
                           " no time: rules see it, no chain does");
    }
    if (times.without_date > 0) {
      row_.notes.push_back(std::to_string(times.without_date) +
                           " times without a date take it from the input's name");
    }
    if (times.without_year > 0) {
      row_.notes.push_back(
          std::to_string(times.without_year) + " times without a year taken from " +
          (knows_year_ ? "the other dates given" : "1970 on, for nothing tells it (--from)"));
    }
  }

  const source::Input& input_;
  const Shared& shared_;
  Matchers& matchers_;
  Harvest& harvest_;
  std::uint64_t order_;  ///< Claimant::order of what is open
  Judge judge_;
  finding::InputRow row_;
  std::optional<Sha256> sha_;
  std::string head_;
  std::map<std::string_view, std::uint64_t> strays_;  ///< records of other formats, by format
  bool sniffed_ = false;
  bool has_zone_ = false;
  bool knows_year_ = false;
  bool is_log_ = true;
  bool is_open_ = false;
  std::unique_ptr<decode::Decoder> decoder_;
  std::optional<ClockCheck> clock_check_;  ///< until it is decided
  std::unique_ptr<normalize::Normalizer> normalizer_;
  Crew::Seat seat_;  ///< last: whoever helps is gone before all else goes
};

}  // namespace

void process_input(const source::Input& input, std::uint32_t place, const Shared& shared,
                   Matchers& matchers, Crew& crew, Harvest& harvest) {
  InputReader reader(input, place, shared, matchers, crew, harvest);
  source::read_input(input, {}, reader);
}

}  // namespace interdict::pipeline
