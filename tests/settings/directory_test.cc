// The tables of the directory, [[devices]], [[users]], [[trunks]], [[queues]] and [[groups]]: see
// setting.h.

#include <fstream>

#include "sim/scratch_directory.h"
#include "tests/scenario/supervised.h"
#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

using scenario::Supervised;

/// The phones of the world, an agent, and a supervisor.
constexpr const char* kPhones = R"(
[[devices]]
number = "5000"
sip_password = "sip-5000"
[[devices]]
number = "5001"
sip_password = "sip-5001"
[[devices]]
number = "5002"
sip_password = "sip-5002"
[[devices]]
number = "5005"
sip_password = "sip-5005"
[[users]]
name = "agent"
password = "secret-agent"
device = "5001"
[[users]]
name = "supervisor"
password = "secret-supervisor"
roles = ["agent", "supervisor"]
device = "5005"
)";
std::string besides(const std::string& tables) { return kPhones + tables; }

constexpr const char* kPhone9 = "[[devices]]\nnumber = \"5009\"\nsip_password = \"sip-5009\"\n";

/// The phone of the device 5009.
sim::PhoneSettings ninth(World& world) {
  sim::PhoneSettings settings = world.phone(5000).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.number = "5009";
  settings.password = "sip-5009";
  return settings;
}

/// In what GET /me/devices says to the agent who has it.
json::value me(Setting& setting) {
  const auto sent = setting.ask("GET", "/api/v2/me", {{"Authorization", Setting::kAgent}});
  const auto body = sent->response ? json::parse(sent->response->body) : json::parse("{}");
  const auto* user = body->as_object().if_contains("user");
  return user ? *user : json::value{};
}

// ---- [[devices]] ----

TEST_F(Setting, devices_number) {
  with(besides(kPhone9));
  const auto phone = this->phone(ninth(*world));
  world->phone(5000).dial("5009");
  EXPECT_TRUE(world->until([&] { return phone->is_up(); }));
}

TEST_F(Setting, devices_sip_user) {
  with(besides(std::string{kPhone9} + "sip_user = \"desk-9\"\n"));
  sim::PhoneSettings settings = ninth(*world);
  settings.number = "desk-9";
  const auto phone = this->phone(settings);
  world->phone(5000).dial("5009");
  EXPECT_TRUE(world->until([&] { return phone->is_up(); }));
}

TEST_F(Setting, devices_sip_password) {
  with(besides("[[devices]]\nnumber = \"5009\"\nsip_password = \"word\"\n"));
  sim::PhoneSettings settings = ninth(*world);
  settings.password = "word";
  EXPECT_TRUE(phone(settings)->is_registered());
}

TEST_F(Setting, devices_auto_answer) {
  for (const bool automatic : {false, true}) {
    const std::string flag = automatic ? "auto_answer = true\n" : "";
    with(besides(kPhone9 + flag + "[[users]]\nname = \"ninth\"\npassword = \"secret-ninth\"\n" +
                 "device = \"5009\"\n"));
    sim::PhoneSettings settings = ninth(*world);
    settings.answer_after.reset();
    settings.answers_talk = false;
    const auto phone = this->phone(settings);
    const sim::Reply reply = world->desk("ninth").post(
        world->desk("ninth").device_path() + "/calls",
        R"({"operationName":"Dial","destination":{"phoneNumber":"5000"}})");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(world->until([&] { return phone->is_up(); }, seconds{5}), automatic);
  }
}

TEST_F(Setting, devices_id) {
  const std::string id = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
  with(
      besides(std::string{kPhone9} + "id = \"" + id +
              "\"\n[[users]]\nname = \"ninth\"\npassword = \"secret-ninth\"\ndevice = \"5009\"\n"));
  EXPECT_EQ(world->desk("ninth").device().at("id").as_string(), id);
}

TEST_F(Setting, devices_description) {
  with(besides(std::string{kPhone9} + "description = \"Window seat\"\n" +
               "[[users]]\nname = \"ninth\"\npassword = \"secret-ninth\"\ndevice = \"5009\"\n"));
  EXPECT_EQ(world->desk("ninth").device().at("description"), "Window seat");
}

