#include "tests/scenario/story.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

constexpr std::array kPhones{5000, 5001, 5002, 5005};
constexpr int kSupervisor = 5005;
constexpr std::array kDesks{"agent", "colleague", "supervisor"};
constexpr std::array kNumbers{"5000", "5001", "5002", "5005", "+4930999", "7777", "8000", "8000"};

/// Each with the members it needs to be well-formed.
constexpr std::array kCallBodies{
    R"({"operationName":"Answer"})",
    R"({"operationName":"Hangup"})",
    R"({"operationName":"Hold"})",
    R"({"operationName":"Retrieve"})",
    R"({"operationName":"SwitchToListenIn"})",
    R"({"operationName":"SwitchToBargeIn"})",
    R"({"operationName":"SwitchToListenIn"})",
    R"({"operationName":"SwitchToBargeIn"})",
    R"({"operationName":"SwitchToCoach"})",
    R"({"operationName":"InitiateTransfer","destination":{"phoneNumber":"5002"}})",
    R"({"operationName":"InitiateTransfer","destination":{"phoneNumber":"+4930999"}})",
    R"({"operationName":"InitiateConference","destination":{"phoneNumber":"5001"}})",
    R"({"operationName":"InitiateConference","destination":{"phoneNumber":"5005"},)"
    R"("userData":{"Why":"advice"}})",
    R"({"operationName":"InitiateTransfer","destination":{"phoneNumber":"8000"}})",
    R"({"operationName":"SingleStepTransfer","destination":{"phoneNumber":"8000"}})",
    R"({"operationName":"Reject"})",
    R"({"operationName":"SwapCalls"})",
    R"({"operationName":"CompleteTransfer"})",
    R"({"operationName":"CompleteConference"})",
    R"({"operationName":"MuteCall"})",
    R"({"operationName":"UnmuteCall"})",
    R"({"operationName":"ClearCall"})",
    R"({"operationName":"MuteMonitoredUser"})",
    R"({"operationName":"UnmuteMonitoredUser"})",
    R"({"operationName":"SetCallDisposition","disposition":"Sold"})",
    R"({"operationName":"AttachUserData","userData":{"Case":"A-17"}})",
    R"({"operationName":"UpdateUserData","userData":{"Case":"B-18","Mood":"fine"}})",
    R"({"operationName":"DeleteUserDataPair","key":"Case"})",
    R"({"operationName":"DeleteUserData"})",
    R"({"operationName":"SendDtmf","digits":"42#"})",
    R"({"operationName":"SingleStepConference","destination":{"phoneNumber":"5002"}})",
    R"({"operationName":"SingleStepConference","destination":{"phoneNumber":"+4930999"}})",
    R"({"operationName":"SingleStepTransfer","destination":{"phoneNumber":"5005"}})",
    R"({"operationName":"SingleStepTransfer","destination":{"phoneNumber":"5002"}})",
    R"({"operationName":"RemoveParticipantFromConference","participant":"5000"})",
    R"({"operationName":"RemoveParticipantFromConference","participant":"5002"})",
};

std::string operation_of(std::string_view body) {
  return std::string{json::parse(body)->at("operationName").as_string()};
}

bool lists(const json::value& resource, std::string_view operation) {
  const json::array& listed = resource.at("capabilities").as_array();
  return std::find(listed.begin(), listed.end(), json::value(operation)) != listed.end();
}

/// A call resource without what changes by itself.
json::object timeless(const json::value& call) {
  json::object out = call.as_object();
  out.erase("duration");
  return out;
}

/// What one desk knows from its notifications alone.
struct Knowledge {
  std::map<std::string, json::object> calls;
  std::size_t read = 0;

  void read_on(const sim::Desk& desk) {
    for (; read < desk.events.size(); ++read) {
      const json::value& event = desk.events[read];
      if (event.at("channel") != "/v2/me/calls") continue;
      const json::value& told = event.at("data");
      if (told.at("notificationType") == "Error") continue;  // the call is unchanged
      const std::string id{told.at("call").at("id").as_string()};
      if (told.at("call").at("state") == "Released")
        calls.erase(id);
      else
        calls[id] = timeless(told.at("call"));
    }
  }
};

