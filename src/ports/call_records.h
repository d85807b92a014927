#pragma once

#include "model/segment.h"

namespace earshot {

/// Keeps what became of calls. Control loop only; must not wait for a disk.
class CallRecords {
 public:
  virtual ~CallRecords() = default;
  /// @param segment  has ended
  virtual void keep(const Segment& segment) = 0;
  /// A record of its own, after that of the segment: what is written stays as it is.
  virtual void keep(const LateDisposition& late) = 0;
};

}  // namespace earshot
