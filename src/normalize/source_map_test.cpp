#include "normalize/source_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "normalize/normalizer.hpp"

namespace interdict::normalize {
namespace {

using decode::RawField;
using decode::RawType;
using testing::AllOf;
using testing::HasSubstr;

/// What became of one record, as text: `kind|product|service|categories|host|user|time`, its
/// fields, its alert.
struct Seen {
  std::string head;
  std::multimap<std::string, std::string> fields;
  std::string alert;

  [[nodiscard]] std::string text(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "(none)" : at->second;
  }
};

std::string joined(const std::vector<std::string>& list) {
  std::string result;
  for (const auto& item : list) result += (result.empty() ? "" : ",") + item;
  return result;
}

Seen normalised(const FieldMaps& maps, const std::string& format,
                const std::vector<RawField>& fields) {
  FieldCatalogue catalogue;
  Seen seen;
  Normalizer normalizer(
      maps, catalogue, "in", format, [&](const EventBatch& batch, std::span<const Alert> alerts) {
        const auto& source = batch.log_source();
        seen.head = source.kind + "|" + source.product + "|" + source.service + "|" +
                    joined(source.categories) + "|" + std::string(batch.host(0)) + "|" +
                    std::string(batch.user(0)) + "|" + to_rfc3339(batch.time(0));
        for (const auto field : batch.fields()) {
          for (const auto& value : batch.values(0, field)) {
            seen.fields.emplace(catalogue.name(field), value.text);
          }
        }
        for (const auto& alert : alerts) {
          seen.alert = alert.tool + "|" + alert.id + "|" + alert.title + "|" +
                       (alert.level ? std::string(to_string(*alert.level)) : "-") + "|" +
                       joined(alert.techniques) + "|" + std::string(to_string(alert.outcome)) +
                       "|" + alert.flow;
        }
      });
  decode::RawRecord record;
  record.fields = fields;
  EXPECT_EQ(normalizer.add(record), Placed::event);
  normalizer.flush();
  return seen;
}

FieldMaps maps_of(const std::string& shipped, const std::string& user = "") {
  std::vector<std::pair<std::string, std::string>> users;
  if (!user.empty()) users.emplace_back("mine.yml", user);
  auto maps = load_field_maps({{"shipped.yml", shipped}}, users);
  EXPECT_TRUE(maps.has_value()) << maps.error().message;
  return *std::move(maps);
}

constexpr const char* kTwo = R"(
map: two
formats: [f]
time: [t]
sources:
  - {source: rest, kind: f/rest}
  - source: door
    when: {door: present}
    kind: "acme/{door}"
    product: acme
    service: door
    host: [box]
    user: [{name: who, domain: of}]
    rename: {by: who}
    derive: {badge: {from: [id], after: "#"}, both: {format: "%{who}/%{badge}"}, all: {from: ["a[0-63]"], join: "+"}}
    variants:
      - when: {verdict: [no, never]}
        categories: [authentication]
        alert: {tool: acme, id: [code], title: [what], severity: [grade], severity_at_least: {5: high, 0: low},
                technique: [what], outcome: [verdict], outcome_values: {no: blocked}, flow: [who, id]}
)";

TEST(SourceMap, TheFirstSourceThatFitsTakesTheRecord) {
  const auto maps = maps_of(kTwo);
  const auto seen = normalised(maps, "f",
                               {{"t", "2024-01-02T03:04:05Z"},
                                {"door", "North Gate"},
                                {"box", "pc1"},
                                {"by", "ann"},
                                {"of", "EX"},
                                {"id", "badge#77"},
                                {"a0", "x"},
                                {"a1", "y"}});
  EXPECT_EQ(seen.head, "acme/north-gate|acme|door||pc1|EX\\ann|2024-01-02T03:04:05Z");
  EXPECT_EQ(seen.text("who"), "ann");
  EXPECT_EQ(seen.text("badge"), "77");
  EXPECT_EQ(seen.text("both"), "ann/77");
  EXPECT_EQ(seen.text("all"), "x+y");
  EXPECT_EQ(seen.alert, "");
  EXPECT_EQ(normalised(maps, "f", {{"t", "1600000000"}, {"x", "1"}}).head,
            "f/rest||||||2020-09-13T12:26:40Z");
}

TEST(SourceMap, AVariantHasWhatItsSourceSaysAndMore) {
  const auto seen = normalised(maps_of(kTwo), "f",
                               {{"t", "1600000000"},
                                {"door", "d"},
                                {"verdict", "no"},
                                {"by", "ann"},
                                {"id", "1"},
                                {"code", "7"},
                                {"grade", "5.5"},
                                {"what", "forced T1078.003 and T1110, not T11100"}});
  EXPECT_EQ(seen.head, "acme/d|acme|door|authentication||ann|2020-09-13T12:26:40Z");
  EXPECT_EQ(seen.alert,
            "acme|7|forced T1078.003 and T1110, not T11100|high|T1078.003,T1110|blocked|ann 1");
}

TEST(SourceMap, TheUsersOwnMapIsAskedFirst) {
  const auto maps =
      maps_of(kTwo,
              "map: mine\nformats: [f]\nsources:\n"
              "  - {source: m, kind: my/door, time: [t], when: {door: {starts: Sou}}}\n");
  const std::vector<RawField> south = {{"t", "1600000000"}, {"door", "South"}};
  EXPECT_TRUE(normalised(maps, "f", south).head.starts_with("my/door|"));
  const std::vector<RawField> north = {{"t", "1600000000"}, {"door", "North"}};
  EXPECT_TRUE(normalised(maps, "f", north).head.starts_with("acme/north|"));
}

TEST(SourceMap, NestedRecordsAndMessagesAreTakenApart) {
  const auto maps = maps_of(R"(
map: m
formats: [f]
sources:
  - source: outer
    kind: m/outer
    time: [t, inner.time, "date + clock"]
    nested: [{field: text, prefix: inner.}]
    user: [user]
    messages:
      - field: inner.msg
        when: {inner.prog: sshd}
        templates: ["hello %{nobody}!", {text: "bye %{user}", set: {action: leave}}]
    variants: [{when: {action: leave}, kind: m/leave}]
)");
  const auto seen = normalised(
      maps, "f",
      {{"text", R"({"time":"2024-01-02T03:04:05Z","prog":"sshd","msg":"bye ann","n":5})"}});
  EXPECT_EQ(seen.head, "m/leave|||||ann|2024-01-02T03:04:05Z");
  EXPECT_EQ(seen.text("inner.n"), "5");
  EXPECT_TRUE(
      normalised(maps, "f", {{"date", "2024-01-02"}, {"clock", "03:04:05"}, {"text", "{no"}})
          .head.ends_with("2024-01-02T03:04:05Z"));
}

TEST(SourceMap, AnInnerRecordCanDecideWhichSourceItIs) {
  const auto maps = maps_of(R"(
map: m
sources:
  - {source: wrapper, formats: [w], kind: w/w, time: [t], nested: [{field: log, reselect: true}]}
  - {source: inner, formats: [ndjson], kind: inner/x, time: [at], when: {at: present}}
)");
  EXPECT_EQ(normalised(maps, "w", {{"t", "1600000000"}, {"log", R"({"at":1700000000})"}}).head,
            "inner/x||||||2023-11-14T22:13:20Z");
  EXPECT_EQ(normalised(maps, "w", {{"t", "1600000000"}, {"log", R"({"b":1})"}}).head,
            "w/w||||||2020-09-13T12:26:40Z");
}

TEST(SourceMap, FaultsAreToldWithTheirPlace) {
  const auto maps =
      load_field_maps({}, {{"mine.yml",
                            "map: m\nsources:\n"
                            "  - {source: a, kind: k, surprise: 1}\n"
                            "  - source: b\n    formats: [f]\n    time: [t]\n    kind: k\n"
                            "    when: {x: {near: y}}\n"
                            "    messages: [{field: m, templates: ['%{a}%{b}']}]\n"
                            "    alert: {tool: t, title: [x], severity_values: {a: dire}}\n"}});
  ASSERT_FALSE(maps.has_value());
  EXPECT_THAT(
      maps.error().message,
      AllOf(HasSubstr("mine.yml:3:26: unknown key `surprise`"),
            HasSubstr("mine.yml:3:5: `formats` is missing"), HasSubstr("`time` is missing"),
            HasSubstr("mine.yml:8:16: unknown key `near`"),
            HasSubstr("two captures with nothing between them"), HasSubstr("unknown word `dire`")));
}

TEST(SourceMap, AMapOfTheUsersNeedsSources) {
  const auto maps = load_field_maps({}, {{"mine.yml", "map: m\n"}});
  ASSERT_FALSE(maps.has_value());
  EXPECT_THAT(maps.error().message, HasSubstr("mine.yml:1:1: `sources` is missing"));
}

}  // namespace
}  // namespace interdict::normalize
