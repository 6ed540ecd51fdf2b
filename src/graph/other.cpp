#include "graph/other.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "graph/keys.hpp"

namespace interdict::graph {

bool is_sensor(const LogSource& source) {
  constexpr std::array<std::string_view, 4> kSensors = {"zeek", "suricata", "snort", "netflow"};
  return std::ranges::find(kSensors, source.product) != kSensors.end() ||
         source.has_category("firewall") || source.has_category("dns") ||
         source.has_category("proxy");
}

namespace {

constexpr std::size_t kMaxResources = 8;  ///< named by one record of a cloud's audit

/// Which party a record of a sensor is about: the inner one, the client if both are.
std::string subject(const std::string& from, const std::string& to) {
  if (from.empty()) return to;
  return !is_private(from) && is_private(to) ? to : from;
}

}  // namespace

struct OtherFields::Reader {
  const OtherFields& f;
  const EventBatch& batch;
  Row row;
  Observation& out;

  [[nodiscard]] std::string_view first(const Spellings& fields) const {
    for (const FieldId field : fields) {
      std::string_view value = batch.text(row, field).substr(0, kMaxKeyBytes);
      while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) {
        value.remove_prefix(1);
      }
      if (!value.empty() && value != "-" && value != "(empty)") return value;
    }
    return {};
  }
  void mention(const EntityRef& entity) {
    if (std::ranges::find(out.entities, entity) == out.entities.end()) {
      out.entities.push_back(entity);
    }
  }
  void edge(const EntityRef& from, const EntityRef& to, EdgeType type) {
    mention(from);
    mention(to);
    out.edges.push_back({from, to, type});
  }
  [[nodiscard]] EntityRef local(EntityType type, std::string_view rest) const {
    return {type, lower(out.host) + "|" + lower(rest)};
  }
  [[nodiscard]] std::string address(const Spellings& fields) const {
    const auto value = first(fields);
    return null_address(value) ? std::string{} : lower(value);
  }

  /// The acting process, if the record names one.
  std::optional<EntityRef> process(const LogSource& source) {
    const std::string pid = decimal_pid(first(f.pid_));
    if (pid.empty()) return std::nullopt;
    const EntityRef self = local(EntityType::process, "pid:" + pid);
    mention(self);
    if (const auto image = first(f.image_); !image.empty()) {
      out.images.emplace_back(self.key, lower(image));
    }
    const std::string above = decimal_pid(first(f.parent_));
    if (!above.empty() && above != pid) {
      const EntityRef parent = local(EntityType::process, "pid:" + above);
      edge(parent, self, EdgeType::spawned);
      if (const auto image = first(f.parent_image_); !image.empty()) {
        out.images.emplace_back(parent.key, lower(image));
      }
    }
    if (source.has_category("process_creation")) {
      out.starts_process = true;
      if (const auto image = first(f.image_); image.starts_with('/') || image.find(":\\") == 1) {
        edge(local(EntityType::file, image), self, EdgeType::loaded_image);
      }
    }
    // auditd writes the largest number, other writers -1, for no session at all.
    const auto ses = lower(first(f.session_));
    if (ses.empty() || ses == "4294967295" || ses == "-1" || ses == "unset") return self;
    const EntityRef session = local(EntityType::session, "ses:" + ses);
    edge(session, self, EdgeType::in_session);
    if (const auto from = address(f.source_);
        !from.empty() && source.has_category("authentication")) {
      edge({EntityType::ip, from}, session, EdgeType::opened_session);
    }
    return self;
  }

  /// `self`: the process on this host that the connection is of, if the record tells.
  void network(bool sensor, const std::optional<EntityRef>& self) {
    const std::string from = address(f.source_);
    const std::string to = address(f.target_);
    unsigned port = 0;
    for (const char c : first(f.port_)) {
      if (c < '0' || c > '9' || port > 65535) {
        port = 0;
        break;
      }
      port = port * 10 + static_cast<unsigned>(c - '0');
    }
    out.port = port > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port);
    if (sensor) out.about = subject(from, to);
    const EntityRef source{EntityType::ip, from};
    const EntityRef target{EntityType::ip, to};
    if (self && !to.empty()) {
      edge(*self, target, EdgeType::connected);
      if (!from.empty()) out.self_addresses.push_back(from);
    } else if (!from.empty() && !to.empty() && from != to) {
      edge(source, target, EdgeType::connected);
    } else if (!from.empty()) {
      mention(source);
      // Who logs on talks to the process that writes so.
      if (self && batch.log_source().has_category("authentication")) {
        edge(source, *self, EdgeType::accepted);
      }
    } else if (!to.empty()) {
      mention(target);
    }
    // Elsewhere such names mean something else (`uid` is a user's number in Unix logs).
    if (const auto flow = first(f.flow_); sensor && !flow.empty()) {
      mention({EntityType::flow, std::string(flow)});
    }
    const auto name = lower(first(f.name_));
    if (is_address(name)) {
      if (name != to && !null_address(name)) mention({EntityType::ip, name});
    } else if (name.find('.') != std::string::npos &&
               name.find_first_of(" /") == std::string::npos) {
      mention({EntityType::domain, name});
    }
    if (const auto url = first(f.url_); url.find("://") != std::string_view::npos) {
      mention({EntityType::url, std::string(url)});
    }
  }

  /// Access keys and sessions are conduits: who was given one, and what it then did, are one story.
  void cloud() {
    const auto key = lower(first(f.key_id_));
    const EntityRef session{EntityType::session, "|" + key};
    if (!key.empty()) {
      mention(session);
      if (const auto from = address(f.source_); !from.empty()) {
        edge({EntityType::ip, from}, session, EdgeType::opened_session);
      }
    }
    if (const auto issued = lower(first(f.issued_key_)); !issued.empty() && issued != key) {
      const EntityRef made{EntityType::session, "|" + issued};
      if (key.empty()) {
        mention(made);
      } else {
        edge(session, made, EdgeType::opened_session);
      }
    }
    std::size_t resources = 0;
    for (const FieldId field : f.resource_) {
      for (const Value& value : batch.values(row, field)) {
        const auto name = lower(value.text.substr(0, kMaxKeyBytes));
        if (name.empty() || name == "-" || resources >= kMaxResources) continue;
        ++resources;
        mention({EntityType::resource, "|" + name});
      }
    }
  }

  /// A name given to an address: from then on the address is that machine (DHCP, RFC 2131).
  void lease() {
    const auto name = lower(first(f.lease_name_));
    const auto given = address(f.lease_address_);
    if (name.empty() || given.empty() || is_address(name)) return;
    out.about = name;
    out.self_addresses.push_back(given);
  }

  void mail() {
    if (const auto from = lower(first(f.sender_)); from.find('@') != std::string::npos) {
      mention({EntityType::email, from});
    }
    if (const auto id = first(f.mail_id_); !id.empty()) {
      mention({EntityType::email, lower(id)});
    }
  }
};

