#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/mail_words.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Mail, HeadersResultsAndAttachments) {
  const auto told =
      tell("mail",
           "Received: by a\r\n\twith b\r\nReceived: by c\r\nSubject: =?utf-8?B?w6Q=?=\r\n"
           "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=x; dkim=fail (bad) ; "
           "dmarc=none\r\n\r\n"
           "--b\r\nContent-Type: text/plain; name=\"a b.txt\"\r\n\r\nfilename=no\r\n"
           "--b\r\nContent-Disposition: attachment;\r\n "
           "filename*=utf-8''%C3%A4.exe\r\n\r\nx\r\n--b--\r\n");
  EXPECT_THAT(
      told.records,
      ElementsAre(
          "1@0: received=by a with b received=by c subject=\xc3\xa4 "
          "authentication-results=mx.example.org; "
          "spf=pass smtp.mailfrom=x; dkim=fail (bad) ; dmarc=none auth.spf=pass auth.dkim=fail "
          "auth.dmarc=none attachment=a b.txt attachment=\xc3\xa4.exe"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(Mail, ABoxHoldsMessages) {
  const auto told = tell("mail",
                         "From a x\nTo: a@example.org\n\nbody\nFrom here no message\n\nFrom b "
                         "x\nTo: b@example.org\n\n");
  EXPECT_THAT(told.records, ElementsAre("2@9: to=a@example.org", "8@64: to=b@example.org"));
}

TEST(Mail, EncodedWords) {
  EXPECT_EQ(decode_words("=?iso-8859-1?q?a=E4_b?= x"), "a\xc3\xa4 b x");
  EXPECT_EQ(decode_words("=?utf-8?Q?a?=  =?utf-8?Q?b?= c"), "ab c");
  EXPECT_EQ(decode_words("=?utf-8?Q?a"), "=?utf-8?Q?a");
  EXPECT_EQ(decode_words("=?utf-8?X?a?="), "=?utf-8?X?a?=");
  EXPECT_EQ(decode_words("=?utf-8?B?/w==?="), "\xef\xbf\xbd");
}

TEST(Journal, EntriesAndBinaryValues) {
  const auto told = tell("journal", "A=1\nB\n\x03\0\0\0\0\0\0\0x\ny\nC=\xff\n\n\nA=2"sv);
  EXPECT_THAT(told.records, ElementsAre("1@0: A=1 B=x\ny C=\xef\xbf\xbd", "8@24: A=2"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(Journal, DamageIsLostUpToTheNextEntry) {
  const auto told =
      tell("journal", "A=1\nB\n\x03\0\0\0\0\0\0\0xyz!\nC=1\n\nA=2\n\nB\n\x09\0\0\0\0\0\0\0x"sv);
  EXPECT_THAT(told.records, ElementsAre("6@24: A=2"));
  EXPECT_THAT(told.skipped, ElementsAre("bad-record 1 24@0", "truncated 1 11@29"));
}

TEST(Transcript, CommandsWithTheirOutput) {
  const auto told =
      tell("transcript",
           "**********************\nStart der Aufzeichnung\nStartzeit: "
           "20240102030405\nBenutzername: DOM\\u\n"
           "Computer: H (Microsoft Windows NT 10.0)\n**********************\nbefore\nPS C:\\> dir "
           "| x\na\n\nb\n"
           "**********************\nCommand start time: "
           "20240102030406\n**********************\nPS>exit\n"
           "**********************\nEnde\nEndzeit: 20240102030500\n**********************\n");
  EXPECT_THAT(told.records,
              ElementsAre("8@162: username=DOM\\u machine=H start_time=20240102030405 command=dir "
                          "| x output=a\n\nb",
                          "15@264: username=DOM\\u machine=H start_time=20240102030405 "
                          "command_time=20240102030406 command=exit"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

}  // namespace
}  // namespace interdict::decode
