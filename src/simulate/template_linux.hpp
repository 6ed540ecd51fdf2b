#pragma once

#include "simulate/scene.hpp"

/// What techniques leave on a Linux host: the audit log, the system log, the access log.
/// Written from the formats' documentation; command lines are inert, as on Windows.
namespace interdict::simulate::posix {

void probe_web(Scene& scene);
void exposed_service(Scene& scene);
void guess_passwords(Scene& scene);
void sign_in(Scene& scene);  ///< a valid account from outside, or from the host before
void beacon(Scene& scene);
void fetch_tool(Scene& scene);
void web_shell(Scene& scene);
void cron(Scene& scene);
void unit(Scene& scene);
void become_root(Scene& scene);
void create_account(Scene& scene);
void authorized_key(Scene& scene);
void scan_network(Scene& scene);
void upload(Scene& scene);
void encrypt(Scene& scene);
void deface(Scene& scene);
void tool(Scene& scene);  ///< a command of the table in the source

}  // namespace interdict::simulate::posix
