#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace earshot {

/// One notification as its user was told it, or would have been.
struct ToldEvent {
  std::uint64_t sequence = 0;                       ///< one more than the one before it
  std::shared_ptr<const std::string> message_json;  ///< {"data":{…},"channel":…}
};

/// What a user was told after some event, oldest first.
struct ToldEvents {
  std::vector<ToldEvent> events;
  std::uint64_t newest = 0;  ///< of the user's latest event, whether or not it is among these
  std::uint64_t cursor = 0;  ///< to ask with for what comes after these
  bool gap = false;          ///< some are gone: these are none, and the cursor is the newest
};

}  // namespace earshot
