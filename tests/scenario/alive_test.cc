// Alive or gone: whoever says nothing, for whatever reason, keeps their call as long as their phone
// answers when it is asked, and is released within the silence time and the 32 s it is asked for.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/log.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::Phone;
using sim::World;

constexpr Duration kLongest = seconds{5 + 32 + 1};  ///< silence_timeout, Timer F, and a little
constexpr std::uint8_t kComfortNoise = 13;          ///< RFC 3389
constexpr std::uint8_t kKeepAlive = 127;            ///< RFC 6263 §4.6

app::Config patient() {
  app::Config config = World::config();
  config.directory.queues.front().patience = seconds{3600};
  return config;
}

struct Alive : testing::Test {
  World world{1, patient()};
  int asked = 0;  ///< OPTIONS the server sent
  std::vector<json::object> lines;

  void SetUp() override {
    ASSERT_TRUE(world.open());
    world.network.set_tap([this](ByteView datagram, const Endpoint&, const Endpoint& to) {
      const bool by_server = to.address() != "192.0.2.1";
      asked += by_server && as_text(datagram).starts_with("OPTIONS ");
    });
    set_log_sink([this](std::string_view line) {
      const auto parsed = json::parse(line);
      if (parsed && parsed->is_object()) lines.push_back(parsed->get_object());
    });
  }
  void TearDown() override {
    set_log_sink({});
    for (const int number : {5000, 5001, 5002, 5005}) world.phone(number).hang_up();
    world.trunk().hang_up();
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{110})) << world.story();
  }

  bool released(const std::string& desk) { return world.desk(desk).told().ends_with("Released"); }
  void expect_to_stay(const Phone& phone) {
    world.run(seconds{200});
    EXPECT_TRUE(phone.is_up());
    EXPECT_TRUE(gone().empty());
  }
  /// Lines that say that somebody is gone.
  std::vector<json::object> gone() const {
    std::vector<json::object> found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found), [](const auto& line) {
      const auto* msg = json::find_string(line, "msg");
      return msg && msg->find("is gone") != msg->npos;
    });
    return found;
  }
  void expect_one_line(const std::string& number) {
    ASSERT_EQ(gone().size(), 1u);
    const json::object line = gone().front();
    EXPECT_EQ(line.at("number").as_string(), number);
    EXPECT_FALSE(line.at("call_id").as_string().empty());
    const auto names_leg = [&](const json::object& other) {
      const auto* msg = json::find_string(other, "msg");
      return msg && (msg->starts_with("leg ended") || msg->starts_with("leg released")) &&
             other.at("leg_id") == line.at("leg_id");
    };
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(), names_leg), 1);
  }
};

TEST_F(Alive, a_supervisor_whose_phone_is_muted_and_sends_nothing) {
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  world.phone(5005).stop_sending_audio();
  expect_to_stay(world.phone(5005));
  EXPECT_GT(asked, 10);
  EXPECT_TRUE(world.hears(5005, 5000));
  world.phone(5005).vanish();
  ASSERT_TRUE(world.until([&] { return released("supervisor"); }, kLongest));
  world.run(milliseconds{400});
  expect_one_line("5005");
  EXPECT_FALSE(released("agent"));
  EXPECT_TRUE(world.hears(5000, 5001) && world.hears(5001, 5000)) << "the call goes on";
  EXPECT_FALSE(world.agent().last_call()->at("supervisorListeningIn").as_bool());
}

TEST_F(Alive, a_caller_who_waits_in_a_queue_and_says_nothing) {
  world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.trunk().stop_sending_audio();
  expect_to_stay(world.trunk());
  EXPECT_GT(asked, 10);
  world.trunk().vanish();
  ASSERT_TRUE(world.until([&] { return !gone().empty(); }, kLongest));
  expect_one_line("+4930123456");
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  world.run(seconds{2});
  EXPECT_EQ(world.agent().told(), "") << "nobody waits any more";
}

TEST_F(Alive, a_trunk_that_sends_nothing) {
  world.trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up() && world.trunk().is_up(); }));
  world.trunk().stop_sending_audio();
  expect_to_stay(world.trunk());
  EXPECT_GT(asked, 10);
  world.trunk().vanish();
  ASSERT_TRUE(world.until([&] { return released("agent"); }, kLongest));
  expect_one_line("+4930123456");
  EXPECT_TRUE(world.until([&] { return !world.phone(5001).is_up(); }, seconds{1}));
}

TEST_F(Alive, a_call_over_the_trunk_that_sends_nothing) {
  world.phone(5001).dial("+49301");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up() && world.trunk().is_up(); }));
  world.trunk().stop_sending_audio();
  expect_to_stay(world.phone(5001));
  EXPECT_GT(asked, 10);
  world.trunk().vanish();
  ASSERT_TRUE(world.until([&] { return released("agent"); }, kLongest));
  expect_one_line("+49301");
}

TEST_F(Alive, who_sends_comfort_noise_or_keep_alives_alone_need_not_be_asked) {
  for (const std::uint8_t type : {kComfortNoise, kKeepAlive}) {
    SCOPED_TRACE(int{type});
    world.agent().forget();
    lines.clear();
    asked = 0;
    ASSERT_TRUE(world.connect()) << world.story();
    for (const int number : {5000, 5001}) world.phone(number).send_keep_alives_only(type);
    expect_to_stay(world.phone(5000));
    EXPECT_EQ(asked, 0);
    world.phone(5000).vanish();
    ASSERT_TRUE(world.until([&] { return released("agent"); }, kLongest));
    expect_one_line("5000");
    EXPECT_TRUE(world.until([&] { return !world.phone(5001).is_up(); }, seconds{1}));
    world.phone(5000).come_back();
    world.phone(5000).hang_up();
    ASSERT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70}));
  }
}

TEST_F(Alive, a_phone_that_holds_with_sendonly_and_sends_nothing) {
  ASSERT_TRUE(world.supervise("BargeIn")) << world.story();
  world.phone(5001).hold(sim::HoldStyle::SendOnly);
  world.run(seconds{1});
  world.phone(5001).stop_sending_audio();
  expect_to_stay(world.phone(5001));
  EXPECT_GT(asked, 10);
  EXPECT_TRUE(world.phone(5001).status().we_hold);
  world.phone(5001).vanish();
  ASSERT_TRUE(world.until([&] { return released("agent"); }, kLongest));
  expect_one_line("5001");
}

TEST_F(Alive, two_phones_that_hold_and_vanish_end_as_soon_as_one) {
  ASSERT_TRUE(world.connect());
  world.phone(5001).hold(sim::HoldStyle::SendOnly);
  world.phone(5000).hold(sim::HoldStyle::Inactive);
  world.run(seconds{1});
  for (const int number : {5000, 5001}) world.phone(number).stop_sending_audio();
  expect_to_stay(world.phone(5000));
  for (const int number : {5000, 5001}) world.phone(number).vanish();
  ASSERT_TRUE(world.until([&] { return released("agent"); }, kLongest));
  EXPECT_TRUE(world.agent().calls().empty());
  EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{33})) << "a last BYE to each";
}

}  // namespace
}  // namespace earshot::scenario
