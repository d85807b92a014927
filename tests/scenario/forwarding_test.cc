// ForwardCallsOn and ForwardCallsOff (supervision-and-devices.md §B.2, §B.3, DD-32): new calls go
// to the number their user named, told who forwarded them, and never in a circle.

#include <string>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

constexpr const char* kVoice = "/api/v2/me/channels/voice";

struct Forwarding : Supervised {
  std::string invite;  ///< the last one to anybody

  void SetUp() override {
    Supervised::SetUp();
    world.network.set_tap([this](ByteView datagram, const Endpoint&, const Endpoint& to) {
      const std::string text{as_text(datagram)};
      if (text.starts_with("INVITE ") && to != world.settings().sip.listen) invite = text;
    });
  }
  void TearDown() override {
    world.network.set_tap({});
    Supervised::TearDown();
  }
  sim::Reply forward(const std::string& desk, const std::string& number) {
    return world.desk(desk).post(
        world.desk(desk).device_path(),
        R"({"operationName":"ForwardCallsOn","destination":")" + number + R"("})");
  }
  sim::Reply forward_no_more(const std::string& desk) {
    return world.desk(desk).operate(world.desk(desk).device_path(), "ForwardCallsOff");
  }
  std::string forwarded_to(const std::string& desk) {
    const json::value device = world.desk(desk).device();
    const auto* number = device.as_object().if_contains("forwardTo");
    return number ? std::string{number->as_string()} : "";
  }
  /// How a call of 5000 to `number` ends; 0: it does not within a second.
  int status_of_dialling(const std::string& number) {
    const auto call = world.phone(5000).dial(number);
    world.until([&] { return world.phone(5000).status(call).end_status != 0; }, seconds{1});
    return world.phone(5000).status(call).end_status;
  }
  bool talk(int one, int other) {
    return world.until([&] { return world.phone(one).is_up() && world.phone(other).is_up(); });
  }
  std::string header(const std::string& name) const {
    const auto at = invite.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return invite.substr(begin, invite.find("\r\n", begin) - begin);
  }
  sim::Reply dial(const std::string& desk, const std::string& number) {
    return world.desk(desk).post(
        world.desk(desk).device_path() + "/calls",
        R"({"operationName":"Dial","destination":{"phoneNumber":")" + number + R"("}})");
  }
  void from_outside(const std::string& number) {
    world.trunk().dial(number, {.offerless = false, .from_number = "+4930123456"});
  }
};

TEST_F(Forwarding, is_shown_and_told_and_its_capability_flips) {
  EXPECT_TRUE(lists(world.agent().device(), "ForwardCallsOn"));
  EXPECT_FALSE(world.agent().device().as_object().contains("forwardTo"));
  world.agent().forget();
  ASSERT_EQ(forward("agent", "5002").status, 200);
  ASSERT_TRUE(world.until([&] { return world.agent().events.size() == 1; }));
  const json::value& told = world.agent().events[0].at("data");
  EXPECT_EQ(told.at("messageType"), "DeviceStateChangeMessage");
  EXPECT_EQ(told.at("devices").at(0), world.agent().device());
  EXPECT_EQ(forwarded_to("agent"), "5002");
  EXPECT_TRUE(lists(world.agent().device(), "ForwardCallsOff"));
  EXPECT_FALSE(lists(world.agent().device(), "ForwardCallsOn"));
  EXPECT_EQ(forward("agent", "5005").status, 403) << "it is on";
  EXPECT_EQ(forward_no_more("agent").status, 200);
  EXPECT_EQ(forwarded_to("agent"), "");
  EXPECT_EQ(forward_no_more("agent").status, 403);
}

