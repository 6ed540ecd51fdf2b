#pragma once

#include "simulate/scene.hpp"

/// What techniques leave in the Sysmon, Security and System logs of a Windows host.
///
/// Written from the documentation of the events (Sysmon's manifest; Microsoft's "Advanced security
/// audit policy settings"), not from rules. Command lines are inert: built-in tools in the form in
/// which their own help shows them, file names that stand for something, addresses of RFC 5737.
namespace interdict::simulate::windows {

/// What runs the intruder's next command on this host: the foothold, started again by its autostart
/// after half a day, or the user's own session where nothing was planted.
[[nodiscard]] Process hands(Scene& scene);
/// Starts a shell of the foothold, and in it `image` (below System32 unless it is a whole path).
Process run(Scene& scene, std::string_view image, std::string line, std::int64_t delay_ms = 2000);
/// A network sign-in of the stolen account from the host before; returns its logon id.
/// A network sign-in of the cast's account at the domain controller from the scene's host; its id.
std::string sign_in_at_controller(Scene& scene);
std::string remote_sign_in(Scene& scene, std::string_view logon_type);

// Entry.
void lure_by_link(Scene& scene);
void lure_by_attachment(Scene& scene);
void drive_by(Scene& scene);
void removable_media(Scene& scene);
void supply_chain(Scene& scene);
void exposed_service(Scene& scene);
void valid_account(Scene& scene);
void guess_passwords(Scene& scene);
void user_execution(Scene& scene);
void client_exploit(Scene& scene);

// Settling in and talking home.
void beacon(Scene& scene);
void fetch_tool(Scene& scene);
void run_key(Scene& scene);
void scheduled_task(Scene& scene);
void service(Scene& scene);
void web_shell(Scene& scene);
void inject(Scene& scene);
void registry_value(Scene& scene);
void disable_protection(Scene& scene);
void clear_log(Scene& scene);
void delete_file(Scene& scene);
void create_account(Scene& scene);
void change_group(Scene& scene);
void remote_access_tool(Scene& scene);
void masquerade(Scene& scene);
void side_load(Scene& scene);
void new_credentials(Scene& scene);
void change_policy(Scene& scene);

// Acting.
void tool(Scene& scene);  ///< a command of the table in template_windows_tools.cpp
void scan_network(Scene& scene);
void read_lsass(Scene& scene);
void request_tickets(Scene& scene);
void replicate_directory(Scene& scene);
void remote_desktop(Scene& scene);
void remote_service(Scene& scene);
void remote_shell(Scene& scene);
void remote_wmi(Scene& scene);
void copy_tool(Scene& scene);
void pack(Scene& scene);
void upload(Scene& scene);
void encrypt(Scene& scene);
void destroy(Scene& scene);
void deface(Scene& scene);

}  // namespace interdict::simulate::windows