class Story {
 public:
  /// @param failures  what has gone wrong so far; outlives the story
  Story(std::uint64_t seed, const testing::TestPartResultArray& failures)
      : seed_(seed), failures_(failures), world_(seed, config_of(seed)) {}

  void play(const std::vector<int>& steps) {
    ASSERT_TRUE(world_.open());
    const auto sockets = world_.network.open_sockets();
    const auto timers = world_.loop.timers();
    begin();
    for (const int step : steps) {
      if (has_failed()) return;
      // What a step draws is its own, so that it is the same when others are left out.
      random_.seed(static_cast<std::uint32_t>(seed_ * 1000 + static_cast<std::uint64_t>(step)));
      act();
      pass(milliseconds{static_cast<int>(20 * (1 + random_() % 20))});
      expect_knowledge();
    }
    if (!has_failed()) end(sockets, timers);
  }
  /// What was done, with times, and the last messages of the network.
  std::string told() const { return steps_ + world_.story(); }

 private:
  bool has_failed() const { return failures_.size() > 0; }

  /// Every other story with the operations that only some servers offer; what is seldom set now and
  /// then.
  static app::Config config_of(std::uint64_t seed) {
    app::Config config = sim::World::config();
    config.calls.offers_mute = config.calls.offers_clear = seed % 2 == 0;
    config.supervision.monitor_consult_calls = seed % 3 == 0;
    config.supervision.monitor_party_on_hold = seed % 5 != 0;
    config.supervision.free_mode_graph = seed % 7 == 0;
    return config;
  }

  template <class List>
  auto one_of(const List& list) {
    return list[random_() % std::size(list)];
  }
  void note(const std::string& what) {
    const auto at = std::chrono::duration_cast<milliseconds>(world_.loop.now().time_since_epoch());
    steps_ += std::to_string(at.count()) + " " + what + "\n";
  }

  /// Three of four stories begin with a supervised call.
  void begin() {
    const std::string mode = std::array{"", "ListenIn", "Coach", "BargeIn"}[seed_ % 4];
    if (mode.empty()) return;
    EXPECT_TRUE(world_.supervise(mode));
    note("the supervisor is there: " + mode);
  }

  void act() {
    const auto kind = random_() % 32;
    if (kind < 12) return operate_on_call(one_of(kDesks));
    if (kind < 14) return dial(one_of(kDesks));
    if (kind < 17) return monitor();
    if (kind == 17)
      return draw_lots() ? change_state(one_of(kDesks)) : redirect_calls(one_of(kDesks));
    if (kind == 18) return change_network();
    if (kind < 21) return act_on_phone(world_.trunk(), "trunk");
    const int number = one_of(kPhones);
    act_on_phone(world_.phone(number), std::to_string(number));
  }

  /// Accepted exactly when listed, but for the two exceptions of decisions A3.
  void operate_on_call(const std::string& name) {
    sim::Desk& desk = world_.desk(name);
    const json::array calls = desk.calls();
    if (calls.empty()) return dial(name);
    const json::value& call = calls[random_() % calls.size()];
    std::vector<std::string> bodies(kCallBodies.begin(), kCallBodies.end());
    if (random_() % 3)  // mostly what the desk shows as a button
      std::erase_if(bodies, [&](const auto& each) { return !lists(call, operation_of(each)); });
    if (bodies.empty()) return;
    const std::string body = one_of(bodies);
    const std::string operation = operation_of(body);
    const json::value before = desk.device();
    const bool by_device = operation.ends_with("MonitoredUser");  // decisions A4
    const auto reply =
        desk.post("/api/v2/me/calls/" + std::string{call.at("id").as_string()}, body);
    note(name + " " + body + ": " + std::to_string(reply.status));
    const bool exempt = (operation == "Hangup" && call.at("state") == "Ringing") ||
                        operation == "SetCallDisposition";
    if (by_device && (calls.size() > 1 || reply.status == 200)) {
      EXPECT_TRUE(lists(before, operation) || reply.status != 200) << json::serialize(before);
      return;
    }
    const bool listed = by_device ? lists(before, operation) : lists(call, operation);
    if (!listed && !exempt) {
      EXPECT_EQ(reply.status, 403) << operation << json::serialize(call);
      EXPECT_EQ(reply.status_code(), 3);
      return;
    }
    // A destination or participant may turn out to be nobody.
    const bool names_somebody = operation.starts_with("SingleStep") ||
                                operation.starts_with("Initiate") ||
                                operation.starts_with("Remove");
    if (names_somebody && reply.status == 400) return;
    EXPECT_EQ(reply.status, 200) << operation << json::serialize(call);
  }

