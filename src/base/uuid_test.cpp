#include "base/uuid.hpp"

#include <gtest/gtest.h>

namespace interdict {
namespace {

TEST(Uuid5, MatchesPublishedValues) {
  // RFC 9562, appendix A.4.
  EXPECT_EQ(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  // By an independent implementation (Python, uuid module).
  EXPECT_EQ(uuid5(kUuidStix, R"({"value":"198.51.100.3"})"),
            "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  EXPECT_NE(uuid5(kUuidUrl, "a"), uuid5(kUuidUrl, "b"));
}

}  // namespace
}  // namespace interdict
