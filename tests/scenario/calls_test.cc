// Calls through the whole server: what the desks are told, what the phones are answered.

#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::World;

struct Calls : testing::Test {
  World world;
  void SetUp() override { ASSERT_TRUE(world.open()); }
  void TearDown() override {
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }
};

TEST_F(Calls, direct_call_is_told_to_both_in_order) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  EXPECT_EQ(world.agent().told(), "Ringing, Established");
  EXPECT_EQ(world.agent().last_call()->at("callType"), "Internal");
  EXPECT_EQ(world.agent().last_call()->at("dnis"), "5001");
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
  ASSERT_TRUE(world.until([&] { return !world.phone(5000).is_up(); }));
  world.run(milliseconds{100});
  EXPECT_EQ(world.agent().told(), "Ringing, Established, Released");
  EXPECT_EQ(world.agent().last_call()->at("capabilities").as_array().size(), 0u);
  EXPECT_TRUE(world.agent().calls().empty());
}

TEST_F(Calls, the_desk_makes_the_phone_answer) {
  world.phone(5000).dial("5002");
  ASSERT_TRUE(world.until([&] { return world.desk("colleague").told() == "Ringing"; }, seconds{1}));
  const auto reply = world.desk("colleague").on_call("Answer");
  EXPECT_EQ(reply.status, 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }, milliseconds{200}))
      << world.story();
  world.phone(5000).hang_up();
}

TEST_F(Calls, dial_by_the_desk_calls_the_own_phone_and_then_the_other) {
  const auto reply =
      world.agent().post(world.agent().device_path() + "/calls",
                         R"({"operationName":"Dial","destination":{"phoneNumber":"5002"},)"
                         R"("userData":{"Case":"A-17"}})");
  ASSERT_EQ(reply.status, 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(world.agent().told(), "Dialing, Established");
  EXPECT_EQ(world.desk("colleague").told(), "Ringing, Established");
  EXPECT_EQ(world.desk("colleague").last_call()->at("userData").at("Case"), "A-17");
  EXPECT_TRUE(world.phone(5002).hears(milliseconds{200}).contains(700));
  ASSERT_EQ(world.desk("colleague").on_call("Hangup").status, 200);
}

TEST_F(Calls, dial_to_nowhere_is_refused_and_names_the_field) {
  const auto reply =
      world.agent().post(world.agent().device_path() + "/calls",
                         R"({"operationName":"Dial","destination":{"phoneNumber":"7777"}})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.status_code(), 2);
  EXPECT_NE(json::serialize(reply.body).find("destination.phoneNumber"), std::string::npos);
}

TEST_F(Calls, a_customer_from_the_trunk_reaches_an_agent) {
  world.trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); })) << world.story();
  world.run(milliseconds{400});
  const json::value& call = *world.agent().last_call();
  EXPECT_EQ(call.at("callType"), "Inbound");
  EXPECT_EQ(call.at("ani"), "+4930123456");
  EXPECT_EQ(call.at("participants").at(0).at("e164Number"), "+4930123456");
  EXPECT_TRUE(world.phone(5001).hears(milliseconds{200}).contains(2300));
  world.trunk().hang_up();
}

TEST_F(Calls, an_agent_calls_out_over_the_trunk) {
  world.phone(5001).dial("+4930999");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); })) << world.story();
  EXPECT_EQ(world.trunk().status().remote_number, "5001");
  world.run(milliseconds{100});
  EXPECT_EQ(world.agent().last_call()->at("callType"), "Outbound");
  world.phone(5001).hang_up();
}

TEST_F(Calls, an_offerless_invite_is_offered_ours) {
  world.phone(5000).dial("5001", {.offerless = true, .from_number = ""});
  ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up() && world.phone(5001).is_up(); }))
      << world.story();
  world.run(milliseconds{500});
  EXPECT_TRUE(world.hears(5000, 5001));
  EXPECT_TRUE(world.hears(5001, 5000));
  world.phone(5000).hang_up();
}

struct Failure {
  const char* what;
  const char* dialled;
  int rejected_with;  ///< by 5002, 0: it vanished
  int status;
};