  void dial(const std::string& name) {
    sim::Desk& desk = world_.desk(name);
    const std::string number = one_of(kNumbers);
    const auto reply =
        desk.post(desk.device_path() + "/calls",
                  R"({"operationName":"Dial","destination":{"phoneNumber":")" + number + R"("}})");
    note(name + " dials " + number + ": " + std::to_string(reply.status));
    const bool own = desk.device().at("phoneNumber") == json::value(number);
    if (reply.status != 200 && is_redirected(number)) {  // busy, or forwarded in a circle
      EXPECT_EQ(reply.status, 400);
      return;
    }
    EXPECT_EQ(reply.status, own || number == "7777" ? 400 : 200);
  }

  /// Whether new calls to `number` go elsewhere, or find it busy.
  bool is_redirected(const std::string& number) {
    for (const std::string name : kDesks) {
      const json::value device = world_.desk(name).device();
      if (device.at("phoneNumber") == json::value(number))
        return device.at("doNotDisturb") == "On" || device.as_object().contains("forwardTo");
    }
    return false;
  }

  /// Accepted exactly when listed; to a number that can be.
  void redirect_calls(const std::string& name) {
    sim::Desk& desk = world_.desk(name);
    const json::value device = desk.device();
    const std::string operation = one_of(
        std::array{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff"});
    const std::string number = one_of(kNumbers);
    const auto reply = desk.post(desk.device_path(), R"({"operationName":")" + operation +
                                                         R"(","destination":")" + number + R"("})");
    note(name + " " + operation + " " + number + ": " + std::to_string(reply.status));
    const bool is_bad = operation == "ForwardCallsOn" &&
                        (number == "7777" || device.at("phoneNumber") == json::value(number));
    EXPECT_EQ(reply.status, !lists(device, operation) ? 403
                            : is_bad                  ? 400
                                                      : 200)
        << json::serialize(device);
  }
  bool draw_lots() { return random_() % 2 == 0; }

