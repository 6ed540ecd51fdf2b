#include "pipeline/reading/crew.hpp"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/worker.hpp"

namespace interdict::pipeline {
namespace {

/// Notes the bytes it is given, and by which thread.
class Noter final : public Helped {
 public:
  void work(Task& task, Matchers&) override {
    for (const auto byte : task.bytes) seen.push_back(std::to_integer<int>(byte));
    by = std::this_thread::get_id();
  }
  std::vector<int> seen;
  std::thread::id by;
};

TEST(Crew, AHelperDoesAllThatIsGivenInOrder) {
  Crew crew(2);
  Matchers mine(nullptr);
  Matchers others(nullptr);
  std::jthread helper([&] { crew.help(others); });
  constexpr int kTasks = 200;
  for (int round = 0; round < 3; ++round) {  // one input after another
    Noter noter;
    Crew::Seat seat(crew, noter);
    EXPECT_FALSE(seat.is_helped());
    seat.open();
    while (!seat.is_helped()) std::this_thread::yield();
    for (int i = 0; i < kTasks; ++i) {
      auto bytes = seat.spare_bytes();
      bytes.assign(1, static_cast<std::byte>(i));
      seat.give({nullptr, {}, std::move(bytes)});
      EXPECT_LE(seat.waiting(), Crew::kMaxWaiting);
    }
    seat.drain();
    EXPECT_FALSE(seat.hash_waits());
    ASSERT_EQ(noter.seen.size(), std::size_t{kTasks});
    for (int i = 0; i < kTasks; ++i) EXPECT_EQ(noter.seen[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(noter.by, helper.get_id());
    seat.close();
    EXPECT_FALSE(seat.is_helped());
  }
  crew.help(mine);  // nobody reads any more: both are let go
}

TEST(Crew, NobodyComesWhereAllRead) {
  Crew crew(1);
  Matchers matchers(nullptr);
  Noter noter;
  Crew::Seat seat(crew, noter);
  seat.open();
  EXPECT_FALSE(seat.is_helped());
  seat.drain();
  seat.close();
  crew.help(matchers);
}

}  // namespace
}  // namespace interdict::pipeline
