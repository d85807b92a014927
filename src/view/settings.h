#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "view/phone_numbers.h"

namespace earshot::view {

/// How resources are named and what the settings say in JSON.
struct ViewSettings {
  /// Every `uri` starts with it. Config: http.external_url; whoever knows the bound address fills
  /// it in where that is "".
  std::string base;
  bool call_path_slash = false;  ///< a call's `path`: "calls/…" as the seed page, or "/calls/…"
  seconds wrap_up_time{};        ///< shown as extensions.WrapUpTime
  /// Shared by whoever shows numbers.
  std::shared_ptr<PhoneNumbers> phone_numbers = std::make_shared<PhoneNumbers>();
};

}  // namespace earshot::view
