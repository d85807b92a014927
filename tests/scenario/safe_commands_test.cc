// Safe commands through the whole server: explained capabilities, dry runs, Idempotency-Key,
// If-Match, dispositions of calls that are over, and two desks of one user.

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::Desk;
using sim::Reply;
using sim::World;

constexpr std::array kCallBodies{
    R"({"operationName":"Answer"})",
    R"({"operationName":"Hold"})",
    R"({"operationName":"Retrieve"})",
    R"({"operationName":"SwapCalls"})",
    R"({"operationName":"CompleteTransfer"})",
    R"({"operationName":"CompleteConference"})",
    R"({"operationName":"InitiateTransfer","destination":{"phoneNumber":"5002"}})",
    R"({"operationName":"InitiateConference","destination":{"phoneNumber":"7777"}})",
    R"({"operationName":"SingleStepConference","destination":{"phoneNumber":"5005"}})",
    R"({"operationName":"RemoveParticipantFromConference","participant":"5005"})",
    R"({"operationName":"SendDtmf","digits":"1"})",
    R"({"operationName":"SendDtmf","digits":"x"})",
    R"({"operationName":"UpdateUserData","userData":{"a":"b"}})",
    R"({"operationName":"DeleteUserDataPair"})",
    R"({"operationName":"SetCallDisposition","disposition":"Sold"})",
    R"({"operationName":"SwitchToBargeIn"})",
    R"({"operationName":"Nonsense"})",
    "no JSON",
    R"({"operationName":"Hangup"})",
};

std::string path_of(const json::value& call) {
  return "/api/v2/me/calls/" + std::string{call.at("id").as_string()};
}

std::string operation(const std::string& name) { return R"({"operationName":")" + name + "\"}"; }

/// A reply without what a dry run adds.
json::object common(const Reply& reply) {
  json::object out = reply.body.as_object();
  for (const char* member : {"dryRun", "reasonCode", "remedy"}) out.erase(member);
  return out;
}

/// 5000, a customer, talks to the agent at 5001.
struct SafeCommands : testing::Test {
  World world;
  Desk& agent = world.agent();
  std::string call;  ///< the agent's

  void SetUp() override {
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect());
    settle();
    ASSERT_EQ(agent.calls().size(), 1u);
    call = path_of(agent.calls().at(0));
    agent.forget();
  }
  void settle() { world.run(milliseconds{200}); }
};

TEST_F(SafeCommands, capabilities_are_explained) {
  const Reply reply = agent.get(call + "/capabilities");
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.status_code(), 0);
  std::map<std::string, json::object> said;
  for (const json::value& each : reply.body.at("capabilities").as_array())
    said[std::string{each.at("operationName").as_string()}] = each.as_object();
  const json::value shown = agent.calls().at(0);
  for (const json::value& listed : shown.at("capabilities").as_array())
    EXPECT_EQ(said.at(std::string{listed.as_string()}).at("available"), true) << listed;
  EXPECT_EQ(said.at("Hold"), (json::object{{"operationName", "Hold"}, {"available", true}}));
  const json::object& retrieve = said.at("Retrieve");
  EXPECT_EQ(retrieve.at("available"), false);
  EXPECT_EQ(retrieve.at("reasonCode"), "NotHeld");
  EXPECT_FALSE(retrieve.at("reason").as_string().empty());
  EXPECT_FALSE(retrieve.at("remedy").as_string().empty());
  ASSERT_EQ(agent.operate(call, "Hold").status, 200);
  const json::value later = agent.get(call + "/capabilities").body;
  for (const json::value& each : later.at("capabilities").as_array())
    EXPECT_TRUE(each.at("operationName") != "Retrieve" || each.at("available") == true);
}

TEST_F(SafeCommands, capabilities_of_what_is_not_ones_own_are_not_told) {
  for (const Reply& reply : {agent.get("/api/v2/me/calls/NONE/capabilities"),
                             world.desk("colleague").get(call + "/capabilities")}) {
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.status_code(), 6);
  }
  EXPECT_EQ(agent.post(call + "/capabilities", "{}").status, 405);
}

