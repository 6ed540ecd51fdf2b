#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/signal.hpp"
#include "analytics/thresholds.hpp"
#include "event/timestamp.hpp"
#include "finding/detection.hpp"

namespace interdict::analytics {

/// The caller's number of an event: events are pushed in rising order of it.
using Ref = std::size_t;

inline constexpr std::size_t kMaxRefs = 16;            ///< events that one finding names
inline constexpr std::size_t kMaxGroups = 65'536;      ///< groups that one analytic follows
inline constexpr std::size_t kMaxGroupEvents = 1'024;  ///< events that it keeps of each
inline constexpr std::size_t kMaxFindings = 65'536;    ///< of one analytic

/// What an analytic found in one group, once for each spell of activity.
struct Finding {
  std::uint32_t analytic = 0;  ///< index into analytics()
  std::string group;           ///< what the events have in common; part of the detection's id
  std::vector<Ref> refs;       ///< the first events, at most kMaxRefs, at least one
  Ref last_ref = 0;
  Timestamp last;
  std::uint64_t count = 0;  ///< events
  finding::Outcome outcome = finding::Outcome::unknown;
  std::vector<std::pair<std::string, std::string>> facts;  ///< what was measured, by name
};

/// What one analytic found so far: kMaxFindings at most, the rest is counted.
class FindingList {
 public:
  void add(Finding&& finding) {
    if (findings_.size() >= kMaxFindings) {
      ++left_out_;
    } else {
      findings_.push_back(std::move(finding));
    }
  }
  [[nodiscard]] std::vector<Finding> take() { return std::exchange(findings_, {}); }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  std::vector<Finding> findings_;
  std::uint64_t left_out_ = 0;
};

/// One way to see in many events what no single one shows. Fed in order of time; never looks at a
/// clock. Its state is bounded: what is forgotten for want of room is counted. One thread.
class Analytic {
 public:
  Analytic() = default;
  virtual ~Analytic() = default;
  Analytic(const Analytic&) = delete;
  Analytic& operator=(const Analytic&) = delete;
  Analytic(Analytic&&) = delete;
  Analytic& operator=(Analytic&&) = delete;

  virtual void see(const Signal& signal, Timestamp time, Ref ref) = 0;
  /// The end of the events: what is open is judged.
  virtual void finish() = 0;
  /// Moves out what was found; `analytic` is not set. In no particular order.
  [[nodiscard]] virtual std::vector<Finding> take() = 0;
  /// Groups, events and findings that were forgotten for want of room.
  [[nodiscard]] virtual std::uint64_t evicted() const = 0;
};

/// What users read of an analytic; how to make one.
struct Description {
  std::string_view name;  ///< its id in every output, and in the thresholds
  std::string_view title;
  finding::Level level;
  std::string_view technique;
  std::string_view tactic;
  std::unique_ptr<Analytic> (*make)(const Thresholds&);
};

/// All of them. The order carries no meaning but for Finding::analytic.
[[nodiscard]] std::span<const Description> analytics();

/// All analytics over one ordered stream.
class Suite {
 public:
  explicit Suite(const Thresholds& thresholds);

  /// Precondition: neither `time` nor `ref` goes back.
  void see(const Signal& signal, Timestamp time, Ref ref);
  /// Ends the stream and moves out all findings, by (first ref, analytic, group). Call once.
  [[nodiscard]] std::vector<Finding> finish();
  [[nodiscard]] std::uint64_t evicted() const;

 private:
  std::vector<std::unique_ptr<Analytic>> all_;
};

std::unique_ptr<Analytic> make_password_spray(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_guessed_password(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_logon_spread(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_upload_volume(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_beacon(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_dns_tunnel(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_host_scan(const Thresholds& thresholds);
std::unique_ptr<Analytic> make_port_scan(const Thresholds& thresholds);

}  // namespace interdict::analytics
