#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "assess/stop.hpp"
#include "base/unicode.hpp"

namespace interdict::assess {
namespace {

using finding::ControlState;

constexpr std::size_t kMaxShown = 4;

/// Equal, or one the first label of the other: `WS1` and `ws1.example.org`.
bool same_host(std::string_view a, std::string_view b) {
  const std::string x = fold_case(a);
  const std::string y = fold_case(b);
  if (x == y) return true;
  const std::string& shorter = x.size() < y.size() ? x : y;
  const std::string& longer = x.size() < y.size() ? y : x;
  return !shorter.empty() && longer.starts_with(shorter) && longer[shorter.size()] == '.' &&
         shorter.find('.') == std::string::npos;
}

/// The evidence on a control, by whether it decides anything here.
struct Sorted {
  std::vector<const ControlEvidence*> here;
  std::vector<const ControlEvidence*> lapsed;
  std::vector<const ControlEvidence*> elsewhere;
  std::vector<const ControlEvidence*> silent;  ///< looked, and judged nothing
};

Sorted sort_evidence(const std::string& control, std::string_view host,
                     std::optional<Timestamp> when, const std::vector<ControlEvidence>& evidence) {
  Sorted out;
  for (const ControlEvidence& e : evidence) {
    if (e.control != control) continue;
    if (e.state == ControlState::unknown)
      out.silent.push_back(&e);
    else if (!host.empty() && !e.host.empty() && !same_host(host, e.host))
      out.elsewhere.push_back(&e);
    else if (when && !posture::holds_at(e, *when))
      out.lapsed.push_back(&e);
    else
      out.here.push_back(&e);
  }
  const auto heavier = [](const ControlEvidence* a, const ControlEvidence* b) {
    return std::tie(b->weight, a->state, a->text, a->host) <
           std::tie(a->weight, b->state, b->text, b->host);
  };
  std::ranges::sort(out.here, heavier);
  std::ranges::sort(out.lapsed, heavier);
  std::ranges::sort(out.elsewhere, heavier);
  std::ranges::sort(out.silent, heavier);
  return out;
}

std::string states_of(const std::vector<const ControlEvidence*>& evidence) {
  std::set<ControlState> states;
  for (const ControlEvidence* e : evidence) states.insert(e->state);
  std::string out;
  for (const ControlState state : states)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", finding::to_string(state));
  return out;
}

}  // namespace

ProvenState proven_state(const std::string& control, std::string_view host,
                         std::optional<Timestamp> when,
                         const std::vector<ControlEvidence>& evidence) {
  const Sorted sorted = sort_evidence(control, host, when, evidence);
  const auto& here = sorted.here;
  ProvenState out;
  if (here.empty()) {
    out.text = "no evidence of its state was given";
    if (!sorted.silent.empty())
      out.text = fmt::format("what was given proves nothing: {}", sorted.silent.front()->text);
    if (!sorted.lapsed.empty())
      out.text = fmt::format("what was given ({}) is too old or too late for this time: {}",
                             states_of(sorted.lapsed), sorted.lapsed.front()->text);
    if (!sorted.elsewhere.empty())
      out.text += fmt::format("; of other hosts only: {} ({})", sorted.elsewhere.front()->text,
                              states_of(sorted.elsewhere));
    return out;
  }
  const std::uint8_t weight = here.front()->weight;
  std::set<ControlState> heaviest;
  for (const ControlEvidence* e : here)
    if (e->weight == weight) heaviest.insert(e->state);
  // A failure somewhere outweighs a success elsewhere; both together are neither absent nor whole.
  const bool fails = *heaviest.begin() <= ControlState::weak;
  const bool works = *heaviest.rbegin() >= ControlState::present;
  out.state = fails && works ? ControlState::weak : fails ? *heaviest.begin() : *heaviest.rbegin();
  for (std::size_t i = 0; i < here.size() && i < kMaxShown; ++i)
    out.text += fmt::format("{}{}", i == 0 ? "" : "; ", here[i]->text);
  if (here.size() > kMaxShown) out.text += fmt::format("; and {} more", here.size() - kMaxShown);
  // Two words for the same thing at work are no contradiction; a failing and a working one are.
  bool any_fails = false;
  bool any_works = false;
  for (const ControlEvidence* e : here)
    (e->state <= ControlState::weak ? any_fails : any_works) = true;
  if (any_fails && any_works) out.text += fmt::format(" [contradictory: {}]", states_of(here));
  return out;
}

}  // namespace interdict::assess
