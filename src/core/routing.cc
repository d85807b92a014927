#include "core/routing.h"

namespace earshot::core {

namespace {

bool is_not_to_be_disturbed(const Surroundings& around, const DeviceId& device) {
  const Station* station = around.station_of ? around.station_of(device) : nullptr;
  return station && station->do_not_disturb;
}

}  // namespace

Route route(const Surroundings& around, std::string_view number, const Leg& caller) {
  const Directory& directory = around.directory;
  if (const Device* device = directory.device_numbered(number)) {
    if (caller.device == device->id || is_not_to_be_disturbed(around, device->id))
      return ReleaseCause::Busy;
    return device->id;
  }
  if (const Queue* queue = directory.queue_numbered(number)) return queue->id;
  const Trunk* trunk = directory.trunk_for(number);
  if (trunk && caller.device && !number.empty()) return trunk->id;
  return ReleaseCause::WrongNumber;
}

}  // namespace earshot::core
