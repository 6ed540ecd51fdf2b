#pragma once

#include <cstddef>

namespace interdict {

/// Counts nesting for as long as it lives. The constructor is [[nodiscard]]: a temporary would be
/// dead at its own semicolon and guard nothing.
class DepthGuard {
 public:
  [[nodiscard]] DepthGuard(std::size_t& depth, std::size_t max)
      : depth_(depth), exceeded_(++depth > max) {}
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  DepthGuard(DepthGuard&&) = delete;
  DepthGuard& operator=(DepthGuard&&) = delete;

  /// True if this level is one too many: the caller must go no deeper.
  [[nodiscard]] bool exceeded() const { return exceeded_; }

 private:
  std::size_t& depth_;
  bool exceeded_;
};

}  // namespace interdict