TEST_F(Forwarding, a_destination_that_cannot_be_is_refused_by_its_name) {
  const auto refusal = [&](const std::string& more) {
    const sim::Reply reply = world.agent().post(
        world.agent().device_path(), R"({"operationName":"ForwardCallsOn")" + more + "}");
    EXPECT_EQ(reply.status, 400) << more;
    return std::to_string(reply.status_code()) + " " +
           std::string{reply.body.at("statusMessage").as_string()};
  };
  EXPECT_EQ(refusal(""), "1 destination is required");
  EXPECT_EQ(refusal(R"(,"destination":null)"), "1 destination is required");
  EXPECT_EQ(refusal(R"(,"destination":5002)"),
            "2 destination: a phone number as a string is expected");
  EXPECT_EQ(refusal(R"(,"destination":"")"),
            "2 destination: a string of 1 to 64 digits, letters, + * # . _ - is expected");
  EXPECT_EQ(refusal(R"(,"destination":"5001")"),
            "2 destination: 5001 is this phone's own number; name another");
  EXPECT_EQ(refusal(R"(,"destination":"7777")"), "2 destination: nobody can be called at 7777");
  EXPECT_EQ(forwarded_to("agent"), "");
}

TEST_F(Forwarding, the_number_may_be_written_as_people_write_it_or_as_calls_have_it) {
  ASSERT_EQ(forward("agent", "+49 30 999").status, 200);
  EXPECT_EQ(forwarded_to("agent"), "+4930999");
  ASSERT_EQ(forward_no_more("agent").status, 200);
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path(),
                      R"({"operationName":"ForwardCallsOn","destination":{"phoneNumber":"5002"}})")
                .status,
            200);
  EXPECT_EQ(forwarded_to("agent"), "5002");
}

TEST_F(Forwarding, it_is_no_operation_of_a_call) {  // DD-31
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  EXPECT_EQ(ask("agent", "ForwardCallsOn", R"(,"destination":"5002")"), 400);
}

TEST_F(Forwarding, a_call_goes_to_the_number_named_and_is_told_who_forwarded_it) {
  ASSERT_EQ(forward("agent", "5002").status, 200);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(talk(5000, 5002));
  EXPECT_FALSE(world.phone(5001).is_ringing() || world.phone(5001).is_up());
  EXPECT_TRUE(header("Diversion").starts_with("<sip:5001@")) << invite;
  EXPECT_NE(header("Diversion").find(";reason=unconditional;counter=1"), std::string::npos);
  EXPECT_TRUE(header("From").find("5000@") != std::string::npos) << "who calls is who called";
  world.run(milliseconds{100});
  EXPECT_EQ(call_of("colleague").at("dnis"), "5001") << "the number that was called";
  EXPECT_TRUE(world.agent().calls().empty());
  EXPECT_TRUE(world.until([&] { return world.hears(5000, 5002); }));
  end(world);
  ASSERT_EQ(forward_no_more("agent").status, 200);
  EXPECT_TRUE(world.connect());
  EXPECT_EQ(header("Diversion"), "");
}

TEST_F(Forwarding, a_chain_is_followed_to_its_end_and_told_the_last_one_first) {
  ASSERT_EQ(forward("agent", "5002").status, 200);
  ASSERT_EQ(forward("colleague", "5005").status, 200);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(talk(5000, 5005));
  const auto first = invite.find("Diversion: <sip:5002@"),
             second = invite.find("Diversion: <sip:5001@");
  ASSERT_NE(first, std::string::npos) << invite;
  ASSERT_NE(second, std::string::npos) << invite;
  EXPECT_LT(first, second) << "RFC 5806 §9";
}

TEST_F(Forwarding, a_circle_ends_the_call_with_482_and_the_api_says_why) {
  ASSERT_EQ(forward("agent", "5002").status, 200);
  ASSERT_EQ(forward("colleague", "5001").status, 200);
  EXPECT_EQ(status_of_dialling("5001"), 482);
  EXPECT_EQ(status_of_dialling("5002"), 482);
  const sim::Reply refused = dial("supervisor", "5001");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body.at("statusMessage"),
            "destination.phoneNumber: it is forwarded in a circle");
  EXPECT_TRUE(world.supervisor().calls().empty());
}

