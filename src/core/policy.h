#pragma once

#include <string>

#include "base/time.h"
#include "model/supervision.h"

namespace earshot::core {

/// Config table [calls]; supervisor_ring_time stands in [supervision].
struct CallSettings {
  Duration ring_time = seconds{30};
  Duration supervisor_ring_time = seconds{30};
  std::size_t max_legs = 16;
  std::size_t max_user_data = 65536;  ///< octets of JSON a call (core/user_data.h)
  // Operations that only some servers of the API list; the pages' capability lists lack them
  // (calls.md §3).
  bool offers_mute = false;       ///< MuteCall, UnmuteCall
  bool offers_clear = false;      ///< ClearCall
  bool offers_recording = false;  ///< the four of call recording, and `recordingState`
  std::string disposition_key = "DispositionCode";  ///< SetCallDisposition without dispositionKey
};

/// What is configured of the rules.
struct Policy {
  SupervisionSettings supervision;
  CallSettings calls;
};

}  // namespace earshot::core
