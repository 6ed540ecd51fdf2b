#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/line_format.hpp"
#include "decode/text/text_decoder.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string one(std::string_view line) {
  const auto told = tell("syslog", line);
  return told.all.size() == 1 && told.records.size() == 1 ? told.records[0].substr(5)
                                                          : told.all.at(0);
}

TEST(Syslog, Rfc3164AndItsVariants) {
  EXPECT_EQ(one("Jan  2 03:04:05 host sshd[12]: Failed password"),
            "timestamp=Jan  2 03:04:05 host=host program=sshd pid=12 message=Failed password");
  EXPECT_EQ(one("<86>Jan 12 03:04:05 host postfix/smtpd[12]: x"),
            "pri=86 facility=authpriv severity=informational timestamp=Jan 12 03:04:05 host=host "
            "program=postfix/smtpd pid=12 message=x");
  EXPECT_EQ(one("2024-01-02T03:04:05.1+01:00 2001:db8::1 su(pam_unix)[3]: x: y"),
            "timestamp=2024-01-02T03:04:05.1+01:00 host=2001:db8::1 program=su(pam_unix) pid=3 "
            "message=x: y");
  EXPECT_EQ(one("Jan  2 03:04:05 host last message repeated 3 times"),
            "timestamp=Jan  2 03:04:05 host=host message=last message repeated 3 times");
  EXPECT_EQ(one("Jan 2 2024 03:04:05 fw : %ASA-6-305011: Built x"),
            "timestamp=Jan 2 2024 03:04:05 host=fw program=%ASA-6-305011 message=Built x");
  EXPECT_EQ(one("<189>45: Jan  2 03:04:05.678: %SYS-5-CONFIG_I: Configured"),
            "pri=189 facility=local7 severity=notice timestamp=Jan  2 03:04:05.678 "
            "program=%SYS-5-CONFIG_I message=Configured");
  EXPECT_EQ(one("<13>no time"), "pri=13 facility=user severity=notice message=no time");
}

TEST(Syslog, Rfc5424) {
  EXPECT_EQ(one("<165>1 2024-01-02T03:04:05.003Z host.example app 8 ID47 [a@1 x=\"1\" "
                "y=\"q\\\"\\]\"][b] text"),
            "pri=165 facility=local4 severity=notice timestamp=2024-01-02T03:04:05.003Z "
            "host=host.example program=app pid=8 msgid=ID47 sd.a@1.x=1 sd.a@1.y=q\"] message=text");
  EXPECT_EQ(
      one("<34>1 - - - - - -"),
      "pri=34 facility=auth severity=critical timestamp=~ host=~ program=~ pid=~ msgid=~ message=");
  // What is none of its structured data is the message.
  EXPECT_EQ(one("<34>1 - - - - - [a:\"b\"]"),
            "pri=34 facility=auth severity=critical timestamp=~ host=~ program=~ pid=~ msgid=~ "
            "message=[a:\"b\"]");
  EXPECT_EQ(one("<34>1 - - - - - [a@1.2 b=\"c\"]"),
            "pri=34 facility=auth severity=critical timestamp=~ host=~ program=~ pid=~ msgid=~ "
            "sd.a@1_2.b=c message=");
}

TEST(Syslog, OtherLogsAreNone) {
  for (const std::string_view line :
       {"2024-01-02T03:04:05Z [main] started", "2024-01-02 03:04:05 host prog: x",
        "2024-01-02T03:04:05Z INFO server: x", "text", "<999>Jan  2 03:04:05 host x", "<>x",
        "[Jan  2 03:04:05] x"}) {
    EXPECT_TRUE(one(line).starts_with("is lines ") || one(line).starts_with("bad-record ")) << line;
  }
}

TEST(Syslog, APlainDateNeedsAHostAndAProgram) {
  EXPECT_EQ(one("2024-01-02 03:04:05 host prog[7]: x"),
            "timestamp=2024-01-02 03:04:05 host=host program=prog pid=7 message=x");
  EXPECT_EQ(one("2024-01-02 03:04:05 web1 prog: x"),
            "timestamp=2024-01-02 03:04:05 host=web1 program=prog message=x");
  for (const std::string_view line :
       {"2024-01-02 03:04:05 Logon Error: x", "2024-01-02 03:04:05 192.0.2.1:1194 TLS: x",
        "2024-01-02 03:04:05 ann/192.0.2.1:1194 TLS: x", "2024-01-02 03:04:05 1234 LOG: x",
        "2024/01/02 03:04:05 web1 prog[7]: x", "2024-01-02T03:04:05+01:00: x"}) {
    EXPECT_TRUE(one(line).starts_with("is lines ") || one(line).starts_with("bad-record ")) << line;
  }
}

TEST(Syslog, WhatJournalctlPrints) {
  EXPECT_EQ(one("Fri 2024-03-01 10:11:12 UTC web1 prog[7]: x"),
            "timestamp=Fri 2024-03-01 10:11:12 UTC host=web1 program=prog pid=7 message=x");
  EXPECT_EQ(one("1709287872.123456 web1 prog[7]: x"),
            "timestamp=1709287872.123456 host=web1 program=prog pid=7 message=x");
}

TEST(Syslog, CtimeIsOtherLogs) {
  EXPECT_TRUE(one("Fri Mar  1 10:11:12 2024 192.0.2.7:50000 TLS: x").starts_with("is lines "));
}

