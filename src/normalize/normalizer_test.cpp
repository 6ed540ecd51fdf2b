#include "normalize/normalizer.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/no_time.hpp"
#include "normalize/path_reader.hpp"

namespace interdict::normalize {
namespace {

using decode::RawField;
using decode::RawRecord;
using decode::RawType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const FieldMaps& shipped_maps() {
  static const FieldMaps maps = [] {
    std::vector<std::pair<std::string, std::string>> files;
    const auto folder = std::filesystem::path(INTERDICT_SOURCE_DIR) / "content" / "taxonomy";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".yml") continue;
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

/// One emitted row, copied out of its batch.
struct SeenRow {
  LogSource source;
  std::string time;
  std::string host;
  std::string user;
  Origin origin;
  std::vector<std::pair<std::string, std::vector<OwnedValue>>> fields;

  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> result;
    for (const auto& [field, values] : fields) {
      if (field != name) continue;
      for (const auto& value : values) result.push_back(value.text);
    }
    return result;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const auto all = texts(name);
    return all.size() == 1 ? all.front() : "(" + std::to_string(all.size()) + " values)";
  }
  [[nodiscard]] bool has(std::string_view name) const { return !texts(name).empty(); }
  [[nodiscard]] ValueType type(std::string_view name) const {
    for (const auto& [field, values] : fields) {
      if (field == name && !values.empty()) return values.front().type;
    }
    return ValueType::null;
  }
};

class NormalizerTest : public testing::Test {
 protected:
  void start(const std::string& format) {
    normalizer_ =
        std::make_unique<Normalizer>(shipped_maps(), catalogue_, "input", format,
                                     [this](const EventBatch& batch, std::span<const Alert>) {
                                       ++batches_;
                                       for (std::size_t i = 0; i < batch.size(); ++i)
                                         copy(batch, static_cast<Row>(i));
                                     });
  }
  Placed add(const std::vector<RawField>& fields) {
    RawRecord record;
    record.number = 7;
    record.offset = 100;
    record.bytes = as_byte_span("raw bytes");
    record.fields = fields;
    return normalizer_->add(record);
  }
  SeenRow only(const std::string& format, const std::vector<RawField>& fields) {
    start(format);
    EXPECT_EQ(add(fields), Placed::event);
    normalizer_->flush();
    EXPECT_EQ(rows_.size(), 1U);
    return rows_.empty() ? SeenRow{} : rows_.back();
  }

  FieldCatalogue catalogue_;
  std::unique_ptr<Normalizer> normalizer_;
  std::vector<SeenRow> rows_;
  std::size_t batches_ = 0;

