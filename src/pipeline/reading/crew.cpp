#include "pipeline/reading/crew.hpp"

#include <utility>

namespace interdict::pipeline {

void Crew::Seat::open() {
  const std::lock_guard lock(crew_.mutex_);
  if (open_) return;
  open_ = true;
  crew_.open_.push_back(this);
  crew_.changed_.notify_one();
}

std::size_t Crew::Seat::waiting() const {
  const std::lock_guard lock(crew_.mutex_);
  return tasks_.size();
}

bool Crew::Seat::hash_waits() const {
  const std::lock_guard lock(crew_.mutex_);
  return hashes_ > 0;
}

void Crew::Seat::give(Task task) {
  std::unique_lock lock(crew_.mutex_);
  changed_.wait(lock, [this] { return tasks_.size() < kMaxWaiting; });
  if (task.batch == nullptr) ++hashes_;
  tasks_.push_back(std::move(task));
  changed_.notify_all();
}

void Crew::Seat::drain() {
  if (!is_helped()) return;
  std::unique_lock lock(crew_.mutex_);
  changed_.wait(lock, [this] { return tasks_.empty() && !busy_; });
}

void Crew::Seat::close() {
  std::unique_lock lock(crew_.mutex_);
  if (!open_) return;
  open_ = false;
  std::erase(crew_.open_, this);
  if (!helped_.load(std::memory_order_relaxed)) return;
  closing_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !helped_.load(std::memory_order_relaxed); });
}

std::unique_ptr<EventBatch> Crew::Seat::spare_batch() {
  const std::lock_guard lock(crew_.mutex_);
  if (batches_.empty()) return nullptr;
  auto batch = std::move(batches_.back());
  batches_.pop_back();
  return batch;
}

std::vector<std::byte> Crew::Seat::spare_bytes() {
  const std::lock_guard lock(crew_.mutex_);
  if (buffers_.empty()) return {};
  auto bytes = std::move(buffers_.back());
  buffers_.pop_back();
  return bytes;
}

void Crew::help(Matchers& matchers) {
  std::unique_lock lock(mutex_);
  if (--reading_ == 0) changed_.notify_all();
  for (;;) {
    changed_.wait(lock, [this] { return !open_.empty() || reading_ == 0; });
    if (open_.empty()) return;
    Seat& seat = *open_.back();
    open_.pop_back();
    serve(seat, matchers, lock);
  }
}

void Crew::serve(Seat& seat, Matchers& matchers, std::unique_lock<std::mutex>& lock) {
  seat.helped_.store(true, std::memory_order_release);
  for (;;) {
    seat.changed_.wait(lock, [&] { return !seat.tasks_.empty() || seat.closing_; });
    if (seat.tasks_.empty()) break;
    Task task = std::move(seat.tasks_.front());
    seat.tasks_.pop_front();
    seat.busy_ = true;
    lock.unlock();
    seat.reader_.work(task, matchers);
    lock.lock();
    seat.busy_ = false;
    if (task.batch == nullptr) --seat.hashes_;
    if (task.batch != nullptr && seat.batches_.size() < kMaxSpare) {
      seat.batches_.push_back(std::move(task.batch));
    }
    if (task.bytes.capacity() > 0 && seat.buffers_.size() < kMaxSpare) {
      seat.buffers_.push_back(std::move(task.bytes));
    }
    seat.changed_.notify_all();
  }
  seat.helped_.store(false, std::memory_order_release);
  seat.changed_.notify_all();  // the seat may be gone once the lock is
}

}  // namespace interdict::pipeline
