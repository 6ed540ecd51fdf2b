#include <algorithm>

#include "correlate/builder.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;

constexpr std::int64_t kCensorNs = kNsPerHour;

bool has_technique(const Context& c, const Atom& atom, std::string_view id) {
  return std::ranges::any_of(c.rules[atom.rule].techniques, [&](const std::string& t) {
    return t == id || (t.size() > id.size() && t.starts_with(id) && t[id.size()] == '.');
  });
}

/// The process of `i`, or one that it descends from, opens mail.
bool from_mail(const EntityTable& table, EntityIndex i) {
  for (std::size_t level = 0; i != kNone && level < kMaxAncestors; ++level) {
    if (table[i].role.mail) return true;
    i = table[i].parent;
  }
  return false;
}

}  // namespace

bool left_censored(const Context& c, const Tree& tree) {
  const Atom& root = c.atoms[tree.atoms.front()];
  const std::string host = c.linker.table().full_host(root.host);
  std::optional<std::int64_t> first;
  for (const auto& scope : c.scope) {
    if (c.linker.table().full_host(scope.host) != host) continue;
    for (const auto& source : scope.sources) {
      first = first ? std::min(*first, source.first.ns) : source.first.ns;
    }
  }
  return !first || root.ns - *first < kCensorNs;
}

finding::PatientZero find_patient_zero(const Context& c, const Tree& tree,
                                       const finding::Intrusion& intrusion) {
  const EntityTable& table = c.linker.table();
  finding::PatientZero out;
  const auto& first = intrusion.steps.front();
  out.host = first.host;
  out.user = first.user;
  out.step = first.id;
  const Atom& root = c.atoms[tree.atoms.front()];
  std::string seen;
  std::string entry = "unknown";
  const auto placed = attack::likeliest(root.placement.stages);
  const bool inward = placed && attack::index(*placed) <= attack::index(Stage::exploitation);
  if (root.delivers && from_mail(table, root.primary)) {
    entry = "phishing";
    seen = "a mail client wrote the file";
  } else if (root.delivers) {
    entry = "drive-by";
    seen =
        "a browser or other client fetched the file from the network; no mail log was given that "
        "could "
        "tell a lure by mail";
  } else if (inward && has_technique(c, root, "T1190")) {
    entry = "exposed-service-exploit";
    seen = "a request against an exposed service";
  } else if (inward && has_technique(c, root, "T1091")) {
    entry = "removable-media";
    seen = "a program on removable media";
  } else if (inward && has_technique(c, root, "T1566")) {
    entry = "phishing";
    seen = first.title;
  } else if (inward && (has_technique(c, root, "T1078") || has_technique(c, root, "T1133"))) {
    entry = "valid-accounts";
    seen = "an account was used";
  }
  if (intrusion.left_censored) {
    out.reason = "earliest evidence: " + first.title +
                 ". It lies within an hour of this host's first record, so what came before may be "
                 "missing";
    if (!seen.empty()) out.reason += "; what is seen: " + seen;
    out.confidence = seen.empty() ? 0.2 : 0.5;
    return out;
  }
  out.entry = entry;
  out.confidence = seen.empty() ? 0.3 : 0.7;
  out.reason = "earliest evidence: " + first.title;
  if (!seen.empty()) out.reason += "; " + seen;
  return out;
}

}  // namespace interdict::correlate