TEST_F(Calls, each_failure_has_its_sip_answer) {
  for (const Failure& failure :
       {Failure{"wrong number", "7777", 486, 404}, Failure{"busy", "5002", 486, 486},
        Failure{"declined", "5002", 603, 603}, Failure{"vanished", "5002", 0, 480}}) {
    sim::PhoneSettings settings = world.phone(5002).settings();
    sim::Phone caller{world.loop, world.network, world.entropy, [&] {
                        auto made = world.phone(5000).settings();
                        made.local = *Endpoint::parse("198.51.100.99", 5060);
                        return made;
                      }()};
    ASSERT_TRUE(caller.start());
    world.phone(5002).come_back();
    if (failure.rejected_with == 0) world.phone(5002).vanish();
    int status = 0;
    caller.on_event([&](const sim::PhoneEvent& event) {
      if (event.kind == sim::PhoneEventKind::Ended) status = event.status;
    });
    const auto rejecting = failure.rejected_with;
    world.phone(5002).on_event([&](const sim::PhoneEvent& event) {
      if (event.kind == sim::PhoneEventKind::Ringing && rejecting)
        world.phone(5002).reject(rejecting);
    });
    caller.dial(failure.dialled);
    ASSERT_TRUE(world.until([&] { return status != 0; }, seconds{60})) << failure.what;
    EXPECT_EQ(status, failure.status) << failure.what << world.story();
    world.phone(5002).come_back();
  }
}

TEST_F(Calls, digits_reach_who_hears_the_sender) {
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  std::map<int, std::string> digits;
  for (const int number : {5000, 5001, 5005})
    world.phone(number).on_event([&digits, number](const sim::PhoneEvent& event) {
      if (event.kind == sim::PhoneEventKind::Digit) digits[number] += event.number;
    });
  world.agent().forget();
  const std::string call{world.agent().calls().at(0).at("id").as_string()};
  ASSERT_EQ(world.agent()
                .post("/api/v2/me/calls/" + call, R"({"operationName":"SendDtmf","digits":"19#"})")
                .status,
            200);
  ASSERT_EQ(world.supervisor()
                .post("/api/v2/me/calls/" + call, R"({"operationName":"SendDtmf","digits":"55"})")
                .status,
            200);
  world.run(seconds{2});
  EXPECT_EQ(world.agent().told(), "DtmfSent");
  EXPECT_EQ(digits[5000], "19#");
  EXPECT_EQ(digits[5001], "") << "a listener's digits are as silent as they are";
  EXPECT_EQ(digits[5005], "19#");
  EXPECT_TRUE(world.hears(5000, 5001));
  world.phone(5000).hang_up();
}

TEST_F(Calls, a_conference_and_a_transfer_in_one_step) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  const auto ask = [&](const std::string& operation) {
    const std::string call{world.agent().calls().at(0).at("id").as_string()};
    return world.agent()
        .post("/api/v2/me/calls/" + call,
              R"({"operationName":")" + operation + R"(","destination":{"phoneNumber":"5002"}})")
        .status;
  };
  ASSERT_EQ(ask("SingleStepConference"), 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  world.run(milliseconds{400});
  for (const auto& [listener, source] :
       {std::pair{5000, 5001}, {5000, 5002}, {5001, 5002}, {5002, 5000}, {5002, 5001}})
    EXPECT_TRUE(world.hears(listener, source)) << listener << " hears " << source;
  world.phone(5002).hang_up();
  ASSERT_TRUE(world.until([&] { return !world.phone(5002).is_up(); }));
  world.run(milliseconds{100});
  ASSERT_EQ(ask("SingleStepTransfer"), 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up() && !world.phone(5001).is_up(); }))
      << world.story();
  world.run(milliseconds{400});
  EXPECT_TRUE(world.hears(5000, 5002));
  EXPECT_TRUE(world.hears(5002, 5000));
  EXPECT_TRUE(world.agent().told().ends_with("Released"));
  world.phone(5000).hang_up();
}

TEST_F(Calls, a_caller_who_gives_up_stops_the_ringing) {
  world.phone(5000).dial("5002");
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_ringing(); }, milliseconds{250}));
  world.phone(5000).hang_up();
  ASSERT_TRUE(world.until([&] { return !world.phone(5002).is_ringing(); }, seconds{1}));
  EXPECT_FALSE(world.phone(5002).is_up());
}

TEST_F(Calls, a_phone_that_vanishes_ends_the_call_for_all) {
  ASSERT_TRUE(world.supervise("BargeIn")) << world.story();
  world.phone(5000).vanish();
  world.run(seconds{30});
  EXPECT_TRUE(world.phone(5001).is_up()) << "it is asked first";
  ASSERT_TRUE(
      world.until([&] { return world.supervisor().told().ends_with("Released"); }, seconds{10}));
  world.run(milliseconds{100});
  EXPECT_TRUE(world.agent().told().ends_with("Released"));
}

