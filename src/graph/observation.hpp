#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/batch.hpp"
#include "event/entity.hpp"
#include "event/timestamp.hpp"

namespace interdict::graph {

/// How one entity led to another: direction is the flow of information or control (correlation design,
/// event-to-edge table).
enum class EdgeType : std::uint8_t {
  spawned,          ///< process → process
  loaded_image,     ///< image file → process that runs it
  in_session,       ///< session → process
  opened_session,   ///< user or process or ip → session
  injected,         ///< process → process (create remote thread, write, access with those rights)
  accessed,         ///< process → process (opened for reading)
  wrote_file,       ///< process → file
  read_file,        ///< file → process (image load)
  downloaded,       ///< url or ip → file (mark of the web)
  wrote_registry,   ///< process → registry
  registered,       ///< process or session → service or task or WMI binding
  started_by,       ///< service or task or autorun key → process
  connected,        ///< process → ip or domain (outbound)
  accepted,         ///< ip → process (inbound)
  resolved,         ///< process → domain; domain → ip
  has_hash,         ///< image or file → image (hash)
};

struct EdgeMention {
  EntityRef from;
  EntityRef to;
  EdgeType type = EdgeType::spawned;
};

/// What one event says about entities. Owns its texts, so that it can wait to be sorted by time.
struct Observation {
  Timestamp time;
  std::string host;
  std::vector<EntityRef> entities;  ///< mentioned, the acting one (process, else session, else user) first
  std::vector<EdgeMention> edges;
  bool ends_process = false;  ///< the first entity is a process that ended here
};

/// The Sigma fields that name entities, interned once.
class Extractor {
 public:
  explicit Extractor(FieldCatalogue& catalogue);

  /// Reads one event. Pure; any number of threads. An event that names nothing but its host yields an
  /// observation with no edges. O(fields read).
  [[nodiscard]] Observation observe(const EventBatch& batch, Row row) const;

 private:
  struct Fields {
    FieldId event_id, channel, provider, image, process_guid, process_id, parent_guid, parent_id,
        parent_image, command_line, logon_id, logon_guid, user, target_filename, target_object, hashes,
        source_guid, source_id, source_image, target_guid, target_id, target_image, granted_access,
        destination_ip, destination_port, destination_hostname, source_ip, source_port, initiated,
        query_name, query_results, service_name, service_file, task_name, image_loaded, contents,
        ip_address, target_user_name, target_domain_name, target_logon_id, logon_type,
        workstation_name, subject_user_name, subject_domain_name, subject_logon_id, start_function;
  };
  Fields fields_;
};

}  // namespace interdict::graph
