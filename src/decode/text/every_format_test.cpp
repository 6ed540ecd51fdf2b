// What holds for every text format: each has a small sample here, which is told by its content,
// read without a loss, and then cut, damaged and fed in pieces of any size.
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using namespace std::string_view_literals;
using ::testing::IsEmpty;

struct Sample {
  std::string_view format;
  std::size_t records;
  std::string_view text;

  friend void PrintTo(const Sample& sample, std::ostream* os) { *os << sample.format; }
};

constexpr Sample kSamples[] = {
    {"ndjson", 2, "{\"a\":1,\"time\":\"2024-01-02T03:04:05Z\"}\n{\"a\":{\"b\":[\"x\",null]}}\n"},
    {"zeek", 2,
     "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
     "#fields\tts\tid.orig_h\tid.orig_p\ttunnel_parents\n#types\ttime\taddr\tport\tset[string]\n"
     "1700000000.5\t192.0.2.1\t80\ta,b\n1700000001.5\t192.0.2.2\t-\t(empty)\n"
     "#close\t2024-01-02-03-04-05\n"},
    {"csv", 2,
     "\"Date and Time\";User;Message\r\n2024-01-02 03:04:05;a;\"two\r\nlines; \"\"quoted\"\"\"\r\n"
     "2024-01-02 03:04:06;b;\r\n"},
    {"access-log", 2,
     "192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] \"GET /a?b=c HTTP/1.1\" 200 12 \"-\" \"agent "
     "\\\"x\\\"\"\n"
     "www.example.org 192.0.2.2 - user [02/Jan/2024:03:04:06 +0000] \"\\x16\\x03\" 400 -\n"},
    {"syslog", 3,
     "<34>Jan  2 03:04:05 host su[12]: failed for user\n  at one\n  at two\n"
     "<165>1 2024-01-02T03:04:05.1Z host app 7 ID [x@1 a=\"b\\\"c\"] text\n"
     "2024-01-02T03:04:05+01:00 host kernel: IN=eth0 SRC=192.0.2.1 DST=192.0.2.2\n"},
    {"error-log", 3,
     "[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 1:tid 2] [client 192.0.2.1:80] AH1: x\n"
     "2024/01/02 03:04:05 [error] 12#13: *3 open() failed\n  more, client: 192.0.2.1, server: x\n"
     "[Wed Oct 11 14:32:52 2023] [warn] old\n"},
    {"cef", 2,
     "CEF:0|Vendor|Product|1.0|100|a \\| name|7|src=192.0.2.1 msg=two words act=x\\=y\n"
     "CEF:1|V|P|2|x|n|Low|\n"},
    {"leef", 2, "LEEF:1.0|V|P|1|id|src=192.0.2.1\tmsg=two words\nLEEF:2.0|V|P|1|id|^|a=1^b=2\n"},
    {"keyvalue", 2,
     "date=2024-01-02 time=03:04:05 devname=\"fw 1\" action=deny\nlevel=info,msg='a b',x=1;y=2\n"},
    {"lines", 3,
     "2024-01-02 03:04:05,123 INFO [main] started\n\tat a\n\tat b\n"
     "name | 02 Jan 2024 03:04:06 text\n[2024/01/02 03:04:07] a=1 b=2 c=3\n"},
    {"lines", 2, "03:04:05.678 [info] x\n\tat a\n03:04:06.678 [info] y\n"},
    {"ossec-alerts", 2,
     "** Alert 1700000000.123: mail  - syslog,sshd,\n2023 Nov 14 22:13:20 (a) "
     "192.0.2.1->/var/log/x\n"
     "Rule: 5716 (level 5) -> 'text.'\nSrc IP: 192.0.2.7\nUser: ann\nJan  2 03:04:05 h p: x\n\n"
     "** Alert 1700000001.200: - ossec,\n2023 Nov 14 22:13:21 m->syscheck\nRule: 550 (level 7) -> "
     "'y'\n"},
    {"cri", 2,
     "2024-01-02T03:04:05.123456789Z stdout F text\n2024-01-02T03:04:06.1+01:00 stderr P part\n"},
    {"snort-fast", 2,
     "01/02/2024-03:04:05.123456  [**] [1:2100498:7] MESSAGE [**] [Classification: x] [Priority: 2]"
     " {TCP} 192.0.2.1:80 -> 198.51.100.2:1024\n"
     "01/02-03:04:05.123456  [**] [1:1:1] M [**] {ICMP} 192.0.2.1 -> 198.51.100.2\n"},
    {"squid", 1,
     "1700000000.123    456 192.0.2.1 TCP_MISS/200 1234 GET http://example.org/ - DIRECT/192.0.2.9"
     " text/html\n"},
    {"haproxy", 1,
     "192.0.2.1:1234 [02/Jan/2024:03:04:05.123] front back/s1 0/0/1/2/3 200 12 - - ---- 1/1/0/0/0"
     " 0/0 {example.org} \"GET / HTTP/1.1\"\n"},
    {"alb", 1,
     "https 2024-01-02T03:04:05.1Z app/x/1 192.0.2.1:80 - 0.1 -1 0.2 200 - 0 57"
     " \"GET https://example.org/ HTTP/1.1\" \"agent\" - TLSv1.2 arn:x \"Root=1\" \"-\" \"-\" 0"
     " 2024-01-02T03:04:05.1Z \"forward\" \"-\" \"-\" more\n"},
    {"elb", 1,
     "2024-01-02T03:04:05.1Z my-elb 192.0.2.1:80 - 0.1 -1 0.2 200 - 0 57"
     " \"GET https://example.org/ HTTP/1.1\" \"agent\" - -\n"},
    {"s3-access", 1,
     "0a1b example-bucket [02/Jan/2024:03:04:05 +0000] 192.0.2.1 - 3E57 REST.GET.OBJECT a/b"
     " \"GET /a/b HTTP/1.1\" 200 - 12 12 3 2 \"-\" \"agent\" - x\n"},
    {"vpcflow", 1,
     "2 123456789012 eni-1 192.0.2.1 198.51.100.2 80 1024 6 20 4249 1700000000 1700000060 ACCEPT "
     "OK\n"},
    {"dns-debug", 2,
     "DNS Server log file creation at 1/2/2024 3:04:00 AM\nMessage logging key:\n\n"
     "1/2/2024 3:04:05 AM 0A1C PACKET  000001D2 UDP Rcv 192.0.2.1 0001   Q [0001   D   NOERROR] A"
     " (3)www(7)example(3)org(0)\nUDP question info\n  Socket = 1\n"
     "1/2/2024 3:04:05 AM 0A1C PACKET  000001D2 UDP Snd 192.0.2.1 0001 R Q [8081   DR  NXDOMAIN] A"
     " (1)x(0)\n"},
    {"dhcp", 2,
     "\t\tMicrosoft DHCP Service Activity Log\n\n\nEvent ID  Meaning\n00\tThe log was started.\n\n"
     "ID,Date,Time,Description,IP Address,Host Name,MAC Address\n"
     "24,01/02/24,03:04:05,Database Cleanup Begin,,,,\n"
     "10,01/02/24,03:04:06,Assign,192.0.2.7,host.example.org,0A1B2C3D4E5F\n"},
    {"w3c", 2,
     "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
     "#Fields: date time s-ip cs-method cs-uri-stem cs(User-Agent) sc-status\n"
     "2024-01-02 03:04:05 192.0.2.1 GET / agent+x 200\n"
     "2024-01-02 03:04:06 192.0.2.1 GET /a - 404\n"},
    {"auditd", 2,
     "node=h type=SYSCALL msg=audit(1700000000.123:7): arch=c000003e a0=5 exe=\"/bin/a\" "
     "comm=6C73\x1d"
     "ARCH=x86_64\nnode=h type=SYSCALL msg=audit(1700000000.124:8): exe=\"/bin/b\"\n"
     "node=h type=EXECVE msg=audit(1700000000.123:7): argc=2 a0=\"ls\" a1=2D6C\n"
     "node=h type=PROCTITLE msg=audit(1700000000.123:7): proctitle=6C73002D6C\n"},
    {"windows-xml", 2,
     "<?xml version=\"1.0\"?>\n<Events>- <Event xmlns='urn:x'><System><Provider Name='P'/>"
     "<EventID>1</EventID></System><EventData><Data Name='Image'>a</Data></EventData></Event>\n"
     "<Event><System>\r\n</System></Event></Events>\n"},
    {"journal", 2,
     "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1700000000000000\n_HOSTNAME=host\n"
     "MESSAGE\n\005\000\000\000\000\000\000\000a\nb\nc\n\n__CURSOR=s=2\nMESSAGE=x=y\n\n"sv},
    {"mail", 2,
     "From a@example.org Tue Jan  2 03:04:05 2024\nReturn-Path: <a@example.org>\n"
     "From: =?utf-8?Q?A=20B?= <a@example.org>\nSubject: one\n two\nDate: Tue, 2 Jan 2024 03:04:05 "
     "+0000\n\n"
     "--x\nContent-Disposition: attachment; filename=\"a.zip\"\n\ntext\n\n"
     "From b Tue Jan  2 03:04:05 2024\nFrom: b@example.org\n\nbody\n"},
    {"transcript", 2,
     "**********************\nWindows PowerShell transcript start\nStart time: 20240102030405\n"
     "Username: DOM\\user\nMachine: HOST (Microsoft Windows NT 10.0)\n**********************\n"
     "PS C:\\> whoami\ndom\\user\n**********************\nCommand start time: 20240102030406\n"
     "**********************\nPS C:\\> exit\n"},
};

