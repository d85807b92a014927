#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace earshot::media {

/// The even ports of a range whose odd neighbour lies in it as well. They are drawn at random, so
/// that nobody can aim at the next call, from the half that is free for longest, so that a late
/// packet of an old call meets no new one.
class PortPool {
 public:
  /// Both ends are part of the range.
  PortPool(std::uint16_t first, std::uint16_t last);
  /// @param draw  any number; the one that decides which
  /// @return nothing where all are taken
  std::optional<std::uint16_t> take(std::uint64_t draw);
  /// A port that take() gave. It goes behind all others.
  void give_back(std::uint16_t port) { free_.push_back(port); }
  /// How many can be taken; each stands for itself and the odd one above.
  std::size_t free() const { return free_.size(); }

 private:
  std::deque<std::uint16_t> free_;
};

}  // namespace earshot::media
