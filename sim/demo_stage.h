#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "net/asio_loop.h"
#include "sim/bayeux_listener.h"
#include "sim/child_process.h"
#include "sim/http_client.h"

namespace earshot::sim {

/// The demonstration's own loop, on a thread beside the story, which is told in straight lines and
/// waits for what happens there.
class Stage {
 public:
  Stage();
  ~Stage();

  net::AsioLoop& loop() { return loop_; }
  /// Runs `work` on the loop and waits until it has run.
  void on_loop(std::function<void()> work);
  /// Changes what `until` looks at, from the loop.
  void change(const std::function<void()>& work);
  /// Waits until `condition` holds; false when `limit` passed first, or the curtain fell.
  bool until(const std::function<bool()>& condition, Duration limit);
  /// The same whether or not the curtain has fallen: for what is to be put away.
  bool settle(const std::function<bool()>& condition, Duration limit);
  /// Ends every wait from now on.
  void curtain();
  bool is_over();

 private:
  net::AsioLoop loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// A user's desktop over real HTTP: REST, and CometD notifications as they come.
class DemoDesk {
 public:
  /// @param told  each notification, on the stage's loop
  DemoDesk(Stage& stage, const Endpoint& server, const std::string& user,
           const std::string& password,
           std::function<void(const std::string& channel, const json::value&)> told);
  ~DemoDesk();

  struct Reply {
    int status = 0;
    json::value body;
    std::string text;
  };
  Reply get(const std::string& path) { return send("GET", path, ""); }
  Reply post(const std::string& path, const std::string& body) { return send("POST", path, body); }
  /// False: no subscription within 5 s.
  bool listen();
  void leave();

 private:
  Reply send(const std::string& method, const std::string& path, const std::string& body);
  Stage& stage_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<BayeuxListener> listener_;
};

}  // namespace earshot::sim
