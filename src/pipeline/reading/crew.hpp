#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "event/batch.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::pipeline {

struct Matchers;

/// Work on one large input that a second thread can do: a batch to judge, or bytes to hash.
struct Task {
  std::unique_ptr<EventBatch> batch;  ///< null: hash `bytes`
  std::vector<normalize::Alert> alerts;
  std::vector<std::byte> bytes;
};

/// Whose work it is.
class Helped {
 public:
  Helped() = default;
  Helped(const Helped&) = delete;
  Helped& operator=(const Helped&) = delete;
  Helped(Helped&&) = delete;
  Helped& operator=(Helped&&) = delete;
  virtual ~Helped() = default;
  /// Called for one task after another, in the order given, by the helper's thread.
  virtual void work(Task& task, Matchers& matchers) = 0;
};

/// Lets threads that have no input left help those that read a large one: a single file keeps two
/// cores busy. What a seat is given is done in order by one helper, so no result depends on whether
/// there is one. At most kMaxWaiting tasks wait; then the giver does.
class Crew {
 public:
  static constexpr std::size_t kMaxWaiting = 8;
  static constexpr std::size_t kMaxSpare = kMaxWaiting + 2;

  /// `readers`: threads that will call `help` when they have read what they read.
  explicit Crew(unsigned readers) : reading_(readers) {}

  /// A place beside one that reads. Closed at the end of its life, at the latest.
  class Seat {
   public:
    Seat(Crew& crew, Helped& reader) : crew_(crew), reader_(reader) {}
    ~Seat() { close(); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    Seat(Seat&&) = delete;
    Seat& operator=(Seat&&) = delete;

    /// From now on somebody may come.
    void open();
    /// True once somebody came; then all batches are given, until the seat is closed.
    [[nodiscard]] bool is_helped() const { return helped_.load(std::memory_order_acquire); }
    /// Tasks that wait, and of these those that hash. Only for the reader's thread.
    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] bool hash_waits() const;
    void give(Task task);
    /// Returns when all that was given is done.
    void drain();
    /// Drains, and lets the helper go.
    void close();
    /// Memory of a task that is done, to be filled again; empty if there is none.
    [[nodiscard]] std::unique_ptr<EventBatch> spare_batch();
    [[nodiscard]] std::vector<std::byte> spare_bytes();

   private:
    friend class Crew;
    Crew& crew_;
    Helped& reader_;
    std::atomic<bool> helped_ = false;
    // Under the crew's mutex:
    bool open_ = false;
    bool closing_ = false;
    bool busy_ = false;       ///< a task is being worked on
    std::size_t hashes_ = 0;  ///< not yet done
    std::deque<Task> tasks_;
    std::vector<std::unique_ptr<EventBatch>> batches_;
    std::vector<std::vector<std::byte>> buffers_;
    std::condition_variable changed_;
  };

  /// For a thread that has read its inputs: helps until all have read theirs.
  void help(Matchers& matchers);

 private:
  void serve(Seat& seat, Matchers& matchers, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned reading_;
  std::vector<Seat*> open_;  ///< nobody there yet
};

}  // namespace interdict::pipeline
