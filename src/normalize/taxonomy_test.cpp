// What the shipped maps make of records as their sources write them. Records are made up; names and
// addresses are those of documentation.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "decode/decoder.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::normalize {
namespace {

const FieldMaps& shipped_maps() {
  static const FieldMaps maps = [] {
    std::vector<std::pair<std::string, std::string>> files;
    const auto folder = std::filesystem::path(INTERDICT_SOURCE_DIR) / "content" / "taxonomy";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      files.emplace_back(entry.path().filename().string(), text.str());
    }
    auto result = load_field_maps(files);
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return std::move(result).value();
  }();
  return maps;
}

/// One event as text: `kind|product/service|categories|host|user`, its fields (the first value of
/// each), its alert (`tool|id|title|level|outcome|flow`).
struct Told {
  std::string head;
  std::map<std::string, std::string> fields;
  std::string alert;
};

class Collect final : public decode::Sink {
 public:
  explicit Collect(Normalizer& to) : to_(to) {}
  void record(const decode::RawRecord& record) override {
    EXPECT_EQ(to_.add(record), Placed::event);
  }
  void structure(std::uint64_t) override {}
  void skipped(decode::SkipReason, std::uint64_t, std::uint64_t, std::uint64_t) override {
    ADD_FAILURE() << "skipped";
  }

 private:
  Normalizer& to_;
};

/// The one event of `text`, a file of `format`.
Told told(const std::string& format, const std::string& text) {
  Told out;
  FieldCatalogue catalogue;
  Normalizer normalizer(
      shipped_maps(), catalogue, "in", format,
      [&](const EventBatch& batch, std::span<const Alert> alerts) {
        EXPECT_EQ(batch.size(), 1U);
        const auto& source = batch.log_source();
        std::string categories;
        for (const auto& one : source.categories) {
          categories += (categories.empty() ? "" : ",") + one;
        }
        out.head = source.kind + "|" + source.product + "/" + source.service + "|" + categories +
                   "|" + std::string(batch.host(0)) + "|" + std::string(batch.user(0));
        for (const auto field : batch.fields()) {
          const auto values = batch.values(0, field);
          if (!values.empty()) {
            out.fields.emplace(catalogue.name(field), std::string(values.front().text));
          }
        }
        for (const auto& alert : alerts) {
          out.alert = alert.tool + "|" + alert.id + "|" + alert.title + "|" +
                      (alert.level ? std::string(to_string(*alert.level)) : "-") + "|" +
                      std::string(to_string(alert.outcome)) + "|" + alert.flow;
        }
      });
  Collect sink(normalizer);
  const auto decoder = decode::make_decoder(format, {});
  decoder->feed(as_byte_span(text), sink);
  decoder->finish(sink);
  normalizer.flush();
  return out;
}

TEST(Taxonomy, EventDataInATextIsTheEventsData) {
  const auto json =
      told("ndjson", R"({"TimeGenerated":"2024-03-01T10:00:00Z","Computer":"ws1.example.org",)"
                     R"("Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,)"
                     R"("EventData":"{\"Image\":\"C:\\\\a.exe\",\"CommandLine\":\"a -b\",)"
                     R"(\"User\":\"EXAMPLE\\\\ann\",\"Computer\":\"other\"}"})"
                     "\n");
  EXPECT_EQ(json.head,
            "windows/sysmon/1|windows/sysmon|process_creation|ws1.example.org|EXAMPLE\\ann");
  EXPECT_EQ(json.fields.at("Image"), "C:\\a.exe");
  EXPECT_EQ(json.fields.at("CommandLine"), "a -b");
  EXPECT_EQ(json.fields.at("Computer"), "ws1.example.org");
  EXPECT_EQ(json.fields.count("EventData"), 0U);

  const auto xml =
      told("ndjson",
           R"({"TimeGenerated":"2024-03-01T10:00:00Z","Computer":"ws1","Channel":"Security",)"
           R"("EventID":5156,"EventData":"<EventData xmlns=\"http://schemas.microsoft.com/win/)"
           R"(2004/08/events/event\">\r\n <Data Name=\"DestAddress\">192.0.2.1</Data>\r\n)"
           R"( <Data Name=\"DestPort\">443</Data></EventData>"})"
           "\n");
  EXPECT_EQ(xml.fields.at("DestAddress"), "192.0.2.1");
  EXPECT_EQ(xml.fields.at("DestPort"), "443");
}

TEST(Taxonomy, EventDataThatIsNoRecordStaysText) {
  for (const std::string text : {"plain words", "{broken", "<EventData><Data>", "{}", "<>"}) {
    const auto seen = told("ndjson", R"({"TimeGenerated":"2024-03-01T10:00:00Z","Computer":"ws1",)"
                                     R"("Channel":"Security","EventID":1102,"EventData":")" +
                                         text + "\"}\n");
    EXPECT_EQ(seen.head.substr(0, 21), "windows/security/1102") << text;
    EXPECT_EQ(seen.fields.count("EventData"), 1U) << text;
  }
}

