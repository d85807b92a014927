// Each read-only resource for each kind of user: tests/resources/<name>.json has the request and
// what agent, supervisor of the agent's group, supervisor of another group and administrator get
// (rest-and-sessions.md §E, supervision-and-devices.md §C.6; who sees what: model/oversight.h).

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "edge/http/target.h"
#include "sim/fake_exchange.h"
#include "tests/scenario/golden.h"
#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

constexpr const char* kFolder = EARSHOT_SOURCE_DIR "/tests/resources";
/// Of each kind one, as a file names them.
constexpr const char* kKinds[] = {"agent", "supervisor", "other", "admin"};

/// The agent and the supervisor are of "Front", the colleague and the other supervisor of "Back".
app::Config config() {
  app::Config config = World::config();
  auto& users = config.directory.users;
  const Skill german{SkillId{"skill-german"}, "German"},
      billing{SkillId{"skill-billing"}, "Billing"};
  users[0].first_name = "Ada";
  users[0].last_name = "Agent";
  users[0].email_address = "ada@example.org";
  users[0].employee_id = "1001";
  users[0].skills = {{german, 7}, {billing, 1}};
  users[1].employee_id = "1002";
  users[1].skills = {{billing, 3}};
  config.directory.devices[1].description = "Window seat";
  User other;
  other.id = UserId{"a6"};
  other.user_name = "other";
  other.password = "secret-other";
  other.roles = {Role::Supervisor};
  users.push_back(other);
  User admin;
  admin.id = UserId{"a7"};
  admin.user_name = "admin";
  admin.password = "secret-admin";
  admin.roles = {Role::Admin};
  users.push_back(admin);
  config.directory.groups = {
      {GroupId{"2-front"}, "Front", {UserId{"a5"}}, {UserId{"a1"}, UserId{"a5"}}},
      {GroupId{"2-back"}, "Back", {UserId{"a6"}}, {UserId{"a2"}}}};
  return config;
}

json::value read(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  const auto value = json::parse(text.str());
  EXPECT_TRUE(value) << path << ": " << value.error();
  return value ? *value : json::value{};
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator{kFolder})
    out.push_back(file.path().stem());
  std::sort(out.begin(), out.end());
  return out;
}

/// The answer to who does not log in.
sim::Reply as_nobody(World& world, const std::string& target) {
  http::PrefixRouter router;
  world.centre().mount(router);
  auto sent = std::make_shared<sim::FakeRequest>();
  const auto parsed = http::parse_target(target);
  sent->request.method = "GET";
  sent->request.path = parsed->path;
  sent->request.query = parsed->query;
  router.handle(std::make_unique<sim::FakeExchange>(sent));
  return {sent->response->status, *json::parse(sent->response->body), {}};
}

/// The supervisor listens to the agent, who talks to the customer.
struct Resources : testing::TestWithParam<std::string> {};

TEST_P(Resources, are_for_each_kind_of_user_as_written) {
  World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn"));
  const json::value file = read(std::string{kFolder} + "/" + GetParam() + ".json");
  const std::string request{file.at("request").as_string()};
  std::multiset<std::string> asked;
  for (const json::value& answer : file.at("answers").as_array()) {
    std::istringstream kinds{std::string{answer.at("for").as_string()}};
    for (std::string kind; kinds >> kind; asked.insert(kind)) {
      const auto reply = world.desk(kind).get(request);
      EXPECT_EQ(reply.status, answer.at("status").as_int64()) << kind;
      EXPECT_EQ(difference(answer.at("body"), reply.body, ""), "")
          << kind << " " << json::serialize(reply.body);
    }
  }
  EXPECT_EQ(asked, (std::multiset<std::string>{std::begin(kKinds), std::end(kKinds)}));
  const auto refused = as_nobody(world, request);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(json::serialize(refused.body), R"({"statusCode":20,"statusMessage":"Access denied"})");
}

