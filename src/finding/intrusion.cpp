#include "finding/intrusion.hpp"

namespace interdict::finding {

std::string_view to_string(LinkKind kind) {
  switch (kind) {
    case LinkKind::same_process:
      return "same-process";
    case LinkKind::process_ancestry:
      return "process-ancestry";
    case LinkKind::injection:
      return "injection";
    case LinkKind::logon_session:
      return "logon-session";
    case LinkKind::file:
      return "file";
    case LinkKind::persistence:
      return "persistence";
    case LinkKind::remote_execution:
      return "remote-execution";
    case LinkKind::remote_logon:
      return "remote-logon";
    case LinkKind::network:
      return "network";
    case LinkKind::shared_hash:
      return "shared-hash";
    case LinkKind::shared_infrastructure:
      return "shared-infrastructure";
    case LinkKind::same_user:
      return "same-user";
    case LinkKind::same_host:
      return "same-host";
    case LinkKind::seed:
      return "seed";
    case LinkKind::latent:
      return "latent";
  }
  return "";
}

std::string_view to_string(StageStatus status) {
  switch (status) {
    case StageStatus::observed:
      return "observed";
    case StageStatus::blocked:
      return "blocked";
    case StageStatus::inferred:
      return "inferred";
    case StageStatus::not_visible:
      return "not-visible";
    case StageStatus::not_reached:
      return "not-reached";
  }
  return "";
}

std::string_view to_string(Objective objective) {
  switch (objective) {
    case Objective::none:
      return "none";
    case Objective::hands_on:
      return "hands-on";
    case Objective::achieved:
      return "achieved";
  }
  return "";
}

std::string_view to_string(Strength strength) {
  switch (strength) {
    case Strength::strong:
      return "strong";
    case Strength::likely:
      return "likely";
    case Strength::possible:
      return "possible";
  }
  return "";
}

}  // namespace interdict::finding
