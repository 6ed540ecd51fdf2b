#include <algorithm>

#include <fmt/format.h>

#include "json/reader.hpp"
#include "posture/scan_readers.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using json::Value;

std::string text_of(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

const Value::Array& list_of(const Value& object, std::string_view key) {
  static const Value::Array kNone;
  const Value* value = object.find(key);
  return value == nullptr || value->array() == nullptr ? kNone : *value->array();
}

ScanResult read_scuba(const Value& root, const ScanTable& table, const std::string& file) {
  static const Value kNone;
  const Value* meta = root.find("MetaData");
  const Value& about = meta == nullptr ? kNone : *meta;
  const std::string at = text_of(about, "TimestampZulu");
  const auto when = parse_timestamp(at);
  ScanTally tally(table, "scubagear");
  const Value* results = root.find("Results");
  if (results == nullptr || results->object() == nullptr)
    return fail(Errc::syntax, "`Results` is missing or no object", {.file = file});
  for (const json::Member& product : *results->object()) {
    if (product.value.array() == nullptr) continue;
    for (const Value& group : *product.value.array()) {
      for (const Value& control : list_of(group, "Controls")) {
        const auto verdict =
            scuba_verdict(text_of(control, "Result"), text_of(control, "OmittedEvaluationResult"),
                          text_of(control, "IncorrectResult"));
        if (!tally.add(text_of(control, "Control ID"), verdict))
          return fail(Errc::limit, "more checks than a report may have", {.file = file});
      }
    }
  }
  return tally.take(
      fmt::format("ScubaGear {} of tenant {} at {} ({})", text_of(about, "ToolVersion"),
                  text_of(about, "DomainName"), when ? at : "an unknown time", file),
      "", when);
}

/// What a rule set says of traffic through one hook.
struct Hook {
  bool has_chain = false;
  bool drops = false;  ///< a base chain of it drops what no rule lets through
  bool has_rules = false;
};

Hook hook_of(const Value::Array& items, std::string_view name) {
  Hook out;
  std::vector<std::string> chains;
  for (const Value& item : items) {
    const Value* chain = item.find("chain");
    if (chain == nullptr || text_of(*chain, "hook") != name || text_of(*chain, "type") != "filter")
      continue;
    out.has_chain = true;
    out.drops = out.drops || text_of(*chain, "policy") == "drop";
    chains.push_back(text_of(*chain, "table") + "/" + text_of(*chain, "name"));
  }
  for (const Value& item : items) {
    const Value* rule = item.find("rule");
    if (rule == nullptr) continue;
    const std::string chain = text_of(*rule, "table") + "/" + text_of(*rule, "chain");
    out.has_rules = out.has_rules || std::ranges::find(chains, chain) != chains.end();
  }
  return out;
}

ScanResult read_nftables(const Value& root, const std::string& file) {
  const Value::Array& items = list_of(root, "nftables");
  const std::string source = fmt::format("nftables rule set, undated ({})", file);
  const bool has_chain =
      std::ranges::any_of(items, [](const Value& item) { return item.find("chain") != nullptr; });
  std::vector<ControlEvidence> out;
  const auto judge = [&](std::string_view control, std::string_view hook, std::string_view what) {
    const Hook seen = hook_of(items, hook);
    ControlState state = ControlState::unknown;
    std::string text;
    if (!has_chain) {
      text = "it holds no chain: read without rights, or another filter acts; it says nothing";
    } else if (!seen.has_chain) {
      text = fmt::format("no chain filters {} traffic here; another filter may act", what);
    } else if (seen.drops) {
      state = ControlState::present;
      text = fmt::format("the policy for {} traffic is to drop", what);
    } else if (seen.has_rules) {
      state = ControlState::weak;
      text = fmt::format("the policy for {} traffic is to accept, with exceptions", what);
    } else {
      state = ControlState::absent;
      text = fmt::format("the policy for {} traffic is to accept, without any rule", what);
    }
    out.push_back(scan_evidence(control, state, source + ": " + text, "", {}));
  };
  judge("C1", "output", "outgoing");
  judge("A1", "forward", "forwarded");
  judge("A2", "input", "incoming");
  return out;
}

/// Leaked secrets in repositories: only their number is kept, never a secret.
ScanResult read_gitleaks(const Value::Array& findings, const std::string& file) {
  return std::vector<ControlEvidence>{
      scan_evidence("R5", ControlState::weak,
                    fmt::format("gitleaks, undated ({}): {} findings; their secrets were not read",
                                file, findings.size()),
                    "", {})};
}

}  // namespace

ScanResult read_json_scan(std::string_view text, const ScanTable& table, const std::string& file) {
  auto root = json::parse(text);
  if (!root) {
    Error error = std::move(root).error();
    error.where.file = file;
    return tl::unexpected<Error>(std::move(error));
  }
  if (root->find("MetaData") != nullptr && root->find("Results") != nullptr)
    return read_scuba(*root, table, file);
  if (root->find("nftables") != nullptr) return read_nftables(*root, file);
  const auto* array = root->array();
  if (array != nullptr && !array->empty() && array->front().find("RuleID") != nullptr &&
      array->front().find("Fingerprint") != nullptr)
    return read_gitleaks(*array, file);
  return fail(Errc::unsupported, "is no report of a kind that is known here", {.file = file});
}

}  // namespace interdict::posture
