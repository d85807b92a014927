#pragma once

#include <vector>

#include "model/event.h"

namespace earshot {

/// Takes what users are to be told, in order. Control loop only.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// What is published is true already: a plan it came with is applied (decisions A7). May be
  /// empty.
  virtual void publish(const std::vector<Event>& events) = 0;
};

}  // namespace earshot