TEST_F(Forwarding, whoever_is_named_finds_it_busy_to_call_themselves) {
  ASSERT_EQ(forward("agent", "5000").status, 200);
  EXPECT_EQ(status_of_dialling("5001"), 486);
}

/// Each way there and back over a carrier is a call of its own: only what it says tells.
TEST_F(Forwarding, what_was_diverted_five_times_elsewhere_is_not_forwarded_again) {
  ASSERT_EQ(forward("agent", "5002").status, 200);
  const auto from_carrier = [&](std::vector<sip::Header> headers) {
    const auto call = world.trunk().dial(
        "5001", {.offerless = false, .from_number = "+4930123456", .headers = std::move(headers)});
    world.until(
        [&] { return world.trunk().status(call).end_status != 0 || world.phone(5002).is_up(); },
        seconds{2});
    const int status = world.trunk().status(call).end_status;
    end(world);
    return status;
  };
  EXPECT_EQ(from_carrier({{"Diversion", "<sip:1@a.example>;reason=unconditional;counter=4"}}), 0);
  EXPECT_NE(invite.find("Diversion: <sip:anonymous@"), std::string::npos) << invite;
  EXPECT_NE(invite.find(";counter=4;privacy=full"), std::string::npos) << invite;
  EXPECT_EQ(from_carrier({{"Diversion", "<sip:1@a.example>;reason=unconditional;counter=5"}}), 480);
  EXPECT_EQ(from_carrier({{"diversion", "<sip:1@a>, <sip:2@a>;counter=2"},
                          {"Diversion", "\"a, b\" <sip:3@a>;reason=no-answer;counter=2"}}),
            480);
  EXPECT_EQ(from_carrier({{"History-Info",
                           "<sip:1@a.example>;index=1, <sip:2@a.example;cause=302>;index=1.1"}}),
            0);
  EXPECT_EQ(
      from_carrier({{"History-Info",
                     "<sip:1@a?Reason=SIP%3Bcause%3D302>;index=1, "
                     "<sip:2@a;cause=302>;index=1.1, <sip:3@a;cause=486>;index=1.1.1, "
                     "<sip:4@a;cause=408>;index=1.1.1.1, <sip:5@a;cause=404>;index=1.1.1.1.1"}}),
      480);
}

TEST_F(Forwarding, calls_by_api_and_from_outside_go_there_too) {
  ASSERT_EQ(forward("agent", "5005").status, 200);
  ASSERT_EQ(dial("colleague", "5001").status, 200);
  ASSERT_TRUE(talk(5002, 5005));
  end(world);
  from_outside("5001");
  EXPECT_TRUE(world.until([&] { return world.phone(5005).is_up(); }));
  EXPECT_FALSE(world.phone(5001).is_ringing());
}

/// The own phone of who dials rings first: what counts is how things are when the other would.
TEST_F(Forwarding, switched_on_before_the_caller_s_own_phone_picks_up_counts) {
  world.phone(5002).vanish();
  ASSERT_EQ(dial("colleague", "5001").status, 200);
  ASSERT_EQ(forward("agent", "5005").status, 200);
  world.phone(5002).come_back();
  EXPECT_TRUE(talk(5002, 5005)) << world.story();
  EXPECT_FALSE(world.phone(5001).is_ringing() || world.phone(5001).is_up());
}

/// A trunk reaches no trunk by itself; here the agent has asked for it.
TEST_F(Forwarding, leads_outside_and_outsiders_learn_no_number_of_ours) {
  ASSERT_EQ(forward("agent", "+4930999").status, 200);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.trunk().is_ringing(); }));
  EXPECT_EQ(header("Diversion").find("5001"), std::string::npos) << invite;
  EXPECT_TRUE(header("Diversion").starts_with("<sip:anonymous@"));
  EXPECT_NE(header("Diversion").find(";counter=1;privacy=full"), std::string::npos);
  end(world);
  from_outside("5001");
  EXPECT_TRUE(world.until([&] { return world.trunk().is_ringing(); })) << "from a trunk as well";
  end(world);
  ASSERT_EQ(forward_no_more("agent").status, 200);
  from_outside("+4930999");
  world.run(seconds{2});
  EXPECT_FALSE(world.trunk().is_ringing()) << "but not without the agent";
}

