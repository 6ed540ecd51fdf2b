#pragma once

#include <cstdint>

#include "simulate/machine.hpp"

namespace interdict::simulate {

/// Adds about `events` records of ordinary work to `machine`, spread evenly over the span: web
/// browsing, documents, updates, sign-ins, services, and the scripts of administrators, among them
/// things that rules are often wrong about (an installer from the Downloads folder, a protection
/// program that opens lsass). All addresses are of RFC 5737, all names end in `.example` or
/// `.test`.
void add_background(Machine& machine, std::int64_t begin_ms, std::int64_t end_ms,
                    std::size_t events);

}  // namespace interdict::simulate
