#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/loop.h"
#include "edge/notify/history.h"
#include "edge/notify/index.h"
#include "edge/notify/line.h"
#include "edge/notify/outlet.h"
#include "model/ids.h"
#include "wire/bayeux/session.h"

namespace earshot::notify {

/// One Bayeux session as the server sees it: whose it is, and what waits for it.
struct Subscriber {
  std::string client_id;
  UserId user;
  std::string user_name;        ///< for the log
  std::string http_session;     ///< the one its latest message came with
  std::string address;          ///< where its handshake came from
  std::string browser;          ///< its BAYEUX_BROWSER
  bool browser_proven = false;  ///< the handshake came with it, so every message must
  const std::vector<Subscriber*>* of_browser = nullptr;  ///< all of its browser, itself among them
  bayeux::Session session;
  std::unique_ptr<Outlet> waiting;  ///< exactly while session.is_held()
  std::shared_ptr<Line> line;       ///< where events are pushed; null: they wait for a connect
  TimerId timer = 0;
  TimePoint timer_at{};
  bool is_due = false;              ///< on the hub's list of sessions to look at
  History::Track* track = nullptr;  ///< its events bear their sequence numbers; null: as ever
  /// The last event it was considered for; those after it wait in its track, not in its queue.
  std::optional<std::uint64_t> behind{};
  /// By which callbacks that outlive it find out.
  std::shared_ptr<Subscriber*> self{};
};

/// All Bayeux sessions, found by client id, by user and by HTTP session, and counted by address;
/// each knows those of its browser.
class Roster {
 public:
  using Subscribers = std::vector<Subscriber*>;

  /// @param subscriber  with a client id not yet on the roster
  Subscriber& add(std::unique_ptr<Subscriber> subscriber);
  /// @return the subscriber, off the roster
  std::unique_ptr<Subscriber> remove(Subscriber& subscriber);
  /// Its messages come with another HTTP session now.
  void move_to(Subscriber& subscriber, const std::string& http_session);

  /// Null where no session has that client id. Whose it is, is for the caller to check.
  Subscriber* find(const std::string& client_id) const;
  /// In order of handshake. Valid until the roster changes.
  const Subscribers& of_user(const UserId& user) const { return by_user_.of(user); }
  /// Those whose latest message came with it. Valid until the roster changes.
  const Subscribers& of_http_session(const std::string& http_session) const {
    return by_http_session_.of(http_session);
  }
  /// Sessions whose handshake came from that address.
  std::size_t count_at(const std::string& address) const;
  /// Sessions, of all users.
  std::size_t size() const { return by_client_.size(); }
  /// Nothing is left, in no list either.
  bool empty() const;

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [client_id, subscriber] : by_client_) visit(*subscriber);
  }

 private:
  std::unordered_map<std::string, std::unique_ptr<Subscriber>> by_client_;
  Index<UserId, Subscriber*> by_user_;
  Index<std::string, Subscriber*> by_http_session_;
  Index<std::string, Subscriber*> by_browser_;
  std::unordered_map<std::string, std::size_t> at_address_;
};

}  // namespace earshot::notify
