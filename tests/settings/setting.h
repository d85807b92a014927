#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "sim/fake_exchange.h"
#include "sim/world.h"

namespace earshot::settings {

using sim::World;

/// From the text of a configuration to what the whole server does by it. There is a test for each
/// key, named as the key is, "calls.ring_timeout_s" calls_ring_timeout_s: every_key_test.cc counts
/// them.
struct Setting : testing::Test {
  std::unique_ptr<World> world;
  http::PrefixRouter router;

  struct Message {
    Endpoint from;
    Endpoint to;
    std::string text;
  };
  std::vector<Message> wire;  ///< every SIP message since with()

  /// A new world of these settings, each on a line of its own.
  void with(const std::string& settings) {
    world.reset();
    wire.clear();
    router = {};
    world = std::make_unique<World>(1, World::config(settings));
    world->network.set_tap([this](ByteView datagram, const Endpoint& from, const Endpoint& to) {
      if (const auto text = as_text(datagram); text.find("SIP/2.0") != text.npos)
        wire.push_back({from, to, std::string{text}});
    });
    world->centre().mount(router);
    EXPECT_TRUE(world->open()) << world->story();
  }
  void TearDown() override {
    if (world) world->network.set_tap({});
  }

  /// The last message from the server to a phone that starts so; "" for none.
  std::string told(const sim::Phone& phone, std::string_view start) const {
    for (auto each = wire.rbegin(); each != wire.rend(); ++each)
      if (each->to == phone.address() && each->text.starts_with(start)) return each->text;
    return "";
  }
  /// In the last SDP the server sent to a phone: the port of its audio, or 0.
  int port_told(const sim::Phone& phone) const {
    for (auto each = wire.rbegin(); each != wire.rend(); ++each)
      if (const auto at = each->text.find("m=audio ");
          each->to == phone.address() && at != std::string::npos)
        return std::stoi(each->text.substr(at + 8));
    return 0;
  }

  /// A request of a client at 203.0.113.7 that keeps no cookies.
  std::shared_ptr<sim::FakeRequest> ask(const std::string& method, const std::string& path,
                                        sim::HttpHeaders headers, std::string body = "") {
    auto sent = std::make_shared<sim::FakeRequest>();
    sent->request.method = method;
    sent->request.path = path;
    sent->request.headers = std::move(headers);
    sent->request.body = std::move(body);
    sent->request.peer = *Endpoint::parse("203.0.113.7", 40000);
    router.handle(std::make_unique<sim::FakeExchange>(sent));
    world->loop.run_posted();
    return sent;
  }
  int status_of(const std::string& method, const std::string& path, sim::HttpHeaders headers,
                std::string body = "") {
    const auto sent = ask(method, path, std::move(headers), std::move(body));
    return sent->response ? sent->response->status : 0;
  }

  /// One Bayeux message of "agent", and the reply to it.
  json::object bayeux(const std::string& message) {
    const auto sent =
        ask("POST", "/api/v2/notifications", {{"Authorization", kAgent}}, "[" + message + "]");
    if (!sent->response) return {};
    const auto replies = json::parse(sent->response->body);
    sent->finish(true);
    return replies ? replies->at(0).as_object() : json::object{};
  }
  json::object shake_hands() {
    return bayeux(R"({"channel":"/meta/handshake","id":"1","version":"1.0",)"
                  R"("supportedConnectionTypes":["long-polling","websocket"]})");
  }
  static bool succeeded(const json::object& reply) { return reply.at("successful").as_bool(); }

  static constexpr const char* kAgent = "Basic YWdlbnQ6c2VjcmV0LWFnZW50";   // agent:secret-agent
  static constexpr const char* kWrong = "Basic YWdlbnQ6d3Jvbmc=";           // agent:wrong
  static constexpr const char* kWrongColleague = "Basic Y29sbGVhZ3VlOng=";  // colleague:x

  /// A phone beside the world's own, registered.
  std::unique_ptr<sim::Phone> phone(sim::PhoneSettings settings) {
    auto made = std::make_unique<sim::Phone>(world->loop, world->network, world->entropy, settings);
    EXPECT_TRUE(made->start());
    made->register_with_server();
    EXPECT_TRUE(world->until([&] { return made->is_registered(); })) << world->story();
    return made;
  }
  /// The phone of `number`, but one that nobody answers, in its place.
  std::unique_ptr<sim::Phone> unanswered(int number) {
    sim::PhoneSettings settings = world->phone(number).settings();
    world->phone(number).unregister();
    world->run(seconds{1});
    settings.local = *Endpoint::parse("198.51.100.77", 5060);
    settings.answer_after.reset();
    return phone(settings);
  }
  /// How long a phone rings that nobody answers, in whole seconds.
  Duration ringing_time(const sim::Phone& phone) {
    EXPECT_TRUE(world->until([&] { return phone.is_ringing(); }));
    const TimePoint begin = world->loop.now();
    EXPECT_TRUE(world->until([&] { return !phone.is_ringing(); }, seconds{60}));
    return std::chrono::round<seconds>(world->loop.now() - begin);
  }
  /// How the newest call of a phone ends when it dials, 0 while it has not.
  int status_of_dialling(sim::Phone& from, const std::string& number) {
    const auto call = from.dial(number);
    world->until([&] { return from.status(call).end_status != 0; }, seconds{1});
    return from.status(call).end_status;
  }
};

}  // namespace earshot::settings
