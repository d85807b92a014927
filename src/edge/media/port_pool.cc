#include "edge/media/port_pool.h"

#include <utility>

namespace earshot::media {

PortPool::PortPool(std::uint16_t first, std::uint16_t last) {
  for (std::uint32_t port = (first + 1u) / 2 * 2; port + 1 <= last; port += 2)
    free_.push_back(static_cast<std::uint16_t>(port));
}

std::optional<std::uint16_t> PortPool::take(std::uint64_t draw) {
  if (free_.empty()) return std::nullopt;
  const std::size_t oldest = (free_.size() + 1) / 2;
  std::swap(free_.front(), free_[draw % oldest]);
  const std::uint16_t port = free_.front();
  free_.pop_front();
  return port;
}

}  // namespace earshot::media
