#include "posture/statement.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "event/timestamp.hpp"
#include "yaml/reader.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;

constexpr std::string_view kKeys[] = {"control", "state",     "scope", "owner",
                                      "date",    "reference", "cost"};

std::optional<ControlState> parse_state(std::string_view word) {
  for (const ControlState state : {ControlState::unknown, ControlState::absent, ControlState::weak,
                                   ControlState::present, ControlState::enforced})
    if (finding::to_string(state) == word) return state;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  [[nodiscard]] tl::unexpected<Error> wrong(const yaml::Node& at, std::string message) const {
    return fail(Errc::syntax, std::move(message), {.file = file_, .line = at.line()});
  }

  [[nodiscard]] Result<Statement> read(const yaml::Node& node) const {
    if (!node.is_map()) return wrong(node, "an entry of `controls` is no map");
    Statement out;
    bool has_state = false;
    for (const auto& [key, value] : node.entries()) {
      const std::string& name = key.text();
      if (std::ranges::find(kKeys, name) == std::end(kKeys))
        return wrong(key, fmt::format("unknown key `{}`", name));
      if (!value.is_scalar()) return wrong(value, fmt::format("`{}` is no plain value", name));
      if (value.is_null()) continue;
      if (name == "state") {
        const auto state = parse_state(value.text());
        if (!state)
          return wrong(value, fmt::format("unknown state `{}` (enforced, present, weak, absent or "
                                          "unknown)",
                                          value.text()));
        out.state = *state;
        has_state = true;
      } else if (name == "cost") {
        const auto cost = value.as_double();
        if (!cost || !(*cost >= 0))
          return wrong(value, fmt::format("`{}` is no cost", value.text()));
        out.cost = *cost;
      } else if (name == "date") {
        if (!parse_timestamp(value.text()))
          return wrong(value, fmt::format("`{}` is no date (write 2026-03-01)", value.text()));
        out.date = value.text();
      } else {
        (name == "control" ? out.control
         : name == "scope" ? out.scope
         : name == "owner" ? out.owner
                           : out.reference) = value.text();
      }
    }
    if (out.control.empty()) return wrong(node, "missing `control`");
    if (!has_state) return wrong(node, fmt::format("missing `state` of `{}`", out.control));
    return out;
  }

 private:
  const std::string& file_;  ///< the caller's, for the length of one call
};

}  // namespace

Result<std::vector<Statement>> read_statements(std::string_view yaml, const std::string& file) {
  INTERDICT_TRY(const yaml::Node root, yaml::read_document(yaml, file));
  const Reader reader(file);
  const yaml::Node* list = root.find("controls");
  if (list == nullptr || !list->is_sequence()) return reader.wrong(root, "missing list `controls`");
  if (list->items().size() > kMaxStatements)
    return fail(Errc::limit, fmt::format("more than {} statements", kMaxStatements),
                {.file = file, .line = list->line()});
  std::vector<Statement> out;
  for (const yaml::Node& item : list->items()) {
    INTERDICT_TRY(Statement statement, reader.read(item));
    const auto same = [&](const Statement& other) {
      return other.control == statement.control && other.scope == statement.scope;
    };
    if (std::ranges::any_of(out, same))
      return reader.wrong(item,
                          fmt::format("`{}` is stated twice for one scope", statement.control));
    out.push_back(std::move(statement));
  }
  return out;
}

ControlEvidence to_evidence(const Statement& statement) {
  std::string text = fmt::format("claimed: {}", finding::to_string(statement.state));
  const std::array<std::pair<std::string_view, const std::string*>, 4> parts = {
      {{"scope", &statement.scope},
       {"by", &statement.owner},
       {"on", &statement.date},
       {"see", &statement.reference}}};
  for (const auto& [word, value] : parts)
    if (!value->empty()) text += fmt::format(", {} {}", word, *value);
  ControlEvidence out;
  out.control = statement.control;
  out.state = statement.state;
  out.text = std::move(text);
  out.weight = kWeightStatement;
  out.first = out.last = parse_timestamp(statement.date);
  out.days = out.first ? kStatementDays : 0;
  return out;
}

}  // namespace interdict::posture