TEST_F(Forwarding, goes_before_do_not_disturb_but_who_is_named_may_be_busy) {
  ASSERT_EQ(world.agent().operate(world.agent().device_path(), "DoNotDisturbOn").status, 200);
  ASSERT_EQ(forward("agent", "5002").status, 200);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(talk(5000, 5002));
  end(world);
  ASSERT_EQ(world.desk("colleague")
                .operate(world.desk("colleague").device_path(), "DoNotDisturbOn")
                .status,
            200);
  EXPECT_EQ(status_of_dialling("5001"), 486);
}

TEST_F(Forwarding, a_transfer_and_a_consultation_are_forwarded_like_a_call) {
  ASSERT_EQ(forward("colleague", "5005").status, 200);
  for (const char* operation : {"SingleStepTransfer", "InitiateTransfer"}) {
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    ASSERT_EQ(ask("agent", operation, to("5002")), 200);
    EXPECT_TRUE(world.until([&] { return world.phone(5005).is_up(); })) << operation;
    EXPECT_FALSE(world.phone(5002).is_up());
    end(world);
  }
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(forward_no_more("colleague").status, 200);
  ASSERT_EQ(forward("colleague", "5000").status, 200);
  EXPECT_EQ(ask("agent", "SingleStepConference", to("5002")), 400) << "5000 is in the call already";
}

TEST_F(Forwarding, to_a_queue_waits_there_and_no_conference_is_sent_into_it) {
  ASSERT_EQ(forward("agent", "8000").status, 200);
  world.phone(5000).dial("5001");
  EXPECT_TRUE(world.until([&] { return world.phone(5000).is_up(); })) << "to hear the music";
  end(world);
  world.phone(5000).dial("5002");
  ASSERT_TRUE(talk(5000, 5002));
  world.run(milliseconds{100});
  EXPECT_EQ(ask("colleague", "SingleStepConference", to("5001")), 400);
  EXPECT_EQ(shown("colleague", "state"), R"("Established")");
}

/// Neither at the phone they left nor where nobody could take the call as an agent.
TEST_F(Forwarding, queues_pass_over_an_agent_who_forwards) {
  ASSERT_EQ(world.agent().operate(kVoice, "Ready").status, 200);
  ASSERT_EQ(forward("agent", "5002").status, 200);
  from_outside("8000");
  world.run(seconds{3});
  for (const int number : {5001, 5002})
    EXPECT_FALSE(world.phone(number).is_ringing() || world.phone(number).is_up()) << number;
  ASSERT_EQ(forward_no_more("agent").status, 200);
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
}

TEST_F(Forwarding, a_forwarded_call_is_not_the_monitored_agent_s) {
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_EQ(forward("agent", "5002").status, 200);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(talk(5000, 5002));
  world.run(seconds{1});
  EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
}

TEST_F(Forwarding, a_supervisor_s_monitoring_comes_to_their_own_phone) {
  ASSERT_EQ(forward("supervisor", "5002").status, 200);
  EXPECT_TRUE(world.supervise("Coach")) << world.story();
  EXPECT_FALSE(world.phone(5002).is_ringing());
}

TEST_F(Forwarding, own_calls_go_on_and_a_log_out_changes_nothing) {
  ASSERT_EQ(forward("agent", "5002").status, 200);
  ASSERT_EQ(dial("agent", "5005").status, 200);
  ASSERT_TRUE(talk(5001, 5005)) << "the own phone is called too";
  end(world);
  ASSERT_EQ(world.agent().operate(kVoice, "Offline").status, 200);
  world.phone(5001).unregister();
  world.run(seconds{1});
  EXPECT_EQ(forwarded_to("agent"), "5002");
  world.phone(5000).dial("5001");
  EXPECT_TRUE(talk(5000, 5002)) << "that is what it is for";
}

}  // namespace
}  // namespace earshot::scenario
