#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/time_shape.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string one(std::string_view format, std::string_view line) {
  const auto told = tell(format, line);
  return told.all.size() == 1 && told.records.size() == 1 ? told.records[0].substr(5)
                                                          : told.all.at(0);
}

TEST(TimeShape, KnowsTheUsualWays) {
  for (const std::string_view time : {"2024-01-02T03:04:05Z",
                                      "2024-01-02T03:04:05.123456+01:00",
                                      "2024-01-02 03:04:05,123",
                                      "2024-01-02 03:04:05 UTC",
                                      "2024/01/02 03:04:05",
                                      "Jan  2 03:04:05",
                                      "Jan 12 03:04:05.6",
                                      "Jan 2 2024 03:04:05",
                                      "Tue Jan  2 03:04:05 2024",
                                      "Tue Jan 02 03:04:05.123456 2024",
                                      "Tue Jan  2 03:04:05 CET 2024",
                                      "Tue, 02 Jan 2024 03:04:05 +0000",
                                      "02/Jan/2024:03:04:05 +0000",
                                      "02-Jan-2024 03:04:05.678",
                                      "2 Jan 2024 03:04:05",
                                      "01/02/2024-03:04:05.1",
                                      "1/2/2024 3:04:05 PM",
                                      "31.12.2024 03:04:05",
                                      "31/12/2024 03:04:05",
                                      "01/25/22 16:08:02.3",
                                      "1700000000",
                                      "1700000000.123",
                                      "1700000000123",
                                      "2024.01.02 03:04:05"}) {
    EXPECT_EQ(time_shape(time).size, time.size()) << time;
    EXPECT_EQ(time_shape(std::string(time) + " text").size, time.size()) << time;
  }
}

TEST(TimeShape, OtherTextIsNone) {
  for (const std::string_view text :
       {"", "2024-01-02", "2024-13-02T03:04:05", "2024-01-32 03:04:05", "Jan 2 24:04:05",
        "Foo  2 03:04:05", "03:04:05.123", "12345678901", "170000000", "1.2.3.4 - -", "May be 2",
        "2024-01-02T03:61:05", "Mon"}) {
    EXPECT_EQ(time_shape(text).size, 0U) << text;
  }
}

TEST(ErrorLog, Apache) {
  EXPECT_EQ(one("error-log",
                "[Wed Oct 11 14:32:52.123456 2023] [proxy_fcgi:error] [pid 7:tid 8] [client "
                "192.0.2.1:80] AH1: [x] text"),
            "time=Wed Oct 11 14:32:52.123456 2023 level=error module=proxy_fcgi pid=7 "
            "client=192.0.2.1:80 "
            "message=AH1: [x] text _kind=apache");
  EXPECT_EQ(
      one("error-log", "[Wed Oct 11 14:32:52 2023] [error] [client 192.0.2.1] [x] text"),
      "time=Wed Oct 11 14:32:52 2023 level=error client=192.0.2.1 message=[x] text _kind=apache");
}

TEST(ErrorLog, Nginx) {
  EXPECT_EQ(one("error-log",
                "2024/01/02 03:04:05 [error] 12#13: *3 open() \"/a, b\" failed, client: 192.0.2.1, "
                "server: x, "
                "request: \"GET /a, b HTTP/1.1\", host: \"x\""),
            "time=2024/01/02 03:04:05 level=error pid=12 message=*3 open() \"/a, b\" failed "
            "client=192.0.2.1 server=x "
            "request=GET /a, b HTTP/1.1 host=x _kind=nginx");
}

TEST(ErrorLog, OtherLogsWithBracketsAreNone) {
  for (const std::string_view line :
       {"2024/01/02 03:04:05 [192.0.2.1:80] [x] text", "[2024-01-02 03:04:05] [x] text",
        "[Wed Oct 11 14:32:52 2023] [two words] text", "2024/01/02 03:04:05 [error] text"}) {
    EXPECT_TRUE(one("error-log", line).starts_with("is lines ")) << one("error-log", line);
    EXPECT_EQ(sniff(as_byte_span(line), "x").format, "lines") << line;
  }
}

TEST(Lines, TimeAndMessage) {
  EXPECT_EQ(one("lines", "2024-01-02 03:04:05,123 INFO x"),
            "time=2024-01-02 03:04:05,123 message=INFO x");
  EXPECT_EQ(one("lines", "[2024-01-02 03:04:05] x"), "time=2024-01-02 03:04:05 message=x");
  EXPECT_EQ(one("lines", "app | 2024-01-02T03:04:05Z x"),
            "time=2024-01-02T03:04:05Z message=app | 2024-01-02T03:04:05Z x");
  EXPECT_EQ(one("lines", "2024-01-02T03:04:05Z {\"a\":1}"),
            "time=2024-01-02T03:04:05Z message={\"a\":1} a=1 _payload=json");
}

TEST(Lines, AHeadingIsStructureAndBounded) {
  EXPECT_THAT(tell("lines", "started\n\n2024-01-02 03:04:05 x\n  more\n").records,
              ElementsAre("3@9: time=2024-01-02 03:04:05 message=x\n  more"));
  std::string text;
  for (int i = 0; i < 70; ++i) text += "text\n";
  EXPECT_EQ(tell("lines", text).skipped.size(), 6U);
}

TEST(KeyValue, PairsInTheirManyForms) {
  EXPECT_EQ(one("keyvalue", "a=1 b=\"two words\" c='x' d= e=f"), "a=1 b=two words c=x d= e=f");
  EXPECT_EQ(one("keyvalue", "A=\"x\",B=\"y, z\",C=1,2"), "A=x B=y, z C=1,2");
  EXPECT_EQ(one("keyvalue", R"(path="C:\temp\new" q="a \"b\"" x=1)"),
            R"(path=C:\temp\new q=a "b" x=1)");
  EXPECT_EQ(
      one("keyvalue", "some prose with a=1 and b=2 and c=3 in many more words of it than pairs"),
      "bad-record 1 71@0");
  EXPECT_EQ(one("keyvalue", "a=1 b=2"), "bad-record 1 7@0");
  // A text with a time before the pairs is more than pairs.
  EXPECT_EQ(one("keyvalue", "0 X 20/Jun/2022:13:09:14 +0200 DROP: A=1 B=2 C=3"),
            "bad-record 1 48@0");
}

TEST(Cef, HeaderAndExtension) {
  EXPECT_EQ(
      one("cef", R"(CEF:0|V|P|1|100|a\|b|5|src=192.0.2.1 msg=two words\=x cs1Label=l cs1=C:\a)"),
      R"(device_vendor=V device_product=P device_version=1 signature_id=100 name=a|b severity=5 src=192.0.2.1 msg=two words=x cs1Label=l cs1=C:\a)");
  EXPECT_EQ(one("cef", "CEF:0|V|P"), "bad-record 1 9@0");
}

TEST(Leef, BothVersions) {
  EXPECT_EQ(one("leef", "LEEF:1.0|V|P|1|id|a=1\tb=x y"),
            "device_vendor=V device_product=P device_version=1 event_id=id a=1 b=x y");
  EXPECT_EQ(one("leef", "LEEF:2.0|V|P|1|id|x7C|a=1|b=2"),
            "device_vendor=V device_product=P device_version=1 event_id=id a=1 b=2");
}

}  // namespace
}  // namespace interdict::decode
