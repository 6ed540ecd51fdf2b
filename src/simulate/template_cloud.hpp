#pragma once

#include "simulate/scene.hpp"

/// What techniques leave in an AWS account's audit log, from the service reference of CloudTrail.
namespace interdict::simulate::cloud {

void console_login(Scene& scene);
void guess_passwords(Scene& scene);
void assume_role(Scene& scene);
void calls(Scene& scene);  ///< those of the table in the source

}  // namespace interdict::simulate::cloud
