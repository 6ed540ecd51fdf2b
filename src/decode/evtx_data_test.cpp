#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "decode/evtx_testing.hpp"

namespace interdict::decode {
namespace {

using namespace evtx_testing;

std::filesystem::path data_root() {
  if (const char* path = std::getenv("INTERDICT_DATA")) return path;
  return std::filesystem::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
}

std::vector<std::filesystem::path> evtx_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(folder, error), last; it != last; ++it) {
    if (it->path().extension() == ".evtx") out.push_back(it->path());
  }
  std::ranges::sort(out);
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Totals {
  std::size_t records = 0;
  std::uint64_t lost = 0;
};

Totals decode_folder(const std::filesystem::path& folder) {
  Totals totals;
  for (const auto& path : evtx_files(folder)) {
    const std::string file = read_file(path);
    const Decoded out = decode(file, 65536 + 17, {}, false);
    totals.records += out.records.size();
    for (const auto& [reason, records, bytes, offset] : out.skips) {
      std::cout << path.filename().string() << ": reason " << int{static_cast<std::uint8_t>(reason)}
                << ", records " << records << ", bytes " << bytes << ", offset " << offset << '\n';
      if (reason != SkipReason::slack) totals.lost += std::max<std::uint64_t>(records, 1);
    }
  }
  std::cout << folder.filename().string() << ": " << totals.records << " records, " << totals.lost
            << " lost\n";
  return totals;
}

TEST(EvtxData, AttackSamplesDecode) {
  const auto folder = data_root() / "evtx-to-mitre";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no data pack (INTERDICT_DATA)";
  const Totals totals = decode_folder(folder);
  EXPECT_GT(totals.records, 10'000U);
  EXPECT_LT(static_cast<double>(totals.lost), 0.001 * static_cast<double>(totals.records));
}

TEST(EvtxData, OrdinaryAndDamagedSamplesKeepTheBalance) {
  const auto folder = data_root() / "evtx-rs" / "samples";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no data pack (INTERDICT_DATA)";
  const Totals totals = decode_folder(folder);
  EXPECT_GT(totals.records, 18'000U);
}

}  // namespace
}  // namespace interdict::decode
