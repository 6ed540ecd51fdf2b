// Windows' text formats: event XML, W3C, VPC flow logs (which are read alike).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/text_decoder.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WindowsXml, ElementsWhateverStandsAroundThem) {
  const auto told = tell(
      "windows-xml",
      "<?xml version='1.0'?><Events>\n<Event xmlns='urn:x'><System><Provider Name='P'/>"
      "<EventID>1</EventID></System><EventData><Data Name='A'>x &lt; y</Data></EventData></Event>"
      "<Event><UserData><EventXML><b>1</b></EventXML></UserData></Event>\n</Events>");
  EXPECT_THAT(
      told.records,
      ElementsAre(
          "2@30: Event.System.Provider.Name=P Event.System.EventID=1 Event.EventData.A=x < y",
          "2@169: Event.UserData.EventXML.b=1"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(WindowsXml, DamageIsCountedAndReadingGoesOn) {
  auto told = tell("windows-xml",
                   "<Event><a>1</a><Event><b>2</b></Event> noise <Event><c></d></Event><Event><e>");
  EXPECT_THAT(told.records, ElementsAre("1@15: Event.b=2"));
  EXPECT_THAT(told.skipped, ElementsAre("bad-record 1 15@0", "bad-record 1 5@39",
                                        "bad-record 1 22@45", "truncated 1 10@67"));
  const std::string big = "<Event><a>" + std::string(kMaxTextRecordBytes, 'x') + "</a></Event>";
  for (const std::size_t piece : {std::size_t{10000}, std::string::npos}) {
    told = tell("windows-xml", big + "<Event><b>2</b></Event>", piece);
    EXPECT_THAT(told.skipped, ElementsAre("limit 1 1048598@0"));
    EXPECT_EQ(told.records.size(), 1U);
  }
}

TEST(W3c, FieldsSoftwareAndAbsentValues) {
  const auto told =
      tell("w3c",
           "#Software: Microsoft Windows Firewall\n#Fields: date time action src-ip\n"
           "2024-01-02 03:04:05 ALLOW -\n2024-01-02 03:04:05\n#Fields: a b\n1 \"two words\"\n");
  EXPECT_THAT(told.records,
              ElementsAre("3@71: _software=Microsoft Windows Firewall date=2024-01-02 "
                          "time=03:04:05 action=ALLOW src-ip=~",
                          "6@132: _software=Microsoft Windows Firewall a=1 b=two words"));
  EXPECT_THAT(told.skipped, ElementsAre("bad-record 1 19@99"));
}

TEST(VpcFlow, DefaultColumnsOrThoseOfTheHeader) {
  EXPECT_THAT(
      tell("vpcflow", "2 1 eni-1 192.0.2.1 192.0.2.2 1 2 6 3 4 5 6 REJECT OK\n").records,
      ElementsAre(
          "1@0: version=2 account-id=1 interface-id=eni-1 srcaddr=192.0.2.1 dstaddr=192.0.2.2 "
          "srcport=1 "
          "dstport=2 protocol=6 packets=3 bytes=4 start=5 end=6 action=REJECT log-status=OK"));
  EXPECT_THAT(tell("vpcflow", "srcaddr dstaddr vpc-id\n192.0.2.1 192.0.2.2 -\n").records,
              ElementsAre("2@23: srcaddr=192.0.2.1 dstaddr=192.0.2.2 vpc-id=~"));
}

}  // namespace
}  // namespace interdict::decode
