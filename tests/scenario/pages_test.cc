// Each operation's page through the whole server: the request of tests/golden/<operation>, the
// response, and what the requester and every other desk are told, message by message in the order
// of the page.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <regex>

#include "sim/scratch_directory.h"
#include "sim/world.h"
#include "tests/scenario/golden.h"

namespace earshot::scenario {
namespace {

using sim::World;

// ---- What is so before a page's request. 5000 is the customer, 5001 the agent's phone. ----

void nothing(World&) {}
void ringing(World& world) {
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.agent().told() == "Ringing"; }, seconds{1}));
}
void queued(World& world) {
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return world.agent().told() == "Ringing"; }, seconds{3}));
}
void talking(World& world) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
}
/// Of the desk on its call: the members after operationName, from the comma on.
void ask(World& world, const std::string& operation, const std::string& more = "") {
  const std::string id{world.agent().calls().at(0).at("id").as_string()};
  const auto reply = world.agent().post("/api/v2/me/calls/" + id,
                                        R"({"operationName":")" + operation + '"' + more + "}");
  ASSERT_EQ(reply.status, 200) << operation;
  world.run(milliseconds{100});
}
void holding(World& world) {
  talking(world);
  ask(world, "Hold");
}
void with_user_data(World& world) {
  talking(world);
  ask(world, "UpdateUserData", R"(,"userData":{"CaseRef":"A-17","Mood":"calm"})");
}
void muted(World& world) {
  talking(world);
  ask(world, "MuteCall");
}
void recorded(World& world) {
  talking(world);
  ask(world, "StartCallRecording");
}
void recording_paused(World& world) {
  recorded(world);
  ask(world, "PauseCallRecording");
}
void with_colleague(World& world, const std::string& operation) {
  talking(world);
  ask(world, operation, R"(,"destination":{"phoneNumber":"5002"})");
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
  world.run(milliseconds{100});
}
void consulting(World& world) { with_colleague(world, "InitiateTransfer"); }
void conferring(World& world) { with_colleague(world, "SingleStepConference"); }
void barged_in(World& world) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{100});
}
void agent_muted(World& world) {
  barged_in(world);
  ASSERT_EQ(world.supervisor().on_call("MuteMonitoredUser").status, 200);
  world.run(milliseconds{100});
}
void listening(World& world) {
  ASSERT_TRUE(world.supervise("ListenIn"));
  world.run(milliseconds{100});
}
void subscribed(World& world) {
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  world.run(milliseconds{100});
}
void ready(World& world) {
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  world.run(milliseconds{100});
}
void undisturbed(World& world) {
  const std::string device = world.agent().device_path();
  ASSERT_EQ(world.agent().operate(device, "DoNotDisturbOn").status, 200);
  world.run(milliseconds{100});
}
void forwarded(World& world) {
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path(),
                      R"({"operationName":"ForwardCallsOn","destination":"5002"})")
                .status,
            200);
  world.run(milliseconds{100});
}
void offline(World& world) {
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  world.run(milliseconds{100});
}

// ---- The pages ----

/// What only some servers of the API offer; lists of other pages are without it (calls.md §3).
enum class Offer { Usual, Mute, Clear, Recording };

struct Page {
  const char* operation;
  const char* desk;
  const char* url;  ///< below /api/v2/me
  void (*set_up)(World&);
  Offer offer = Offer::Usual;

  friend void PrintTo(const Page& page, std::ostream* out) { *out << page.operation; }
};

constexpr const char* kCall = "/calls/<id>";
constexpr const char* kConsult = "/calls/<consultId>";
constexpr const char* kDevice = "/devices/<deviceId>";
constexpr const char* kVoice = "/channels/voice";

