#pragma once

#include <string>
#include <string_view>

namespace interdict::sensors {

/// What a program's version resource says of it, as Sysmon writes it down. `-` stands for nothing.
struct VersionInfo {
  std::string file_version;
  std::string description;
  std::string product;
  std::string company;
  std::string original_file_name;
};

/// Of the program at `image`: known for what Windows brings and for installed software; a program
/// elsewhere has none.
[[nodiscard]] VersionInfo version_info(std::string_view image);

/// Sysmon's `Hashes` of a file that nobody describes: made from its path without the user's folder,
/// so that one program has one hash on every computer.
[[nodiscard]] std::string file_hash(std::string_view image);

}  // namespace interdict::sensors
