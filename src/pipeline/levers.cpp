#include "pipeline/levers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/unicode.hpp"
#include "yaml/reader.hpp"

namespace interdict::pipeline {

namespace {

constexpr std::array<std::string_view, 6> kSeedKinds = {"ip",   "host",   "user",
                                                        "hash", "domain", "file"};
constexpr std::array<std::string_view, 4> kOwnKinds = {"administration", "scanner", "exercise",
                                                       "critical-asset"};
constexpr std::array<std::string_view, 4> kRulings = {"together", "apart", "benign", "attack"};

tl::unexpected<Error> wrong(const std::string& file, const yaml::Node& at, std::string message) {
  return fail(Errc::syntax, std::move(message), {.file = file, .line = at.line()});
}

/// A scalar or a list of scalars, lower-case.
std::vector<std::string> texts(const yaml::Node& node) {
  std::vector<std::string> out;
  if (node.is_scalar() && !node.is_null()) out.push_back(fold_case(node.text()));
  for (const auto& item : node.items()) {
    if (item.is_scalar() && !item.is_null()) out.push_back(fold_case(item.text()));
  }
  return out;
}

Result<std::optional<Timestamp>> time_of(const std::string& file, const yaml::Node& node) {
  const auto time = parse_timestamp(node.text());
  if (!time) return wrong(file, node, "`" + node.text() + "` is no time (write 2026-03-01)");
  return std::optional<Timestamp>(*time);
}

Result<const yaml::Node*> list_of(const yaml::Node& root, std::string_view key,
                                  const std::string& file) {
  const yaml::Node* list = root.find(key);
  if (list == nullptr || !list->is_sequence()) {
    return wrong(file, root, "missing list `" + std::string(key) + "`");
  }
  if (list->items().size() > kMaxLeverEntries) {
    return fail(Errc::limit, "more than " + std::to_string(kMaxLeverEntries) + " entries",
                {.file = file, .line = list->line()});
  }
  return list;
}

Result<finding::OurOwn> read_own(const yaml::Node& item, const std::string& file) {
  finding::OurOwn own;
  if (!item.is_map()) return wrong(file, item, "an entry of `context` is no map");
  bool has_kind = false;
  for (const auto& [key, value] : item.entries()) {
    const std::string& name = key.text();
    if (name == "name") {
      own.name = value.text();
    } else if (name == "kind") {
      const auto* const at = std::ranges::find(kOwnKinds, value.text());
      if (at == kOwnKinds.end()) return wrong(file, value, "unknown kind `" + value.text() + "`");
      own.kind = static_cast<finding::OurOwn::Kind>(at - kOwnKinds.begin());
      has_kind = true;
    } else if (name == "image") {
      own.images = texts(value);
    } else if (name == "host") {
      own.hosts = texts(value);
    } else if (name == "origin") {
      own.origins = texts(value);
    } else if (name == "account") {
      own.accounts = texts(value);
    } else if (name == "from" || name == "to") {
      INTERDICT_TRY((name == "from" ? own.from : own.to), time_of(file, value));
    } else {
      return wrong(file, key, "unknown key `" + name + "`");
    }
  }
  if (!has_kind) return wrong(file, item, "missing `kind`");
  const bool critical = own.kind == finding::OurOwn::Kind::critical_asset;
  if (critical ? own.hosts.empty()
               : own.images.empty() && own.hosts.empty() && own.origins.empty() &&
                     own.accounts.empty()) {
    return wrong(file, item, "says nothing by which it could be told: it would fit everything");
  }
  if (own.name.empty()) own.name = std::string(kOwnKinds[static_cast<std::size_t>(own.kind)]);
  return own;
}

Result<finding::Verdict> read_verdict(const yaml::Node& item, const std::string& file) {
  finding::Verdict out;
  if (!item.is_map()) return wrong(file, item, "an entry of `verdicts` is no map");
  bool has_ruling = false;
  for (const auto& [key, value] : item.entries()) {
    const std::string& name = key.text();
    if (name == "verdict") {
      const auto* const at = std::ranges::find(kRulings, value.text());
      if (at == kRulings.end()) return wrong(file, value, "unknown verdict `" + value.text() + "`");
      out.ruling = static_cast<finding::Verdict::Ruling>(at - kRulings.begin());
      has_ruling = true;
    } else if (name == "detections") {
      out.detections = texts(value);
    } else if (name == "rules") {
      out.rules = texts(value);
    } else if (name == "entities") {
      for (const auto& text : texts(value)) {
        const auto seed = parse_seed(text);
        if (!seed) return wrong(file, value, seed.error().message);
        out.entities.emplace_back(seed->kind, seed->value);
      }
    } else if (name == "reason") {
      out.reason = value.text();
    } else if (name == "author") {
      out.author = value.text();
    } else if (name == "expires") {
      INTERDICT_TRY(out.expires, time_of(file, value));
    } else {
      return wrong(file, key, "unknown key `" + name + "`");
    }
  }
  if (!has_ruling) return wrong(file, item, "missing `verdict`");
  if (out.reason.empty() || out.author.empty()) {
    return wrong(file, item, "a verdict needs `reason` and `author`");
  }
  const std::size_t items = out.detections.size() + out.rules.size() + out.entities.size();
  const bool several = out.ruling == finding::Verdict::Ruling::apart;
  if (items < (several ? 2U : 1U)) {
    return wrong(file, item, "names too few detections, rules or entities");
  }
  return out;
}

}  // namespace

Result<finding::Seed> parse_seed(std::string_view text) {
  finding::Seed out;
  out.text = std::string(text);
  const std::size_t colon = text.find(':');
  out.kind = std::string(text.substr(0, colon));
  if (colon == std::string_view::npos ||
      std::ranges::find(kSeedKinds, out.kind) == kSeedKinds.end()) {
    return fail(Errc::syntax,
                "`" + out.text +
                    "`: a seed is ip:, host:NAME@T, user:, hash:, domain: or file: and a value");
  }
  std::string_view value = text.substr(colon + 1);
  if (out.kind == "host") {
    if (const std::size_t at = value.find('@'); at != std::string_view::npos) {
      const auto time = parse_timestamp(value.substr(at + 1));
      if (!time) return fail(Errc::syntax, "`" + out.text + "`: no time after `@`");
      out.at = *time;
      value = value.substr(0, at);
    }
  }
  if (value.empty()) return fail(Errc::syntax, "`" + out.text + "`: no value");
  out.value = fold_case(value);
  return out;
}

Result<std::vector<finding::OurOwn>> read_context(std::string_view yaml, const std::string& file) {
  INTERDICT_TRY(const yaml::Node root, yaml::read_document(yaml, file));
  INTERDICT_TRY(const yaml::Node* list, list_of(root, "context", file));
  std::vector<finding::OurOwn> out;
  for (const auto& item : list->items()) {
    INTERDICT_TRY(auto own, read_own(item, file));
    out.push_back(std::move(own));
  }
  return out;
}

Result<std::vector<finding::Verdict>> read_verdicts(std::string_view yaml,
                                                    const std::string& file) {
  INTERDICT_TRY(const yaml::Node root, yaml::read_document(yaml, file));
  INTERDICT_TRY(const yaml::Node* list, list_of(root, "verdicts", file));
  std::vector<finding::Verdict> out;
  for (const auto& item : list->items()) {
    INTERDICT_TRY(auto verdict, read_verdict(item, file));
    out.push_back(std::move(verdict));
  }
  return out;
}

}  // namespace interdict::pipeline
