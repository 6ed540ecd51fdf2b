#include <algorithm>
#include <charconv>
#include <optional>

#include "graph/flow.hpp"
#include "graph/keys.hpp"
#include "graph/observation.hpp"
#include "graph/other.hpp"

namespace interdict::graph {

namespace {

constexpr std::size_t kMaxQueryAddresses = 16;  ///< answers read of one DNS record
/// PROCESS_CREATE_THREAD | VM_OPERATION | VM_WRITE: with one of the last two and the first a
/// process can run its code in another ([MS] Process Security and Access Rights).
constexpr std::uint32_t kCreateThread = 0x0002;
constexpr std::uint32_t kWrite = 0x0020;
/// FILE_WRITE_DATA | FILE_APPEND_DATA ([MS-SMB2] 2.2.13.1.1).
constexpr std::uint32_t kWritesFile = 0x0002 | 0x0004;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Text between `open` and `close` (case as given); empty if absent.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t at = text.find(open);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + open.size());
  const std::size_t end = text.find(close);
  return trim(end == std::string_view::npos ? text : text.substr(0, end));
}

/// A command line as the service manager and the process record both spell it: lowered, quotes and
/// runs of blanks gone.
std::string command_key(std::string_view command) {
  std::string out;
  for (const char c : lower(trim(command).substr(0, kMaxKeyBytes))) {
    if (c == '"') continue;
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

/// The number of `0x1410`; 0 if it is none.
std::uint32_t access_mask(std::string_view text) {
  std::uint32_t mask = 0;
  if (!text.starts_with("0x") && !text.starts_with("0X")) return 0;
  text.remove_prefix(2);
  const auto end = std::from_chars(text.data(), text.data() + text.size(), mask, 16).ptr;
  return end == text.data() + text.size() ? mask : 0;
}

/// Where a file of a share lies on its host ([MS-SRVS] 2.2.4.30 for the administrative shares):
/// `\\*\ADMIN$` and `x.exe` → `c:\windows\x.exe`. Empty where the record does not tell.
std::string shared_path(std::string_view share, std::string_view local, std::string_view name) {
  std::string folder;
  const std::string of = lower(share.substr(share.rfind('\\') + 1));
  if (of == "admin$") {
    folder = "c:\\windows\\";
  } else if (of.size() == 2 && of[1] == '$' && of[0] >= 'a' && of[0] <= 'z') {
    folder = of.substr(0, 1) + ":\\";
  } else if (local.starts_with("\\??\\")) {
    folder = std::string(local.substr(4)) + '\\';
  }
  if (folder.empty() || name.empty() || name == "\\") return {};
  return folder + std::string(name);
}

}  // namespace

/// One event being read.
struct Extractor::Reader {
  const Fields& f;
  const EventBatch& batch;
  Row row;
  Observation out;
  std::string host;

  [[nodiscard]] std::string_view text(FieldId field) const {
    const auto value = trim(batch.text(row, field)).substr(0, kMaxKeyBytes);
    return value == "-" ? std::string_view{} : value;
  }
  [[nodiscard]] std::string_view first_of(std::initializer_list<FieldId> fields) const {
    for (const FieldId field : fields) {
      if (const auto value = text(field); !value.empty()) return value;
    }
    return {};
  }

  EntityRef local(EntityType type, std::string_view rest) const {
    return {type, host + "|" + lower(rest)};
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

  /// The process under its guid, else its pid; notes both names and the image.
  std::optional<EntityRef> process(std::string_view guid, std::string_view pid,
                                   std::string_view image) {
    const std::string number = decimal_pid(pid);
    std::optional<EntityRef> ref;
    const bool has_guid =
        guid.starts_with('{') && guid.find_first_not_of("{}0-") != std::string_view::npos;
    if (has_guid) {
      ref = local(EntityType::process, guid);
      if (!number.empty()) out.names.push_back({ref->key, host + "|pid:" + number});
    } else if (!number.empty()) {
      ref = local(EntityType::process, "pid:" + number);
    }
    if (ref && !image.empty()) out.images.emplace_back(ref->key, lower(image));
    return ref;
  }
  EntityRef file(std::string_view path) const {
    return local(EntityType::file, without_stream(path));
  }

  std::optional<EntityRef> session(std::string_view logon) const {
    const std::string id = lower(logon);
    if (null_logon(id)) return std::nullopt;
    return local(EntityType::session, id);
  }
  void user(std::string_view name) {
    const std::string key = lower(name);
    if (well_known_user(key)) return;
    if (!unix_system_user(key)) {
      mention({EntityType::user, key});
    } else if (!host.empty()) {
      mention({EntityType::user, key + "@" + host});
    }
  }

  void hashes(const EntityRef& of, std::string_view list) {
    // "SHA1=…,MD5=…,SHA256=…": the strongest that is there.
    for (const std::string_view kind : {"SHA256=", "SHA1=", "MD5="}) {
      const auto value = between(list, kind, ",");
      if (value.empty() || value.find_first_not_of('0') == std::string_view::npos) continue;
      edge(of, {EntityType::image, lower(value)}, EdgeType::has_hash);
      return;
    }
  }

  void created(bool security) {
    const auto image = first_of({f.image, f.new_process_name});
    const auto parent_image = first_of({f.parent_image, f.parent_name});
    // The security log calls the child NewProcessId and its creator ProcessId; normalised,
    // ProcessId is the child and the creator ParentProcessId.
    const bool raw = security && text(f.parent_id).empty() && !text(f.new_process_id).empty();
    const auto child = raw ? process({}, text(f.new_process_id), image)
                           : process(text(f.process_guid), text(f.process_id), image);
    const auto parent = raw ? process({}, text(f.process_id), parent_image)
                            : process(text(f.parent_guid), text(f.parent_id), parent_image);
    if (!child) return;
    mention(*child);
    out.starts_process = true;
    if (parent) edge(*parent, *child, EdgeType::spawned);
    if (!image.empty()) {
      const EntityRef path = file(image);
      edge(path, *child, EdgeType::loaded_image);
      hashes(path, text(f.hashes));
    }
    std::string_view logon = text(f.logon_id);
    if (security)
      logon = null_logon(lower(text(f.target_logon_id))) ? text(f.subject_logon_id)
                                                         : text(f.target_logon_id);
    if (const auto s = session(logon)) edge(*s, *child, EdgeType::in_session);
    const std::string started = lower(parent_image);
    if (started.ends_with("\\services.exe") || started.ends_with("\\svchost.exe")) {
      const std::string command = command_key(text(f.command_line));
      if (!command.empty()) {
        edge({EntityType::resource, host + "|command:" + command}, *child, EdgeType::started_by);
      }
    }
  }

  void between_processes(EdgeType type) {
    const auto from = process(text(f.source_guid), text(f.source_id), text(f.source_image));
    const auto to = process(text(f.target_guid), text(f.target_id), text(f.target_image));
    if (!from || !to) return;
    edge(*from, *to, type);
  }

  void connection() {
    const auto self = process(text(f.process_guid), first_of({f.process_id, f.pid}),
                              first_of({f.image, f.application, f.exe}));
    if (!self) return;
    mention(*self);
    const bool inbound = lower(text(f.initiated)) == "false";
    const auto peer = inbound ? text(f.source_ip)
                              : first_of({f.destination_ip, f.destination_address, f.dest_address});
    if (null_address(peer)) return;
    const EntityRef ip{EntityType::ip, lower(peer)};
    if (inbound) {
      edge(ip, *self, EdgeType::accepted);
      return;
    }
    unsigned port = 0;
    for (const char c : first_of({f.destination_port, f.dest_port})) {
      if (c < '0' || c > '9' || port > 65535) {
        port = 0;
        break;
      }
      port = port * 10 + static_cast<unsigned>(c - '0');
    }
    out.port = port > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port);
    edge(*self, ip, EdgeType::connected);
    if (const auto own = text(f.source_ip); !null_address(own)) {
      out.self_addresses.emplace_back(lower(own));
    }
  }

  void resolution() {
    const auto self = process(text(f.process_guid), text(f.process_id), text(f.image));
    const auto name = text(f.query_name);
    if (!self || name.empty()) return;
    const EntityRef domain{EntityType::domain, lower(name)};
    edge(*self, domain, EdgeType::resolved);
    std::string_view results = text(f.query_results);
    for (std::size_t n = 0; !results.empty() && n < kMaxQueryAddresses; ++n) {
      const std::size_t end = results.find(';');
      std::string_view one = trim(results.substr(0, end));
      if (one.starts_with("::ffff:")) one.remove_prefix(7);
      if (!null_address(one)) edge(domain, {EntityType::ip, lower(one)}, EdgeType::resolved);
      if (end == std::string_view::npos) break;
      results.remove_prefix(end + 1);
    }
  }

  void file_written() {
    const auto self = process(text(f.process_guid), first_of({f.process_id, f.pid}), text(f.image));
    const auto path = text(f.target_filename);
    if (!self || path.empty()) return;
    const EntityRef target = file(path);
    edge(*self, target, EdgeType::wrote_file);
    out.marks_the_web = lower(path).ends_with(":zone.identifier");
    if (!out.marks_the_web) {
      hashes(target, first_of({f.hashes, f.hash}));
      return;
    }
    const auto url = between(text(f.contents), "HostUrl=", "\n");
    const auto whole = url.substr(0, url.find_first_of(" \r\t"));
    const auto from = url_host(whole);
    if (from.empty() || from == "about:internet") return;
    if (!null_address(from)) edge({EntityType::ip, lower(from)}, target, EdgeType::downloaded);
    edge({EntityType::url, std::string(whole)}, target, EdgeType::downloaded);
  }

  void registry() {
    const auto self = process(text(f.process_guid), text(f.process_id), text(f.image));
    const auto key = text(f.target_object);
    if (!self || key.empty()) return;
    edge(*self, local(EntityType::registry, key), EdgeType::wrote_registry);
  }

  void image_load() {
    const auto self = process(text(f.process_guid), text(f.process_id), text(f.image));
    const auto path = text(f.image_loaded);
    if (!self || path.empty()) return;
    edge(file(path), *self, EdgeType::read_file);
  }

  /// A service or a scheduled task and what it will run: the conduit past the manager that starts
  /// it.
  void unit(EntityType type, std::string_view name, std::string_view command) {
    if (name.empty()) return;
    const EntityRef made = local(type, name);
    if (const auto client = process({}, text(f.client_id), {})) {
      edge(*client, made, EdgeType::registered);
    }
    mention(made);
    if (const auto s = session(text(f.subject_logon_id))) edge(*s, made, EdgeType::registered);
    const std::string key = command_key(command);
    if (key.empty()) return;
    edge(made, {EntityType::resource, host + "|command:" + key}, EdgeType::started_by);
  }

  void logon() {
    const auto s = session(text(f.target_logon_id));
    if (s) mention(*s);
    auto address = text(f.ip_address);
    if (address.starts_with("::ffff:")) address.remove_prefix(7);
    if (!null_address(address) && s) {
      edge({EntityType::ip, lower(address)}, *s, EdgeType::opened_session);
    }
    std::string name(text(f.target_domain_name));
    if (!name.empty()) name += '\\';
    name += text(f.target_user_name);
    user(name);
  }

  /// Somebody from elsewhere at a share of this host: what he wrote leads to what runs it.
  void share() {
    from_afar();
    const auto s = session(text(f.subject_logon_id));
    if (s) mention(*s);
    const auto path = shared_path(text(f.share_name), text(f.share_local), text(f.relative_target));
    if (path.empty()) return;
    if (s && (access_mask(text(f.access_mask)) & kWritesFile) != 0) {
      edge(*s, file(path), EdgeType::wrote_file);
    } else {
      mention(file(path));
    }
  }

  /// The address that a record of this host was caused from.
  void from_afar() {
    auto address = text(f.ip_address);
    if (address.starts_with("::ffff:")) address.remove_prefix(7);
    if (null_address(address)) return;
    const EntityRef ip{EntityType::ip, lower(address)};
    if (const auto s = session(text(f.subject_logon_id))) {
      edge(ip, *s, EdgeType::opened_session);
    } else {
      mention(ip);
    }
  }

  /// A script engine writes its own records: the header's process is the one that runs the script.
  void script() {
    if (const auto self = process({}, text(f.execution_pid), {})) mention(*self);
    plain();
  }

  void plain() {
    const auto self = process(text(f.process_guid), first_of({f.process_id, f.pid}),
                              first_of({f.image, f.process_name, f.exe}));
    if (self) mention(*self);
    if (const auto s = session(first_of({f.logon_id, f.subject_logon_id}))) mention(*s);
    if (const auto path = first_of({f.target_filename, f.object_name});
        path.size() > 3 && path[1] == ':') {
      mention(file(path));
    }
  }

  void sysmon(std::string_view id) {
    if (id == "1") return created(false);
    if (id == "3") return connection();
    if (id == "7" || id == "6") return image_load();
    if (id == "8" || id == "25") return between_processes(EdgeType::injected);
    if (id == "10") {
      const std::uint32_t rights = access_mask(text(f.granted_access));
      const bool can_inject = (rights & kCreateThread) != 0 && (rights & kWrite) != 0;
      return between_processes(can_inject ? EdgeType::injected : EdgeType::accessed);
    }
    if (id == "11" || id == "15") return file_written();
    if (id == "12" || id == "13" || id == "14") return registry();
    if (id == "22") return resolution();
    plain();
    out.ends_process = id == "5" && !out.entities.empty();
  }

  void windows(std::string_view id) {
    if (id == "4688") return created(true);
    if (id == "4689") {
      plain();
      out.ends_process = !out.entities.empty() && out.entities.front().type == EntityType::process;
      return;
    }
    if (id == "5156") return connection();
    if (id == "4697" || id == "7045") {
      return unit(EntityType::service, text(f.service_name),
                  first_of({f.service_file, f.image_path}));
    }
    if (id == "4698" || id == "4702") {
      const auto content = batch.text(row, f.task_content);
      std::string command(between(content, "<Command>", "</Command>"));
      if (const auto args = between(content, "<Arguments>", "</Arguments>"); !args.empty()) {
        command.append(" ").append(args);
      }
      return unit(EntityType::task, text(f.task_name), command);
    }
    if (id == "4624" || id == "4648" || id == "4625") return logon();
    if (id == "5140" || id == "5145") return share();
    if (id == "4768" || id == "4769" || id == "4771") from_afar();  // the client asks the domain
    plain();
  }
};

Extractor::~Extractor() = default;

Extractor::Extractor(FieldCatalogue& c)
    : other_(std::make_unique<OtherFields>(c)), flow_(std::make_unique<FlowFields>(c)) {
  // A full catalogue knows none of these names: then no event has such a field either.
  const auto id = [&](std::string_view name) { return c.intern(name).value_or(FieldId{~0U}); };
  fields_ = {.event_id = id("EventID"),
             .image = id("Image"),
             .process_guid = id("ProcessGuid"),
             .process_id = id("ProcessId"),
             .new_process_id = id("NewProcessId"),
             .new_process_name = id("NewProcessName"),
             .parent_guid = id("ParentProcessGuid"),
             .parent_id = id("ParentProcessId"),
             .parent_image = id("ParentImage"),
             .parent_name = id("ParentProcessName"),
             .command_line = id("CommandLine"),
             .logon_id = id("LogonId"),
             .target_filename = id("TargetFilename"),
             .target_object = id("TargetObject"),
             .hashes = id("Hashes"),
             .hash = id("Hash"),
             .source_guid = id("SourceProcessGUID"),
             .source_id = id("SourceProcessId"),
             .source_image = id("SourceImage"),
             .target_guid = id("TargetProcessGUID"),
             .target_id = id("TargetProcessId"),
             .target_image = id("TargetImage"),
             .granted_access = id("GrantedAccess"),
             .destination_ip = id("DestinationIp"),
             .destination_port = id("DestinationPort"),
             .destination_hostname = id("DestinationHostname"),
             .source_ip = id("SourceIp"),
             .initiated = id("Initiated"),
             .query_name = id("QueryName"),
             .query_results = id("QueryResults"),
             .service_name = id("ServiceName"),
             .service_file = id("ServiceFileName"),
             .image_path = id("ImagePath"),
             .task_name = id("TaskName"),
             .task_content = id("TaskContent"),
             .image_loaded = id("ImageLoaded"),
             .contents = id("Contents"),
             .ip_address = id("IpAddress"),
             .target_user_name = id("TargetUserName"),
             .target_domain_name = id("TargetDomainName"),
             .target_logon_id = id("TargetLogonId"),
             .subject_user_name = id("SubjectUserName"),
             .subject_domain_name = id("SubjectDomainName"),
             .subject_logon_id = id("SubjectLogonId"),
             .object_name = id("ObjectName"),
             .application = id("Application"),
             .destination_address = id("DestAddress"),
             .dest_address = id("DestinationAddress"),
             .dest_port = id("DestPort"),
             .process_name = id("ProcessName"),
             .pid = id("ProcessID"),
             .client_id = id("ClientProcessId"),
             .exe = id("exe"),
             .execution_pid = id("Execution_ProcessID"),
             .share_name = id("ShareName"),
             .share_local = id("ShareLocalPath"),
             .relative_target = id("RelativeTargetName"),
             .access_mask = id("AccessMask")};
}

std::string Extractor::viewed_host(const EventBatch& batch, Row row) const {
  auto party = other_->inner_party(batch, row);
  return party.empty() ? std::string(batch.host(row)) : party;
}

Observation Extractor::observe(const EventBatch& batch, Row row) const {
  Reader reader{fields_, batch, row, {}, lower(batch.host(row).substr(0, kMaxKeyBytes))};
  reader.out.time = batch.time(row);
  reader.out.host = reader.host;
  const LogSource& source = batch.log_source();
  std::string_view id = trim(batch.text(row, fields_.event_id));
  if (id.empty()) id = std::string_view(source.kind).substr(source.kind.rfind('/') + 1);
  if (source.service == "sysmon") {
    reader.sysmon(id);
  } else if (source.product == "windows" && source.service.starts_with("powershell")) {
    reader.script();
  } else if (source.product == "windows" && !id.empty() && id.front() >= '0' && id.front() <= '9') {
    reader.windows(id);  // another log of Windows (IIS, its firewall) is read by its fields
  } else {
    other_->read(batch, row, reader.out);
  }
  reader.user(batch.user(row));
  if (std::ranges::any_of(reader.out.edges, [](const EdgeMention& edge) {
        return edge.type == EdgeType::connected || edge.type == EdgeType::accepted;
      })) {
    reader.out.flow = flow_->key(batch, row);
  }
  return std::move(reader.out);
}

}  // namespace interdict::graph