class EveryFormat : public testing::TestWithParam<Sample> {};

TEST_P(EveryFormat, IsToldByItsContentAndReadWhole) {
  const auto& [format, records, text] = GetParam();
  const auto sniffed = sniff(as_byte_span(text), "x");
  EXPECT_EQ(sniffed.format, format);
  EXPECT_TRUE(sniffed.is_log);
  const auto told = tell(format, text);
  EXPECT_EQ(told.records.size(), records);
  EXPECT_THAT(told.skipped, IsEmpty());
  EXPECT_EQ(told.bytes, text.size());
}

TEST_P(EveryFormat, PiecesChangeNothing) {
  const auto& [format, records, text] = GetParam();
  const auto whole = tell(format, text);
  for (const std::size_t piece : {1U, 2U, 7U, 64U})
    EXPECT_EQ(tell(format, text, piece).all, whole.all);
}

TEST_P(EveryFormat, EveryTruncationIsAccountedFor) {
  const auto& [format, records, text] = GetParam();
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto told = tell(format, text.substr(0, size));
    ASSERT_EQ(told.bytes, size);
    ASSERT_LE(told.records.size(), records) << size;
    ASSERT_EQ(tell(format, text.substr(0, size), 3).all, told.all) << size;
    (void)sniff(as_byte_span(text.substr(0, size)), "x");
  }
}

