#include "xml/reader.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interdict::xml {
namespace {

using testing::ElementsAre;

std::vector<std::string> flat(std::string_view text) {
  XmlFlattener flattener;
  const auto leaves = flattener.flatten(text);
  if (!leaves) return {leaves.error().code == Errc::limit ? "limit" : "syntax"};
  std::vector<std::string> result;
  for (const auto& leaf : *leaves) {
    result.push_back(std::string(leaf.path) + "=" + std::string(leaf.text));
  }
  return result;
}

TEST(XmlReader, ElementsAttributesAndNamedData) {
  EXPECT_THAT(
      flat(
          "<e:Event xmlns:e='urn:x'><System><Provider Name='P'/><EventID Qualifiers='0'>1</EventID>"
          "</System><EventData><Data Name='Image'>a &amp; b</Data><Data>plain</Data>"
          "<Data Name='Empty'/></EventData></e:Event>"),
      ElementsAre("Event.System.Provider.Name=P", "Event.System.EventID.Qualifiers=0",
                  "Event.System.EventID=1", "Event.EventData.Image=a & b",
                  "Event.EventData.Data=plain", "Event.EventData.Empty="));
}

TEST(XmlReader, RefusesWhatIsNoElement) {
  EXPECT_THAT(flat(""), ElementsAre("syntax"));
  EXPECT_THAT(flat("plain"), ElementsAre("syntax"));
  EXPECT_THAT(flat("<a><b></a>"), ElementsAre("syntax"));
  EXPECT_THAT(flat("<a/><b/>"), ElementsAre("syntax"));
}

TEST(XmlReader, FetchesAndExpandsNothing) {
  EXPECT_THAT(flat("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>"),
              ElementsAre("a=&x;"));
}

TEST(XmlReader, BoundsDepthAndCount) {
  std::string deep;
  for (std::size_t i = 0; i < kMaxDepth; ++i) deep += "<a>";
  auto closed = deep + "x";
  for (std::size_t i = 0; i < kMaxDepth; ++i) closed += "</a>";
  EXPECT_EQ(flat(closed).size(), 1U);
  EXPECT_NE(flat(closed).front(), "limit");
  EXPECT_THAT(flat("<a>" + closed + "</a>"), ElementsAre("limit"));
  std::string many = "<a>";
  for (std::size_t i = 0; i <= kMaxLeaves; ++i) many += "<b>1</b>";
  EXPECT_THAT(flat(many + "</a>"), ElementsAre("limit"));
  EXPECT_THAT(flat("<a>" + std::string(kMaxBytes, 'x') + "</a>"), ElementsAre("limit"));
}

TEST(XmlReader, SurvivesFlippedAndCutBytes) {
  const std::string whole =
      "<Event><System><EventID Qualifiers='0'>1</EventID></System><EventData>"
      "<Data Name='Image'>C:\\x &lt; y</Data><![CDATA[raw]]></EventData></Event>";
  std::mt19937 random(1);
  std::size_t refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto bad = whole.substr(0, random() % (whole.size() + 1));
    if (!bad.empty()) bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
    refused += flat(bad) == std::vector<std::string>{"syntax"} ? 1 : 0;
  }
  EXPECT_GT(refused, 1000U);  // most cut elements do not close
}

}  // namespace
}  // namespace interdict::xml
