#pragma once

#include "model/segment.h"

namespace earshot {

/// Keeps what became of calls. Control loop only; must not wait for a disk.
class CallRecords {
 public:
  virtual ~CallRecords() = default;
  /// @param segment  has ended
  virtual void keep(const Segment& segment) = 0;
  virtual void keep(const LateDisposition& late) = 0;
};

}  // namespace earshot