TEST_P(EveryFormat, EveryDamageIsAccountedFor) {
  const auto& [format, records, text] = GetParam();
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string damaged(text);
    damaged[bit / 8] =
        static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ (1U << bit % 8));
    const auto told = tell(format, damaged);
    ASSERT_EQ(told.bytes, damaged.size()) << bit;
    ASSERT_EQ(tell(format, damaged, 5).all, told.all) << bit;
  }
}

/// Several edits at once, of the bytes that mean something to these formats.
TEST_P(EveryFormat, ManyEditsAreAccountedFor) {
  const auto& [format, records, text] = GetParam();
  const std::string_view alphabet("\"\\\n\r\t #,;|=[]{}<>:-1a\0\xff", 24);
  std::mt19937 random(7);  // fixed: a failure can be run again
  for (int round = 0; round < 300; ++round) {
    std::string edited(text);
    for (auto edits = 1 + random() % 6; edits > 0; --edits) {
      const auto at = random() % edited.size();
      const auto byte = alphabet[random() % alphabet.size()];
      random() % 2 == 0 ? edited[at] = byte
                        : *edited.insert(edited.begin() + static_cast<std::ptrdiff_t>(at), byte);
    }
    const auto whole = tell(format, edited);
    ASSERT_EQ(whole.bytes, edited.size()) << edited;
    for (const std::size_t piece : {1U, 3U, 11U})
      ASSERT_EQ(tell(format, edited, piece).all, whole.all) << edited;
    (void)sniff(as_byte_span(edited), "x");
  }
}

TEST_P(EveryFormat, ReadsUtf16Alike) {
  const auto& [format, records, text] = GetParam();
  if (format == "journal") GTEST_SKIP() << "always UTF-8";
  const auto wide = utf16(text);
  EXPECT_EQ(sniff(as_byte_span(wide), "x").format, format);
  const auto told = tell(format, wide);
  EXPECT_EQ(told.records.size(), records);
  EXPECT_EQ(told.bytes, wide.size());
  EXPECT_EQ(told.types, tell(format, text).types);
  EXPECT_EQ(tell(format, wide, 1).all, told.all);
  EXPECT_EQ(tell(format, wide, 5).all, told.all);
}

INSTANTIATE_TEST_SUITE_P(Text, EveryFormat, testing::ValuesIn(kSamples), [](const auto& sample) {
  std::string name(sample.param.format);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + std::to_string(sample.index);
});

TEST(EveryFormat, HasASample) {
  std::map<std::string_view, int> samples{{"evtx", 1}};  // binary: has tests of its own
  for (const auto& sample : kSamples) ++samples[sample.format];
  for (const auto format : formats()) EXPECT_GE(samples[format], 1) << format;
}

}  // namespace
}  // namespace interdict::decode
