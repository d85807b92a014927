#pragma once

#include <optional>
#include <string_view>

#include "edge/notify/dispatch.h"
#include "edge/notify/ground.h"
#include "edge/notify/pace.h"

namespace earshot::notify {

/// How many sessions a user and an address may have, how often they may shake hands, and how many
/// polls a browser may hold (bayeux.md §7, §13). Control loop only.
class Admission {
 public:
  /// `ground` and `dispatch` outlive it.
  Admission(Ground& ground, Dispatch& dispatch);

  /// Why there may be no further session.
  struct Refusal {
    std::string_view error;  ///< of the handshake's reply
    Duration again_after{};  ///< zero: not by itself
  };
  /// Counts a handshake. At the user's limit an idle session makes room.
  /// @return why there may be no further session; nothing where there may
  std::optional<Refusal> refusal_of(const Caller& caller);
  /// Whether the browser holds so many polls that another would block its pages.
  bool is_crowded(const Subscriber& subscriber) const;

 private:
  bool make_room(const UserId& user);

  Ground& ground_;
  Dispatch& dispatch_;
  Pace paces_of_users_;
  Pace paces_of_addresses_;
};

}  // namespace earshot::notify
