#pragma once

#include <optional>

#include "model/call_view.h"
#include "model/device_view.h"
#include "model/ids.h"

namespace earshot {

/// What a user does now, as those see it who look after them (DD-41).
struct UserView {
  UserId user;
  std::optional<DeviceView> device;  ///< nothing: they have none
  std::optional<CallSummary> call;   ///< that keeps them busy
  bool operator==(const UserView&) const = default;
};

}  // namespace earshot
