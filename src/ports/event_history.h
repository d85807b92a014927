#pragma once

#include <cstdint>
#include <optional>

#include "model/ids.h"
#include "model/told_events.h"

namespace earshot {

/// What users were told lately, by sequence number. Control loop only.
class EventHistory {
 public:
  virtual ~EventHistory() = default;
  /// @param after  the sequence number of the last event known; nothing: none is wanted, only where
  ///               the numbers stand. One that is gone or was never given, as in an earlier life of
  ///               the server, is a gap
  /// @param limit  at most so many events, at least 1
  virtual ToldEvents told_after(const UserId& user, std::optional<std::uint64_t> after,
                                std::size_t limit) = 0;
};

}  // namespace earshot