TEST(Taxonomy, AzureSyslogTableIsReadLikeSyslog) {
  const auto login = told(
      "ndjson", R"({"TimeGenerated":"2024-03-01T10:00:00Z","Computer":"web1","HostIP":"192.0.2.5",)"
                R"("Facility":"auth","ProcessName":"sshd","ProcessID":77,)"
                R"("SyslogMessage":"Accepted publickey for ann from 198.51.100.7 port 5022 ssh2"})"
                "\n");
  EXPECT_EQ(login.head, "linux/sshd|linux/sshd|authentication|web1|ann");
  EXPECT_EQ(login.fields.at("src_ip"), "198.51.100.7");
  EXPECT_EQ(login.fields.at("outcome"), "success");
  EXPECT_EQ(login.fields.at("ip"), "192.0.2.5");

  const auto sysmon = told(
      "ndjson",
      R"({"EventTime":"2024-03-01T10:00:00Z","Computer":"web1","Facility":"user","ProcessName":)"
      R"("sysmon","SyslogMessage":"<Event><System><EventID>1</EventID></System><EventData>)"
      R"(<Data Name=\"Image\">/bin/dash</Data><Data Name=\"User\">tomcat</Data></EventData>)"
      R"(</Event>"})"
      "\n");
  EXPECT_EQ(sysmon.head, "linux/sysmon/1|linux/sysmon|process_creation|web1|tomcat");
  EXPECT_EQ(sysmon.fields.at("Image"), "/bin/dash");
}

TEST(Taxonomy, AuomsRecordsAreProcesses) {
  const std::string begin =
      R"({"EventTime":"2024-03-01T10:00:00Z","Computer":"web1","Facility":"user","SyslogMessage":)"
      R"("type=AUOMS_EXECVE audit(1709287200.000:7): SchemaVersion=\"1\" syscall=execve )";
  const std::string middle =
      R"(ppid=40 pid=41 audit_user=unset auid=4294967295 user=www uid=33 group=www ses=\"-1\" )"
      R"(comm=\"sh\" exe=\"/bin/dash\" key=auoms cwd=\"/var/www\" name=\"/bin/sh\" )";
  const auto ran = told("ndjson", begin + "success=yes exit=0 " + middle +
                                      R"(argc=3 cmdline=\"sh -c \"id; ls\"\" redactors= "})"
                                      "\n");
  EXPECT_EQ(ran.head, "linux/auditd/execve|linux/auditd|process_creation|web1|www");
  EXPECT_EQ(ran.fields.at("CommandLine"), "sh -c \"id; ls\"");
  EXPECT_EQ(ran.fields.at("Image"), "/bin/dash");
  EXPECT_EQ(ran.fields.at("ProcessId"), "41");
  EXPECT_EQ(ran.fields.at("ParentProcessId"), "40");
  // A program that was not found did not run.
  const auto failed = told("ndjson", begin + "success=no exit=-2 " + middle +
                                         R"(redactors="})"
                                         "\n");
  EXPECT_EQ(failed.head, "linux/auditd|linux/auditd||web1|www");
}

TEST(Taxonomy, AnAlertAndItsCopyByAnotherToolShareTheirFlow) {
  const auto suricata = told(
      "ndjson", R"({"timestamp":"2024-03-01T10:00:00.1+0000","flow_id":7,"event_type":"alert",)"
                R"("src_ip":"198.51.100.7","src_port":5022,"dest_ip":"192.0.2.5","dest_port":80,)"
                R"("alert":{"action":"blocked","signature_id":2100498,"signature":"a name",)"
                R"("category":"Attempted Recon","severity":2}})"
                "\n");
  const auto wazuh = told(
      "ndjson", R"({"timestamp":"2024-03-01T10:00:01.0+0000","rule":{"level":3,"id":"86601",)"
                R"("description":"Suricata: Alert - a name"},"agent":{"id":"1","name":"web1"},)"
                R"("decoder":{"name":"json"},"data":{"src_ip":"198.51.100.7","src_port":"5022",)"
                R"("dest_ip":"192.0.2.5","dest_port":"80","dstuser":"<ann>",)"
                R"("alert":{"action":"allowed","signature_id":"2100498","signature":"a name"}}})"
                "\n");
  EXPECT_EQ(suricata.alert,
            "suricata|2100498|a name|medium|blocked|198.51.100.7 5022 192.0.2.5 80 2100498");
  EXPECT_EQ(wazuh.alert.substr(wazuh.alert.rfind('|')),
            suricata.alert.substr(suricata.alert.rfind('|')));
  EXPECT_EQ(wazuh.head.substr(wazuh.head.rfind('|')), "|ann");
}

TEST(Taxonomy, AnAlertWithoutASeverityHasNoLevelOfItsOwn) {
  const auto row = told("csv", "time,name,host,short\n2024-03-01T10:00:00Z,A name,web1,x\n");
  EXPECT_EQ(row.alert, "table|A name|A name|-|unknown|2024-03-01T10:00:00Z web1 - - -");
}

}  // namespace
}  // namespace interdict::normalize
