// Synthetic text logs, one line a format over and over with other digits: what the decoders of text
// are measured on. Addresses and names are of the documentation ranges.
#include <random>
#include <utility>

#include "corpus.hpp"

namespace interdict::bench {
namespace {

constexpr std::size_t kBytes = std::size_t{32} << 20U;
constexpr std::uint64_t kFirstLine = 10'000'000;  ///< eight digits, which 32 MiB of lines keep

struct Line {
  std::string_view format;
  std::string_view heading;
  std::string_view text;  ///< a `~` becomes a digit, `^^^^^^^^` the number of the line
};

constexpr Line kLines[] = {
    {"zeek",
     "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
     "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_"
     "bytes"
     "\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts\ttunnel_parents\n"
     "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\ts"
     "tring"
     "\tcount\tcount\tset[string]\n",
     "17^^^^^^^^.~~~~~~\tC~~~~~~~~~~~~~~~~~\t192.0.2.1~~\t5~~~~\t198.51.100.2~\t443\ttcp\tssl\t0.~~"
     "~~~~"
     "\t1~~~\t2~~~\tSF\tShADadFf\t1~\t2~\t(empty)\n"},
    {"csv", "Time,Source,User,Address,Action,Message\n",
     "2024-01-02T03:04:0~.~~~Z,Security,user~~~,192.0.2.1~~,denied,\"a \"\"quoted\"\" text, of "
     "~~~~ words\"\n"},
    {"access-log", "",
     "192.0.2.1~~ - - [02/Jan/2024:03:04:0~ +0000] \"GET /images/file~~~~.png?size=~~~ HTTP/1.1\" "
     "200 ~~~~ "
     "\"https://www.example.org/page~~\" \"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) "
     "Gecko/20100101 Firefox/1~~.0\"\n"},
    {"syslog", "",
     "<86>Jan  2 03:04:0~ host~~ sshd[1~~~~]: Failed password for invalid user admin from "
     "192.0.2.1~~ port 5~~~~ ssh2\n"},
    {"auditd", "",
     "type=SYSCALL msg=audit(1700000~~~.~~~:~~~~~~): arch=c000003e syscall=59 success=yes exit=0 "
     "a0=55~~~~ a1=55~~~~ "
     "items=2 ppid=~~~~ pid=~~~~ auid=1000 uid=0 gid=0 euid=0 tty=pts0 ses=~ comm=\"ls\" "
     "exe=\"/usr/bin/ls\" key=\"exec\"\n"},
    {"w3c",
     "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method "
     "cs-uri-stem "
     "cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-win32-status time-taken\n",
     "2024-01-02 03:04:0~ 192.0.2.1 GET /page~~~.aspx id=~~~~ 443 - 198.51.100.1~~ "
     "Mozilla/5.0+(Windows+NT+10.0;+x64) 200 0 ~~\n"},
    {"error-log", "",
     "[Tue Jan 02 03:04:0~.~~~~~~ 2024] [core:error] [pid 1~~~:tid 1~~~~~] [client "
     "192.0.2.1~~:5~~~~] AH00126: Invalid URI in request GET /a~~~\n"},
    {"cef", "",
     "CEF:0|Vendor|Product|1.0|10~|Connection denied|5|src=192.0.2.1~~ spt=5~~~~ dst=198.51.100.2 "
     "dpt=443 proto=TCP act=blocked msg=by rule ~~\n"},
    {"leef", "",
     "LEEF:1.0|Vendor|Product|1.0|10~|src=192.0.2.1~~\tdst=198.51.100.2\tusrName=user~~\tproto="
     "tcp\tsrcPort=5~~~~\n"},
    {"keyvalue", "",
     "date=2024-01-02 time=03:04:0~ devname=\"fw\" type=\"traffic\" subtype=\"forward\" "
     "srcip=192.0.2.1~~ srcport=5~~~~ dstip=198.51.100.2 dstport=443 action=\"deny\" policyid=~\n"},
    {"lines", "",
     "2024-01-02 03:04:0~,~~~ INFO  [worker-~] org.example.Service - request ~~~~~~ of user~~ took "
     "~~~ ms\n"},
    {"snort-fast", "",
     "01/02/2024-03:04:0~.~~~~~~  [**] [1:2~~~~~~:3] RULE text of it [**] [Classification: Misc "
     "activity] [Priority: 3] {TCP} 192.0.2.1~~:5~~~~ -> 198.51.100.2:80\n"},
    {"squid", "",
     "17~~~~~~~~.~~~    ~~~ 192.0.2.1~~ TCP_MISS/200 ~~~~ GET http://www.example.org/a~~~ - "
     "HIER_DIRECT/198.51.100.2 text/html\n"},
    {"vpcflow", "",
     "2 123456789012 eni-0~~~~~~~ 192.0.2.1~~ 198.51.100.2 5~~~~ 443 6 ~~ ~~~~ 17~~~~~~~~ "
     "17~~~~~~~~ ACCEPT OK\n"},
    {"windows-xml", "<Events>\n",
     "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
     "Name='Microsoft-Windows-Security-Auditing'/>"
     "<EventID>4624</EventID><TimeCreated "
     "SystemTime='2024-01-02T03:04:0~.~~~~~~~Z'/><EventRecordID>1~~~~~</EventRecordID>"
     "<Channel>Security</Channel><Computer>host~~.example.org</Computer></System><EventData><Data "
     "Name='TargetUserName'>user~~</Data>"
     "<Data Name='LogonType'>3</Data><Data "
     "Name='IpAddress'>192.0.2.1~~</Data></EventData></Event>\n"},
    {"journal", "",
     "__CURSOR=s=~~~~~~;i=~~~~\n__REALTIME_TIMESTAMP=17~~~~~~~~~~~~~~\n_HOSTNAME=host\n_PID=1~~~\n_"
     "COMM=sshd\n"
     "MESSAGE=Failed password for root from 192.0.2.1~~ port 5~~~~ ssh2\n\n"},
    {"ndjson", "",
     "{\"timestamp\":\"2024-01-02T03:04:0~.~~~~~~+0000\",\"flow_id\":1~~~~~~~~~~~~~~~,\"event_"
     "type\":\"dns\",\"src_ip\":\"192.0.2.1~~\","
     "\"src_port\":5~~~~,\"dest_ip\":\"198.51.100.2\",\"dest_port\":53,\"proto\":\"UDP\",\"dns\":{"
     "\"type\":\"query\",\"id\":~~~~,"
     "\"rrname\":\"host~~~.example.org\",\"rrtype\":\"A\"}}\n"},
};

std::vector<Corpus> make() {
  std::vector<Corpus> corpora;
  std::mt19937 random(1);  // fixed: the same bytes each run
  for (const auto& line : kLines) {
    Corpus corpus;
    corpus.name = "synthetic " + std::string(line.format);
    corpus.format = line.format;
    std::string text(line.heading);
    for (std::uint64_t number = 0; text.size() < kBytes; ++number) {
      const std::string digits = std::to_string(kFirstLine + number);
      std::size_t used = 0;
      for (const char byte : line.text) {
        if (byte == '^') {
          text += digits[used++];
        } else {
          text += byte == '~' ? static_cast<char>('1' + random() % 9) : byte;
        }
      }
    }
    corpus.files.push_back(std::move(text));
    corpora.push_back(std::move(corpus));
  }
  return corpora;
}

}  // namespace

const std::vector<Corpus>& text_corpora() {
  static const std::vector<Corpus> corpora = make();
  return corpora;
}

}  // namespace interdict::bench
