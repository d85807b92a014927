#include "edge/media/port_pool.h"

namespace earshot::media {

PortPool::PortPool(std::uint16_t first, std::uint16_t last) {
  for (std::uint32_t port = (first + 1u) / 2 * 2; port + 1 <= last; port += 2)
    free_.push_back(static_cast<std::uint16_t>(port));
}

std::optional<std::uint16_t> PortPool::take() {
  if (free_.empty()) return std::nullopt;
  const std::uint16_t port = free_.front();
  free_.pop_front();
  return port;
}

}  // namespace earshot::media