// ---- [[users]] ----

TEST_F(Setting, users_name) {
  with(kPhones);
  EXPECT_EQ(me(*this).at("userName"), "agent");
}

TEST_F(Setting, users_password) {
  with(kPhones);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kAgent}}), 200);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kWrong}}), 403);
}

TEST_F(Setting, users_roles) {
  with(kPhones);
  EXPECT_EQ(world->supervisor().monitor("ListenIn", "5001").status, 200);
  EXPECT_NE(world->agent().monitor("ListenIn", "5005").status, 200);
}

TEST_F(Setting, users_device) {
  with(kPhones);
  EXPECT_EQ(world->agent().device().at("phoneNumber"), "5001");
}

std::string third_user(const std::string& line) {
  return besides("[[users]]\nname = \"third\"\npassword = \"secret-third\"\n" + line + "\n");
}

TEST_F(Setting, users_first_name) {
  with(third_user("first_name = \"Ada\""));
  EXPECT_EQ(world->desk("third").get("/api/v2/me").body.at("user").at("firstName"), "Ada");
}

TEST_F(Setting, users_last_name) {
  with(third_user("last_name = \"Agent\""));
  EXPECT_EQ(world->desk("third").get("/api/v2/me").body.at("user").at("lastName"), "Agent");
}

TEST_F(Setting, users_email) {
  with(third_user("email = \"ada@example.org\""));
  EXPECT_EQ(world->desk("third").get("/api/v2/me").body.at("user").at("emailAddress"),
            "ada@example.org");
}

TEST_F(Setting, users_id) {
  with(third_user("id = \"0123456789abcdef0123456789abcdef\""));
  EXPECT_EQ(world->desk("third").get("/api/v2/me").body.at("user").at("id"),
            "0123456789abcdef0123456789abcdef");
}

TEST_F(Setting, users_employee_id) {
  for (const bool given : {false, true}) {
    with(third_user(given ? "employee_id = \"1234\"" : ""));
    const auto reply = world->desk("third").get("/api/v2/contacts?userName=third");
    EXPECT_EQ(reply.body.at("contacts").at(0).at("employeeId"), given ? "1234" : "third");
  }
}

TEST_F(Setting, users_skills) {
  with(third_user("skills = [\"German:7\", \"Billing\"]"));
  const auto skills =
      world->desk("third").get("/api/v2/me/skills?fields=name,level").body.at("skills");
  EXPECT_EQ(json::serialize(skills),
            R"([{"name":"German","level":"7"},{"name":"Billing","level":"1"}])");
}

// ---- [[trunks]] ----

constexpr const char* kTrunk =
    "[[trunks]]\nname = \"provider\"\naddress = \"192.0.2.9:5060\"\nprefixes = [\"0\"]\n";

/// The first record of a call that was made and ended.
json::value record(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::string line;
  EXPECT_TRUE(std::getline(in, line));
  const auto record = json::parse(line.empty() ? "{}" : line);
  return record ? *record : json::value{};
}

TEST_F(Setting, trunks_name) {
  const sim::ScratchDirectory scratch;
  const auto file = scratch.path() / "calls.jsonl";
  with("records.file = \"" + file.string() + "\"\n" + besides(kTrunk));
  world->trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world->until([&] { return world->phone(5001).is_up(); }));
  Supervised::end(*world);
  world->run(seconds{2});
  std::string trunks;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    if (const auto party = json::parse(line)->at("party"); party.as_object().contains("trunk"))
      trunks += party.at("trunk").as_string();
  EXPECT_EQ(trunks, "provider");
  world.reset();
}

TEST_F(Setting, trunks_address) {
  with(besides(kTrunk));
  world->trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  EXPECT_TRUE(world->until([&] { return world->phone(5001).is_up(); })) << world->story();
  with(kPhones);
  EXPECT_NE(status_of_dialling(world->trunk(), "5001"), 0) << "who is no trunk is refused";
}

