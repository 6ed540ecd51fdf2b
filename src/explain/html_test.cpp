#include "explain/html.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "explain/report_sample_test.hpp"
#include "explain/summary.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kHostile =
    "<script>alert(1)</script><img src=x onerror=a> \"&' \x1b[31m\xe2\x80\xae\xe2\x81\xa6 \xff "
    "javascript:a";

/// Every element of the page is closed in order, so nothing of the report became markup.
std::string first_unbalanced(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) return page.substr(at, 60);
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" \n"));
    if (name == "meta" || name == "br" || name == "!DOCTYPE") continue;
    if (name.front() != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name.substr(1)) {
      return page.substr(at > 80 ? at - 80 : 0, 140);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST(Html, HostileTextIsOnlyText) {
  const std::string page = html(sample_report(kHostile));
  for (const char* bad : {"<script", "<img", "\x1b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xff"})
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("\\u202e"));
  EXPECT_EQ(first_unbalanced(page), "");
}

TEST(Html, OneFileNoScriptNoRequest) {
  const std::string page = html(sample_report("x"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* bad :
       {"<script", "http://", "https://", "url(", "@import", "<link", "<iframe", " src="})
    EXPECT_THAT(page, Not(HasSubstr(bad))) << bad;
  EXPECT_EQ(first_unbalanced(page), "");
}

TEST(Html, EveryInnerLinkHasATarget) {
  const std::string page = html(sample_report("x"));
  std::size_t links = 0;
  for (std::size_t at = page.find("href=\""); at != std::string::npos;
       at = page.find("href=\"", at + 1)) {
    const std::size_t begin = at + 6;
    ASSERT_EQ(page[begin], '#');
    const std::string id = page.substr(begin + 1, page.find('"', begin) - begin - 1);
    EXPECT_THAT(page, HasSubstr("id=\"" + id + "\""));
    ++links;
  }
  EXPECT_GT(links, 10U);
}

TEST(Html, AllSevenStagesWithIconAndWords) {
  const std::string page = html(sample_report("x"));
  for (const attack::Stage stage : attack::kStages)
    EXPECT_THAT(page, HasSubstr("</span><b>" + std::to_string(attack::index(stage) + 1) + " " +
                                std::string(stage_name(stage))));
  for (const auto status : {finding::StageStatus::observed, finding::StageStatus::inferred,
                            finding::StageStatus::not_visible, finding::StageStatus::not_reached}) {
    EXPECT_THAT(page, HasSubstr(std::string(status_words(status))));
    EXPECT_THAT(page, HasSubstr("aria-hidden=\"true\">" + std::string(status_icon(status))));
  }
}

TEST(Html, EvidenceNamesFileRecordAndOffset) {
  const std::string page = html(sample_report("trace"));
  EXPECT_THAT(page,
              HasSubstr("<code>trace</code></td><td class=\"n\">17</td><td class=\"n\">4608"));
}

TEST(Html, LadderIsCollapsedAndLabelled) {
  const std::string page = html(sample_report("x"));
  const std::size_t ladder = page.find("The cost ladder (an illustration, not a measurement)");
  ASSERT_NE(ladder, std::string::npos);
  EXPECT_EQ(page.rfind("<details>", ladder) + std::string("<details><summary>").size(), ladder);
}

TEST(Html, EmptyReportIsNoAllClear) {
  const std::string page = html({});
  EXPECT_THAT(page, HasSubstr("not proof that nothing happened"));
  EXPECT_EQ(first_unbalanced(page), "");
}

TEST(Html, TablesAreBounded) {
  finding::Report report = sample_report("x");
  finding::Intrusion& intrusion = report.intrusions[0];
  while (intrusion.steps.size() < kMaxShownSteps + 10)
    intrusion.steps.push_back(intrusion.steps[2]);
  const std::string page = html(report);
  EXPECT_THAT(page, HasSubstr("10 more stand in intrusions.json"));
  EXPECT_EQ(first_unbalanced(page), "");
}

/// What no output may claim (honesty rules of the controls design).
TEST(Honesty, ClaimsNoMoreThanLogsShow) {
  finding::Report contradictory = sample_report("thing");
  contradictory.intrusions[0].patient_zero->entry = "unknown";
  for (const finding::Report& report : {sample_report("thing"), contradictory, finding::Report{}}) {
    for (std::string text : {html(report), terminal_summary(report, {})}) {
      for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      const std::size_t style = text.find("</style>");
      if (style != std::string::npos) text.erase(0, style);
      for (const char* claim : {" would have stopped",
                                "would have prevented",
                                "patient zero",
                                "was stolen",
                                "were stolen",
                                "not stolen",
                                "stole",
                                "compromised",
                                "attacker",
                                "hacker",
                                "contained",
                                "you are safe",
                                "all clear",
                                "no intrusion happened",
                                "was absent",
                                "money saved",
                                "intended",
                                "% probability",
                                "risk score",
                                "attributed"})
        EXPECT_THAT(text, Not(HasSubstr(claim))) << claim;
    }
  }
}

TEST(Honesty, WordsThatMustBeThere) {
  const std::string page = html(sample_report("thing"));
  for (const char* words : {"earliest evidence", "depended on step", "It would not have stopped",
                            "under account", "not whether it worked", "State: absent", "judgement"})
    EXPECT_THAT(page, HasSubstr(words)) << words;
  finding::Report unknown = sample_report("thing");
  unknown.intrusions[0].stop.choices[0].state = finding::ControlState::unknown;
  unknown.intrusions[0].stop.choices[0].evidence.clear();
  EXPECT_THAT(html(unknown), HasSubstr("no evidence of its state was given"));
}

TEST(Summary, HostileTextCannotReachTheTerminal) {
  const std::string text = terminal_summary(sample_report(kHostile), {});
  for (const char* bad : {"\x1b", "\xe2\x80\xae", "\xff"}) EXPECT_THAT(text, Not(HasSubstr(bad)));
  EXPECT_THAT(terminal_summary(sample_report("x"), {.colour = true}), HasSubstr("\x1b[31m"));
}

TEST(Summary, LinesKeepTheWidth) {
  const std::string text =
      terminal_summary(sample_report("some words of ordinary length"), {.width = 60});
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    const std::string line = text.substr(begin, end - begin);
    const auto characters = std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    EXPECT_LE(characters, 80) << line;  // stage lines are not wrapped
    begin = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("Seen in the logs"));
  EXPECT_THAT(text, HasSubstr("not visible: delivery (missing mail, proxy)"));
}

}  // namespace
}  // namespace interdict::explain
