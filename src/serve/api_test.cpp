#include "serve/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interdict::serve {
namespace {

using testing::HasSubstr;

Text text(std::string value) {
  return std::make_shared<const std::string>(std::move(value));
}

Hunted hunted() {
  Hunted out;
  out.page = text("<!DOCTYPE html>page");
  out.intrusions = text("{\"schema\":\"interdict.intrusions/1\"}");
  out.ledger = text("{\"schema\":\"interdict.ledger/1\"}");
  out.intrusion["i-1"] = text("{\"id\":\"i-1\"}");
  for (int i = 0; i < 7; ++i) {
    DetectionRow row;
    row.time = row.last = *parse_timestamp("2026-01-05T10:00:0" + std::to_string(i) + "Z");
    row.host = i % 2 == 0 ? "WS1.example.org" : "ws2";
    row.rule = i == 3 ? "beaconing" : "r";
    row.level = i == 3 ? finding::Level::low : finding::Level::high;
    row.source = i == 3 ? finding::DetectionSource::analytic : finding::DetectionSource::sigma;
    row.intrusion = i < 2 ? "i-1" : "";
    row.json = "{\"n\":" + std::to_string(i) + "}";
    out.detections.push_back(std::move(row));
  }
  return out;
}

Response get(const std::string& target, const Access& access = {},
             const std::string& host = "127.0.0.1:8080", const std::string& authorization = {}) {
  static const Hunted kHunted = hunted();
  return answer(kHunted, access, {"GET", target, host, authorization});
}

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Api, ServesTheResult) {
  EXPECT_EQ(*get("/").body, "<!DOCTYPE html>page");
  EXPECT_EQ(get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(*get("/api/v1/intrusions").body, "{\"schema\":\"interdict.intrusions/1\"}");
  EXPECT_EQ(*get("/api/v1/intrusions/i-1").body, "{\"id\":\"i-1\"}");
  EXPECT_EQ(*get("/api/v1/ledger").body, "{\"schema\":\"interdict.ledger/1\"}");
  EXPECT_EQ(get("/healthz").status, 200U);
}

struct TargetCase {
  const char* name;
  const char* target;
  unsigned status;
  friend void PrintTo(const TargetCase& c, std::ostream* os) { *os << c.name; }
};
class Target : public testing::TestWithParam<TargetCase> {};
TEST_P(Target, HasItsStatus) {
  const auto response = get(GetParam().target);
  EXPECT_EQ(response.status, GetParam().status);
  if (response.status != 200) {
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(*response.body, HasSubstr("\"status\":" + std::to_string(response.status)));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Target,
    testing::Values(TargetCase{"NoSuchPath", "/etc/passwd", 404},
                    TargetCase{"Climbing", "/api/v1/intrusions/../../../etc/passwd", 404},
                    TargetCase{"NoSuchIntrusion", "/api/v1/intrusions/i-2", 404},
                    TargetCase{"Empty", "", 404},
                    TargetCase{"ParametersOfNothing", "/api/v1/ledger?x=1", 400},
                    TargetCase{"UnknownParameter", "/api/v1/detections?hots=a", 400},
                    TargetCase{"Twice", "/api/v1/detections?host=a&host=b", 400},
                    TargetCase{"NoValue", "/api/v1/detections?host=", 400},
                    TargetCase{"BadTime", "/api/v1/detections?from=yesterday", 400},
                    TargetCase{"BadPercent", "/api/v1/detections?host=%4", 400},
                    TargetCase{"LimitZero", "/api/v1/detections?limit=0", 400},
                    TargetCase{"LimitAtMost", "/api/v1/detections?limit=1000", 200},
                    TargetCase{"LimitTooLarge", "/api/v1/detections?limit=1001", 400},
                    TargetCase{"LimitBeyondNumbers",
                               "/api/v1/detections?limit=99999999999999999999", 400},
                    TargetCase{"CursorPastTheEnd", "/api/v1/detections?cursor=99999", 200}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Api, RefusesTooLongATarget) {
  EXPECT_EQ(get("/" + std::string(kMaxTarget, 'a')).status, 414U);
}

TEST(Api, IsReadOnly) {
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", ""}) {
    const auto response = answer(hunted(), {}, {method, "/", "localhost", {}});
    EXPECT_EQ(response.status, 405U) << method;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  }
}

TEST(Detections, ArePagedWithoutGapOrRepeat) {
  std::string all;
  std::string target = "/api/v1/detections?limit=3";
  for (int page = 0; page < 3; ++page) {
    const std::string body = *get(target).body;
    EXPECT_THAT(body, HasSubstr("\"total\":7"));
    const auto begin = body.find('[') + 1;
    all += body.substr(begin, body.find(']') - begin) + ";";
    const auto next = body.find("\"next\":\"");
    EXPECT_EQ(next == std::string::npos, page == 2);
    if (next == std::string::npos) break;
    target = "/api/v1/detections?limit=3&cursor=" +
             body.substr(next + 8, body.find('"', next + 8) - next - 8);
  }
  EXPECT_EQ(all, "{\"n\":0},{\"n\":1},{\"n\":2};{\"n\":3},{\"n\":4},{\"n\":5};{\"n\":6};");
}

struct FilterCase {
  const char* name;
  const char* query;
  const char* expected;
  friend void PrintTo(const FilterCase& c, std::ostream* os) { *os << c.name; }
};
class Filter : public testing::TestWithParam<FilterCase> {};
TEST_P(Filter, GivesWhatIsAskedFor) {
  const auto response = get(std::string("/api/v1/detections?") + GetParam().query);
  EXPECT_THAT(*response.body,
              HasSubstr("\"detections\":[" + std::string(GetParam().expected) + "]"));
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Filter,
    testing::Values(FilterCase{"Time", "from=2026-01-05T10:00:05Z", "{\"n\":5},{\"n\":6}"},
                    FilterCase{"TimeRange", "from=2026-01-05T10:00:02Z&to=2026-01-05T10%3A00%3A02Z",
                               "{\"n\":2}"},
                    FilterCase{"HostWithoutCase", "host=WS2", "{\"n\":1},{\"n\":3},{\"n\":5}"},
                    FilterCase{"Rule", "rule=beaconing", "{\"n\":3}"},
                    FilterCase{"Source", "source=analytic", "{\"n\":3}"},
                    FilterCase{"Level", "level=low", "{\"n\":3}"},
                    FilterCase{"Intrusion", "intrusion=i-1", "{\"n\":0},{\"n\":1}"},
                    FilterCase{"None", "host=nobody", ""}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Host, OfAStrangersNameIsRefused) {
  for (const auto* good : {"localhost", "LOCALHOST:1", "127.0.0.1", "192.0.2.1:80", "[::1]:8080"}) {
    EXPECT_EQ(get("/", {}, good).status, 200U) << good;
  }
  for (const auto* bad : {"rebind.example.com", "localhost.example.com", "127.0.0.1.example.com",
                          "1.2.3.4.5", "127.0.0.256", "0x7f.1"}) {
    EXPECT_EQ(get("/", {}, bad).status, 421U) << bad;
    EXPECT_EQ(get("/healthz", {}, bad).status, 421U) << bad;
  }
  for (const auto* none : {"", ":80", "a:b", "a:99999", "[::1"}) {
    EXPECT_EQ(get("/", {}, none).status, 400U) << none;
  }
  const Access named{{}, {"Hunt.example.org"}};
  EXPECT_EQ(get("/", named, "hunt.example.org:443").status, 200U);
  EXPECT_EQ(get("/", named, "other.example.org").status, 421U);
}

TEST(Token, IsAskedForOnEveryPathButHealth) {
  const Access access{"0123456789abcdef", {}};
  const std::string host = "localhost";
  for (const auto* path : {"/", "/api/v1/intrusions", "/api/v1/detections", "/nowhere"}) {
    const auto response = get(path, access, host);
    EXPECT_EQ(response.status, 401U) << path;
    EXPECT_THAT(header(response, "WWW-Authenticate"), HasSubstr("Basic"));
  }
  EXPECT_EQ(get("/healthz", access, host).status, 200U);
  EXPECT_EQ(get("/", access, host, "Bearer 0123456789abcdef").status, 200U);
  EXPECT_EQ(get("/", access, host, "Basic eDowMTIzNDU2Nzg5YWJjZGVm").status, 200U);
  for (const auto* wrong : {"Bearer 0123456789abcdeg", "Bearer ", "Bearer", "0123456789abcdef",
                            "Bearer 0123456789abcdef0123456789abcdef", "Bearer 0123456789abcde",
                            "Basic 0123456789abcdef", "Basic eA==", "Basic !!!!", "Digest x"}) {
    EXPECT_EQ(get("/", access, host, wrong).status, 401U) << wrong;
  }
}

TEST(Headers, ForbidFramingSniffingAndScripts) {
  for (const auto* target : {"/", "/api/v1/ledger", "/nowhere", "/healthz"}) {
    const auto response = get(target);
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
    const auto policy = header(response, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, testing::Not(HasSubstr("script-src")));
  }
}

TEST(Loopback, IsThisMachineOnly) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.1.2.3"));
  EXPECT_TRUE(is_loopback("::1"));
  for (const auto* other : {"0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example", "", "localhost"}) {
    EXPECT_FALSE(is_loopback(other)) << other;
  }
}

}  // namespace
}  // namespace interdict::serve
