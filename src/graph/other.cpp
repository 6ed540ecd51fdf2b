#include "graph/other.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "graph/keys.hpp"

namespace interdict::graph {

namespace {

/// Products whose records a sensor on the wire makes: the record is about the parties, not about
/// the host that wrote it.
bool is_sensor(const LogSource& source) {
  constexpr std::array<std::string_view, 4> kSensors = {"zeek", "suricata", "snort", "netflow"};
  return std::ranges::find(kSensors, source.product) != kSensors.end() ||
         source.has_category("firewall") || source.has_category("dns");
}

/// RFC 1918, RFC 4193 and link-local: addresses of one's own network, as a rule.
bool is_private(std::string_view address) {
  if (address.starts_with("10.") || address.starts_with("192.168.") ||
      address.starts_with("169.254.") || address.starts_with("fd") ||
      address.starts_with("fe80:")) {
    return true;
  }
  if (!address.starts_with("172.")) return false;
  const std::string_view second = address.substr(4, address.find('.', 4) - 4);
  return second.size() == 2 && second >= "16" && second <= "31";
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

  void process() {
    const std::string pid = decimal_pid(first(f.pid_));
    if (pid.empty()) return;
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
    if (const auto ses = lower(first(f.session_)); !ses.empty() && ses != "4294967295") {
      edge(local(EntityType::session, "ses:" + ses), self, EdgeType::in_session);
    }
  }

  void network(bool sensor) {
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
    if (sensor) out.about = from.empty() || (!is_private(from) && is_private(to)) ? to : from;
    if (sensor && out.about.empty()) out.about = from;
    const EntityRef source{EntityType::ip, from};
    const EntityRef target{EntityType::ip, to};
    if (!from.empty() && !to.empty() && from != to) {
      edge(source, target, EdgeType::connected);
    } else if (!from.empty()) {
      mention(source);
    } else if (!to.empty()) {
      mention(target);
    }
    if (const auto flow = first(f.flow_); !flow.empty()) {
      mention({EntityType::flow, std::string(flow)});
    }
    auto name = lower(first(f.name_));
    if (name.empty() && sensor) name = lower(first(f.asked_host_));
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

  void cloud() {
    const auto key = first(f.key_id_);
    if (!key.empty()) mention({EntityType::session, "|" + lower(key)});
    const auto bucket = first(f.bucket_);
    if (!bucket.empty()) mention({EntityType::resource, "|" + lower(bucket)});
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
  name_ = ids({"query", "server_name", "cs-host", "host_header", "http_host", "QueryName", "r-dns",
               "host"});
  url_ = ids({"url", "c-uri", "full_url"});
  hash_ = ids({"sha256", "sha1", "md5"});
  pid_ = ids({"pid", "ProcessId"});
  parent_ = ids({"ppid", "ParentProcessId"});
  image_ = ids({"exe", "Image"});
  parent_image_ = ids({"ParentImage"});
  session_ = ids({"ses"});
  key_id_ = ids({"userIdentity.accessKeyId"});
  bucket_ = ids({"requestParameters.bucketName", "requestParameters.instanceId"});
  sender_ = ids({"sender", "SenderAddress", "from"});
  mail_id_ = ids({"message_id", "InternetMessageId"});
  own_ = ids({"ip", "host_ip", "agent.ip"});
}

void OtherFields::read(const EventBatch& batch, Row row, Observation& out) const {
  Reader reader{*this, batch, row, out};
  const LogSource& source = batch.log_source();
  const bool sensor = is_sensor(source);
  if (!sensor) reader.process();
  reader.cloud();
  reader.network(sensor);
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
