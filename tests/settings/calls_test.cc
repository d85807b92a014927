// The tables [calls] and [supervision]: see setting.h.

#include "tests/scenario/supervised.h"
#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

using scenario::Supervised;

TEST_F(Setting, calls_ring_timeout_s) {
  with("calls.ring_timeout_s = 4");
  const auto lazy = unanswered(5001);
  world->phone(5000).dial("5001");
  EXPECT_EQ(ringing_time(*lazy), seconds{4});
}

TEST_F(Setting, calls_wrap_up_time_s) {
  with("calls.wrap_up_time_s = 13");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  ASSERT_FALSE(world->agent().events.empty());
  EXPECT_EQ(world->agent().events.back().at("data").at("extensions").at("WrapUpTime"), 13);
}

TEST_F(Setting, calls_max_parties) {
  with("calls.max_parties = 3");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  EXPECT_EQ(Supervised::ask(*world, "agent", "SingleStepConference", Supervised::to("5002")), 200);
  EXPECT_EQ(Supervised::ask(*world, "agent", "SingleStepConference", Supervised::to("5005")), 400);
}

TEST_F(Setting, calls_max_user_data) {
  const std::string data = R"(,"userData":{"note":")" + std::string(2000, 'x') + R"("})";
  for (const bool small : {false, true}) {
    with(small ? "calls.max_user_data = 1024" : "");
    ASSERT_TRUE(world->connect());
    world->run(milliseconds{100});
    EXPECT_EQ(Supervised::ask(*world, "agent", "AttachUserData", data), small ? 400 : 200);
  }
}

TEST_F(Setting, calls_offer_mute) {
  with("calls.offer_mute = true");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{500});
  EXPECT_TRUE(Supervised::lists(Supervised::call_of(*world, "agent"), "MuteCall"));
  ASSERT_EQ(Supervised::ask(*world, "agent", "MuteCall"), 200);
  world->run(milliseconds{500});
  EXPECT_FALSE(world->hears(5000, 5001));
}

TEST_F(Setting, calls_offer_clear) {
  with("calls.offer_clear = true");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  EXPECT_TRUE(Supervised::lists(Supervised::call_of(*world, "agent"), "ClearCall"));
  ASSERT_EQ(Supervised::ask(*world, "agent", "ClearCall"), 200);
  EXPECT_TRUE(world->until([&] { return world->is_empty(); }, seconds{2}));
}

TEST_F(Setting, calls_region) {
  with("calls.region = \"US\"");
  world->trunk().dial("5001", {.offerless = false, .from_number = "4155550123"});
  ASSERT_TRUE(world->until([&] { return world->phone(5001).is_up(); }));
  world->run(milliseconds{100});
  const json::value call = Supervised::call_of(*world, "agent");
  EXPECT_EQ(call.at("participants").at(0).at("e164Number"), "+14155550123");
  EXPECT_EQ(call.at("participants").at(0).at("formattedPhoneNumber"), "+1 415-555-0123");
}

TEST_F(Setting, calls_disposition_key) {
  with("calls.disposition_key = \"Outcome\"");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  ASSERT_EQ(Supervised::ask(*world, "agent", "SetCallDisposition", R"(,"disposition":"Sold")"),
            200);
  world->run(milliseconds{100});
  EXPECT_EQ(Supervised::call_of(*world, "agent").at("userData"),
            (json::object{{"Outcome", "Sold"}}));
}

// ---- [supervision] ----

TEST_F(Setting, supervision_default_scope) {
  with("supervision.default_scope = \"Agent\"");
  ASSERT_TRUE(world->supervise("ListenIn"));
  EXPECT_EQ(world->supervisor().device().at("supervisorMonitoringState").at("scope"), "Agent");
  world->run(milliseconds{100});
  ASSERT_EQ(Supervised::ask(*world, "agent", "SingleStepTransfer", Supervised::to("5002")), 200);
  ASSERT_TRUE(world->until([&] { return world->phone(5002).is_up(); }));
  EXPECT_TRUE(world->until([&] { return !world->phone(5005).is_up(); }, seconds{2}));
}

TEST_F(Setting, supervision_default_mode) {
  with("supervision.default_mode = \"NextCall\"");
  ASSERT_TRUE(world->supervise("ListenIn"));
  EXPECT_EQ(world->supervisor().device().at("supervisorMonitoringState").at("mode"), "NextCall");
  Supervised::end(*world);
  ASSERT_TRUE(world->connect());
  world->run(seconds{2});
  EXPECT_FALSE(world->phone(5005).is_up());
}

TEST_F(Setting, supervision_intrusion_enabled) {
  with("supervision.intrusion_enabled = false");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  ASSERT_EQ(world->supervisor().monitor("ListenIn", "5001").status, 200);
  world->run(seconds{2});
  EXPECT_FALSE(world->phone(5005).is_up());
}

TEST_F(Setting, supervision_monitor_internal_calls) {
  with("supervision.monitor_internal_calls = false");
  ASSERT_EQ(world->supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world->connect());
  world->run(seconds{2});
  EXPECT_FALSE(world->phone(5005).is_up());
}

TEST_F(Setting, supervision_monitor_consult_calls) {
  with("supervision.monitor_consult_calls = true");
  ASSERT_TRUE(world->supervise("ListenIn"));
  world->run(milliseconds{100});
  ASSERT_EQ(Supervised::ask(*world, "agent", "InitiateTransfer", Supervised::to("5002")), 200);
  ASSERT_TRUE(world->until([&] { return world->phone(5002).is_up(); }));
  world->run(milliseconds{500});
  EXPECT_EQ(Supervised::heard(*world, 5005), "5001 5002");
}

TEST_F(Setting, supervision_monitor_party_on_hold) {
  for (const bool heard : {true, false}) {
    with(heard ? "" : "supervision.monitor_party_on_hold = false");
    ASSERT_TRUE(world->supervise("ListenIn"));
    world->run(milliseconds{100});
    ASSERT_EQ(Supervised::ask(*world, "agent", "Hold"), 200);
    world->run(milliseconds{500});
    EXPECT_EQ(world->hears(5005, 5000), heard);
  }
}

TEST_F(Setting, supervision_notify_agent) {
  with("supervision.notify_agent = false");
  ASSERT_TRUE(world->supervise("ListenIn"));
  world->run(milliseconds{100});
  EXPECT_EQ(Supervised::call_of(*world, "agent").at("supervisorListeningIn"), false);
}

TEST_F(Setting, supervision_free_mode_graph) {
  with("supervision.free_mode_graph = true");
  ASSERT_TRUE(world->supervise("BargeIn"));
  world->run(milliseconds{500});
  EXPECT_TRUE(world->hears(5000, 5005));
  ASSERT_EQ(Supervised::ask(*world, "supervisor", "SwitchToCoach"), 200);
  world->run(milliseconds{500});
  EXPECT_FALSE(world->hears(5000, 5005));
  EXPECT_TRUE(world->hears(5001, 5005));
}

TEST_F(Setting, supervision_ring_timeout_s) {
  with("supervision.ring_timeout_s = 3");
  const auto lazy = unanswered(5005);
  ASSERT_EQ(world->supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world->connect());
  EXPECT_EQ(ringing_time(*lazy), seconds{3});
}

}  // namespace
}  // namespace earshot::settings
