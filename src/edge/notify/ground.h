#pragma once

#include "base/entropy.h"
#include "base/loop.h"
#include "edge/notify/caller.h"
#include "edge/notify/history.h"
#include "edge/notify/notify_settings.h"
#include "edge/notify/roster.h"
#include "view/user_state_json.h"
#include "wire/bayeux/channel.h"

namespace earshot::notify {

/// What the parts of Hub stand on. One of it; it outlives them. Control loop only.
struct Ground {
  // They outlive the hub: app builds all three.
  Loop& loop;
  Entropy& entropy;
  Callers& callers;
  const NotifySettings settings;
  History history;
  Roster roster;
  /// What users do, told to those who look after them.
  const bayeux::Channel users = *bayeux::Channel::of_others(view::kUsersChannel);
};

}  // namespace earshot::notify
