#pragma once

#include <cstdint>

#include "sensors/machine.hpp"
#include "simulate/site.hpp"

namespace interdict::simulate {

/// Adds about `events` records of ordinary work to `machine`, spread evenly over the span: web
/// browsing, documents, updates, sign-ins, services, and the scripts of administrators, among them
/// things that rules are often wrong about (an installer from the Downloads folder, a protection
/// program that opens lsass). All addresses are of RFC 5737, all names end in `.example` or
/// `.test`.
void add_background(Machine& machine, std::int64_t begin_ms, std::int64_t end_ms,
                    std::size_t events);

/// Ordinary work of the Linux servers, the web server's visitors, and the cloud account: jobs,
/// administrators over SSH, mistyped passwords, crawlers, an application and a deployment.
void add_server_background(Site& site, std::size_t records_per_day);

}  // namespace interdict::simulate