INSTANTIATE_TEST_SUITE_P(File, Resources, testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

// ---- parameters ----

struct Parameters : testing::Test {
  World world{1, config()};
  void SetUp() override { ASSERT_TRUE(world.open()); }
  std::string get(const std::string& target, const std::string& desk = "agent") {
    return json::serialize(world.desk(desk).get("/api/v2" + target).body);
  }
};

TEST_F(Parameters, a_wrong_one_is_refused_by_its_name_on_every_collection) {
  const std::pair<const char*, const char*> wrong[] = {
      {"limit=0", "limit: \\\"0\\\" was given, a whole number from 1 to 1000 is expected"},
      {"limit=1001", "limit: \\\"1001\\\" was given, a whole number from 1 to 1000 is expected"},
      {"limit=ten", "limit: \\\"ten\\\" was given, a whole number from 1 to 1000 is expected"},
      {"limit=", "limit: \\\"\\\" was given, a whole number from 1 to 1000 is expected"},
      {"offset=-1", "offset: \\\"-1\\\" was given, a whole number from 0 is expected"},
      {"order=asc", "order: \\\"asc\\\" was given, Ascending or Descending is expected"},
      {"sortBy=", "sortBy: \\\"\\\" was given, the name of an attribute is expected"}};
  for (const char* path : {"/users",
                           "/users/a1/devices",
                           "/users/a1/skills",
                           "/users/a1/channels",
                           "/devices",
                           "/groups",
                           "/groups/2-front/users",
                           "/groups/2-front/supervisors",
                           "/contacts",
                           "/skills",
                           "/queues",
                           "/features",
                           "/services",
                           "/me/devices",
                           "/me/calls",
                           "/me/channels",
                           "/me/groups",
                           "/me/skills",
                           "/me/features",
                           "/settings",
                           "/workbins",
                           "/me/workbins"})
    for (const auto& [query, message] : wrong) {
      const auto body = get(std::string{path} + "?" + query, "admin");
      EXPECT_EQ(body, std::string{R"({"statusCode":2,"statusMessage":")"} + message + "\"}")
          << path;
    }
  EXPECT_EQ(get("/users?sortBy=shoeSize"),
            R"({"statusCode":2,"statusMessage":"sortBy: \"shoeSize\" was given, the name of an )"
            R"(attribute with a single value is expected"})");
  EXPECT_EQ(world.agent().get("/api/v2/users?sortBy=roles").status, 400) << "a list";
}

TEST_F(Parameters, what_is_asked_is_answered_in_that_order) {
  const std::string names = "/users?fields=userName";
  const auto of = [](const char* list) {
    return std::string{R"({"statusCode":0,"users":[)"} + list + "]";
  };
  EXPECT_EQ(get(names + "&sortBy=userName"),
            of(R"({"userName":"admin"},{"userName":"agent"},{"userName":"colleague"},)"
               R"({"userName":"other"},{"userName":"supervisor"})") +
                "}");
  EXPECT_EQ(get(names + "&sortBy=userName&order=Descending&limit=2"),
            of(R"({"userName":"supervisor"},{"userName":"other"})") + R"(,"totalCount":5})");
  EXPECT_EQ(get(names + "&limit=2&offset=4"),
            of(R"({"userName":"admin"})") + R"(,"totalCount":5})");
  EXPECT_EQ(get(names + "&offset=99"), of("") + R"(,"totalCount":5})");
  EXPECT_EQ(get(names + "&roles=ROLE_SUPERVISOR&limit=1"),
            of(R"({"userName":"supervisor"})") + R"(,"totalCount":2})");
  EXPECT_EQ(get(names + "&userName=agent,admin&_=17"),
            of(R"({"userName":"agent"},{"userName":"admin"})") + "}");
  EXPECT_EQ(get("/users?userName=agent"),
            R"({"statusCode":0,"uris":["http://127.0.0.1:8080/api/v2/users/a1"]})");
}

TEST_F(Parameters, contacts_are_found_by_names_and_numbers) {
  const auto found = [&](const std::string& query) {
    std::string out;
    const auto reply = world.agent().get("/api/v2/contacts?" + query);
    if (reply.status != 200) return std::string{reply.body.at("statusMessage").as_string()};
    for (const json::value& each : reply.body.at("contacts").as_array())
      out += (out.empty() ? "" : " ") + std::string{each.at("name").as_string()};
    return out + " " + std::to_string(reply.body.at("totalCount").as_int64());
  };
  const std::string filter = "filterName=NamesOrPhoneNumberMatches&filterParameters=";
  EXPECT_EQ(found(""), "Ada Agent colleague supervisor other admin service 6");
  EXPECT_EQ(found("type=Queue"), "service 1");
  EXPECT_EQ(found("type=User&roles=ROLE_AGENT"), "Ada Agent colleague supervisor 3");
  EXPECT_EQ(found(filter + "*"), "Ada Agent colleague supervisor other admin service 6");
  EXPECT_EQ(found(filter + "aDA"), "Ada Agent 1");
  EXPECT_EQ(found(filter + "ad*"), "Ada Agent admin 2");
  EXPECT_EQ(found(filter + "a*,*t"), "Ada Agent 1") << "each argument, by whichever name";
  EXPECT_EQ(found(filter + "50*"), "Ada Agent colleague supervisor 3");
  EXPECT_EQ(found(filter + "*00*"), "Ada Agent colleague supervisor service 4");
  EXPECT_EQ(found(filter + "da"), " 0") << "the whole name";
  EXPECT_EQ(found("phoneNumber=5001,8000"), "Ada Agent service 2");
  EXPECT_EQ(found("channel=voice"), "Ada Agent colleague supervisor service 4");
  EXPECT_EQ(found("channel=chat"), " 0");
  EXPECT_EQ(found("includeUsersInBusinessUnits=Back,Front&sortBy=name&order=Descending"),
            "supervisor colleague Ada Agent 3");
  EXPECT_EQ(found("filterName=Looks&filterParameters=x"),
            "filterName: \"Looks\" was given, NamesOrPhoneNumberMatches is expected");
  EXPECT_EQ(found("filterName=NamesOrPhoneNumberMatches"),
            "filterParameters is required with filterName: names or numbers, with * for any text");
  EXPECT_EQ(world.agent().get("/api/v2/contacts/a1?type=Queue").status, 404);
  EXPECT_EQ(world.agent().get("/api/v2/contacts/a1?type=Custom").status, 400);
}

TEST_F(Parameters, a_user_s_activity_follows_their_call) {
  const auto activity = [&] {
    return std::string{world.supervisor()
                           .get("/api/v2/users/a1/channels")
                           .body.at("channels")
                           .at(0)
                           .at("userActivity")
                           .as_string()};
  };
  EXPECT_EQ(activity(), "Idle");
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return activity() == "ReceivingCall"; }, seconds{2}));
  ASSERT_TRUE(world.until([&] { return activity() == "CallInProgress"; }, seconds{2}));
  world.phone(5000).hang_up();
  EXPECT_TRUE(world.until([&] { return activity() == "Idle"; }, seconds{2}));
}

