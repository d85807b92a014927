#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/loop.h"
#include "sim/http_peer.h"

namespace earshot::sim {

/// A CometD client as a desktop has it: shakes hands, subscribes, polls, and does what advice says
/// (bayeux.md §2-4). Long-polling alone. Works over sockets and in the same process alike.
class BayeuxListener {
 public:
  struct Event {
    std::string channel;
    json::value data;
    TimePoint at;  ///< when it came
  };
  enum class State { Idle, ShakingHands, Subscribing, Listening, Stopped };

  /// `loop` and `peer` outlive the listener.
  /// @param path  where the server's Bayeux is mounted: "/api/v2/notifications"
  BayeuxListener(Loop& loop, HttpPeer& peer, std::string path, std::vector<std::string> channels);
  ~BayeuxListener();
  BayeuxListener(const BayeuxListener&) = delete;

  /// Shakes hands, subscribes to all channels and polls from then on. A broken poll is tried again
  /// after a second; advice "handshake" begins again, "none" ends in Stopped.
  void start();
  /// Disconnects and polls no more.
  void stop();
  /// Told of each event, in order.
  void on_event(std::function<void(const Event&)> listener) { listener_ = std::move(listener); }

  State state() const { return state_; }
  /// Every subscription is confirmed and the first connect was answered: what happens now will be
  /// told.
  bool is_listening() const { return state_ == State::Listening; }
  const std::string& client_id() const { return client_id_; }
  /// What came since the last take, oldest first; at most the last 10000.
  const std::deque<Event>& events() const { return events_; }
  std::vector<Event> take_events();
  /// Handshakes so far: more than one means a session was lost.
  int handshakes() const { return handshakes_; }
  /// Polls that broke, and the last refusal's error text.
  int failures() const { return failures_; }
  const std::string& last_error() const { return last_error_; }

 private:
  void shake_hands();
  void subscribe();
  void connect(bool at_once);
  void send(json::array messages, std::function<void(const json::object& reply)> on_reply,
            std::string_view reply_channel);
  void take(const std::string& body, std::string_view reply_channel,
            const std::function<void(const json::object&)>& on_reply);
  void refused(const json::object& reply);
  void try_again(bool handshake, Duration after);
  void take_advice(const json::object& reply);
  json::object message(std::string_view channel);

  Loop& loop_;
  HttpPeer& peer_;
  std::string path_;
  std::vector<std::string> channels_;
  std::function<void(const Event&)> listener_;
  State state_ = State::Idle;
  std::string client_id_;
  std::uint64_t last_id_ = 0;
  std::uint64_t generation_ = 0;  // replies to an earlier start are ignored
  std::string reconnect_ = "retry";
  Duration interval_{};
  TimerId timer_ = 0;
  std::deque<Event> events_;
  int handshakes_ = 0;
  int failures_ = 0;
  std::string last_error_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace earshot::sim
