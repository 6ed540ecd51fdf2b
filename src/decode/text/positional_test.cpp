#include "decode/text/positional.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

std::string read(std::string_view pattern, std::string_view line) {
  FieldList fields;
  if (!read_positional(pattern, line, fields)) return "none";
  std::string out;
  for (const auto& field : fields.all()) {
    out += std::string(field.path) + "=" +
           (field.type == RawType::null ? "~" : std::string(field.text)) +
           (field.type == RawType::integer ? "i "
            : field.type == RawType::real  ? "r "
                                           : " ");
  }
  return out;
}

TEST(Positional, WordsNumbersAndTimes) {
  EXPECT_EQ(read("<a:w> <n:n> <m:n>", "x  -5 1.5"), "a=x n=-5i m=1.5r ");
  EXPECT_EQ(read("<a:w> <n:n>", "x -"), "a=x n=~ ");
  EXPECT_EQ(read("<a:w> <n:n>", "x y"), "none");
  EXPECT_EQ(read("[<t:t>] <b:r>", "[2024-01-02 03:04:05] rest of it"),
            "t=2024-01-02 03:04:05 b=rest of it ");
  EXPECT_EQ(read("<t:t>", "2024-01-02"), "none");
  EXPECT_EQ(read("<a:w>/<b:w>", "x/y"), "a=x b=y ");
  EXPECT_EQ(read("<a:w>", "x y"), "none");  // the whole line
  EXPECT_EQ(read("<a> [x]", "one two [x]"), "a=one two ");
}

TEST(Positional, Endpoints) {
  EXPECT_EQ(read("<s:e>", "192.0.2.1:80"), "s_addr=192.0.2.1 s_port=80i ");
  EXPECT_EQ(read("<s:e>", "192.0.2.1"), "s_addr=192.0.2.1 ");
  EXPECT_EQ(read("<s:e>", "[2001:db8::1]:80"), "s_addr=2001:db8::1 s_port=80i ");
  EXPECT_EQ(read("<s:e>", "2001:0db8:0:0:0:0:0:1:80"), "s_addr=2001:0db8:0:0:0:0:0:1 s_port=80i ");
  EXPECT_EQ(read("<s:e>", "-"), "s_addr=~ ");
}

TEST(Positional, QuotedTextAndAbsentGroups) {
  EXPECT_EQ(read("<q:q> <w:w>", "\"a \\\"b\\\"\" x"), "q=a \\\"b\\\" w=x ");
  EXPECT_EQ(read("<q:q> <w:w>", "- x"), "q=~ w=x ");
  EXPECT_EQ(read("<q:q>", "\"open"), "none");
  EXPECT_EQ(read("{[<a>] }[<b>] <c:w>", "[x] y"), "b=x c=y ");
  EXPECT_EQ(read("{[<a>] }[<b>] <c:w>", "[x] [y] z"), "a=x b=y c=z ");
  EXPECT_EQ(read("<a:w>{ \\{<b>\\}}", "x {y}"), "a=x b=y ");
}

std::string one(std::string_view format, std::string_view line) {
  const auto told = tell(format, line);
  return told.all.size() == 1 && told.records.size() == 1 ? told.records[0].substr(5)
                                                          : told.all.at(0);
}

TEST(Positional, SnortFast) {
  EXPECT_EQ(
      one("snort-fast",
          "01/02/2024-03:04:05.123  [Drop] [**] [1:2:3] A [B] C [**] [Classification: two words] "
          "[Priority: 3] {TCP} 192.0.2.1:80 -> [2001:db8::1]:53"),
      "timestamp=01/02/2024-03:04:05.123 action=Drop gid=1 sid=2 rev=3 message=A [B] C "
      "classification=two words "
      "priority=3 protocol=TCP src_addr=192.0.2.1 src_port=80 dst_addr=2001:db8::1 dst_port=53");
}

TEST(Positional, DnsDebug) {
  EXPECT_EQ(one("dns-debug",
                "1/2/2024 3:04:05 PM 0A1C PACKET  000001D2 UDP Snd 192.0.2.1 0001 R Q [8081   DR  "
                "NOERROR] A (1)x(0)"),
            "time=1/2/2024 3:04:05 PM thread_id=0A1C packet_id=000001D2 protocol=UDP direction=Snd "
            "remote_addr=192.0.2.1 "
            "xid=0001 response=R opcode=Q flags=8081   DR  NOERROR query_type=A query_name=(1)x(0) "
            "query=x");
  EXPECT_THAT(
      one("dns-debug",
          "1/2/2024 3:04:05 PM 0A1C PACKET  000001D2 UDP Rcv 192.0.2.1 0001   Q [0001   D   "
          "NOERROR] A (3)www(7)example(3)org(0)"),
      testing::EndsWith(" query=www.example.org"));
  EXPECT_THAT(
      one("dns-debug",
          "1/2/2024 3:04:05 PM 0A1C PACKET  000001D2 UDP Rcv 192.0.2.1 0001   Q [0001   D   "
          "NOERROR] A (3www"),
      testing::EndsWith(" query=(3www"));
}

}  // namespace
}  // namespace interdict::decode