TEST_F(Calls, phones_that_hold_or_say_nothing_keep_their_call) {
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  for (const int number : {5000, 5001, 5005}) world.phone(number).stop_sending_audio();
  world.run(seconds{60});
  world.phone(5001).hold(sim::HoldStyle::SendOnly);
  world.run(seconds{60});
  world.phone(5000).hold(sim::HoldStyle::Inactive);
  world.run(seconds{60});
  for (const int number : {5000, 5001, 5005}) EXPECT_TRUE(world.phone(number).is_up()) << number;
  EXPECT_FALSE(world.agent().told().ends_with("Released"));
  world.phone(5000).hang_up();
}

TEST_F(Calls, phones_that_vanish_while_both_hold_are_found_out) {
  ASSERT_TRUE(world.connect());
  world.phone(5001).hold(sim::HoldStyle::SendOnly);
  world.phone(5000).hold(sim::HoldStyle::Inactive);
  world.run(seconds{1});
  ASSERT_TRUE(world.phone(5000).status().we_hold && world.phone(5001).status().we_hold);
  for (const int number : {5000, 5001}) world.phone(number).vanish();
  EXPECT_TRUE(world.until([&] { return world.agent().told().ends_with("Released"); }, seconds{60}));
  EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{60}));
}

TEST_F(Calls, foreign_calls_and_devices_are_not_found) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  const std::string id{world.agent().calls().at(0).at("id").as_string()};
  const auto foreign = world.desk("colleague").operate("/api/v2/me/calls/" + id, "Hangup");
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(foreign.status_code(), 6);
  const auto device = world.desk("colleague").operate("/api/v2/me/devices/device-5001", "ListenIn");
  EXPECT_EQ(device.status, 404);
  EXPECT_EQ(world.agent().on_call("Hangup").status, 200);
}

TEST_F(Calls, only_a_supervisor_monitors) {
  const auto reply = world.agent().monitor("ListenIn", "5002");
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.status_code(), 5);
}

TEST_F(Calls, monitoring_is_told_on_the_devices_channel) {
  world.supervisor().forget();
  ASSERT_EQ(world.supervisor().monitor("Coach", "5001").status, 200);
  world.run(milliseconds{50});
  ASSERT_EQ(world.supervisor().events.size(), 1u);
  const auto& device = world.supervisor().events[0].at("data").at("devices").at(0);
  EXPECT_EQ(device.at("supervisorMonitoringState").at("state"), "Coach");
  ASSERT_EQ(world.supervisor()
                .operate(world.supervisor().device_path(), "CancelSupervisorMonitoring")
                .status,
            200);
  world.run(milliseconds{50});
  EXPECT_FALSE(world.supervisor().events[1].at("data").at("devices").at(0).as_object().contains(
      "supervisorMonitoringState"));
}

TEST_F(Calls, a_supervisor_joins_a_running_call) {
  ASSERT_TRUE(world.connect());
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_up(); })) << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(world.hearing(), "5000< 5001; 5001< 5000; 5005< 5000 5001");
  ASSERT_EQ(world.supervisor().on_call("Hangup").status, 200);
  world.run(milliseconds{400});
  EXPECT_TRUE(world.hears(5000, 5001));
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
}

TEST_F(Calls, the_end_of_the_session_releases_a_silent_supervisor) {
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  ASSERT_EQ(world.supervisor().operate("/api/v2/me", "EndContactCenterSession").status, 200);
  ASSERT_TRUE(world.until([&] { return !world.phone(5005).is_up(); }, seconds{2}));
  EXPECT_TRUE(world.phone(5001).is_up());
  world.phone(5001).hang_up();
}

TEST_F(Calls, the_server_names_itself_to_phones) {
  std::string sent;
  world.network.set_tap([&](ByteView datagram, const Endpoint&, const Endpoint&) {
    if (const auto text = as_text(datagram); text.starts_with("INVITE sip:5001@198"))
      sent = std::string{text};
  });
  ASSERT_TRUE(world.connect());
  EXPECT_NE(sent.find("User-Agent: Earshot/" EARSHOT_VERSION "\r\n"), std::string::npos) << sent;
  world.network.set_tap({});
  world.phone(5000).hang_up();
}

TEST_F(Calls, calls_survive_a_lossy_network) {
  sim::Dials dials;
  dials.loss = 0.2;
  dials.duplication = 0.1;
  dials.reordering = 0.1;
  dials.jitter = milliseconds{40};
  world.network.set_dials(dials);
  for (int i = 0; i < 5; ++i) {
    world.phone(5000).dial("5001");
    ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up() && world.phone(5001).is_up(); },
                            seconds{40}))
        << world.story();
    world.run(milliseconds{500});
    world.phone(i % 2 ? 5000 : 5001).hang_up();
    ASSERT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }
}

}  // namespace
}  // namespace earshot::scenario