TEST_F(Parameters, the_active_call_is_the_one_talked_in) {
  const auto state = [&] {
    const auto user = world.supervisor().get("/api/v2/users/a1?subresources=*").body.at("user");
    const auto* call = user.as_object().if_contains("activeCall");
    return call ? std::string{call->at("state").as_string()} : "";
  };
  ASSERT_TRUE(world.connect());
  EXPECT_EQ(state(), "Established");
  world.phone(5002).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_ringing(); }));
  EXPECT_EQ(state(), "Established");
  ASSERT_EQ(
      world.agent()
          .post("/api/v2/me/calls/" + std::string{world.agent().calls().at(0).at("id").as_string()},
                R"({"operationName":"Hold"})")
          .status,
      200);
  world.run(milliseconds{50});
  EXPECT_NE(state(), "");
}

// ---- five thousand ----

TEST(FiveThousand, users_are_paged_filtered_and_ordered) {
  constexpr std::size_t kUsers = 5000;
  app::Config config = World::config();
  config.directory = {};
  for (std::size_t i = 0; i < kUsers; ++i) {
    User user;
    user.id = UserId{"u" + std::to_string(i)};
    user.user_name = "user" + std::to_string(i);
    user.password = "secret-" + user.user_name;
    user.roles = {i % 100 == 0 ? Role::Supervisor : Role::Agent};
    if (i == 7) user.roles = {Role::Admin};
    config.directory.users.push_back(user);
  }
  World world{1, config};
  ASSERT_TRUE(world.centre().start());
  sim::Desk& admin = world.desk("user7");
  std::set<std::string> seen;
  for (std::size_t offset = 0; offset < kUsers; offset += 700) {
    const auto page =
        admin.get("/api/v2/users?fields=id&limit=700&offset=" + std::to_string(offset)).body;
    EXPECT_EQ(page.at("totalCount").as_int64(), std::int64_t(kUsers));
    const auto& users = page.at("users").as_array();
    EXPECT_EQ(users.size(), std::min<std::size_t>(700, kUsers - offset));
    for (const json::value& user : users) seen.emplace(user.at("id").as_string());
  }
  EXPECT_EQ(seen.size(), kUsers) << "each once";
  EXPECT_EQ(admin.get("/api/v2/users").body.at("uris").as_array().size(), kUsers) << "no default";
  const auto supervisors =
      admin.get("/api/v2/users?roles=ROLE_SUPERVISOR&sortBy=userName&order=Descending&limit=3")
          .body;
  EXPECT_EQ(supervisors.at("totalCount"), 50);
  EXPECT_EQ(
      json::serialize(supervisors.at("uris")),
      R"(["http://127.0.0.1:8080/api/v2/users/u900","http://127.0.0.1:8080/api/v2/users/u800",)"
      R"("http://127.0.0.1:8080/api/v2/users/u700"])");
  const auto contacts =
      admin
          .get(
              "/api/v2/contacts?type=User&roles=ROLE_AGENT&limit=10&sortBy=name&order=Ascending&"
              "filterName=NamesOrPhoneNumberMatches&filterParameters=USER49*")
          .body;
  EXPECT_EQ(contacts.at("totalCount"), 110) << "49, 490 to 499, 4901 to 4999";
  EXPECT_EQ(contacts.at("contacts").as_array().size(), 10u);
  EXPECT_EQ(contacts.at("contacts").at(0).at("name"), "user49");
  EXPECT_EQ(contacts.at("contacts").at(1).at("name"), "user490");
}

}  // namespace
}  // namespace earshot::scenario
