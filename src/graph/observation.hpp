#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/batch.hpp"
#include "event/entity.hpp"
#include "event/timestamp.hpp"

namespace interdict::graph {

/// How one entity led to another: direction is the flow of information or control (correlation
/// design, event-to-edge table).
enum class EdgeType : std::uint8_t {
  spawned,         ///< process → process
  loaded_image,    ///< image file → process that runs it
  in_session,      ///< session → process
  opened_session,  ///< user or process or ip → session
  injected,        ///< process → process (create remote thread, write, access with those rights)
  accessed,        ///< process → process (opened for reading)
  wrote_file,      ///< process → file
  read_file,       ///< file → process (image load)
  downloaded,      ///< url or ip → file (mark of the web)
  wrote_registry,  ///< process → registry
  registered,      ///< process or session → service or task or WMI binding
  started_by,      ///< service or task or autorun key → process
  connected,       ///< process → ip or domain (outbound)
  accepted,        ///< ip → process (inbound)
  resolved,        ///< process → domain; domain → ip
  has_hash,        ///< image or file → image (hash)
};

struct EdgeMention {
  EntityRef from;
  EntityRef to;
  EdgeType type = EdgeType::spawned;
};

/// One process under its two names in one record: a later record may give the pid alone.
struct ProcessNames {
  std::string guid_key;  ///< `host|{guid}`
  std::string pid_key;   ///< `host|pid:4321`
};

/// What one event says about entities. Owns its texts, so that it can wait to be sorted by time.
struct Observation {
  Timestamp time;
  std::string host;
  std::vector<EntityRef>
      entities;  ///< mentioned, the acting one (process, else session, else user) first
  std::vector<EdgeMention> edges;
  std::vector<ProcessNames> names;
  /// Image paths (lower-case) of processes that the record names: (process key, path).
  std::vector<std::pair<std::string, std::string>> images;
  /// Of a record by a sensor on the wire: the address it is about. Empty: about `host`.
  std::string about;
  std::vector<std::string> self_addresses;  ///< addresses that `host` bears at this time
  std::uint64_t flow = 0;                   ///< of a connection: see FlowFields::key; 0: none
  std::uint16_t port = 0;       ///< destination port of a `connected` edge; 0 if unknown
  bool ends_process = false;    ///< the first entity is a process that ended here
  bool marks_the_web = false;   ///< a mark-of-the-web stream was written
  bool starts_process = false;  ///< the first entity is a process that began here
};

class FlowFields;
class OtherFields;

/// True for what a sensor on the wire writes: such records are about the parties of a conversation,
/// not about the host that wrote them.
[[nodiscard]] bool is_sensor(const LogSource& source);

/// The Sigma fields that name entities, interned once.
class Extractor {
 public:
  explicit Extractor(FieldCatalogue& catalogue);
  ~Extractor();
  Extractor(const Extractor&) = delete;
  Extractor& operator=(const Extractor&) = delete;
  Extractor(Extractor&&) = delete;
  Extractor& operator=(Extractor&&) = delete;

  /// Reads one event. Pure; any number of threads. An event that names nothing but its host yields
  /// an observation with no edges. O(fields read).
  [[nodiscard]] Observation observe(const EventBatch& batch, Row row) const;

  /// The host that a record gives a view of: its own, or, written by a sensor on the wire, the
  /// machine of one's own network that it is about (its address). Empty: none of these.
  [[nodiscard]] std::string viewed_host(const EventBatch& batch, Row row) const;

 private:
  struct Fields {
    FieldId event_id, image, process_guid, process_id, new_process_id, new_process_name,
        parent_guid, parent_id, parent_image, parent_name, command_line, logon_id, target_filename,
        target_object, hashes, hash, source_guid, source_id, source_image, target_guid, target_id,
        target_image, granted_access, destination_ip, destination_port, destination_hostname,
        source_ip, initiated, query_name, query_results, service_name, service_file, image_path,
        task_name, task_content, image_loaded, contents, ip_address, target_user_name,
        target_domain_name, target_logon_id, subject_user_name, subject_domain_name,
        subject_logon_id, object_name, application, destination_address, dest_address, dest_port,
        process_name, pid, client_id, exe, execution_pid, share_name, share_local, relative_target,
        access_mask;
  };
  struct Reader;
  Fields fields_;
  std::unique_ptr<OtherFields> other_;
  std::unique_ptr<FlowFields> flow_;
};

}  // namespace interdict::graph