 private:
  void copy(const EventBatch& batch, Row row) {
    SeenRow seen;
    seen.source = batch.log_source();
    seen.time = to_rfc3339(batch.time(row));
    seen.host = batch.host(row);
    seen.user = batch.user(row);
    seen.origin = batch.origin(row);
    for (const auto field : batch.fields()) {
      std::vector<OwnedValue> values;
      for (const auto& value : batch.values(row, field)) {
        values.push_back({std::string(value.text), value.type});
      }
      if (!values.empty()) {
        seen.fields.emplace_back(std::string(catalogue_.name(field)), std::move(values));
      }
    }
    rows_.push_back(std::move(seen));
  }
};

std::vector<RawField> evtx_event(std::string_view channel, std::string_view id,
                                 std::vector<RawField> more) {
  std::vector<RawField> result = {
      {"Event.System.Provider.Name", "Some-Provider"},
      {"Event.System.EventID", id, RawType::integer},
      {"Event.System.TimeCreated.SystemTime", "2024-03-01T10:11:12.1234567Z"},
      {"Event.System.EventRecordID", "815", RawType::integer},
      {"Event.System.Execution.ProcessID", "44", RawType::integer},
      {"Event.System.Channel", channel},
      {"Event.System.Computer", "pc1.example.org"},
      {"Event.System.Security.UserID", "S-1-5-18"},
  };
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

TEST_F(NormalizerTest, EvtxSystemPartsAndSysmonFields) {
  const auto row = only("evtx", evtx_event("Microsoft-Windows-Sysmon/Operational", "1",
                                           {{"Event.EventData.Image", "C:\\a.exe"},
                                            {"Event.EventData.ProcessId", "12", RawType::integer},
                                            {"Event.EventData.User", "EXAMPLE\\ann"}}));
  EXPECT_EQ(row.source.product, "windows");
  EXPECT_EQ(row.source.service, "sysmon");
  EXPECT_EQ(row.source.kind, "windows/sysmon/1");
  EXPECT_THAT(row.source.categories, ElementsAre("process_creation"));
  EXPECT_EQ(row.time, "2024-03-01T10:11:12.1234567Z");
  EXPECT_EQ(row.host, "pc1.example.org");
  EXPECT_EQ(row.user, "EXAMPLE\\ann");
  EXPECT_EQ(row.origin.record, 7U);
  EXPECT_EQ(row.origin.offset, 100U);
  EXPECT_EQ(row.origin.size, 9U);
  EXPECT_EQ(row.text("EventID"), "1");
  EXPECT_EQ(row.type("EventID"), ValueType::integer);
  EXPECT_EQ(row.text("Channel"), "Microsoft-Windows-Sysmon/Operational");
  EXPECT_EQ(row.text("Provider_Name"), "Some-Provider");
  EXPECT_EQ(row.text("Computer"), "pc1.example.org");
  EXPECT_EQ(row.text("EventRecordID"), "815");
  EXPECT_EQ(row.text("Execution_ProcessID"), "44");
  EXPECT_EQ(row.text("Security_UserID"), "S-1-5-18");
  EXPECT_EQ(row.text("Image"), "C:\\a.exe");
  EXPECT_EQ(row.text("ProcessId"), "12");
  EXPECT_EQ(row.type("ProcessId"), ValueType::integer);
}

TEST_F(NormalizerTest, JsonOfAnEvtxEventReadsLikeTheEvtx) {
  const auto row = only(
      "ndjson", {{"Event.System.Provider.#attributes.Name", "Microsoft-Windows-Sysmon"},
                 {"Event.System.EventID.#text", "13", RawType::integer},
                 {"Event.System.TimeCreated.#attributes.SystemTime", "2025-11-27T07:40:10.165324Z"},
                 {"Event.System.Execution_attributes.ThreadID", "5", RawType::integer},
                 {"Event.System.Correlation", "", RawType::null},
                 {"Event.System.Channel", "Microsoft-Windows-Sysmon/Operational"},
                 {"Event.System.Computer", "pc1"},
                 {"Event.EventData.TargetObject", "HKLM\\X"},
                 {"Event.EventData.EventType", "SetValue"},
                 {"Event.EventData.Details", "DWORD (0x00000001)"}});
  EXPECT_EQ(row.source.kind, "windows/sysmon/13");
  EXPECT_THAT(row.source.categories, ElementsAre("registry_event", "registry_set"));
  EXPECT_EQ(row.time, "2025-11-27T07:40:10.165324Z");
  EXPECT_EQ(row.text("EventID"), "13");
  EXPECT_EQ(row.text("Execution_ThreadID"), "5");
  EXPECT_EQ(row.text("Provider_Name"), "Microsoft-Windows-Sysmon");
  EXPECT_EQ(row.text("TargetObject"), "HKLM\\X");
  EXPECT_EQ(row.text("EventType"), "SetValue");
  EXPECT_EQ(row.text("Details"), "DWORD (0x00000001)");
}

TEST_F(NormalizerTest, FlatExportWithLowerCaseChannel) {
  const auto row = only("ndjson", {{"@timestamp", "2020-09-21T22:58:57.000Z"},
                                   {"EventTime", "2020-09-21 18:58:57"},
                                   {"Channel", "security"},
                                   {"EventID", "4688", RawType::integer},
                                   {"SourceName", "Microsoft-Windows-Security-Auditing"},
                                   {"Hostname", "PC5.example.org"},
                                   {"host", "collector.example.org"},
                                   {"RecordNumber", "99", RawType::integer},
                                   {"ExecutionProcessID", "4", RawType::integer},
                                   {"SubjectUserName", "ann"},
                                   {"SubjectDomainName", "EXAMPLE"},
                                   {"SubjectLogonId", "0x10a7df"},
                                   {"NewProcessName", "C:\\Windows\\System32\\whoami.exe"},
                                   {"NewProcessId", "0x73c"},
                                   {"ProcessId", "0x1d20"},
                                   {"ParentProcessName", "C:\\Windows\\explorer.exe"},
                                   {"CommandLine", "whoami /user"},
                                   {"MandatoryLabel", "S-1-16-12288"}});
  EXPECT_EQ(row.source.kind, "windows/security/4688");
  EXPECT_EQ(row.source.service, "security");
  EXPECT_THAT(row.source.categories, ElementsAre("process_creation"));
  EXPECT_EQ(row.time, "2020-09-21T22:58:57.000Z");
  EXPECT_EQ(row.host, "PC5.example.org");
  EXPECT_EQ(row.user, "EXAMPLE\\ann");
  EXPECT_EQ(row.text("Channel"), "security");
  EXPECT_EQ(row.text("Computer"), "PC5.example.org");
  EXPECT_EQ(row.text("Provider_Name"), "Microsoft-Windows-Security-Auditing");
  EXPECT_EQ(row.text("EventRecordID"), "99");
  EXPECT_EQ(row.text("Execution_ProcessID"), "4");
  EXPECT_EQ(row.text("Image"), "C:\\Windows\\System32\\whoami.exe");
  EXPECT_EQ(row.text("NewProcessName"), "C:\\Windows\\System32\\whoami.exe");
  EXPECT_EQ(row.text("ParentImage"), "C:\\Windows\\explorer.exe");
  EXPECT_EQ(row.text("ProcessId"), "0x73c");  // Sysmon's meaning: the new process
  EXPECT_EQ(row.text("ParentProcessId"), "0x1d20");
  EXPECT_EQ(row.text("LogonId"), "0x10a7df");
  EXPECT_EQ(row.text("User"), "EXAMPLE\\ann");
  EXPECT_EQ(row.text("IntegrityLevel"), "High");
}

TEST_F(NormalizerTest, WinlogbeatSevenPrefersTheComputerOverTheCollector) {
  const auto row = only("ndjson", {{"@timestamp", "2024-01-01T00:00:00.5Z"},
                                   {"host.name", "collector"},
                                   {"winlog.computer_name", "pc9"},
                                   {"winlog.channel", "Microsoft-Windows-PowerShell/Operational"},
                                   {"winlog.provider_name", "Microsoft-Windows-PowerShell"},
                                   {"winlog.event_id", "4104"},
                                   {"winlog.process.pid", "3", RawType::integer},
                                   {"winlog.user.name", "bob"},
                                   {"winlog.user.domain", "EXAMPLE"},
                                   {"winlog.event_data.ScriptBlockText", "Get-Date"},
                                   {"message", "Creating Scriptblock text"}});
  EXPECT_EQ(row.source.kind, "windows/powershell/4104");
  EXPECT_THAT(row.source.categories, ElementsAre("ps_script"));
  EXPECT_EQ(row.host, "pc9");
  EXPECT_EQ(row.user, "EXAMPLE\\bob");
  EXPECT_EQ(row.text("ScriptBlockText"), "Get-Date");
  EXPECT_EQ(row.text("Message"), "Creating Scriptblock text");
  EXPECT_EQ(row.text("EventID"), "4104");
  EXPECT_EQ(row.type("EventID"), ValueType::integer);
  EXPECT_EQ(row.text("host.name"), "collector");
}

TEST_F(NormalizerTest, WinlogbeatSixAndWrappedRecords) {
  const auto row = only("ndjson", {{"_source.@timestamp", "2019-05-18T20:42:59.034Z"},
                                   {"_source.host.name", "collector"},
                                   {"_source.computer_name", "pc2"},
                                   {"_source.log_name", "Windows PowerShell"},
                                   {"_source.source_name", "PowerShell"},
                                   {"_source.event_id", "800", RawType::integer},
                                   {"_source.event_data.param1", "x"},
                                   {"_source.message", "Pipeline execution details"}});
  EXPECT_EQ(row.source.kind, "windows/powershell-classic/800");
  EXPECT_EQ(row.host, "pc2");
  EXPECT_EQ(row.text("param1"), "x");
  EXPECT_EQ(row.text("Channel"), "Windows PowerShell");
  EXPECT_EQ(row.text("Data"), "Pipeline execution details");  // rendered text stands in
}

TEST_F(NormalizerTest, UnnamedDataIsJoinedAndNumberedFromOne) {
  const auto row = only("evtx", evtx_event("Windows PowerShell", "400",
                                           {{"Event.EventData.Data", "Available"},
                                            {"Event.EventData.Data", "None"},
                                            {"Event.EventData.Data", "HostName=ConsoleHost"}}));
  EXPECT_EQ(row.text("Data"), "Available\nNone\nHostName=ConsoleHost");
  EXPECT_EQ(row.text("Data[1]"), "Available");
  EXPECT_EQ(row.text("Data[3]"), "HostName=ConsoleHost");
  EXPECT_FALSE(row.has("Data[0]"));
  EXPECT_FALSE(row.has("Data[4]"));
}

TEST_F(NormalizerTest, DefenderNamesLoseTheirSpacesAndServeAntivirusRules) {
  const auto row = only("evtx", evtx_event("Microsoft-Windows-Windows Defender/Operational", "1116",
                                           {{"Event.EventData.Threat Name", "Trojan:Win32/Test"},
                                            {"Event.EventData.Path", "file:_C:\\x.exe"},
                                            {"Event.EventData.Action Name", "Quarantine"},
                                            {"Event.EventData.Detection User", "EXAMPLE\\ann"}}));
  EXPECT_EQ(row.source.service, "windefend");
  EXPECT_THAT(row.source.categories, ElementsAre("antivirus"));
  EXPECT_EQ(row.text("ThreatName"), "Trojan:Win32/Test");
  EXPECT_FALSE(row.has("Threat Name"));
  EXPECT_EQ(row.text("Signature"), "Trojan:Win32/Test");
  EXPECT_EQ(row.text("Filename"), "C:\\x.exe");
  EXPECT_EQ(row.text("Action"), "Quarantine");
  EXPECT_EQ(row.user, "EXAMPLE\\ann");
}

TEST_F(NormalizerTest, UserDataLosesItsElementAndKeepsNestedNames) {
  const auto row =
      only("evtx", evtx_event("Microsoft-Windows-WMI-Activity/Operational", "5861",
                              {{"Event.UserData.Operation_X.PossibleCause", "Binding"},
                               {"Event.UserData.Operation_X.Consumer.Kind", "script"}}));
  EXPECT_EQ(row.source.kind, "windows/wmi/5861");
  EXPECT_EQ(row.text("PossibleCause"), "Binding");
  EXPECT_EQ(row.text("Consumer_Kind"), "script");
}

TEST_F(NormalizerTest, RegistryAuditGetsSysmonNames) {
  const auto row =
      only("evtx", evtx_event("Security", "4657",
                              {{"Event.EventData.ObjectName", "\\REGISTRY\\MACHINE\\SOFTWARE\\K"},
                               {"Event.EventData.ObjectValueName", "V"},
                               {"Event.EventData.NewValue", "1"},
                               {"Event.EventData.ProcessName", "C:\\reg.exe"}}));
  EXPECT_EQ(row.text("TargetObject"), "HKLM\\SOFTWARE\\K\\V");
  EXPECT_EQ(row.text("Details"), "1");
  EXPECT_EQ(row.text("Image"), "C:\\reg.exe");
}

TEST_F(NormalizerTest, SpellingVariantsServeBothKindsOfRule) {
  const auto row = only("evtx", evtx_event("Microsoft-Windows-Sysmon/Operational", "10",
                                           {{"Event.EventData.SourceProcessGUID", "{1}"},
                                            {"Event.EventData.SourceUser", "EXAMPLE\\ann"}}));
  EXPECT_EQ(row.text("SourceProcessGUID"), "{1}");
  EXPECT_EQ(row.text("SourceProcessGuid"), "{1}");
  EXPECT_FALSE(row.has("TargetProcessGuid"));
  EXPECT_EQ(row.user, "EXAMPLE\\ann");
}

TEST_F(NormalizerTest, LogonIsTheActOfItsTarget) {
  const auto row = only("evtx", evtx_event("Security", "4624",
                                           {{"Event.EventData.SubjectUserName", "PC1$"},
                                            {"Event.EventData.SubjectDomainName", "EXAMPLE"},
                                            {"Event.EventData.TargetUserName", "ann"},
                                            {"Event.EventData.TargetDomainName", "EXAMPLE"}}));
  EXPECT_EQ(row.source.kind, "windows/security/4624");
  EXPECT_EQ(row.user, "EXAMPLE\\ann");
}

TEST_F(NormalizerTest, DashIsNoAccountAndTheSidComesLast) {
  const auto row = only("evtx", evtx_event("Security", "5156",
                                           {{"Event.EventData.User", "-"},
                                            {"Event.EventData.SubjectUserName", "-"},
                                            {"Event.EventData.SubjectDomainName", "EXAMPLE"}}));
  EXPECT_EQ(row.user, "S-1-5-18");
}

TEST_F(NormalizerTest, NameWithItsOwnDomainGetsNoSecondOne) {
  const auto row = only("evtx", evtx_event("Security", "4769",
                                           {{"Event.EventData.TargetUserName", "ann@EXAMPLE.ORG"},
                                            {"Event.EventData.TargetDomainName", "EXAMPLE"}}));
  EXPECT_EQ(row.user, "ann@EXAMPLE.ORG");
}

TEST_F(NormalizerTest, EventIdMeansNothingInAnotherChannel) {
  const auto row = only("evtx", evtx_event("Application", "1", {}));
  EXPECT_EQ(row.source.service, "application");
  EXPECT_THAT(row.source.categories, IsEmpty());
}

TEST_F(NormalizerTest, UnknownChannelIsNamedByItsSlug) {
  const auto row = only("evtx", evtx_event("Vendor X (Beta)/Op", "77", {}));
  EXPECT_EQ(row.source.kind, "windows/vendor-x-beta-op/77");
  EXPECT_EQ(row.source.product, "windows");
  EXPECT_EQ(row.source.service, "");
}

TEST_F(NormalizerTest, ProviderDecidesWithoutAChannel) {
  const auto row = only("ndjson", {{"TimeCreated", "/Date(1700000000123)/"},
                                   {"Id", "3", RawType::integer},
                                   {"ProviderName", "Microsoft-Windows-Sysmon"},
                                   {"MachineName", "pc3"}});
  EXPECT_EQ(row.source.kind, "windows/sysmon/3");
  EXPECT_THAT(row.source.categories, ElementsAre("network_connection"));
  EXPECT_EQ(row.time, "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(row.host, "pc3");
}

TEST_F(NormalizerTest, DataCannotPoseAsThePartsOfTheRecord) {
  const auto row = only("evtx", evtx_event("Security", "4624",
                                           {{"Event.EventData.Channel", "System"},
                                            {"Event.EventData.EventID", "1102"},
                                            {"Event.EventData.Computer", "other"}}));
  EXPECT_EQ(row.source.service, "security");
  EXPECT_EQ(row.text("Channel"), "Security");
  EXPECT_EQ(row.text("EventID"), "4624");
  EXPECT_EQ(row.text("Computer"), "pc1.example.org");
  EXPECT_EQ(row.text("EventData_EventID"), "1102");
}

TEST_F(NormalizerTest, NextTimeIsTakenWhereTheFirstDoesNotParse) {
  const auto row = only("ndjson", {{"UtcTime", "2024-02-02 02:02:02.5"},
                                   {"@timestamp", "yesterday"},
                                   {"EventID", "1"},
                                   {"Channel", "Microsoft-Windows-Sysmon/Operational"}});
  EXPECT_EQ(row.time, "2024-02-02T02:02:02.5Z");
}

TEST_F(NormalizerTest, JsonThatIsNoWindowsEventKeepsItsPaths) {
  const auto row = only("ndjson", {{"eventTime", "2024-02-02T00:00:00Z"},
                                   {"eventName", "ListBuckets"},
                                   {"userIdentity.arn", "arn:x"},
                                   {"tags", "a"},
                                   {"tags", "b"},
                                   {"user.name", "ann"},
                                   {"EventID", "5"}});  // an id alone is no log source
  EXPECT_EQ(row.source.product, "");
  EXPECT_EQ(row.source.kind, "json/unknown");
  EXPECT_THAT(row.source.categories, IsEmpty());
  EXPECT_EQ(row.text("eventName"), "ListBuckets");
  EXPECT_EQ(row.text("userIdentity.arn"), "arn:x");
  EXPECT_THAT(row.texts("tags"), ElementsAre("a", "b"));
  EXPECT_EQ(row.text("EventID"), "5");
  EXPECT_EQ(row.user, "ann");
}

TEST_F(NormalizerTest, FormatWithoutAMapIsUnknown) {
  const auto row = only("csv", {{"ts", "1600000000.25"}, {"x", "1"}});
  EXPECT_EQ(row.source.kind, "csv/unknown");
  EXPECT_EQ(row.time, "2020-09-13T12:26:40.25Z");
}

TEST_F(NormalizerTest, WhatNoMapClaimsNeedsATimeToBeAnEvent) {
  start("ndjson");
  EXPECT_EQ(add({{"a", "1"}}), Placed::not_an_event);
  EXPECT_EQ(add({}), Placed::not_an_event);
  normalizer_->flush();
  EXPECT_THAT(rows_, IsEmpty());
}

// Decision 0058: a record that says what it is counts, though nobody can say when it was.
TEST_F(NormalizerTest, AnEventWithoutATimeIsOneWhoseTimeIsUnknown) {
  start("ndjson");
  EXPECT_EQ(add({{"a", "1"}, {"ts", "soon"}}), Placed::event_with_bad_time);
  EXPECT_EQ(add({{"a", "1"}, {"created_at", "soon"}}), Placed::event_with_bad_time);
  EXPECT_EQ(add({{"EventID", "1"}, {"Channel", "System"}}), Placed::event);
  EXPECT_EQ(normalizer_->incomplete_times().none, 1U);
  normalizer_->flush();
  ASSERT_EQ(rows_.size(), 3U);
  for (const auto& row : rows_) EXPECT_EQ(row.time, to_rfc3339(kNoTime));
}

TEST_F(NormalizerTest, ARecordOfAnotherFormatIsReadByItsMaps) {
  start("keyvalue");
  const std::vector<decode::RawField> fields{
      {"EventID", "7045"}, {"Channel", "System"}, {"@timestamp", "2024-02-02T00:00:00Z"}};
  normalizer_->add({1, 0, {}, fields, false, "ndjson"});
  normalizer_->flush();
  ASSERT_EQ(rows_.size(), 1U);
  EXPECT_EQ(rows_.front().source.kind, "windows/system/7045");
}

TEST_F(NormalizerTest, FullBatchIsEmitted) {
  start("evtx");
  const auto event = evtx_event("Security", "4624", {});
  for (std::size_t i = 0; i < EventBatch::kMaxRows; ++i) add(event);
  EXPECT_EQ(batches_, 1U);
  EXPECT_EQ(rows_.size(), EventBatch::kMaxRows);
  add(event);
  normalizer_->flush();
  EXPECT_EQ(batches_, 2U);
  EXPECT_EQ(rows_.size(), EventBatch::kMaxRows + 1);
}

TEST_F(NormalizerTest, OldestBatchGoesWhenOneTooManyIsNeeded) {
  start("evtx");
  for (std::size_t i = 0; i <= Normalizer::kMaxOpenBatches; ++i) {
    add(evtx_event("Security", std::to_string(5000 + i), {}));
  }
  ASSERT_EQ(batches_, 1U);
  EXPECT_EQ(rows_.front().source.kind, "windows/security/5000");
  normalizer_->flush();
  EXPECT_EQ(rows_.size(), Normalizer::kMaxOpenBatches + 1);
}

TEST_F(NormalizerTest, OneSpellingOfAChannelIsOneBatchWithAnother) {
  start("evtx");
  add(evtx_event("Security", "4624", {}));
  add(evtx_event("security", "4624", {}));
  normalizer_->flush();
  EXPECT_EQ(batches_, 1U);
  EXPECT_EQ(rows_.size(), 2U);
}

TEST_F(NormalizerTest, SchemasBeyondTheLimitLoseNoRow) {
  start("evtx");
  const auto count = Normalizer::kMaxSchemas + 10;
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(add(evtx_event("Security", std::to_string(i), {})), Placed::event);
  }
  normalizer_->flush();
  EXPECT_EQ(rows_.size(), count);
  EXPECT_EQ(rows_.back().source.kind, "windows/security/" + std::to_string(count - 1));
}

TEST_F(NormalizerTest, FieldsBeyondTheRowsLimitAreDroppedAndCounted) {
  start("evtx");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < Normalizer::kMaxRowFields; ++i) {
    names.push_back("Event.EventData.F" + std::to_string(i));
  }
  auto fields = evtx_event("Security", "4624", {});
  const auto fixed = fields.size();
  for (const auto& name : names) fields.push_back({name, "v"});
  EXPECT_EQ(add(fields), Placed::event);
  EXPECT_EQ(normalizer_->values_dropped(), fixed);
}

TEST_F(NormalizerTest, ManyColumnsOrMuchTextFlushABatch) {
  start("evtx");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 3 * 1000; ++i)
    names.push_back("Event.EventData.F" + std::to_string(i));
  for (std::size_t part = 0; part < 3; ++part) {
    auto fields = evtx_event("Security", "4624", {});
    for (std::size_t i = 0; i < 1000; ++i) fields.push_back({names[part * 1000 + i], "v"});
    add(fields);
  }
  EXPECT_EQ(batches_, 1U);
  const std::string text(Normalizer::kMaxBatchBytes, 'x');
  add(evtx_event("System", "7045", {{"Event.EventData.A", text}}));
  EXPECT_EQ(batches_, 2U);
}

TEST_F(NormalizerTest, UnnamedDataBeyondTheLimitStaysInTheJoinedText) {
  std::vector<RawField> data;
  for (std::size_t i = 0; i < Normalizer::kMaxUnnamed; ++i)
    data.push_back({"Event.EventData.Data", "x"});
  data.push_back({"Event.EventData.Data", "last"});
  const auto row = only("evtx", evtx_event("Application", "1", data));
  EXPECT_TRUE(row.has("Data[256]"));
  EXPECT_FALSE(row.has("Data[257]"));
  EXPECT_THAT(row.text("Data"), HasSubstr("last"));
}

TEST_F(NormalizerTest, PathsBeyondTheLimitAreStillRead) {
  start("ndjson");
  for (std::size_t i = 0; i < kMaxKnownPaths + 50; i += 500) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < 500; ++k) names.push_back("p" + std::to_string(i + k));
    std::vector<RawField> fields = {{"time", "2024-01-01T00:00:00Z"}};
    for (const auto& name : names) fields.push_back({name, "1"});
    ASSERT_EQ(add(fields), Placed::event);
  }
  EXPECT_EQ(add({{"time", "2024-01-01T00:00:00Z"}, {"host", "h"}}), Placed::event);
  normalizer_->flush();
  EXPECT_EQ(rows_.back().host, "h");
}

}  // namespace
}  // namespace interdict::normalize
