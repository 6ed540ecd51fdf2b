#include "normalize/field_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "normalize/path.hpp"
#include "normalize/source_map.hpp"
#include "normalize/time.hpp"

namespace interdict::normalize {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kSmall =
    "map: small\nproduct: p\nformats: [f]\nlocate: {time: [t], event_id: [System.Id]}\n"
    "unwrap: [w]\nprefixes: [{path: System.}, {path: 'User.*.', data: true}]\n"
    "services: {s: {channels: [Chan]}}\n";

TEST(FieldMap, ReadsASmallMap) {
  const auto maps = load_field_maps({{"small.yml", kSmall}});
  ASSERT_TRUE(maps.has_value()) << maps.error().message;
  const auto* map = maps->impl().event_log("f");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(map->service_by_channel.at("chan"), "s");
  EXPECT_EQ(maps->impl().event_log("g"), nullptr);
  EXPECT_EQ(maps->impl().rest("f"), nullptr);
}

TEST(FieldMap, AllFaultsOfAllFilesAreTold) {
  const auto maps =
      load_field_maps({{"b.yml",
                        "map: b\nproduct: p\nformats: [f]\nlocate: {time: [t]}\nsurprise: 1\n"
                        "categories: [{service: nowhere, ids: [x], categories: [c]}]\n"},
                       {"a.yml", "map: a\nformats: f\n"},
                       {"c.yml", "map: [\n"}});
  ASSERT_FALSE(maps.has_value());
  EXPECT_THAT(maps.error().message,
              AllOf(HasSubstr("a.yml:2:10: list expected"), HasSubstr("`locate.time` is missing"),
                    HasSubstr("b.yml:5:1: unknown key `surprise`"), HasSubstr("event id expected"),
                    HasSubstr("service `nowhere` is not among `services`"), HasSubstr("c.yml:")));
  EXPECT_EQ(maps.error().where.file, "a.yml");
}

TEST(FieldMap, ChannelOfTwoServicesIsAFault) {
  const auto maps = load_field_maps({{"m.yml",
                                      "map: m\nproduct: p\nformats: [f]\nlocate: {time: [t]}\n"
                                      "services: {a: {channels: [X]}, b: {channels: [x]}}\n"}});
  ASSERT_FALSE(maps.has_value());
  EXPECT_THAT(maps.error().message, HasSubstr("belongs to"));
}

TEST(Path, MarkersIndexesAndWrappersGo) {
  const auto maps = load_field_maps({{"small.yml", kSmall}});
  ASSERT_TRUE(maps.has_value());
  const auto& map = *maps->impl().event_log("f");
  EXPECT_EQ(plain_path(map, "w.a.#attributes.b"), "a.b");
  EXPECT_EQ(plain_path(map, "a_attributes.b.#text"), "a.b");
  EXPECT_EQ(plain_path(map, "a[12].b"), "a.b");
  EXPECT_EQ(plain_path(map, "a[x]"), "a[x]");
  EXPECT_EQ(plain_path(map, "w"), "w");
  EXPECT_EQ(plain_path(map, "a.w.b"), "a.w.b");
  EXPECT_EQ(plain_path(map, ""), "");
}

TEST(Path, NamesByPrefix) {
  const auto maps = load_field_maps({{"small.yml", kSmall}});
  ASSERT_TRUE(maps.has_value());
  const auto& map = *maps->impl().event_log("f");
  EXPECT_EQ(read_path(map, "System.Execution.ProcessID").name, "Execution_ProcessID");
  EXPECT_EQ(read_path(map, "User.X.Some Name").name, "SomeName");
  EXPECT_TRUE(read_path(map, "User.X.Data").unnamed);
  EXPECT_FALSE(read_path(map, "System.Data").unnamed);
  EXPECT_EQ(read_path(map, "User.X").name, "User.X");
  EXPECT_EQ(read_path(map, "System.Id").rank[static_cast<std::size_t>(Part::event_id)], 0U);
  EXPECT_EQ(read_path(map, std::string(1000, 'n')).name.size(), kMaxNameBytes);
}

TEST(Path, Times) {
  const auto text = [](std::string_view in) {
    const auto time = read_time(in);
    return time ? to_rfc3339(time->time) : std::string("none");
  };
  EXPECT_EQ(text("2020-01-02 03:04:05"), "2020-01-02T03:04:05Z");
  EXPECT_EQ(text("1600000000"), "2020-09-13T12:26:40Z");
  EXPECT_EQ(text("1600000000123"), "2020-09-13T12:26:40.123Z");
  EXPECT_EQ(text("1600000000123456"), "2020-09-13T12:26:40.123456Z");
  EXPECT_EQ(text("1600000000.5"), "2020-09-13T12:26:40.5Z");
  EXPECT_EQ(text("/Date(1600000000123)/"), "2020-09-13T12:26:40.123Z");
  EXPECT_EQ(text("9999999999999999999"), "none");
  EXPECT_EQ(text("4624"), "none");
  EXPECT_EQ(text("1600000000."), "none");
  EXPECT_EQ(text("1600000000.5.5"), "none");
  EXPECT_EQ(text("soon"), "none");
  EXPECT_EQ(text(""), "none");
}

TEST(Path, Slugs) {
  EXPECT_EQ(slug("Vendor X (Beta)/Op"), "vendor-x-beta-op");
  EXPECT_EQ(slug("///"), "unknown");
  EXPECT_EQ(slug(""), "unknown");
  EXPECT_LE(slug(std::string(5000, 'a')).size(), kMaxSlugBytes);
}

}  // namespace
}  // namespace interdict::normalize