TEST(Syslog, CiscoNamesItselfBeforeTheTime) {
  EXPECT_EQ(one("<189>45: rtr1: *Mar  1 10:11:12.123: %A-5-B: x"),
            "pri=189 facility=local7 severity=notice timestamp=Mar  1 10:11:12.123 host=rtr1 "
            "program=%A-5-B message=x");
  EXPECT_EQ(one("<164>:Mar 01 10:11:12 UTC: %A-4-1: x"),
            "pri=164 facility=local4 severity=warning timestamp=Mar 01 10:11:12 UTC program=%A-4-1 "
            "message=x");
}

TEST(Syslog, AHostSaidTwiceIsOne) {
  EXPECT_EQ(one("Jan  2 03:04:05 h h p[7]: x"),
            "timestamp=Jan  2 03:04:05 host=h program=p pid=7 message=x");
  EXPECT_EQ(one("Jan  2 03:04:05 h h x"), "timestamp=Jan  2 03:04:05 host=h message=h x");
}

TEST(Syslog, LinesGoOnWithTheRecordBefore) {
  const auto told = tell(
      "syslog", "orphan\nJan  2 03:04:05 h a: one\n\n  at two\n\nJan  2 03:04:06 h a: three\r\n");
  EXPECT_THAT(told.records,
              ElementsAre("2@7: timestamp=Jan  2 03:04:05 host=h program=a message=one\n\n  at two",
                          "6@43: timestamp=Jan  2 03:04:06 host=h program=a message=three"));
  EXPECT_THAT(told.skipped, ElementsAre("bad-record 1 7@0"));
}

TEST(Syslog, Payloads) {
  EXPECT_EQ(
      one("Jan  2 03:04:05 h CEF:0|V|P|1|100|a\\|b|5|src=192.0.2.1 msg=two words act=z\\=1"),
      "timestamp=Jan  2 03:04:05 host=h message=CEF:0|V|P|1|100|a\\|b|5|src=192.0.2.1 msg=two "
      "words act=z\\=1"
      " device_vendor=V device_product=P device_version=1 signature_id=100 name=a|b severity=5"
      " src=192.0.2.1 msg=two words act=z=1 _payload=cef");
  EXPECT_EQ(
      one("Jan  2 03:04:05 h p: {\"a\":{\"b\":1}}"),
      "timestamp=Jan  2 03:04:05 host=h program=p message={\"a\":{\"b\":1}} a.b=1 _payload=json");
  EXPECT_EQ(one("Jan  2 03:04:05 h p: x logname= uid=0 tty=\"a b\" rhost=192.0.2.1"),
            "timestamp=Jan  2 03:04:05 host=h program=p message=x logname= uid=0 tty=\"a b\" "
            "rhost=192.0.2.1"
            " logname= uid=0 tty=a b rhost=192.0.2.1 _payload=keyvalue");
}

TEST(TextDecoder, BoundsARecordAndALine) {
  std::string text = "Jan  2 03:04:05 h a: " + std::string(kMaxTextRecordBytes, 'x') +
                     "\nJan  2 03:04:06 h a: b\n";
  auto told = tell("syslog", text, 5000);
  EXPECT_THAT(told.skipped, ElementsAre("limit 1 1048598@0"));
  EXPECT_EQ(told.records.size(), 1U);
  text = "Jan  2 03:04:05 h a: b\n";
  for (std::size_t i = 0; i < kMaxRecordLines + 4; ++i) text += " more\n";
  told = tell("syslog", text, 5000);
  EXPECT_EQ(told.records.size(), 1U);
  EXPECT_THAT(told.skipped, ElementsAre("limit 1 30@24593"));
  EXPECT_EQ(told.bytes, text.size());
}

TEST(TextDecoder, MarksZerosAndIllFormedBytes) {
  const std::string line = "Jan  2 03:04:05 h a: x\xff";
  const auto told = tell("syslog", "\xef\xbb\xbf" + line + "\n" + std::string(100, '\0') + line);
  EXPECT_THAT(
      told.records,
      ElementsAre("1@3: timestamp=Jan  2 03:04:05 host=h program=a message=x\xef\xbf\xbd",
                  "2@127: timestamp=Jan  2 03:04:05 host=h program=a message=x\xef\xbf\xbd"));
  EXPECT_THAT(told.skipped, IsEmpty());
  EXPECT_EQ(told.bytes, 3 + 2 * line.size() + 101);
}

TEST(TextDecoder, Utf16IsCountedInItsOwnBytes) {
  // A surrogate pair, and an odd byte at the end.
  std::string text = utf16("Jan  2 03:04:05 h a: ");
  text +=
      std::string("\x3d\xd8\x00\xde\n\0", 6) + utf16("Jan  2 03:04:06 h a: b").substr(2) + "\x7f";
  const auto told = tell("syslog", text);
  EXPECT_THAT(
      told.records,
      ElementsAre("1@2: timestamp=Jan  2 03:04:05 host=h program=a message=\xf0\x9f\x98\x80",
                  "2@50: timestamp=Jan  2 03:04:06 host=h program=a message=b"));
  EXPECT_THAT(told.skipped, ElementsAre("truncated 0 1@94"));
  EXPECT_EQ(tell("syslog", text, 1).all, told.all);
}

}  // namespace
}  // namespace interdict::decode
