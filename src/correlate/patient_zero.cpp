#include <algorithm>
#include <optional>
#include <set>

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

constexpr std::size_t kMaxSlice = 2'000;  ///< entities looked at on the way back

/// How it came in, and what shows it.
struct Entry {
  std::string kind;
  std::string seen;
};

/// What an entity says of its own origin: a mark of the web, a mail client, a logon or request from
/// an address.
std::optional<Entry> entry_at(const EntityTable& table, EntityIndex i) {
  const Entity& e = table[i];
  const std::string from = e.origin == kNone ? std::string{} : table[e.origin].key;
  if (e.type == EntityType::file && (e.marked || !from.empty())) {
    const bool mail = e.writer != kNone && from_mail(table, e.writer);
    return Entry{mail ? "phishing" : "drive-by",
                 mail ? "a mail client wrote the file that ran"
                      : "the file that ran was fetched" + (from.empty() ? "" : " from " + from) +
                            "; no mail log was given that could tell a lure by mail"};
  }
  if (e.type == EntityType::session && !from.empty()) {
    return Entry{"valid-accounts", "the logon session came from " + from};
  }
  return std::nullopt;
}

/// From the root back over parents, images, writers and sessions to the nearest entry. Breadth
/// first, so the nearest counts; shared system processes end a path. O(kMaxSlice).
std::optional<Entry> backward_slice(const EntityTable& table, const Hit& hit) {
  std::vector<EntityIndex> queue;
  std::set<EntityIndex> seen;
  const auto visit = [&](EntityIndex i) {
    if (i != kNone && seen.size() < kMaxSlice && seen.insert(i).second) queue.push_back(i);
  };
  visit(hit.primary);
  visit(hit.file);
  for (std::size_t n = 0; n < queue.size(); ++n) {
    const EntityIndex i = queue[n];
    if (auto entry = entry_at(table, i)) return entry;
    const Entity& e = table[i];
    if (e.type == EntityType::process && e.role.bits > 0) continue;
    for (const EntityIndex next : {e.file, e.writer, e.parent, e.session}) visit(next);
  }
  return std::nullopt;
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
  if (seen.empty()) {
    if (const auto found = backward_slice(table, c.linker.hits()[root.hit])) {
      entry = found->kind;
      seen = found->seen;
    }
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
  out.reason += seen.empty() ? "; what came before left no record here: mail, proxy, web or remote "
                               "access logs would tell"
                             : "; " + seen;
  return out;
}

}  // namespace interdict::correlate
