#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace earshot::media {

/// The even ports of a range whose odd neighbour lies in it as well. The port given back last is
/// given out last, so that a late packet of an old call meets no new one.
class PortPool {
 public:
  /// Both ends are part of the range.
  PortPool(std::uint16_t first, std::uint16_t last);
  /// Nothing where all are taken.
  std::optional<std::uint16_t> take();
  void give_back(std::uint16_t port) { free_.push_back(port); }
  std::size_t free() const { return free_.size(); }

 private:
  std::deque<std::uint16_t> free_;
};

}  // namespace earshot::media
