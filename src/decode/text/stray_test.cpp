// Logs that change their shape: each line is read as what it is, in whatever it stands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kAccess =
    "192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] \"GET / HTTP/1.1\" 200 1\n";
constexpr std::string_view kJson = "{\"time\":\"2024-01-02T03:04:05Z\",\"a\":1}\n";

std::string text(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

/// The format of each record; empty: the input's.
std::vector<std::string> formats_in(std::string_view format, std::string_view input) {
  std::vector<std::string> out;
  for (const auto& record : tell(format, input).records) {
    const auto at = record.find(": is ");
    const auto from = at == std::string::npos ? record.size() : at + 5;
    out.push_back(record.substr(from, record.find(' ', from) - from));
  }
  return out;
}

TEST(Stray, JsonInLinesOfAnyFormat) {
  EXPECT_THAT(formats_in("keyvalue", text({"a=1 b=2 c=3\n", kJson, "a=1 b=2 c=3\n"})),
              ElementsAre("", "ndjson", ""));
  EXPECT_THAT(formats_in("access-log", text({kAccess, kJson})), ElementsAre("", "ndjson"));
  // Where a line may go on with a record, only what bears a time of its own is one.
  EXPECT_THAT(formats_in("lines", text({"2024-01-02 03:04:05 x\n", "{\"a\":1}\n", kJson})),
              ElementsAre("", "ndjson"));
}

TEST(Stray, OtherLinesInLines) {
  const std::string_view error = "[Wed Oct 11 14:32:52 2023] [core:error] [pid 1] x\n";
  EXPECT_THAT(formats_in("access-log", text({kAccess, error})), ElementsAre("", "error-log"));
  EXPECT_THAT(formats_in("syslog", text({"Jan  2 03:04:05 h p[1]: x\n", kAccess,
                                         "2024-01-02 03:04:05 INFO y\n", "\tat z\n"})),
              ElementsAre("", "access-log", "lines"));
}

TEST(Stray, TheRestOfASyslogFileAmongAuditRecords) {
  EXPECT_THAT(formats_in("auditd",
                         "type=A msg=audit(1700000000.123:7): a=5\n"
                         "Jan  2 03:04:05 h p[1]: x\n"),
              ElementsAre("syslog", ""));
}

TEST(Stray, TextAmongJson) {
  const auto input = text({"starting\n2024-01-02 03:04:05 INFO y\n", kJson, kAccess, "  at z\n",
                           "[2024-01-02 03:04:05] w\n", kJson});
  EXPECT_THAT(formats_in("ndjson", input), ElementsAre("lines", "", "access-log", "lines", ""));
  EXPECT_THAT(tell("ndjson", input).skipped, ElementsAre("bad-record 1 9@0", "bad-record 1 5@142"));
  for (const std::size_t piece : {1U, 2U, 7U, 64U})
    EXPECT_EQ(tell("ndjson", input, piece).all, tell("ndjson", input).all);
}

TEST(Stray, NotInsideAnArray) {
  EXPECT_THAT(tell("ndjson", text({"[\n", kJson, "2024-01-02 03:04:05 x\n]\n"})).skipped,
              ElementsAre("bad-record 1 22@40"));
  EXPECT_THAT(tell("ndjson", "[{\"a\":1},\n{\"b\":\"c=1 d=2 e=3\"}]\n").skipped, IsEmpty());
}

}  // namespace
}  // namespace interdict::decode
