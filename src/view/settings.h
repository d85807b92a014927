#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "model/segment.h"
#include "view/phone_numbers.h"

namespace earshot::view {

/// How resources are named and what the settings say in JSON.
struct ViewSettings {
  /// Every `uri` starts with it. Config: http.external_url; whoever knows the bound address fills
  /// it in where that is "".
  std::string base;
  /// StartContactCenterSession with other channels beside voice succeeds, as voice does; else it is
  /// partial success (rest-and-sessions.md §A.6).
  bool tolerate_other_channels = false;
  bool call_path_slash = false;  ///< a call's `path`: "calls/…" as the seed page, or "/calls/…"
  seconds wrap_up_time{};        ///< shown as extensions.WrapUpTime
  /// The time of day at a time of the control loop's. Until the centre sets it, from 1970 on.
  std::function<WallTime(TimePoint)> day_time = [](TimePoint at) {
    return WallTime{std::chrono::floor<milliseconds>(at.time_since_epoch())};
  };
  /// Shared by whoever shows numbers.
  std::shared_ptr<PhoneNumbers> phone_numbers = std::make_shared<PhoneNumbers>();
};

}  // namespace earshot::view