TEST_F(SafeCommands, a_dry_run_says_so_and_why_not) {
  const Reply possible = agent.post(call + "?dryRun=true", operation("Hold"));
  EXPECT_EQ(possible.status, 200);
  EXPECT_EQ(possible.body, (json::value{{"statusCode", 0}, {"dryRun", true}}));
  const Reply impossible = agent.post(call + "?dryRun=true", operation("Retrieve"));
  EXPECT_EQ(impossible.status, 403);
  EXPECT_EQ(impossible.body.at("dryRun"), true);
  EXPECT_EQ(impossible.body.at("reasonCode"), "NotHeld");
  EXPECT_TRUE(impossible.body.as_object().contains("remedy"));
  EXPECT_EQ(agent.operate(call, "Retrieve").body.as_object().size(), 2u) << "as documented";
  settle();
  EXPECT_EQ(agent.told(), "");
  EXPECT_EQ(agent.calls().at(0).at("state"), "Established");
}

TEST_F(SafeCommands, another_value_of_dry_run_does_nothing) {
  for (const std::string query : {"?dryRun=false", "?dryRun=", "?dryRun=1", "?dryrun=true"}) {
    const Reply reply = agent.post(call + query, operation("Hold"));
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(reply.status_code(), 2);
    EXPECT_TRUE(reply.body.at("statusMessage").as_string().starts_with("dryRun:"));
  }
  EXPECT_EQ(agent.calls().at(0).at("state"), "Established");
}

/// Every operation the desks could try, judged in this state.
void rehearse_everything(World& world) {
  for (const char* name : {"agent", "colleague", "supervisor"}) {
    Desk& desk = world.desk(name);
    for (const json::value& call : desk.calls())
      for (const char* body : kCallBodies) (void)desk.post(path_of(call) + "?dryRun=true", body);
    const std::string device = desk.device_path();
    (void)desk.post(device + "/calls?dryRun=true",
                    R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})");
    (void)desk.post(device + "?dryRun=true", R"({"operationName":"Coach","phoneNumber":"5001"})");
    (void)desk.post("/api/v2/me/channels/voice?dryRun=true", operation("Ready"));
    EXPECT_EQ(desk.post("/api/v2/me?dryRun=true", operation("EndContactCenterSession")).status,
              200);
  }
}

/// What the world looks like after a transfer, with or without dry runs at each step.
std::string transfer_story(bool rehearsed) {
  World world{7};
  EXPECT_TRUE(world.open());
  const auto step = [&] {
    world.run(seconds{1});
    if (rehearsed) rehearse_everything(world);
  };
  Desk& agent = world.agent();
  step();
  EXPECT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  EXPECT_TRUE(world.connect());
  step();
  EXPECT_EQ(agent.on_call("Hold").status, 200);
  step();
  EXPECT_EQ(agent.post(path_of(agent.calls().at(0)), kCallBodies[6]).status, 200);
  step();
  EXPECT_EQ(agent.operate(path_of(agent.calls().at(1)), "CompleteTransfer").status, 200);
  step();
  world.phone(5000).hang_up();
  step();
  std::string out = world.story();
  for (const char* name : {"agent", "colleague", "supervisor"})
    for (const json::value& event : world.desk(name).events) out += json::serialize(event) + "\n";
  return out;
}

TEST(DryRun, leaves_no_trace) { EXPECT_EQ(transfer_story(true), transfer_story(false)); }

TEST(DryRun, answers_as_the_real_thing_would) {
  World world{11};
  std::mt19937 random{11};
  ASSERT_TRUE(world.open());
  std::set<int> statuses;
  for (int step = 0; step < 150; ++step) {
    Desk& agent = world.agent();
    const json::array calls = agent.calls();
    if (calls.empty()) {
      ASSERT_TRUE(world.connect()) << step;
    } else {
      const std::string path = path_of(calls.at(random() % calls.size()));
      const char* body = kCallBodies[random() % (kCallBodies.size() - (step % 20 != 0))];
      const Reply dry = agent.post(path + "?dryRun=true", body);
      const Reply real = agent.post(path, body);
      EXPECT_EQ(dry.status, real.status) << body;
      EXPECT_EQ(common(dry), real.body.as_object()) << body;
      EXPECT_EQ(dry.body.at("dryRun"), true);
      statuses.insert(real.status);
    }
    world.run(milliseconds{400});
  }
  EXPECT_EQ(statuses, (std::set{200, 400, 403}));
}