constexpr Page kPages[]{
    {"Dial", "agent", "/devices/<deviceId>/calls", nothing},
    {"Answer", "agent", kCall, ringing},
    {"Reject", "agent", kCall, queued},
    {"Hangup", "agent", kCall, talking},
    {"Hold", "agent", kCall, talking},
    {"Retrieve", "agent", kCall, holding},
    {"SwapCalls", "agent", kConsult, consulting},
    {"SendDtmf", "agent", kCall, talking},
    {"MuteCall", "agent", kCall, talking, Offer::Mute},
    {"UnmuteCall", "agent", kCall, muted, Offer::Mute},
    {"ClearCall", "agent", kCall, conferring, Offer::Clear},
    {"StartCallRecording", "agent", kCall, talking, Offer::Recording},
    {"StopCallRecording", "agent", kCall, recorded, Offer::Recording},
    {"PauseCallRecording", "agent", kCall, recorded, Offer::Recording},
    {"ResumeCallRecording", "agent", kCall, recording_paused, Offer::Recording},
    {"SingleStepTransfer", "agent", kCall, talking},
    {"SingleStepConference", "agent", kCall, talking},
    {"InitiateTransfer", "agent", kCall, talking},
    {"InitiateConference", "agent", kCall, talking},
    {"CompleteTransfer", "agent", kConsult, consulting},
    {"CompleteConference", "agent", kCall, consulting},
    {"RemoveParticipantFromConference", "agent", kCall, conferring},
    {"AttachUserData", "agent", kCall, talking},
    {"UpdateUserData", "agent", kCall, with_user_data},
    {"DeleteUserDataPair", "agent", kCall, with_user_data},
    {"DeleteUserData", "agent", kCall, with_user_data},
    {"SetCallDisposition", "agent", kCall, talking},
    {"SwitchToListenIn", "supervisor", kCall, barged_in},
    {"SwitchToBargeIn", "supervisor", kCall, listening},
    {"MuteMonitoredUser", "supervisor", kCall, barged_in},
    {"UnmuteMonitoredUser", "supervisor", kCall, agent_muted},
    {"ListenIn", "supervisor", kDevice, nothing},
    {"Coach", "supervisor", kDevice, nothing},
    {"BargeIn", "supervisor", kDevice, nothing},
    {"CancelSupervisorMonitoring", "supervisor", kDevice, subscribed},
    {"ForwardCallsOn", "agent", kDevice, nothing},
    {"ForwardCallsOff", "agent", kDevice, forwarded},
    {"DoNotDisturbOn", "agent", kDevice, nothing},
    {"DoNotDisturbOff", "agent", kDevice, undisturbed},
    {"Ready", "agent", kVoice, nothing},
    {"NotReady", "agent", kVoice, ready},
    {"AfterCallWork", "agent", kVoice, nothing},
    {"AuxWork", "agent", kVoice, nothing},
    {"Offline", "agent", kVoice, nothing},
    {"StartContactCenterSession", "agent", "", offline},
    {"EndContactCenterSession", "agent", "", nothing},
};

/// Names of the goldens whose values are known before the request; the others bind when compared.
using Names = std::map<std::string, std::string>;

Names names_in(World& world, sim::Desk& desk) {
  Names names{{"base", "http://127.0.0.1:8080"}};
  names["deviceId"] = std::string{desk.device().at("id").as_string()};
  for (const User& user : world.settings().directory.users)
    names[user.user_name + "DeviceId"] = user.default_device->value;
  for (const json::value& call : desk.calls())
    names[call.as_object().contains("parentCallUri") ? "consultId" : "id"] =
        std::string{call.at("id").as_string()};
  return names;
}

std::string filled(std::string text, const Names& names) {
  for (const auto& [name, value] : names)
    text = std::regex_replace(text, std::regex{"<" + name + ">"}, value);
  return text;
}

json::value filled_golden(const Page& page, const std::string& part, const Names& names) {
  return *json::parse(filled(json::serialize(golden(page.operation, part)), names));
}

/// The page's messages in order; none where it has no notification.
json::array messages_of(const Page& page, const Names& names) {
  const json::value told = filled_golden(page, "notification", names);
  if (told.is_array()) return told.get_array();
  return told.is_null() ? json::array{} : json::array{told};
}

