#include "core/routing.h"

namespace earshot::core {

Route route(const Directory& directory, std::string_view number, const Leg& caller) {
  if (const Device* device = directory.device_numbered(number)) {
    if (caller.device == device->id) return ReleaseCause::Busy;
    return device->id;
  }
  if (const Queue* queue = directory.queue_numbered(number)) return queue->id;
  const Trunk* trunk = directory.trunk_for(number);
  if (trunk && caller.device && !number.empty()) return trunk->id;
  return ReleaseCause::WrongNumber;
}

}  // namespace earshot::core
