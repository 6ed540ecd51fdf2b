#include "simulate/technique.hpp"

#include <algorithm>
#include <array>

#include "simulate/template_cloud.hpp"
#include "simulate/template_linux.hpp"
#include "simulate/template_windows.hpp"

namespace interdict::simulate {
namespace {

using attack::Stage;
namespace c = cloud;
namespace p = posix;
namespace w = windows;

constexpr Stage kRecon = Stage::reconnaissance;
constexpr Stage kDelivery = Stage::delivery;
constexpr Stage kExploit = Stage::exploitation;
constexpr Stage kInstall = Stage::installation;
constexpr Stage kControl = Stage::command_and_control;
constexpr Stage kAct = Stage::actions_on_objectives;

/// Sorted by technique.
constexpr TechniqueRow kRows[] = {
    {"T1001", kControl, "C1", w::beacon, p::beacon},
    {"T1003", kAct, "I5", w::read_lsass, p::tool},
    {"T1003.006", kAct, "A3", w::replicate_directory},
    {"T1005", kAct, "A4", w::tool, p::tool},
    {"T1007", kAct, "", w::tool},
    {"T1012", kAct, "", w::tool},
    {"T1016", kAct, "", w::tool, p::tool},
    {"T1018", kAct, "A1", w::tool, p::tool},
    {"T1021.001", kAct, "A1 A2 X8", w::remote_desktop},
    {"T1021.002", kAct, "A1 A2 I4", w::remote_service},
    {"T1021.004", kAct, "A1 A2 X8", nullptr, p::sign_in},
    {"T1021.006", kAct, "A1 A2", w::remote_shell},
    {"T1033", kAct, "", w::tool, p::tool},
    {"T1036", kInstall, "X5", w::masquerade},
    {"T1039", kAct, "A4 A8", w::tool},
    {"T1041", kAct, "A4 C1", w::upload, p::upload},
    {"T1046", kAct, "A1", w::scan_network, p::scan_network},
    {"T1047", kAct, "A1 A2 I4", w::remote_wmi},
    {"T1048", kAct, "A4 C1", w::upload, p::upload},
    {"T1049", kAct, "", w::tool, p::tool},
    {"T1053", kInstall, "I4 I6", w::scheduled_task, p::cron},
    {"T1055", kInstall, "I1", w::inject},
    {"T1057", kAct, "", w::tool, p::tool},
    {"T1059", kExploit, "X3 X5", w::tool, p::tool},
    {"T1068", kInstall, "X1", nullptr, p::become_root},
    {"T1069", kAct, "", w::tool, p::tool, c::calls},
    {"T1070", kAct, "I8", w::delete_file, p::tool},
    {"T1070.001", kAct, "I8", w::clear_log},
    {"T1071", kControl, "C1 C4", w::beacon, p::beacon},
    {"T1074", kAct, "A4", w::tool},
    {"T1078", kExploit, "X8", w::valid_account, p::sign_in, c::calls},
    {"T1078.004", kExploit, "X8", w::valid_account, p::sign_in, c::console_login},
    {"T1082", kAct, "", w::tool, p::tool},
    {"T1083", kAct, "", w::tool, p::tool},
    {"T1087", kAct, "", w::tool, p::tool, c::calls},
    {"T1090", kControl, "C1", w::beacon, p::beacon},
    {"T1091", kDelivery, "D4", w::removable_media},
    {"T1095", kControl, "C1", w::beacon, p::beacon},
    {"T1098", kInstall, "I4", w::change_group, p::authorized_key, c::calls},
    {"T1105", kControl, "C1 D3", w::fetch_tool, p::fetch_tool},
    {"T1110", kAct, "X8 X9", w::guess_passwords, p::guess_passwords, c::guess_passwords},
    {"T1112", kInstall, "I6", w::registry_value},
    {"T1119", kAct, "A4", w::tool},
    {"T1120", kAct, "", w::tool},
    {"T1132", kControl, "C1", w::beacon, p::beacon},
    {"T1133", kExploit, "D8 X8", w::valid_account, p::sign_in},
    {"T1134", kInstall, "I4", w::new_credentials},
    {"T1135", kAct, "", w::tool},
    {"T1136", kInstall, "I4", w::create_account, p::create_account, c::calls},
    {"T1140", kInstall, "X5", w::tool},
    {"T1189", kDelivery, "D3 X4", w::drive_by},
    {"T1190", kExploit, "X1 X7", w::exposed_service, p::exposed_service},
    {"T1195", kDelivery, "D6", w::supply_chain},
    {"T1199", kDelivery, "D8", w::valid_account, p::sign_in},
    {"T1203", kExploit, "X1 X6", w::client_exploit},
    {"T1204", kExploit, "X5 D7", w::user_execution},
    {"T1218", kExploit, "X5", w::tool},
    {"T1219", kControl, "C5", w::remote_access_tool},
    {"T1222", kInstall, "I6", w::tool},
    {"T1482", kAct, "", w::tool},
    {"T1484", kAct, "A3", w::change_policy},
    {"T1485", kAct, "A5", w::destroy, p::tool, c::calls},
    {"T1486", kAct, "A5 A6", w::encrypt, p::encrypt},
    {"T1489", kAct, "I4", w::tool, p::tool},
    {"T1490", kAct, "A5", w::tool},
    {"T1491", kAct, "I3", w::deface, p::deface},
    {"T1496", kAct, "A14", nullptr, p::tool, c::calls},
    {"T1497", kInstall, "", w::tool},
    {"T1505", kInstall, "I3", w::web_shell, p::web_shell},
    {"T1518", kAct, "", w::tool},
    {"T1526", kAct, "", nullptr, nullptr, c::calls},
    {"T1529", kAct, "", w::tool},
    {"T1530", kAct, "A8", nullptr, nullptr, c::calls},
    {"T1537", kAct, "A8 A14", nullptr, nullptr, c::calls},
    {"T1543", kInstall, "I4 I6", w::service, p::unit},
    {"T1546", kInstall, "I6", w::registry_value},
    {"T1547", kInstall, "I1 I6", w::run_key},
    {"T1548", kInstall, "I4", nullptr, p::become_root},
    {"T1550", kAct, "I4", nullptr, nullptr, c::assume_role},
    {"T1550.002", kAct, "A1 I5", w::remote_shell},
    {"T1552", kAct, "A7", w::tool, p::tool, c::calls},
    {"T1553.004", kInstall, "I7", w::tool},
    {"T1555", kAct, "I5", w::tool},
    {"T1558", kAct, "A3", w::request_tickets},
    {"T1560", kAct, "A4", w::pack, p::tool},
    {"T1561", kAct, "A5", w::destroy},
    {"T1562", kInstall, "I8", w::disable_protection, p::tool, c::calls},
    {"T1562.004", kInstall, "I6", w::tool},
    {"T1566", kDelivery, "D1 D7", w::lure_by_attachment},
    {"T1566.002", kDelivery, "D3 D7", w::lure_by_link},
    {"T1567", kAct, "A4 C1", w::upload, p::upload},
    {"T1568", kControl, "C2", w::beacon, p::beacon},
    {"T1569", kExploit, "I4", w::tool},
    {"T1570", kAct, "A1 A2", w::copy_tool},
    {"T1571", kControl, "C1", w::beacon, p::beacon},
    {"T1573", kControl, "C1 C3", w::beacon, p::beacon},
    {"T1574", kInstall, "X5 I6", w::side_load},
    {"T1578", kAct, "A14", nullptr, nullptr, c::calls},
    {"T1580", kAct, "", nullptr, nullptr, c::calls},
    {"T1595", kRecon, "R6", nullptr, p::probe_web},
    {"T1614", kAct, "", w::tool},
    {"T1615", kAct, "", w::tool},
    {"T1619", kAct, "A8", nullptr, nullptr, c::calls}};

static_assert(std::ranges::is_sorted(kRows, {}, &TechniqueRow::id));

const TechniqueRow* exact(std::string_view id) {
  const auto* row = std::ranges::lower_bound(kRows, id, {}, &TechniqueRow::id);
  return row != std::end(kRows) && row->id == id ? row : nullptr;
}

}  // namespace

std::span<const TechniqueRow> technique_table() {
  return kRows;
}

const TechniqueRow* find_technique(std::string_view id) {
  constexpr std::size_t kParentLength = 5;  // T1234
  const TechniqueRow* row = exact(id);
  return row == nullptr && id.size() > kParentLength ? exact(id.substr(0, kParentLength)) : row;
}

bool shows_blocked(Template render) {
  constexpr Template kAware[] = {
      w::lure_by_link, w::drive_by,       w::valid_account,  w::user_execution,
      w::beacon,       w::remote_desktop, w::remote_service, w::remote_shell,
      w::remote_wmi,   w::copy_tool,      w::encrypt,        p::exposed_service,
      p::sign_in,      c::console_login,  c::assume_role,    c::calls};
  return std::ranges::find(kAware, render) != std::end(kAware);
}

Template find_template(std::string_view id, Platform platform) {
  const TechniqueRow* row = find_technique(id);
  if (row == nullptr) return nullptr;
  switch (platform) {
    case Platform::windows:
      return row->windows;
    case Platform::posix:
      return row->posix;
    case Platform::cloud:
      return row->cloud;
  }
  return nullptr;
}

}  // namespace interdict::simulate
