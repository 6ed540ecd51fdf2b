#include "analytics/analytic.hpp"
#include "analytics/distinct.hpp"

namespace interdict::analytics {

namespace {

/// One source fails to log on as many different accounts: few passwords are tried on many people.
/// An attempt, whatever came of it.
class PasswordSpray final : public Analytic {
 public:
  explicit PasswordSpray(const Thresholds& t)
      : watch_(
            t.number("password-spraying", "accounts"),
            static_cast<std::int64_t>(t.number("password-spraying", "window-s")) * kNsPerSecond) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind == SignalKind::logon_failed) {
      watch_.see(signal.actor, signal.object, time, ref);
    }
  }
  void finish() override { watch_.finish(); }
  std::vector<Finding> take() override {
    auto found = watch_.take();
    for (auto& finding : found) {
      finding.outcome = finding::Outcome::failed;
      finding.facts.emplace_back("source", finding.group);
    }
    return found;
  }
  [[nodiscard]] std::uint64_t evicted() const override { return watch_.evicted(); }

 private:
  DistinctWatch watch_;
};

}  // namespace

std::unique_ptr<Analytic> make_password_spray(const Thresholds& thresholds) {
  return std::make_unique<PasswordSpray>(thresholds);
}

}  // namespace interdict::analytics
