#include "decode/sniff_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interdict::decode {
namespace {

std::string told(std::string_view text, std::string_view name = "x") {
  const auto found = sniff(as_byte_span(text), name);
  return std::string(found.format) + (found.is_log ? "" : " (no log)");
}

TEST(SniffText, DocumentsAndRulesAreNoLogs) {
  EXPECT_EQ(told("<!DOCTYPE html>\n<html></html>\n"), "html (no log)");
  EXPECT_EQ(told("<?xml version=\"1.0\"?>\n<nmaprun start=\"1700000000\"></nmaprun>\n"),
            "xml (no log)");
  EXPECT_EQ(told("#!/bin/sh\necho 2024-01-02 03:04:05 a=1 b=2 c=3\n"), "script (no log)");
  EXPECT_EQ(told("alert tcp any any -> any 80 (msg:\"x\"; sid:1; rev:1;)\n"),
            "suricata-rules (no log)");
  EXPECT_EQ(told("rule x {\n  strings:\n    $a = \"b\"\n  condition:\n    $a\n}\n"),
            "yara (no log)");
  EXPECT_EQ(told("# Title\n\nSome text.\n", "README.md"), "document (no log)");
  EXPECT_EQ(told("int main() { return a == 1; }\n", "main.c"), "document (no log)");
  EXPECT_EQ(told("Some text, of 2024,\nthat says what is granted.\n", "a/LICENSE"),
            "document (no log)");
  EXPECT_EQ(told("Some text, of 2024,\nthat says what is granted.\n", "a/x"), "");
}

TEST(SniffText, TheNameNeverMakesADocumentOfALog) {
  EXPECT_EQ(told("Jan  2 03:04:05 host sshd[1]: x\n", "x.conf"), "syslog");
  EXPECT_EQ(told("time,name,ip\n2024-01-02T03:04:05Z,x,y\n", "x.md"), "csv");
}

TEST(SniffText, TheFormatThatReadsMostIsMeant) {
  const std::string web = "192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] \"GET / HTTP/1.1\" 200 1\n";
  const std::string sys = "Jan  2 03:04:05 host sshd[1]: x\n";
  EXPECT_EQ(told(sys + web + web), "access-log");
  EXPECT_EQ(told(web + sys + sys), "syslog");
  EXPECT_EQ(told(web + "x\ny\nz\n"), "");
}

TEST(SniffText, LinesOfJsonAmongOthersSayNothingOfTheOthers) {
  const std::string pairs = "time=2024-01-02T03:04:05Z level=info msg=x\n";
  const std::string json = "{\"time\":\"2024-01-02T03:04:05Z\",\"level\":\"info\"}\n";
  EXPECT_EQ(told(pairs + pairs + json), "keyvalue");
  EXPECT_EQ(told(pairs + json + json), "ndjson");
  EXPECT_EQ(told("starting\n" + json + json), "ndjson");
}

TEST(SniffText, GeneralFormatsComeLast) {
  EXPECT_EQ(told("2024-01-02 03:04:05 x, y\n\tat z\n\tat z\n\tat z\n"), "lines");
  EXPECT_EQ(told("Text that was written on 2024-01-02 03:04:05\nand says\nnothing\n"), "");
  EXPECT_EQ(told("a=1 b=2 c=3\nd=4 e=5 f=6\n"), "keyvalue");
}

TEST(SniffText, ALineThatWasCutIsNotLookedAt) {
  std::string text;
  while (text.size() < kSniffBytes) text += "CEF:0|V|P|1|x|n|5|a=1\n";
  EXPECT_EQ(told(text.substr(0, kSniffBytes)), "cef");
}

TEST(SniffText, BinaryIsNone) {
  std::string text = "Jan  2 03:04:05 host sshd[1]: x\n";
  for (int i = 0; i < 200; ++i) text += '\x01';
  EXPECT_EQ(told(text), "");
}

}  // namespace
}  // namespace interdict::decode
