#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/centre.h"
#include "app/config.h"
#include "base/json.h"
#include "edge/http/exchange.h"
#include "sim/fake_network.h"
#include "sim/phone.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::sim {

class World;
struct FakeRequest;

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// A REST reply.
struct Reply {
  int status = 0;
  json::value body;
  HttpHeaders headers{};
  int status_code() const;  ///< of the body; -1 where there is none
  /// The first header of that name, as it is spelled; "" where there is none.
  std::string header(std::string_view name) const;
};

/// One user's desktop in the world: REST with Basic and cookie, and a Bayeux session that polls for
/// ever.
class Desk {
 public:
  Desk(World& world, std::string user_name);

  Reply get(const std::string& path);
  Reply post(const std::string& path, const std::string& body, HttpHeaders headers = {});
  /// POST with an operationName alone.
  Reply operate(const std::string& path, const std::string& operation);
  /// An operation on the user's only call; status 404 where there is none.
  Reply on_call(const std::string& operation);
  /// ListenIn, Coach or BargeIn on the own device, of the agent with `number`.
  Reply monitor(const std::string& operation, const std::string& number);

  /// Handshake, subscription to all of /v2/me, the contact-centre session.
  void log_in();
  /// After a restart of the server, as clients do that are told to shake hands again: a new HTTP
  /// session by its credentials, handshake and subscription, but no contact-centre session.
  void come_back();
  /// To one more channel, in the session that listens.
  void subscribe(const std::string& channel);
  /// Dies: polls no more, without a word. Requests still work.
  void leave() { listens_ = false; }
  /// The user's device and the calls as the API shows them now.
  json::value device();
  json::array calls();
  std::string device_path();

  /// Every event received, oldest first: {"data":…,"channel":…}.
  std::vector<json::value> events;
  /// "Ringing, Established, …": the calls' notifications in short, a state for StatusChange, else
  /// the type.
  std::string told() const;
  /// The last call resource told; null for none.
  const json::value* last_call() const;
  void forget() { events.clear(); }

 private:
  friend class World;
  http::Request request(std::string method, const std::string& path, std::string body);
  std::shared_ptr<FakeRequest> send(http::Request request);
  void listen();
  void poll(bool at_once);
  void take(const std::string& batch);

  World& world_;
  std::string user_name_;
  std::string cookie_;
  std::string client_id_;
  bool listens_ = true;
};

/// The contact centre of the founding page under a virtual clock: the whole server on a fake
/// network, with phones that hum and desks that listen. 5000 the customer, 5001 and 5002 agents,
/// 5005 the supervisor, a trunk that takes and brings numbers with "+", and a queue, 8000, which
/// both agents serve once they are Ready.
class World {
 public:
  explicit World(std::uint64_t seed = 1);
  World(std::uint64_t seed, app::Config config);
  ~World();

  /// Two agents, a supervisor, four phones, a trunk at 192.0.2.9. Silence ends a leg after 5 s.
  /// @param settings  besides: the text of a configuration, each key dotted on a line of its own,
  ///                  "calls.max_parties = 3"; then tables of a directory, in place of this one
  static app::Config config(const std::string& settings = "");

  VirtualLoop loop;
  SeededEntropy entropy;
  FakeNetwork network;

  Phone& phone(int number) { return *phones_.at(number); }
  Phone& trunk() { return *trunk_; }
  Desk& desk(const std::string& user_name) { return *desks_.at(user_name); }
  Desk& agent() { return desk("agent"); }
  Desk& supervisor() { return desk("supervisor"); }
  app::Centre& centre() { return *centre_; }
  const app::Config& settings() const { return config_; }

  /// Registers all phones and logs the desks in. False: something did not come about.
  bool open();
  /// The server is gone without a word to anybody, and `down` later a new one of the same
  /// configuration is there. Phones do nothing about it; the desks' sessions are over.
  bool restart(Duration down = {});
  /// 5000 calls 5001 and both are up.
  bool connect();
  /// The same, with 5005 on the call in the mode of `operation`.
  bool supervise(const std::string& operation);
  /// Turns the clock until `condition`, at most `limit`.
  template <class Condition>
  bool until(Condition condition, Duration limit = seconds{20}) {
    return loop.run_until(condition, limit);
  }
  void run(Duration span) { loop.run_for(span); }
  /// The time of day here: the virtual clock began on the 1st of January 2026.
  WallTime wall_time() const;

  /// Whether `listener` now hears `source`, over the last 200 ms of what its phone received.
  bool hears(int listener, int source);
  /// "5000←5001; 5001←5000 5005" : everybody of the three, over the last 200 ms.
  std::string hearing();
  /// Everything hung up and settled: no call, leg, transaction or port is left.
  bool is_empty() const;
  std::string story() const { return network.story(); }

 private:
  friend class Desk;
  void make_centre();

  app::Config config_;
  http::PrefixRouter router_;
  std::unique_ptr<app::Centre> centre_;
  std::map<int, std::unique_ptr<Phone>> phones_;
  std::unique_ptr<Phone> trunk_;
  std::map<std::string, std::unique_ptr<Desk>> desks_;
};

}  // namespace earshot::sim