OtherFields::OtherFields(FieldCatalogue& c) {
  const auto ids = [&](std::initializer_list<std::string_view> names) {
    Spellings out;
    for (const auto name : names) {
      // A full catalogue knows none of these names: then no event has such a field either.
      if (const auto id = c.intern(name)) out.push_back(*id);
    }
    return out;
  };
  source_ = ids({"id.orig_h", "id_orig_h", "src_ip", "sourceIPAddress", "c-ip", "SourceIp",
                 "callerIpAddress", "client_ip", "src"});
  target_ = ids({"id.resp_h", "id_resp_h", "dst_ip", "DestinationIp", "s-ip", "dst"});
  port_ = ids({"id.resp_p", "id_resp_p", "dst_port", "DestinationPort"});
  flow_ = ids({"uid", "flow_id", "community_id"});
  name_ =
      ids({"query", "server_name", "cs-host", "host_header", "http_host", "QueryName", "r-dns"});
  url_ = ids({"url", "c-uri", "full_url"});
  hash_ = ids({"sha256", "sha1", "md5"});
  pid_ = ids({"pid", "ProcessId"});
  parent_ = ids({"ppid", "ParentProcessId"});
  image_ = ids({"exe", "Image"});
  parent_image_ = ids({"ParentImage"});
  session_ = ids({"ses"});
  key_id_ = ids({"userIdentity.accessKeyId", "userAuthenticationInfo.authenticationToken",
                 "properties.uniqueTokenIdentifier", "SessionId"});
  issued_key_ = ids({"responseElements.credentials.accessKeyId",
                     "responseElements.accessKey.accessKeyId", "requestParameters.accessKeyId"});
  resource_ = ids({"requestParameters.bucketName",
                   "requestParameters.instanceId",
                   "requestParameters.instancesSet.items.instanceId",
                   "responseElements.instancesSet.items.instanceId",
                   "requestParameters.roleArn",
                   "requestParameters.roleName",
                   "requestParameters.userName",
                   "requestParameters.functionName",
                   "requestParameters.secretId",
                   "requestParameters.snapshotId",
                   "requestParameters.dBInstanceIdentifier",
                   "requestParameters.groupId",
                   "requestParameters.name",
                   "resources.ARN",
                   "resourceId",
                   "ResourceId",
                   "ObjectId",
                   "protoPayload.resourceName",
                   "objectRef.name",
                   "container.id",
                   "k8s.pod.name",
                   "output_fields.container.id",
                   "output_fields.k8s.pod.name"});
  lease_name_ = ids({"host_name", "client_fqdn", "dhcp.hostname"});
  lease_address_ = ids({"assigned_addr", "assigned_ip", "dhcp.assigned_ip"});
  sender_ = ids({"sender", "SenderAddress", "from"});
  mail_id_ = ids({"message_id", "InternetMessageId"});
  own_ = ids({"ip", "host_ip", "agent.ip"});
}

std::string OtherFields::inner_party(const EventBatch& batch, Row row) const {
  if (!is_sensor(batch.log_source())) return {};
  Observation none;
  const Reader reader{*this, batch, row, none};
  auto party = subject(reader.address(source_), reader.address(target_));
  return is_private(party) ? party : std::string{};
}

void OtherFields::read(const EventBatch& batch, Row row, Observation& out) const {
  Reader reader{*this, batch, row, out};
  const LogSource& source = batch.log_source();
  const bool sensor = is_sensor(source);
  const auto self = sensor ? std::nullopt : reader.process(source);
  reader.cloud();
  reader.network(sensor, self);
  if (source.service == "dhcp") reader.lease();
  reader.mail();
  const auto hash = lower(reader.first(hash_));
  if (hash.size() >= 32 && hash.find_first_not_of("0123456789abcdef") == std::string::npos) {
    reader.mention({EntityType::image, hash});
  }
  if (!sensor) {
    for (const FieldId field : own_) {
      if (const auto own = batch.text(row, field); !null_address(own)) {
        out.self_addresses.emplace_back(lower(own));
      }
    }
  }
}

}  // namespace interdict::graph
