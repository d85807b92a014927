#pragma once

#include <vector>

#include "model/event.h"

namespace earshot {

/// Takes what users are to be told, in order. Control loop only.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void publish(const std::vector<Event>& events) = 0;
};

}  // namespace earshot