TEST_F(Setting, trunks_prefixes) {
  with(besides(kTrunk));
  world->phone(5000).dial("0123");
  EXPECT_TRUE(world->until([&] { return world->trunk().is_ringing(); }));
  world->phone(5000).hang_up();
  EXPECT_EQ(status_of_dialling(world->phone(5002), "9123"), 404);
}

TEST_F(Setting, trunks_tell_diversions) {
  for (const bool tell : {false, true}) {
    const std::string flag = tell ? "tell_diversions = true\n" : "";
    with(besides(kTrunk + flag));
    ASSERT_EQ(world->agent()
                  .post(world->agent().device_path(),
                        R"({"operationName":"ForwardCallsOn","destination":"0123"})")
                  .status,
              200);
    world->phone(5000).dial("5001");
    ASSERT_TRUE(world->until([&] { return world->trunk().is_ringing(); }));
    const std::string invite = told(world->trunk(), "INVITE ");
    EXPECT_NE(invite.find("\r\nDiversion: <sip:"), std::string::npos) << invite;
    EXPECT_EQ(invite.find("Diversion: <sip:5001@") != std::string::npos, tell) << invite;
  }
}

// ---- [[agent_states]] ----

/// What the agent's state shows in the state that the settings define as Lunch.
struct StateSetting : Setting {
  json::object lunch(const std::string& more) {
    with(besides("[[agent_states]]\noperation = \"Lunch\"\n" + more));
    EXPECT_EQ(world->agent().operate("/api/v2/me/channels/voice", "Lunch").status, 200) << more;
    return world->agent().device().at("userState").as_object();
  }
};

TEST_F(StateSetting, agent_states_operation) {
  EXPECT_EQ(lunch("").at("displayName"), "Lunch");
  EXPECT_EQ(world->agent().operate("/api/v2/me/channels/voice", "Dinner").status, 400);
}

TEST_F(StateSetting, agent_states_display_name) {
  EXPECT_EQ(lunch("display_name = \"Lunch break\"\n").at("displayName"), "Lunch break");
}

TEST_F(StateSetting, agent_states_state) {
  EXPECT_EQ(lunch("").at("state"), "NotReady");
  EXPECT_EQ(lunch("state = \"Ready\"\n").at("state"), "Ready");
}

TEST_F(StateSetting, agent_states_work_mode) {
  EXPECT_FALSE(lunch("").contains("workMode"));
  for (const std::string mode : {"AuxWork", "AfterCallWork"}) {
    const auto state = lunch("work_mode = \"" + mode + "\"\n");
    EXPECT_EQ(state.at("workMode"), json::value(mode));
    EXPECT_EQ(state.at("state"), "NotReady");
  }
}

TEST_F(StateSetting, agent_states_reason_code) {
  EXPECT_FALSE(lunch("").contains("reason"));
  EXPECT_EQ(lunch("reason_code = \"1001\"\n").at("reason"), "1001");
}

TEST_F(StateSetting, agent_states_id) {
  const std::string id = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
  EXPECT_EQ(lunch("id = \"" + id + "\"\n").at("id"), json::value(id));
  EXPECT_EQ(lunch("").at("id"), lunch("display_name = \"other\"\n").at("id"))
      << "derived from the operation alone";
}

// ---- [[queues]] ----

/// One queue, served by 5001 unless `more` says otherwise, and its agent ready.
struct QueueSetting : Setting {
  void with_queue(const std::string& more, const std::string& settings = "") {
    const std::string agents =
        more.find("agents") == std::string::npos ? "agents = [\"5001\"]\n" : "";
    with(settings + besides("[[queues]]\nname = \"service\"\nnumber = \"8000\"\n" + agents + more));
  }
  void ready(const std::string& desk = "agent") {
    EXPECT_EQ(world->desk(desk).operate("/api/v2/me/channels/voice", "Ready").status, 200);
  }
  bool is_up(int number) {
    return world->until([&] { return world->phone(number).is_up(); }, seconds{3});
  }
};

