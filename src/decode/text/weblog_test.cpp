#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;

std::string one(std::string_view format, std::string_view line) {
  const auto told = tell(format, line);
  return told.all.size() == 1 && told.records.size() == 1 ? told.records[0].substr(5)
                                                          : told.all.at(0);
}

TEST(AccessLog, CommonCombinedAndVhost) {
  EXPECT_EQ(
      one("access-log",
          R"(192.0.2.1 - frank [02/Jan/2024:03:04:05 -0700] "GET /a.gif HTTP/1.0" 200 2326)"),
      "remote_addr=192.0.2.1 remote_user=frank time_local=02/Jan/2024:03:04:05 -0700 "
      "request=GET /a.gif HTTP/1.0 method=GET uri=/a.gif protocol=HTTP/1.0 status=200 bytes=2326");
  EXPECT_EQ(
      one("access-log",
          R"(192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET / HTTP/1.1" 304 - "http://example.org/" "a \"b\"" 0.5 "x")"),
      "remote_addr=192.0.2.1 remote_user=~ time_local=02/Jan/2024:03:04:05 +0000 "
      "request=GET / HTTP/1.1 method=GET uri=/ protocol=HTTP/1.1 status=304 bytes=~ "
      "referer=http://example.org/ user_agent=a \\\"b\\\" extra=0.5 \"x\"");
  EXPECT_EQ(
      one("access-log",
          R"(www.example.org:443 2001:db8::1 - - [02/Jan/2024:03:04:05 +0000] "POST /a b HTTP/2.0" 499 0 "-" "-")"),
      "vhost=www.example.org:443 remote_addr=2001:db8::1 remote_user=~ "
      "time_local=02/Jan/2024:03:04:05 +0000 request=POST /a b HTTP/2.0 method=POST uri=/a b "
      "protocol=HTTP/2.0 status=499 bytes=0 referer=~ user_agent=~");
}

TEST(AccessLog, ARequestThatIsNoneStaysWhole) {
  EXPECT_EQ(
      one("access-log", R"(192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "\x16\x03 \x02" 400 226)"),
      "remote_addr=192.0.2.1 remote_user=~ time_local=02/Jan/2024:03:04:05 +0000 "
      "request=\\x16\\x03 \\x02 status=400 bytes=226");
  EXPECT_EQ(one("access-log", R"(192.0.2.1 - a user [02/Jan/2024:03:04:05 +0000] "-" 408 0)"),
            "remote_addr=192.0.2.1 remote_user=a user time_local=02/Jan/2024:03:04:05 +0000 "
            "request=~ status=408 bytes=0");
}

TEST(AccessLog, OtherLinesAreBadRecords) {
  for (const std::string_view line :
       {"text", R"(192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET /)",
        R"(192.0.2.1 - - [yesterday] "GET / HTTP/1.1" 200 1)",
        R"(a [02/Jan/2024:03:04:05 +0000] "GET /" 200 1)",
        R"(192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET / HTTP/1.1" ok 1)"}) {
    EXPECT_EQ(one("access-log", line), "bad-record 1 " + std::to_string(line.size()) + "@0")
        << line;
  }
}

std::string zeek(std::string_view rest) {
  return "#separator "
         "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n" +
         std::string(rest);
}

TEST(Zeek, TypesUnsetEmptyAndLists) {
  const auto told = tell("zeek", zeek("#fields\tts\tn\tok\tlist\ttext\tnone\n"
                                      "#types\ttime\tcount\tbool\tvector[interval]\tstring\taddr\n"
                                      "1.5\t7\tT\t0.5,1.5\ta\\x09b\\xff\t-\n"
                                      "XX.XX\t-\tF\t(empty)\t(empty)\t192.0.2.1\n"));
  EXPECT_THAT(
      told.records,
      ElementsAre("8@162: _path=dns ts=1.5 n=7 ok=true list=0.5 list=1.5 text=a\tb\\xff none=~",
                  "9@191: _path=dns ts=XX.XX n=~ ok=false list= text= none=192.0.2.1"));
  EXPECT_THAT(told.types[0],
              ElementsAre(RawType::string, RawType::real, RawType::integer, RawType::boolean,
                          RawType::real, RawType::real, RawType::string, RawType::null));
  EXPECT_EQ(told.types[1][1], RawType::string);  // masked: no number
}

TEST(Zeek, ALaterHeaderRulesWhatFollows) {
  const auto told = tell("zeek", zeek("#fields\ta\n#types\tstring\nx\n#close\tnow\n#separator ;\n"
                                      "#path;http\n#fields;a;b\n1;2\n"));
  EXPECT_THAT(told.records, ElementsAre("8@103: _path=dns a=x", "13@152: _path=http a=1 b=2"));
}

TEST(Zeek, RowsThatFitNoHeaderAreBad) {
  const auto told = tell("zeek", "x\ty\n#fields\ta\tb\n1\t2\n1\n1\t2\t3\n");
  EXPECT_THAT(told.records, ElementsAre("3@16: a=1 b=2"));
  EXPECT_THAT(told.skipped,
              ElementsAre("bad-record 1 3@0", "bad-record 1 1@20", "bad-record 1 5@22"));
}

}  // namespace
}  // namespace interdict::decode
