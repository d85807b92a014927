#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "app/demo_agents.h"
#include "base/endpoint.h"
#include "base/entropy.h"
#include "net/asio_loop.h"
#include "net/udp.h"
#include "sim/http_client.h"
#include "sim/phone.h"

namespace earshot::sim {

/// The demo's contact centre, alive: robot agents who log in, become Ready and answer, and
/// customers who call the queues by the carrier's trunk, wait, talk, and hang up. Now and then
/// somebody gives up waiting, an agent holds, hands a call to the other queue, or takes a break.
/// Everybody sings (sim/melody.h), so that one can hear who speaks. Loop thread only.
class LiveCentre {
 public:
  struct Settings {
    Endpoint http;
    Endpoint sip;                  ///< on a loopback address
    double calls_per_minute = 12;  ///< on average
    std::uint64_t seed = 1;
  };
  /// All references outlive the centre.
  LiveCentre(net::AsioLoop& loop, net::UdpNetwork& network, Entropy& entropy, Settings settings);
  ~LiveCentre();
  LiveCentre(const LiveCentre&) = delete;

  /// Opens the phones, logs the agents in; the first customers call within three seconds.
  /// @return the system's words where a phone's socket cannot be opened
  Status<std::string> start();
  /// Calls under way are hung up, phones unregistered; then `done`, after 2 s at the latest.
  void stop(std::function<void()> done);

 private:
  struct Agent {
    app::DemoAgent who;
    std::unique_ptr<Phone> phone;
    std::unique_ptr<HttpClient> desktop;
    bool logged_in = false;
  };
  struct Customer {
    std::unique_ptr<Phone> phone;
    std::string number;
  };

  void after(Duration span, std::function<void()> work);
  Duration between(Duration least, Duration most);
  bool chance(double probability);

  void log_in(Agent& agent);
  void keep_logged_in(Agent& agent);
  void ask(Agent& agent, const std::string& path, const std::string& body);
  void on_agent(Agent& agent, const PhoneEvent& event);
  void hold_for_a_while(Agent& agent, PhoneCallId call);
  void hand_over(Agent& agent);
  void take_a_break(Agent& agent);

  void arrive();
  void call(Customer& customer);

  net::AsioLoop& loop_;
  Settings settings_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Agent>> agents_;
  std::vector<std::unique_ptr<Customer>> customers_;
  bool stopping_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // what is due later looks at it
};

}  // namespace earshot::sim