TEST_F(SafeCommands, a_repeated_key_gets_the_first_answer_and_nothing_happens) {
  const Reply first = agent.post(call, operation("Hold"), {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Idempotency-Replayed"), "");
  settle();
  ASSERT_EQ(agent.operate(call, "Retrieve").status, 200);
  settle();
  const Reply again = agent.post(call + "/", operation("Hold"), {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  settle();
  EXPECT_EQ(agent.told(), "Held, Established");

  const Reply refused = agent.operate(call, "Retrieve");
  EXPECT_EQ(agent.post(call, operation("Retrieve"), {{"Idempotency-Key", "k-2"}}).body,
            refused.body);
  ASSERT_EQ(agent.operate(call, "Hold").status, 200);
  const Reply replayed = agent.post(call, operation("Retrieve"), {{"Idempotency-Key", "k-2"}});
  EXPECT_EQ(replayed.status, 403) << "a refusal is an answer too";
  EXPECT_EQ(replayed.header("Idempotency-Replayed"), "true");
}

TEST_F(SafeCommands, a_key_belongs_to_one_request_of_one_user) {
  const sim::HttpHeaders key{{"Idempotency-Key", "k"}};
  ASSERT_EQ(agent.post(call, operation("Hold"), key).status, 200);
  for (const Reply& reply : {agent.post(call, operation("Retrieve"), key),
                             agent.post("/api/v2/me/channels/voice", operation("Hold"), key)}) {
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.status_code(), 2);
    EXPECT_TRUE(reply.body.at("statusMessage").as_string().starts_with("Idempotency-Key:"));
  }
  EXPECT_EQ(world.desk("colleague")
                .post("/api/v2/me/channels/voice", operation("Ready"), key)
                .header("Idempotency-Replayed"),
            "");
  EXPECT_EQ(agent.post(call, operation("Hold"), {{"Idempotency-Key", std::string(256, 'k')}})
                .status_code(),
            2);
  settle();
  EXPECT_EQ(agent.told(), "Held");
}

TEST_F(SafeCommands, a_key_is_forgotten_after_ten_minutes) {
  const sim::HttpHeaders key{{"Idempotency-Key", "k"}};
  const std::string channel = "/api/v2/me/channels/voice";
  ASSERT_EQ(agent.post(channel, operation("Ready"), key).status, 200);
  world.run(seconds{599});
  EXPECT_EQ(agent.post(channel, operation("Ready"), key).header("Idempotency-Replayed"), "true");
  world.run(seconds{2});
  EXPECT_EQ(agent.post(channel, operation("NotReady"), key).status, 200);
}

TEST_F(SafeCommands, failures_and_missed_versions_are_not_remembered) {
  const sim::HttpHeaders key{{"Idempotency-Key", "k"}};
  const Reply failed = agent.post(
      "/api/v2/me", R"({"operationName":"StartContactCenterSession","channels":["chat"]})", key);
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(
      agent.post(call, operation("Hold"), {{"Idempotency-Key", "k"}, {"If-Match", "\"stale\""}})
          .status,
      412);
  EXPECT_EQ(agent
                .post(call, operation("Hold"),
                      {{"Idempotency-Key", "k"}, {"If-Match", agent.get(call).header("ETag")}})
                .status,
            200);
}

TEST_F(SafeCommands, a_dry_run_neither_uses_nor_heeds_a_key) {
  const sim::HttpHeaders key{{"Idempotency-Key", "k"}};
  EXPECT_EQ(agent.post(call + "?dryRun=true", operation("Hold"), key).status, 200);
  EXPECT_EQ(agent.post(call, operation("Hold"), key).header("Idempotency-Replayed"), "");
  EXPECT_EQ(agent.post(call + "?dryRun=true", operation("Hold"), key).status, 403);
}

TEST_F(SafeCommands, too_many_keys_are_refused_before_anything_is_done) {
  const std::string channel = "/api/v2/me/channels/voice";
  for (int number = 0; number < 1000; ++number)
    ASSERT_EQ(
        agent.post(channel, operation("Ready"), {{"Idempotency-Key", "k" + std::to_string(number)}})
            .status,
        200);
  const Reply refused = agent.post(call, operation("Hold"), {{"Idempotency-Key", "one more"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.status_code(), 2);
  EXPECT_EQ(agent.calls().at(0).at("state"), "Established");
  EXPECT_EQ(agent.post(channel, operation("Ready"), {{"Idempotency-Key", "k0"}})
                .header("Idempotency-Replayed"),
            "true");
}

TEST_F(SafeCommands, a_version_is_what_is_shown_but_the_duration) {
  const std::string before = agent.get(call).header("ETag");
  EXPECT_EQ(before.size(), 34u);
  world.run(seconds{3});
  EXPECT_EQ(agent.get(call).header("ETag"), before);
  ASSERT_EQ(agent.operate(call, "Hold").status, 200);
  const std::string held = agent.get(call).header("ETag");
  EXPECT_NE(held, before);
  const Reply stale = agent.post(call, operation("Retrieve"), {{"If-Match", before}});
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.status_code(), 2);
  EXPECT_TRUE(stale.body.at("statusMessage").as_string().starts_with("If-Match:"));
  EXPECT_EQ(agent.post(call + "?dryRun=true", operation("Retrieve"), {{"If-Match", before}}).status,
            412);
  EXPECT_EQ(agent.post(call, operation("Retrieve"), {{"If-Match", "retrieve"}}).status, 400);
  EXPECT_EQ(agent.post(call, "no JSON", {{"If-Match", before}}).status, 412);
  EXPECT_EQ(agent.post("/api/v2/me/calls/NONE", operation("Hold"), {{"If-Match", before}}).status,
            404);
  EXPECT_EQ(agent.post(call, operation("Retrieve"), {{"If-Match", "\"x\", " + held}}).status, 200);
  EXPECT_EQ(agent.post(call, operation("Hold"), {{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(agent.post(agent.device_path(), operation("ListenIn"), {{"If-Match", held}}).status,
            412)
      << "a device has no versions";
  settle();
  EXPECT_EQ(agent.told(), "Held, Established, Held");
}

TEST_F(SafeCommands, a_disposition_comes_by_the_device_too) {
  const std::string id = call.substr(call.rfind('/') + 1);
  const std::string body = R"({"operationName":"SetCallDisposition","disposition":"Sold",)"
                           R"("callUri":"http://127.0.0.1:8080/api/v2/calls/)" +
                           id + "\"}";
  EXPECT_EQ(agent.post(agent.device_path(), body).status, 200);
  settle();
  EXPECT_EQ(agent.told(), "AttachedDataChanged");
  EXPECT_EQ(agent.last_call()->at("userData").at("DispositionCode"), "Sold");
  EXPECT_EQ(agent.post("/api/v2/me/devices/none", body).status, 404);
  EXPECT_EQ(world.desk("colleague").post(world.desk("colleague").device_path(), body).status, 404);
  EXPECT_EQ(agent.operate(agent.device_path(), "SetCallDisposition").status_code(), 1);
}

TEST_F(SafeCommands, a_call_that_is_over_is_given_a_disposition_in_silence) {
  const std::string id = call.substr(call.rfind('/') + 1);
  const std::string body = R"({"operationName":"SetCallDisposition","callUuid":")" + id + '"';
  const std::string sold = body + R"(,"disposition":"Sold"})";
  ASSERT_EQ(agent.operate(call, "Hangup").status, 200);
  EXPECT_EQ(agent.post(agent.device_path(), sold).status, 200) << "at once";
  settle();
  agent.forget();
  EXPECT_EQ(agent.post(agent.device_path(), sold).status_code(), 0);
  EXPECT_EQ(agent.post(call, sold).status_code(), 0);
  EXPECT_EQ(agent.post(call + "?dryRun=true", sold).status_code(), 0);
  EXPECT_EQ(agent.post(agent.device_path(), body + "}").status_code(), 1);
  EXPECT_EQ(world.supervisor().post(world.supervisor().device_path(), sold).status, 404);
  EXPECT_EQ(agent.operate(call, "Hold").status, 404);
  world.run(seconds{600});
  EXPECT_EQ(agent.told(), "");
  EXPECT_EQ(agent.post(call, sold).status, 404);
}

/// A second desk of the agent, which sees the same and acts beside the first.
struct TwoDesks : SafeCommands {
  Desk second{world, "agent"};

  void SetUp() override {
    SafeCommands::SetUp();
    second.log_in();
    settle();
    second.forget();
    agent.forget();
  }
};

TEST_F(TwoDesks, of_two_that_saw_the_same_one_wins) {
  ASSERT_EQ(agent.post(call, kCallBodies[6]).status, 200);
  world.run(seconds{2});
  std::string consultation;
  for (const json::value& each : second.calls())
    if (each.as_object().contains("parentCallUri")) consultation = path_of(each);
  const sim::HttpHeaders seen{{"If-Match", second.get(consultation).header("ETag")}};
  ASSERT_EQ(agent.get(consultation).header("ETag"), seen[0].second);
  EXPECT_EQ(second.post(consultation, operation("SwapCalls"), seen).status, 200);
  EXPECT_EQ(agent.post(consultation, operation("CompleteTransfer"), seen).status, 412);
  settle();
  const sim::HttpHeaders seen_again{{"If-Match", agent.get(consultation).header("ETag")}};
  EXPECT_EQ(agent.post(consultation, operation("CompleteTransfer"), seen_again).status, 200);
  EXPECT_EQ(second.post(consultation, operation("SwapCalls"), seen_again).status, 404);
  settle();
  EXPECT_EQ(agent.events, second.events);
  EXPECT_TRUE(agent.calls().empty());
  EXPECT_EQ(world.desk("colleague").last_call()->at("state"), "Established");
}

TEST_F(TwoDesks, a_retry_of_one_is_no_second_act_of_the_other) {
  const sim::HttpHeaders key{{"Idempotency-Key", "swap"}};
  ASSERT_EQ(agent.post(call, kCallBodies[6]).status, 200);
  world.run(seconds{2});
  agent.forget();
  second.forget();
  ASSERT_EQ(agent.post(call, operation("SwapCalls"), key).status, 200);  // and its reply is lost
  settle();
  EXPECT_EQ(second.operate(call, "SwapCalls").status, 200);
  settle();
  EXPECT_EQ(agent.post(call, operation("SwapCalls"), key).header("Idempotency-Replayed"), "true");
  settle();
  EXPECT_EQ(agent.events, second.events);
  EXPECT_EQ(agent.events.size(), 4u) << "two swaps of two calls";
}

/// One desk's side of a race: what it last read, and what it sent without seeing the answer.
struct Racer {
  Desk* desk;
  std::string tag;
  std::string unanswered;  ///< the body
  sim::HttpHeaders headers;
  int status = 0;  ///< of the answer that was lost
};

TEST(TwoDesksRace, tell_one_story) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    World world{seed};
    std::mt19937 random{static_cast<std::uint32_t>(seed)};
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{200});
    Desk second{world, "agent"};
    second.log_in();
    world.run(milliseconds{100});
    const std::string call = path_of(second.calls().at(0));
    world.agent().forget();
    second.forget();
    std::array racers{Racer{&world.agent(), {}, {}, {}}, Racer{&second, {}, {}, {}}};
    std::string story;  // what the accepted operations made of the call
    bool held = false;
    int keys = 0;
    std::array<int, 3> seen{};  // accepted, refused, missed
    for (int step = 0; step < 60; ++step) {
      Racer& racer = racers[random() % 2];
      if (!racer.unanswered.empty()) {  // the same again, whatever has happened since
        const Reply again = racer.desk->post(call, racer.unanswered, racer.headers);
        EXPECT_EQ(again.status, racer.status);
        EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
        racer.unanswered.clear();
      } else if (racer.tag.empty() || random() % 3 == 0) {
        racer.tag = racer.desk->get(call).header("ETag");
      } else {
        const bool hold = random() % 2 == 0;
        const bool current = racer.tag == racer.desk->get(call).header("ETag");
        const std::string body = operation(hold ? "Hold" : "Retrieve");
        const sim::HttpHeaders headers{{"Idempotency-Key", std::to_string(++keys)},
                                       {"If-Match", racer.tag}};
        const Reply reply = racer.desk->post(call, body, headers);
        EXPECT_EQ(reply.status, !current ? 412 : hold == held ? 403 : 200);
        ++seen[reply.status == 200 ? 0 : reply.status == 403 ? 1 : 2];
        if (reply.status == 200) {
          held = hold;
          story += (story.empty() ? "" : ", ") + std::string{hold ? "Held" : "Established"};
        }
        if (reply.status != 412 && random() % 2 == 0) {  // the reply is lost
          racer.unanswered = body;
          racer.headers = headers;
          racer.status = reply.status;
        }
      }
      if (random() % 2 == 0) world.run(milliseconds{50});
    }
    world.run(seconds{1});
    EXPECT_EQ(world.agent().told(), story);
    EXPECT_EQ(second.events, world.agent().events);
    EXPECT_EQ(second.calls(), world.agent().calls());
    EXPECT_EQ(second.calls().at(0).at("state"), held ? "Held" : "Established");
    for (const int each : seen) EXPECT_GT(each, 0);
  }
}

}  // namespace
}  // namespace earshot::scenario
