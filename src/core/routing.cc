#include "core/routing.h"

#include <algorithm>

namespace earshot::core {
namespace {

const Station* station_of(const Surroundings& around, const DeviceId& device) {
  return around.station_of ? around.station_of(device) : nullptr;
}

/// The number leads no further.
decltype(Route::to) end_of_way(const Surroundings& around, const Route& way, const Leg& caller) {
  const Directory& directory = around.directory;
  if (const Device* device = directory.device_numbered(way.number)) {
    const Station* station = station_of(around, device->id);
    const bool disturbs = station && station->do_not_disturb;
    if (caller.device == device->id || disturbs) return ReleaseCause::Busy;
    return device->id;
  }
  if (const Queue* queue = directory.queue_numbered(way.number)) return queue->id;
  const Trunk* trunk = directory.trunk_for(way.number);
  const bool at_our_wish = caller.device || !way.diverted.by.empty();
  if (trunk && at_our_wish && !way.number.empty()) return trunk->id;
  return ReleaseCause::WrongNumber;
}

}  // namespace

Route route(const Surroundings& around, std::string_view number, const Leg& caller,
            std::size_t diverted) {
  Route way{ReleaseCause::WrongNumber, std::string{number}, {{}, static_cast<unsigned>(diverted)}};
  auto& by = way.diverted.by;
  for (;;) {
    const Device* device = around.directory.device_numbered(way.number);
    const Station* station = device ? station_of(around, device->id) : nullptr;
    if (!station || station->forward_to.empty() || caller.device == device->id) break;
    if (std::find(by.begin(), by.end(), way.number) != by.end()) {
      way.to = ReleaseCause::ForwardingLoop;
      return way;
    }
    if (way.diverted.count() >= kMostDiversions) {
      way.to = ReleaseCause::TooManyForwards;
      return way;
    }
    by.push_back(way.number);
    way.number = station->forward_to;
  }
  way.to = end_of_way(around, way, caller);
  return way;
}

}  // namespace earshot::core