/// Of what a desk was told, the messages on the channel the page is about.
json::array told_on(const sim::Desk& desk, const json::array& expected) {
  json::array told;
  for (const json::value& event : desk.events)
    if (!expected.empty() && event.at("channel") == expected[0].at("channel"))
      told.push_back(event);
  return told;
}

app::Config config_for(const Page& page, const sim::ScratchDirectory& scratch) {
  app::Config config = World::config();
  config.calls.offers_mute = page.offer == Offer::Mute;
  config.calls.offers_clear = page.offer == Offer::Clear;
  if (page.offer == Offer::Recording) config.media.recordings = scratch.path().string();
  return config;
}

sim::Reply request_of(const Page& page, sim::Desk& desk, const Names& names) {
  return desk.post("/api/v2/me" + filled(page.url, names),
                   json::serialize(filled_golden(page, "request", names)));
}

struct Pages : testing::TestWithParam<Page> {};

TEST_P(Pages, is_replied_and_told_as_documented) {
  const Page& page = GetParam();
  const sim::ScratchDirectory scratch;
  World world{1, config_for(page, scratch)};
  ASSERT_TRUE(world.open());
  page.set_up(world);
  ASSERT_FALSE(HasFailure()) << world.story();

  sim::Desk& desk = world.desk(page.desk);
  const Names names = names_in(world, desk);
  desk.forget();
  const auto reply = request_of(page, desk, names);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(difference(golden(page.operation, "response"), reply.body), "");

  const json::array expected = messages_of(page, names);
  world.until([&] { return told_on(desk, expected).size() >= expected.size(); });
  world.run(milliseconds{20});
  EXPECT_EQ(difference(expected, told_on(desk, expected)), "") << world.story();
}

/// The same with an agent at the customer's phone and a supervisor who listens to the requester:
/// tests/golden/<operation>/others.json has what each of the others is told on all channels within
/// two seconds, in which phones that ring are answered (calls.md §4, §4.5;
/// supervision-and-devices.md §A.9). Who is not in it is told nothing.
TEST_P(Pages, tells_every_other_desk_what_concerns_it) {
  const Page& page = GetParam();
  const sim::ScratchDirectory scratch;
  app::Config config = config_for(page, scratch);
  User customer = config.directory.users[0];
  customer.id = UserId{"a0"};
  customer.user_name = "customer";
  customer.password = "secret-customer";
  customer.default_device = DeviceId{"device-5000"};
  config.directory.users.push_back(customer);
  World world{1, config};
  ASSERT_TRUE(world.open());
  if (page.desk != std::string{"supervisor"}) subscribed(world);
  page.set_up(world);
  if (world.agent().told() != "Ringing") world.run(seconds{2});  // until the supervisor is there
  ASSERT_FALSE(HasFailure()) << world.story();

  sim::Desk& desk = world.desk(page.desk);
  const Names names = names_in(world, desk);
  for (const User& user : config.directory.users) world.desk(user.user_name).forget();
  ASSERT_EQ(request_of(page, desk, names).status, 200);
  world.run(seconds{2});
  const json::value others = filled_golden(page, "others", names);
  for (const User& user : config.directory.users) {
    if (user.user_name == page.desk) continue;
    const auto* expected = others.as_object().if_contains(user.user_name);
    const auto& told = world.desk(user.user_name).events;
    EXPECT_EQ(
        difference(expected ? *expected : json::array{}, json::array(told.begin(), told.end()), ""),
        "")
        << user.user_name;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Pages, testing::ValuesIn(kPages),
                         [](const auto& each) { return std::string{each.param.operation}; });

TEST(PageList, has_every_golden) {
  for (const auto& folder :
       std::filesystem::directory_iterator{EARSHOT_SOURCE_DIR "/tests/golden"}) {
    const std::string name = folder.path().filename();
    EXPECT_EQ(std::count_if(std::begin(kPages), std::end(kPages),
                            [&](const Page& page) { return page.operation == name; }),
              1)
        << name;
  }
}

}  // namespace
}  // namespace earshot::scenario
