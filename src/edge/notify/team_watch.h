#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/loop.h"
#include "edge/notify/hub.h"
#include "model/directory.h"
#include "model/user_view.h"
#include "ports/event_sink.h"
#include "ports/voice_api.h"
#include "view/settings.h"

namespace earshot::notify {

/// Tells supervisors and administrators what the users do whom they may see, on /v2/users (DD-41):
/// each user once somebody subscribes, and again whenever what is shown of them changes. Stands
/// between the engine and the hub. Control loop only.
///
/// Where nobody subscribed an event costs a look at an empty table. Who changes again while the
/// news of them still waits is told once, as they are then: neither a slow client nor the first
/// look at a large team fills a queue.
class TeamWatch final : public EventSink {
 public:
  /// All outlive it.
  TeamWatch(Hub& hub, const DirectorySnapshot& directory, Loop& loop,
            const view::ViewSettings& settings);
  ~TeamWatch() override;
  TeamWatch(const TeamWatch&) = delete;
  /// Once, before the first event. It outlives the watch.
  void connect(const VoiceApi& voice) { voice_ = &voice; }

  /// Passes them on; what they change of their users is told afterwards.
  void publish(const std::vector<Event>& events) override;
  /// A session of the user is subscribed from now on: it is told of all they may see.
  void on_users_wanted(const UserId& user);
  /// Another directory is in force: everybody is told of all they may see.
  void on_directory_changed();

  /// Users who are told of others, for tests and leak checks.
  std::size_t watchers() const { return watchers_.size(); }

 private:
  /// Of whom a watcher is still to be told, in order, each once.
  struct Watcher {
    std::deque<UserId> waiting;
    std::unordered_set<UserId> is_waiting;
    std::string own_told;  ///< what they were told of themselves last; "": nothing yet
  };
  /// What was last seen of a user, and how it is told.
  struct Known {
    UserView view;
    std::string message;
  };

  UserView view_of(const UserId& user) const;
  std::string own_message(const UserId& user) const;
  bool sees(const UserId& watcher, const UserId& user) const;
  void touch(const UserId& user);
  void touch_monitored_by(const UserId& supervisor);
  bool look_at(const UserId& user);
  void tell_all(const UserId& watcher);
  void enqueue(Watcher& watcher, const UserId& user);
  bool send(const UserId& user, Watcher& watcher);
  void work_later(Duration after = {});
  void work();

  Hub& hub_;
  const DirectorySnapshot& directory_;
  Loop& loop_;
  const view::ViewSettings& settings_;
  const VoiceApi* voice_ = nullptr;
  std::map<UserId, Watcher> watchers_;
  std::unordered_map<UserId, Known> known_;  ///< of those a watcher was told of
  std::vector<UserId> touched_;              ///< something happened to them since the last work
  TimerId timer_ = 0;
};

}  // namespace earshot::notify