TEST_F(QueueSetting, queues_name) {
  const sim::ScratchDirectory scratch;
  const auto file = scratch.path() / "calls.jsonl";
  with_queue("", "records.file = \"" + file.string() + "\"\n");
  world->phone(5000).dial("8000");
  ASSERT_TRUE(is_up(5000));
  Supervised::end(*world);
  world->run(seconds{2});
  EXPECT_EQ(record(file).at("queue"), "service");
  world.reset();
}

TEST_F(QueueSetting, queues_number) {
  with_queue("");
  world->phone(5000).dial("8000");
  EXPECT_TRUE(is_up(5000)) << "to hear the music";
}

TEST_F(QueueSetting, queues_agents) {
  with_queue("agents = [\"5005\"]\n");
  ready();
  ready("supervisor");
  world->phone(5000).dial("8000");
  EXPECT_TRUE(is_up(5005));
  EXPECT_FALSE(world->phone(5001).is_up());
}

TEST_F(QueueSetting, queues_ring_timeout_s) {
  with_queue("ring_timeout_s = 4\n");
  const auto lazy = unanswered(5001);
  ready();
  world->phone(5000).dial("8000");
  EXPECT_EQ(ringing_time(*lazy), seconds{4}) << world->story();
}

TEST_F(QueueSetting, queues_patience_s) {
  with_queue("patience_s = 4\n");
  world->phone(5000).dial("8000");
  ASSERT_TRUE(is_up(5000));
  world->run(milliseconds{3800});
  EXPECT_TRUE(world->phone(5000).is_up());
  world->run(milliseconds{400});
  EXPECT_FALSE(world->phone(5000).is_up()) << "nobody is named to overflow to";
}

TEST_F(QueueSetting, queues_overflow) {
  with_queue("patience_s = 2\noverflow = \"5002\"\n");
  world->phone(5000).dial("8000");
  EXPECT_TRUE(is_up(5002));
}

TEST_F(QueueSetting, queues_max_waiting) {
  with_queue("max_waiting = 1\n");
  world->phone(5000).dial("8000");
  ASSERT_TRUE(is_up(5000));
  EXPECT_EQ(status_of_dialling(world->phone(5002), "8000"), 486);
}

TEST_F(QueueSetting, queues_wrap_up_time_s) {
  with_queue("wrap_up_time_s = 4\n");
  ready();
  world->phone(5000).dial("8000");
  ASSERT_TRUE(is_up(5001));
  world->phone(5000).hang_up();
  ASSERT_TRUE(world->until([&] { return !world->phone(5001).is_up(); }));
  const auto state = [&] { return world->agent().device().at("userState").as_object(); };
  world->run(milliseconds{3500});
  EXPECT_TRUE(state().contains("workMode"));
  world->run(seconds{1});
  EXPECT_FALSE(state().contains("workMode"));
}

// ---- [[groups]] ----

std::string group(const std::string& more) {
  return besides("[[groups]]\nname = \"front\"\n" + more);
}

TEST_F(Setting, groups_name) {
  with(group("users = [\"agent\"]\n"));
  const auto groups = world->agent().get("/api/v2/me/groups?fields=name").body.at("groups");
  EXPECT_EQ(json::serialize(groups), R"([{"name":"front"}])");
}

TEST_F(Setting, groups_supervisors) {
  for (const bool named : {false, true}) {
    with(group(std::string{"users = [\"agent\"]\n"} +
               (named ? "supervisors = [\"supervisor\"]\n" : "")));
    EXPECT_EQ(world->supervisor().monitor("ListenIn", "5001").status, named ? 200 : 403);
  }
}

TEST_F(Setting, groups_users) {
  for (const bool named : {false, true}) {
    with(group(std::string{"supervisors = [\"supervisor\"]\n"} +
               (named ? "users = [\"agent\"]\n" : "")));
    EXPECT_EQ(world->supervisor().monitor("ListenIn", "5001").status, named ? 200 : 403);
  }
}

}  // namespace
}  // namespace earshot::settings
