// Consultations through the whole server: what is told in which order, and who hears whom.

#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::World;

/// 5000, a customer, talks to the agent at 5001. 5002 is a colleague with a desk.
struct Consultations : testing::Test {
  World world;
  void SetUp() override {
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    for (const char* desk : {"agent", "colleague"}) world.desk(desk).forget();
  }
  void TearDown() override {
    for (const int number : {5000, 5001, 5002, 5005}) world.phone(number).hang_up();
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }

  /// Of the agent's two calls: the consultation, or the one it is about.
  std::string path(bool consult) {
    for (const json::value& call : world.agent().calls())
      if (call.as_object().contains("parentCallUri") == consult)
        return "/api/v2/me/calls/" + std::string{call.at("id").as_string()};
    return "/none";
  }
  int operate(bool consult, const std::string& operation) {
    return world.agent().operate(path(consult), operation).status;
  }
  void consult(const std::string& operation, const std::string& number = "5002") {
    ASSERT_EQ(world.agent()
                  .post(path(false), R"({"operationName":")" + operation +
                                         R"(","destination":{"phoneNumber":")" + number + R"("}})")
                  .status,
              200);
  }
  void consulted(const std::string& operation) {
    consult(operation);
    ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
    world.run(milliseconds{100});
  }
  /// "5000< 5001; …" of customer, agent and colleague.
  std::string heard() {
    world.run(milliseconds{400});
    std::string out;
    for (const int listener : {5000, 5001, 5002}) {
      out += (out.empty() ? "" : "; ") + std::to_string(listener) + "<";
      for (const int source : {5000, 5001, 5002, 5005})
        if (source != listener && world.hears(listener, source))
          out += " " + std::to_string(source);
    }
    return out;
  }
};

TEST_F(Consultations, an_attended_transfer) {
  consulted("InitiateTransfer");
  EXPECT_EQ(world.agent().told(), "Held, Dialing, Held, Established");
  EXPECT_EQ(world.desk("colleague").told(), "Ringing, Established");
  EXPECT_EQ(world.desk("colleague").last_call()->at("callType"), "Consult");
  EXPECT_EQ(heard(), "5000<; 5001< 5002; 5002< 5001");
  ASSERT_EQ(operate(true, "SwapCalls"), 200);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5002<");
  ASSERT_EQ(operate(false, "SwapCalls"), 200);
  EXPECT_EQ(heard(), "5000<; 5001< 5002; 5002< 5001");
  world.agent().forget();
  ASSERT_EQ(operate(true, "CompleteTransfer"), 200);
  EXPECT_EQ(heard(), "5000< 5002; 5001<; 5002< 5000");
  EXPECT_EQ(world.agent().told(), "Released, Released");
  EXPECT_FALSE(world.phone(5001).is_up());
  const json::value& call = *world.desk("colleague").last_call();
  EXPECT_EQ(call.at("participants").at(0).at("phoneNumber"), "5000");
  EXPECT_EQ(call.at("callType"), "Internal");
  EXPECT_EQ(world.desk("colleague").calls().at(0).at("id"), call.at("id"));
}

TEST_F(Consultations, a_conference) {
  consulted("InitiateConference");
  world.agent().forget();
  ASSERT_EQ(operate(false, "CompleteConference"), 200);
  EXPECT_EQ(heard(), "5000< 5001 5002; 5001< 5000 5002; 5002< 5000 5001");
  EXPECT_EQ(world.agent().told(), "Released, Established, ParticipantsUpdated");
  ASSERT_EQ(world.agent()
                .post(path(false), R"({"operationName":"RemoveParticipantFromConference",)"
                                   R"("participant":"5002"})")
                .status,
            200);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5002<");
}

TEST_F(Consultations, a_transfer_while_the_phone_rings_lets_the_caller_hear_it_ring) {
  consult("InitiateTransfer");
  ASSERT_TRUE(world.until([&] { return world.desk("colleague").told() == "Ringing"; }));
  ASSERT_EQ(operate(true, "CompleteTransfer"), 200);
  EXPECT_FALSE(world.phone(5002).is_up());
  EXPECT_EQ(heard(), "5000< 5002; 5001<; 5002< 5000");
}

TEST_F(Consultations, a_busy_colleague_is_told_and_the_call_can_be_retrieved) {
  consult("InitiateTransfer");
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_ringing(); }));
  world.phone(5002).reject(486);
  ASSERT_TRUE(world.until([&] { return world.agent().calls().size() == 1; }));
  world.run(milliseconds{100});
  EXPECT_EQ(world.agent().told(), "Held, Dialing, Error, Held, Released");
  ASSERT_EQ(operate(false, "Retrieve"), 200);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5002<");
}

TEST_F(Consultations, a_transfer_to_a_number_behind_the_trunk) {
  consult("InitiateTransfer", "+4930999");
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); })) << world.story();
  ASSERT_EQ(operate(true, "CompleteTransfer"), 200);
  world.run(milliseconds{400});
  EXPECT_TRUE(world.phone(5000).hears(milliseconds{200}).contains(2300));
  EXPECT_TRUE(world.trunk().hears(milliseconds{200}).contains(550));
  world.trunk().hang_up();
}

TEST_F(Consultations, a_held_customer_never_hears_the_consultation) {
  const auto agent = world.phone(5000).frames_heard(world.phone(5001).settings().tone);
  world.run(milliseconds{200});
  EXPECT_GT(world.phone(5000).frames_heard(world.phone(5001).settings().tone), agent);
  consult("InitiateTransfer");
  world.run(milliseconds{100});  // frames on their way
  const auto at_hold = world.phone(5000).frames_heard(world.phone(5001).settings().tone);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
  world.run(seconds{1});
  EXPECT_EQ(world.phone(5000).frames_heard(world.phone(5001).settings().tone), at_hold);
  EXPECT_EQ(world.phone(5000).frames_heard(world.phone(5002).settings().tone), 0u);
}

}  // namespace
}  // namespace earshot::scenario
