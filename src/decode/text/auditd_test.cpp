#include "decode/text/auditd.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/line_format.hpp"
#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string one(std::string_view line) {
  const auto told = tell("auditd", line);
  return told.records.size() == 1 ? told.records[0] : told.all.at(0);
}

TEST(Auditd, JoinsTheRecordsOfAnEvent) {
  const auto told = tell("auditd",
                         "type=SYSCALL msg=audit(1.5:7): syscall=59 a0=5 exe=\"/bin/a\"\n"
                         "type=SYSCALL msg=audit(1.5:8): syscall=59\n"
                         "type=EXECVE msg=audit(1.5:7): argc=2 a0=\"ls\" a1=2D6C61\n"
                         "type=CWD msg=audit(1.5:7): cwd=\"/\"\n");
  EXPECT_THAT(told.records,
              ElementsAre("7@0: time=1.5 serial=7 type=SYSCALL syscall.syscall=59 syscall.a0=5 "
                          "syscall.exe=/bin/a type=EXECVE execve.argc=2 execve.a0=ls execve.a1=-la "
                          "type=CWD cwd.cwd=/",
                          "8@60: time=1.5 serial=8 type=SYSCALL syscall.syscall=59"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(Auditd, TheSameSerialOfAnotherNodeOrTimeIsAnotherEvent) {
  EXPECT_EQ(tell("auditd",
                 "node=a type=X msg=audit(1.5:7): a=1\nnode=b type=X msg=audit(1.5:7): a=1\n"
                 "node=b type=X msg=audit(2.5:7): a=1\n")
                .records.size(),
            3U);
}

TEST(Auditd, HeadersOfAllKinds) {
  EXPECT_EQ(one("node=h.example type=X msg=audit(1.5:7): a=1"),
            "7@0: time=1.5 serial=7 node=h.example type=X x.a=1");
  EXPECT_EQ(one("Jan  2 03:04:05 h audispd: node=n type=X msg=audit(1.5:7): a=1"),
            "7@0: time=1.5 serial=7 node=n type=X x.a=1");
  EXPECT_EQ(one("audit: type=1400 audit(1.5:7): apparmor=\"DENIED\" name=\"/x y\""),
            "7@0: time=1.5 serial=7 type=1400 1400.apparmor=DENIED 1400.name=/x y");
  for (const std::string_view line :
       {"type=X msg=audit(1.5): a=1", "type=X a=1", "text", "type=X msg=audit(1.5:a): b"}) {
    EXPECT_EQ(one(line), "bad-record 1 " + std::to_string(line.size()) + "@0");
  }
}

TEST(Auditd, ValuesDecoded) {
  EXPECT_EQ(one("type=PROCTITLE msg=audit(1.5:7): proctitle=6C73002D6C00"),
            "7@0: time=1.5 serial=7 type=PROCTITLE proctitle.proctitle=ls -l");
  EXPECT_EQ(one("type=PATH msg=audit(1.5:7): name=(null) inode=12 exe=AB1"),
            "7@0: time=1.5 serial=7 type=PATH path.name=~ path.inode=12 path.exe=AB1");
  EXPECT_EQ(one("type=USER_LOGIN msg=audit(1.5:7): pid=1 msg='op=login acct=726F6F74 "
                "exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.1 res=failed'"),
            "7@0: time=1.5 serial=7 type=USER_LOGIN user_login.pid=1 user_login.op=login "
            "user_login.acct=root "
            "user_login.exe=/usr/sbin/sshd user_login.hostname=~ user_login.addr=192.0.2.1 "
            "user_login.res=failed");
  EXPECT_EQ(
      one("type=SYSCALL msg=audit(1.5:7): key=\"k\"\x1d"
          "ARCH=x86_64 UID=\"root\""),
      "7@0: time=1.5 serial=7 type=SYSCALL syscall.key=k syscall.ARCH=x86_64 syscall.UID=root");
  EXPECT_EQ(one("type=AVC msg=audit(1.5:7): avc:  denied  { read } for  pid=3 comm=\"x\""),
            "7@0: time=1.5 serial=7 type=AVC avc.pid=3 avc.comm=x");
}

TEST(Auditd, SocketAddresses) {
  EXPECT_EQ(one("type=SOCKADDR msg=audit(1.5:7): saddr=02000050C00002010000000000000000"),
            "7@0: time=1.5 serial=7 type=SOCKADDR sockaddr.saddr=02000050C00002010000000000000000 "
            "sockaddr.saddr_fam=inet sockaddr.laddr=192.0.2.1 sockaddr.lport=80");
  EXPECT_EQ(one("type=SOCKADDR msg=audit(1.5:7): saddr=01002F612F6200"),
            "7@0: time=1.5 serial=7 type=SOCKADDR sockaddr.saddr=01002F612F6200 "
            "sockaddr.saddr_fam=local sockaddr.path=/a/b");
  EXPECT_EQ(one("type=SOCKADDR msg=audit(1.5:7): saddr=0A000050000000002001 0A"),
            "7@0: time=1.5 serial=7 type=SOCKADDR sockaddr.saddr=0A000050000000002001");
  EXPECT_EQ(one("type=SOCKADDR msg=audit(1.5:7): "
                "saddr=0A0001BB0000000020010DB800000000000000000000000100000000"),
            "7@0: time=1.5 serial=7 type=SOCKADDR "
            "sockaddr.saddr=0A0001BB0000000020010DB800000000000000000000000100000000 "
            "sockaddr.saddr_fam=inet6 sockaddr.laddr=2001:db8:0:0:0:0:0:1 sockaddr.lport=443");
}

TEST(Auditd, TheWindowIsBounded) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxOpenAuditEvents; ++i)
    text += "type=X msg=audit(1.5:" + std::to_string(i) + "): a=1\n";
  const auto first = "type=Y msg=audit(1.5:1): a=2\n";  // still open: joined
  EXPECT_EQ(tell("auditd", text + first).records.size(), kMaxOpenAuditEvents + 1);
  const auto closed =
      "type=Y msg=audit(1.5:0): a=2\n";  // was closed by the last: an event of its own
  EXPECT_EQ(tell("auditd", text + closed).records.size(), kMaxOpenAuditEvents + 2);
  const std::string big = " b=" + std::string(kMaxTextRecordBytes / 2, 'x') + "\n";
  const auto told =
      tell("auditd", "type=X msg=audit(1.5:1):" + big + "type=X msg=audit(1.5:1):" + big, 65536);
  EXPECT_EQ(told.records.size(), 2U);
}

TEST(Auditd, AnEndOfEventClosesIt) {
  EXPECT_EQ(tell("auditd",
                 "type=X msg=audit(1.5:1): a=1\ntype=EOE msg=audit(1.5:1): \ntype=X "
                 "msg=audit(1.5:1): a=1\n")
                .records.size(),
            2U);
}

}  // namespace
}  // namespace interdict::decode
