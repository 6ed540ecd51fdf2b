#include "event/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interdict {
namespace {

TEST(EventBatch, TellsAbsentNullAndEmptyApart) {
  FieldCatalogue catalogue;
  const auto a = *catalogue.intern("a");
  const auto b = *catalogue.intern("b");
  EventBatch batch("in", {});
  const Row row = batch.begin_row({}, "host", {});
  batch.add(row, a, {"", ValueType::null});
  batch.add(row, b, {"", ValueType::string});
  const Row other = batch.begin_row({}, "host", {});
  EXPECT_EQ(batch.values(row, a).front().type, ValueType::null);
  EXPECT_EQ(batch.values(row, b).front().type, ValueType::string);
  EXPECT_TRUE(batch.values(other, a).empty());
}

TEST(EventBatch, KeepsARepeatedFieldInOneSpanWhateverComesBetween) {
  FieldCatalogue catalogue;
  const auto a = *catalogue.intern("a");
  const auto b = *catalogue.intern("b");
  EventBatch batch("in", {});
  const Row row = batch.begin_row({}, "host", {});
  batch.add(row, a, {"1"});
  batch.add(row, b, {"x"});
  batch.add(row, a, {"2"});
  ASSERT_EQ(batch.values(row, a).size(), 2U);
  EXPECT_EQ(batch.values(row, a)[0].text, "1");
  EXPECT_EQ(batch.values(row, a)[1].text, "2");
  EXPECT_EQ(batch.text(row, b), "x");
}

TEST(EventBatch, AColumnIsItsCells) {
  FieldCatalogue catalogue;
  const auto a = *catalogue.intern("a");
  EventBatch batch("in", {});
  EXPECT_TRUE(batch.column(a).empty());
  for (const std::string_view text : {"1", "", "3"}) {
    const Row row = batch.begin_row({}, "host", {});
    if (!text.empty()) batch.add(row, a, {text});
  }
  static_cast<void>(batch.begin_row({}, "host", {}));
  const auto column = batch.column(a);
  EXPECT_EQ(column.values(0).front().text, "1");
  EXPECT_TRUE(column.values(1).empty());
  EXPECT_EQ(column.values(2).front().text, "3");
  EXPECT_TRUE(column.values(3).empty());
}

TEST(EventBatch, KnowsARowsValuesWhileRowsAreFilledInOrder) {
  FieldCatalogue catalogue;
  const auto a = *catalogue.intern("a");
  const auto b = *catalogue.intern("b");
  EventBatch batch("in", {});
  for (int i = 0; i < 3; ++i) {
    const Row row = batch.begin_row({}, "host", {});
    if (i == 1) continue;
    batch.add(row, a, {"x"});
    batch.add(row, b, {"y"});
  }
  ASSERT_TRUE(batch.in_row_order());
  EXPECT_EQ(batch.row_values(0).size(), 2U);
  EXPECT_TRUE(batch.row_values(1).empty());
  EXPECT_EQ(batch.row_values(2).size(), 2U);
  batch.add(0, b, {"late"});
  EXPECT_FALSE(batch.in_row_order());
  EXPECT_TRUE(batch.row_values(0).empty());
}

TEST(EventBatch, NothingOfAnEarlierUseStays) {
  FieldCatalogue catalogue;
  const auto a = *catalogue.intern("a");
  const auto b = *catalogue.intern("b");
  const auto c = *catalogue.intern("c");
  EventBatch batch("in", {});
  for (int i = 0; i < 3; ++i) {
    const Row row = batch.begin_row({}, "host", {});
    batch.add(row, a, {std::string(100'000, 'x')});
    batch.add(row, b, {"y"});
  }
  batch.add(0, a, {"late"});
  LogSource other;
  other.kind = "other";
  batch.reset(other);
  EXPECT_EQ(batch.size(), 0U);
  EXPECT_EQ(batch.log_source().kind, "other");
  EXPECT_TRUE(batch.fields().empty());
  EXPECT_TRUE(batch.column(a).empty());
  const Row row = batch.begin_row({}, "new", {});
  batch.add(row, c, {"1"});
  batch.add(row, b, {"2"});
  EXPECT_TRUE(batch.in_row_order());
  EXPECT_TRUE(batch.values(row, a).empty());
  EXPECT_EQ(batch.text(row, b), "2");
  EXPECT_EQ(batch.text(row, c), "1");
  EXPECT_EQ(batch.fields().size(), 2U);
  EXPECT_EQ(batch.host(row), "new");
}

TEST(FieldCatalogue, GivesOneIdANameAndStopsAtItsLimit) {
  FieldCatalogue catalogue;
  EXPECT_EQ(catalogue.intern("Image"), catalogue.intern("Image"));
  EXPECT_NE(catalogue.intern("Image"), catalogue.intern("image"));
  for (std::size_t i = catalogue.size(); i < FieldCatalogue::kMaxFields; ++i) {
    ASSERT_TRUE(catalogue.intern("f" + std::to_string(i)));
  }
  EXPECT_FALSE(catalogue.intern("one too many"));
  EXPECT_TRUE(catalogue.intern("Image"));
}

}  // namespace
}  // namespace interdict