  void monitor() {
    sim::Desk& desk = world_.supervisor();
    const std::string operation =
        one_of(std::array{"ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring"});
    const std::string more = one_of(std::array{"", R"(,"supervisorMonitoringMode":"NextCall")",
                                               R"(,"supervisorMonitoringScope":"Agent")"});
    const std::string target = one_of(std::array{"5001", "5001", "5002"});
    const bool listed = lists(desk.device(), operation);
    const auto reply =
        desk.post(desk.device_path(), R"({"operationName":")" + operation + R"(","phoneNumber":")" +
                                          target + '"' + more + "}");
    note("supervisor " + operation + " " + target + more + ": " + std::to_string(reply.status));
    EXPECT_EQ(reply.status, listed ? 200 : 403) << operation;
    if (!listed) {
      EXPECT_EQ(reply.status_code(), 3);
    }
  }

  void change_state(const std::string& name) {
    sim::Desk& desk = world_.desk(name);
    const std::string state =
        one_of(std::array{"Ready", "Ready", "NotReady", "AfterCallWork", "Offline"});
    note(name + " " + state);
    (void)desk.operate("/api/v2/me/channels/voice", state);
    if (state == "Offline")
      (void)desk.post("/api/v2/me",
                      R"({"operationName":"StartContactCenterSession","channels":["voice"]})");
  }

  void change_network() {
    sim::Dials dials;
    if (random_() % 2) {
      dials.loss = 0.05;
      dials.duplication = 0.05;
      dials.jitter = milliseconds{30};
    }
    note(dials.loss > 0 ? "the network is bad" : "the network is good");
    is_network_bad_ = dials.loss > 0;
    world_.network.set_dials(dials);
  }

  void act_on_phone(sim::Phone& phone, const std::string& name) {
    // Ends are rare, so that calls get somewhere; who has vanished comes back soon.
    if (gone_.contains(name) && random_() % 3 == 0) {
      note(name + " comes back");
      gone_.erase(name);
      return phone.come_back();
    }
    constexpr std::array words{"dials",        "dials",     "dials",      "answers", "answers",
                               "holds",        "retrieves", "re-invites", "mutes",   "unmutes",
                               "sends digits", "hangs up",  "rejects",    "vanishes"};
    const auto kind = random_() % words.size();
    note(name + " " + words[kind]);
    switch (kind) {
      case 0:
      case 1:
      case 2:
        if (phone.live_calls().size() < 2)
          phone.dial(one_of(kNumbers), {.offerless = random_() % 4 == 0, .from_number = ""});
        return;
      case 3:
      case 4:
        return phone.answer();
      case 5:
        return phone.hold(one_of(std::array{sim::HoldStyle::SendOnly, sim::HoldStyle::Inactive,
                                            sim::HoldStyle::ZeroAddress}));
      case 6:
        return phone.retrieve();
      case 7:
        return phone.reinvite_without_offer();
      case 8:
        mute_.insert(name);
        return phone.mute(true);
      case 9:
        return phone.mute(false);
      case 10:
        return phone.send_digits("1#");
      case 11:
        return phone.hang_up();
      case 12:
        return phone.reject(one_of(std::array{486, 603, 480}));
      default:
        gone_.insert(name);
        return phone.vanish();
    }
  }

  /// The live calls of each phone whose user has a desk, by its number.
  using Calls = std::map<int, json::array>;
  Calls calls_shown() {
    Calls shown;
    for (const std::string name : kDesks) {
      sim::Desk& desk = world_.desk(name);
      shown[std::stoi(std::string{desk.device().at("phoneNumber").as_string()})] = desk.calls();
    }
    return shown;
  }

  static bool is_with(const json::value& call, int number) {
    const auto& others = call.at("participants").as_array();
    return std::any_of(others.begin(), others.end(), [&](const json::value& other) {
      return other.at("phoneNumber") == json::value(std::to_string(number));
    });
  }

  static bool talks(const json::value& call) { return call.at("state") == "Established"; }
  static bool monitors(const json::value& call) {
    const auto* monitoring = call.as_object().if_contains("monitoring");
    return monitoring && *monitoring == json::value(true);
  }
  static bool is_barged_in(const json::value& call) {
    return lists(call, "SwitchToListenIn") && !lists(call, "SwitchToBargeIn");
  }
  static bool coaches(const json::value& call) {
    return lists(call, "SwitchToListenIn") && lists(call, "SwitchToBargeIn");
  }
  /// Their side of `call`, where they talk in it; null where not, or where nobody shows it.
  static const json::value* side_of(const Calls& shown, int phone, const json::value& call) {
    const auto theirs = shown.find(phone);
    if (theirs == shown.end()) return nullptr;
    for (const json::value& each : theirs->second)
      if (talks(each) && each.at("connId") == call.at("connId")) return &each;
    return nullptr;
  }

  /// Whether the listener may hear the talker as the desks have it: both talk in one call, in which
  /// the talker is not muted (DD-13, DD-16), and a coach is heard by whom their agent's desk shows.
  /// Nothing is known of two phones without desks.
  static bool may_hear(const Calls& shown, int listener, int talker) {
    const auto said = shown.find(talker);
    if (said == shown.end()) {
      const auto heard = shown.find(listener);
      return heard == shown.end() ||
             std::any_of(heard->second.begin(), heard->second.end(), [&](const json::value& call) {
               return talks(call) && is_with(call, talker);
             });
    }
    return std::any_of(said->second.begin(), said->second.end(), [&](const json::value& call) {
      if (!talks(call) || call.at("mute") == "On") return false;
      const json::value* heard = side_of(shown, listener, call);
      if (!heard && (shown.contains(listener) || !is_with(call, listener))) return false;
      if (!monitors(call) || !coaches(call)) return true;
      return heard && heard->at("supervisorListeningIn") == json::value(true);
    });
  }

  /// Whether it must, where nothing is in its way: both talk in one call, as their desks show, the
  /// talker unmuted. A supervisor hears every party; who barged in is heard by all, a coach by
  /// their agent, where no guest makes it doubtful whose coach is shown.
  bool must_hear(const Calls& shown, int listener, int talker) const {
    if (!shown.contains(listener) || !shown.contains(talker) || is_network_bad_) return false;
    for (const int each : {listener, talker})
      if (gone_.contains(std::to_string(each)) || mute_.contains(std::to_string(each)))
        return false;
    for (const json::value& call : shown.at(talker)) {
      if (!talks(call) || call.at("mute") == "On") continue;
      const json::value* heard = side_of(shown, listener, call);
      if (!heard) continue;
      const bool may_be_private =  // §E.3
          monitors(*heard) && !world_.settings().supervision.monitor_party_on_hold;
      if (may_be_private) continue;
      if (!monitors(call) || is_barged_in(call)) return true;
      if (coaches(call) && !monitors(*heard) && !has_guests(shown) &&
          heard->at("supervisorListeningIn") == json::value(true))
        return true;
    }
    return false;
  }
  static bool has_guests(const Calls& shown) {
    for (const auto& [number, calls] : shown)
      if (number != kSupervisor && std::any_of(calls.begin(), calls.end(), monitors)) return true;
    return false;
  }

  /// A call that was answered and held between two looks has been established in between.
  static Calls passed_through(const Calls& before, const Calls& after) {
    Calls between = after;
    for (auto& [number, calls] : between)
      for (json::value& call : calls) {
        const json::array& earlier = before.at(number);
        const bool was_answered =
            std::any_of(earlier.begin(), earlier.end(), [&](const json::value& each) {
              return each.at("id") == call.at("id") && each.at("state") != "Established" &&
                     each.at("state") != "Held";
            });
        if (was_answered && call.at("state") == "Held") call.as_object()["state"] = "Established";
      }
    return between;
  }

  /// Turns the clock, and watches over what each phone hears of each other meanwhile. Frames on
  /// their way when a talker falls silent are not counted against us, nor the time until one is
  /// heard.
  void pass(Duration span) {
    Calls before = calls_shown();
    for (const TimePoint until = world_.loop.now() + span; world_.loop.now() < until;) {
      std::map<std::pair<int, int>, std::uint64_t> heard;
      for (const int listener : kPhones)
        for (const int talker : kPhones) heard[{listener, talker}] = frames(listener, talker);
      world_.run(milliseconds{20});
      const Calls after = calls_shown();
      const Calls between = passed_through(before, after);
      for (const auto& [pair, frames_before] : heard) {
        const auto [listener, talker] = pair;
        if (listener == talker) continue;
        unheard_since_.try_emplace(pair, world_.loop.now());
        const bool is_heard = frames(listener, talker) > frames_before;
        if (is_heard || !must_hear(after, listener, talker))
          unheard_since_[pair] = world_.loop.now();
        EXPECT_LT(world_.loop.now() - unheard_since_[pair], seconds{1})
            << listener << " does not hear " << talker << ": " << written(after);
        TimePoint& audible_until = audible_until_[pair];
        if (may_hear(before, listener, talker) || may_hear(after, listener, talker) ||
            may_hear(between, listener, talker))
          audible_until = world_.loop.now() + milliseconds{100};
        EXPECT_TRUE(!is_heard || world_.loop.now() <= audible_until)
            << listener << " hears " << talker << ", whom it may not: " << written(after);
      }
      before = after;
    }
  }

  static std::string written(const Calls& shown) {
    std::string out;
    for (const auto& [number, calls] : shown)
      out += "\n" + std::to_string(number) + ": " + json::serialize(calls);
    return out;
  }
  std::uint64_t frames(int listener, int talker) {
    return world_.phone(listener).frames_heard(world_.phone(talker).settings().tone);
  }

  bool knows(const std::string& name) {
    Knowledge& knowledge = knowledge_[name];
    knowledge.read_on(world_.desk(name));
    const json::array calls = world_.desk(name).calls();
    if (calls.size() != knowledge.calls.size()) return false;
    return std::all_of(calls.begin(), calls.end(), [&](const json::value& call) {
      const auto known = knowledge.calls.find(std::string{call.at("id").as_string()});
      return known != knowledge.calls.end() && known->second == timeless(call);
    });
  }

  /// Snapshot and notifications agree, at the latest when the media loop has applied the plan.
  void expect_knowledge() {
    for (const std::string name : kDesks) {
      if (world_.until([&] { return knows(name); }, milliseconds{400})) continue;
      ADD_FAILURE() << name << " was told something else than there is:\n"
                    << json::serialize(world_.desk(name).calls());
      for (const auto& [id, call] : knowledge_[name].calls)
        ADD_FAILURE() << "told: " << json::serialize(call);
    }
  }

  void end(std::size_t sockets, std::size_t timers) {
    note("the end");
    world_.network.reset_dials();
    world_.trunk().come_back();
    for (const int number : kPhones) world_.phone(number).come_back();
    const auto hang_up_all = [&] {
      for (const std::string name : kDesks)
        for (const json::value& call : world_.desk(name).calls())
          (void)world_.desk(name).operate(
              "/api/v2/me/calls/" + std::string{call.at("id").as_string()}, "Hangup");
      for (const int number : kPhones)
        for (const auto call : world_.phone(number).live_calls())
          world_.phone(number).hang_up(call);
      for (const auto call : world_.trunk().live_calls()) world_.trunk().hang_up(call);
    };
    // A phone that came back may be reached by an INVITE sent again for as long as 32 s.
    for (int rounds = 0; rounds < 20 && !world_.is_empty(); ++rounds) {
      hang_up_all();
      world_.run(seconds{2});
    }
    EXPECT_TRUE(world_.until([&] { return world_.is_empty(); }, seconds{80}));
    expect_knowledge();
    for (const std::string name : kDesks) {
      EXPECT_TRUE(knowledge_[name].calls.empty()) << name;
      EXPECT_EQ(world_.desk(name).operate("/api/v2/me", "EndContactCenterSession").status, 200);
    }
    EXPECT_TRUE(world_.until(
        [&] {
          const auto census = world_.centre().census();
          return census.bayeux_sessions == 0 && census.sip_transactions == 0 &&
                 world_.network.open_sockets() == sockets && world_.loop.timers() <= timers;
        },
        seconds{200}))
        << "sessions " << world_.centre().census().bayeux_sessions << ", transactions "
        << world_.centre().census().sip_transactions << ", sockets "
        << world_.network.open_sockets() << " of " << sockets << ", timers " << world_.loop.timers()
        << " of " << timers;
  }

  const std::uint64_t seed_;
  const testing::TestPartResultArray& failures_;
  std::mt19937 random_;
  sim::World world_;
  std::map<std::string, Knowledge> knowledge_;
  /// By listener and talker.
  std::map<std::pair<int, int>, TimePoint> audible_until_;
  std::map<std::pair<int, int>, TimePoint> unheard_since_;
  std::set<std::string> mute_;  ///< phones that may still be, on one of their calls
  bool is_network_bad_ = false;
  std::set<std::string> gone_;
  std::string steps_;
};

}  // namespace

std::string play_story(std::uint64_t seed, const std::vector<int>& steps) {
  testing::TestPartResultArray failures;
  std::string told;
  {
    const testing::ScopedFakeTestPartResultReporter here{
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures};
    Story story{seed, failures};
    story.play(steps);
    if (failures.size() > 0) told = story.told();
  }
  std::string out;
  for (int i = 0; i < failures.size(); ++i)
    out += std::string{failures.GetTestPartResult(i).message()} + "\n";
  return out + told;
}

}  // namespace earshot::scenario
