#pragma once

#include <unordered_map>

#include "base/loop.h"
#include "edge/auth/sessions.h"
#include "edge/notify/hub.h"
#include "model/ids.h"
#include "ports/voice_api.h"

namespace earshot::app {

/// Logs agents out whose desktops died: no Bayeux session and no request for `grace`, and no call
/// (DD-21). A call is never ended by it; while there is one, it looks again later. Control loop
/// only.
class OrphanWatch {
 public:
  /// @param grace  zero: nobody is ever logged out. The references outlive the watch.
  OrphanWatch(Loop& loop, Duration grace, const notify::Hub& hub, const auth::Sessions& sessions,
              VoiceApi& voice);
  ~OrphanWatch();
  OrphanWatch(const OrphanWatch&) = delete;

  /// One of the user's Bayeux sessions ended, and so many are left.
  void on_session_ended(const UserId& user, std::size_t left);

 private:
  void look_at(const UserId& user, TimePoint when);
  void look(const UserId& user);
  std::string number_of(const UserId& user) const;
  bool is_logged_in(const UserId& user) const;

  Loop& loop_;
  Duration grace_;
  const notify::Hub& hub_;
  const auth::Sessions& sessions_;
  VoiceApi& voice_;
  std::unordered_map<UserId, TimerId> timers_;  ///< of users without a Bayeux session
};

}  // namespace earshot::app
