// The end of the server, with calls in every state: docs/lifetimes.md, RFC 3261 §15, §17.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "sim/world.h"
#include "wire/sip/message.h"

namespace earshot::scenario {
namespace {

using sim::World;

const Endpoint kServer = *Endpoint::parse("192.0.2.1", 5060);

struct EndOfServer : testing::Test {
  World world;
  /// INVITE transactions, by branch, and how often each got a final answer that was not a repeat.
  std::map<std::string, std::set<int>> finals;
  std::map<std::string, int> byes;  ///< sent by the server, by Call-ID
  std::vector<std::string> log_lines;
  bool stopped = false;

  void SetUp() override {
    ASSERT_TRUE(world.open());
    world.network.set_tap([this](ByteView datagram, const Endpoint& from, const Endpoint&) {
      if (const auto message = sip::parse(as_text(datagram))) note(*message, from == kServer);
    });
    set_log_sink([this](std::string_view line) { log_lines.emplace_back(line); });
  }
  void TearDown() override { set_log_sink({}); }

  void note(const sip::Message& message, bool by_server) {
    if (const auto* request = std::get_if<sip::Request>(&message)) {
      if (request->method == "INVITE") finals[branch_of(request->headers)];
      if (request->method == "BYE" && by_server) ++byes[request->headers.call_id];
    } else {
      const auto& response = std::get<sip::Response>(message);
      if (response.headers.cseq.method == "INVITE" && response.status >= 200)
        finals[branch_of(response.headers)].insert(response.status);
    }
  }
  static std::string branch_of(const sip::Headers& headers) {
    return std::string{headers.via.front().branch()};
  }
  void stop() {
    world.centre().stop([this] { stopped = true; });
  }
  std::size_t logged(const std::string& message) const {
    return std::size_t(
        std::count_if(log_lines.begin(), log_lines.end(), [&](const std::string& line) {
          return line.find("\"msg\":\"" + message + "\"") != std::string::npos;
        }));
  }
  void expect_nothing_left() {
    EXPECT_TRUE(world.is_empty()) << world.story();
    for (const int number : {5000, 5001, 5002, 5005})
      EXPECT_TRUE(world.phone(number).live_calls().empty()) << number;
    EXPECT_TRUE(world.trunk().live_calls().empty());
    for (const auto& [branch, statuses] : finals)
      EXPECT_EQ(statuses.size(), 1u) << "INVITE " << branch << "\n" << world.story();
  }
};

TEST_F(EndOfServer, each_dialog_gets_its_bye_until_it_is_answered) {
  ASSERT_TRUE(world.connect());
  sim::Dials lost;
  lost.loss = 1;
  world.network.set_dials_from(kServer, lost);
  stop();
  world.run(seconds{1});
  EXPECT_FALSE(stopped);
  EXPECT_EQ(world.centre().census().calls, 0u);
  world.network.reset_dials();
  ASSERT_TRUE(world.until([&] { return stopped; }, seconds{3}));
  expect_nothing_left();
  ASSERT_EQ(byes.size(), 2u);
  for (const auto& [call, count] : byes) EXPECT_EQ(count, 3) << "at 0, 0.5 and 1.5 s";
}

TEST_F(EndOfServer, calls_that_ring_and_wait_end_with_one_final_answer_each) {
  world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});  // waits
  world.phone(5002).dial("5005");
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_ringing(); }));  // before it answers
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_ringing(); }));
  const auto ringing = world.phone(5000).current_call();
  sim::Dials lossy;
  lossy.loss = 0.3;
  world.network.set_dials_between(kServer, Endpoint{}, lossy);
  stop();
  ASSERT_TRUE(world.until([&] { return stopped; }, seconds{8}));
  expect_nothing_left();
  EXPECT_EQ(world.phone(5000).status(ringing).end_status, 503);
  EXPECT_EQ(
      logged(
          "stopping without waiting any longer: not every phone has confirmed the end of its call"),
      0u);
}

TEST_F(EndOfServer, a_waiting_caller_is_released_once) {
  world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.run(seconds{1});
  stop();
  ASSERT_TRUE(world.until([&] { return stopped; }, seconds{2}));
  EXPECT_EQ(logged("leg released"), 1u);
  ASSERT_EQ(byes.size(), 1u);
  EXPECT_EQ(byes.begin()->second, 1);
  expect_nothing_left();
}

TEST_F(EndOfServer, a_phone_that_never_answers_costs_the_grace_time_and_no_more) {
  ASSERT_TRUE(world.connect());
  world.phone(5001).vanish();
  stop();
  world.run(world.settings().server.stop_grace - milliseconds{50});
  EXPECT_FALSE(stopped);
  ASSERT_TRUE(world.until([&] { return stopped; }, milliseconds{100}));
  EXPECT_EQ(
      logged(
          "stopping without waiting any longer: not every phone has confirmed the end of its call"),
      1u);
}

TEST_F(EndOfServer, meanwhile_calls_and_registrations_are_refused) {
  ASSERT_TRUE(world.connect());
  world.phone(5001).vanish();  // so that the end takes its time
  stop();
  const auto call = world.phone(5002).dial("5005");
  EXPECT_TRUE(world.until([&] { return world.phone(5002).status(call).end_status == 503; }));
  int refused = 0;
  world.phone(5005).on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::RegistrationFailed) refused = event.status;
  });
  world.phone(5005).register_with_server();
  EXPECT_TRUE(world.until([&] { return refused != 0; }, seconds{2}));
  EXPECT_EQ(refused, 503);
  EXPECT_EQ(world.desk("colleague")
                .post(world.desk("colleague").device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5005"}})")
                .status,
            503);
  EXPECT_FALSE(stopped);
  EXPECT_TRUE(world.until([&] { return stopped; }, seconds{10}));
}

TEST_F(EndOfServer, desktops_hear_of_the_end_of_their_calls_and_are_let_go) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{50});
  world.agent().forget();
  stop();
  ASSERT_TRUE(world.until([&] { return stopped; }, seconds{2}));
  world.run(milliseconds{20});
  EXPECT_EQ(world.agent().told(), "Released");
  EXPECT_EQ(world.centre().census().bayeux_sessions, 0u);
}

TEST_F(EndOfServer, asked_twice_it_ends_once) {
  int ended = 0;
  world.centre().stop([&] { ++ended; });
  world.centre().stop([&] { ++ended; });
  world.run(seconds{2});
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace earshot::scenario
