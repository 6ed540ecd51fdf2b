#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/line_format.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Csv, QuotesLineBreaksAndEmptyValues) {
  const auto told = tell("csv", "time,b,c\n1,\"x \"\"y\"\", z\",\n2,\"two\nlines\",\"\"\n");
  EXPECT_THAT(told.records,
              ElementsAre("2@9: time=1 b=x \"y\", z c=~", "3@25: time=2 b=two\nlines c="));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(Csv, ColumnsWithoutANameAndRowsOfOtherLengths) {
  const auto told = tell("csv", "a;;c\n1;2;3;4\n1\n");
  EXPECT_THAT(told.records, ElementsAre("2@5: a=1 column_2=2 c=3 column_4=4", "3@13: a=1"));
}

TEST(Csv, WithoutAHeaderColumnsAreNumberedButForTheTime) {
  const auto told =
      tell("csv", "1,2024-01-02 03:04:05,TRAFFIC,end\n1,2024-01-02 03:04:06,THREAT,url\n");
  EXPECT_THAT(
      told.records,
      ElementsAre("1@0: column_1=1 time=2024-01-02 03:04:05 column_3=TRAFFIC column_4=end",
                  "2@34: column_1=1 time=2024-01-02 03:04:06 column_3=THREAT column_4=url"));
}

TEST(Csv, HeadersOfTheirOwnKinds) {
  EXPECT_THAT(tell("csv", "sep=;\na;b,c\n1;2,3\n").records, ElementsAre("3@12: a=1 b,c=2,3"));
  EXPECT_THAT(tell("csv", "#Software: x\n#Fields: date-time,b\n2024,2\n").records,
              ElementsAre("3@34: date-time=2024 b=2"));
  EXPECT_THAT(tell("csv", "a,b\n1,2\na,b\n3,4\n").records,
              ElementsAre("2@4: a=1 b=2", "4@12: a=3 b=4"));
}

TEST(Csv, AQuoteThatNeverEndsIsBounded) {
  std::string text = "a,b\n1,\"open\n";
  for (std::size_t i = 0; i < kMaxRecordLines + 10; ++i) text += "x,y\n";
  const auto told = tell("csv", text, 4096);
  EXPECT_EQ(told.bytes, text.size());
  EXPECT_EQ(told.records.size(), 1U);
  EXPECT_THAT(told.skipped, ElementsAre("limit 1 44@16392"));
}

std::string sniffed(std::string_view text) {
  const auto told = sniff(as_byte_span(text), "x.csv");
  return std::string(told.format) + (told.is_log ? "" : " (no log)");
}

TEST(Csv, ATableIsALogIfItsRowsBearATime) {
  EXPECT_EQ(sniffed("CreationDate,UserIds,AuditData\n2024-01-02T03:04:05Z,a,\"{\"\"x\"\":1}\"\n"),
            "csv");
  EXPECT_EQ(sniffed("time,name,ip\n"), "csv");
  EXPECT_EQ(sniffed("Level\tDate and Time\tSource\nInfo\t1/2/2024 3:04:05 AM\tx\n"), "csv");
  EXPECT_EQ(sniffed("Level,Date and Time,Source,Event ID,Task Category\r\n"
                    "Information,02.01.2024 03:04:05,x,1,(1),\"two\r\nlines\"\r\n"),
            "csv");
  EXPECT_EQ(sniffed("control,technique,score\nAC-1,T1059,3\nAC-2,T1003,2\n"), "csv (no log)");
  // One row without a header; a value of it is padded. Prose pads them all.
  EXPECT_EQ(
      sniffed("2024-01-02T03:04:05.1Z,5,1,192.0.2.1:110,192.0.2.2:1,ann,1,2,3,auth, PLAIN,x\n"),
      "csv");
  EXPECT_EQ(sniffed("2024-01-02 03:04:05,1 a, b, c, d, e, f, g, h\n"), "lines");
  EXPECT_EQ(sniffed("Some prose, with commas, of a text.\nAnd more of it\nin lines.\n"), "");
}

}  // namespace
}  // namespace interdict::decode
