#include "core/hearing.h"

#include <gtest/gtest.h>

#include <map>

#include "core/supervision.h"

namespace earshot::core {
namespace {

using Mode = SupervisorMode;

// The parties of supervision-and-devices.md §E by letter.
constexpr LegId kCustomer{1}, kAgent{2}, kParty{3}, kSupervisor{4};

Leg established(LegId id, bool internal = true) {
  Leg leg;
  leg.id = id;
  leg.line = own_line_of(leg.id);
  if (internal)
    leg.device = DeviceId{std::to_string(id.value)};
  else
    leg.trunk = TrunkId{"t"};
  leg.state = Established{};
  return leg;
}

Call supervised(Mode mode, bool with_party) {
  Call call;
  call.bridge = BridgeId{1};
  call.conversations.emplace_back();
  call.legs = {established(kCustomer, false), established(kAgent)};
  if (with_party) call.legs.push_back(established(kParty));
  Leg supervisor = established(kSupervisor);
  supervisor.monitoring = Monitoring{.mode = mode, .target = kAgent};
  call.legs.push_back(supervisor);
  return call;
}

/// "CA" style: whom each listener hears, in the order C A P S.
std::string heard_by(LegId listener, const MediaPlan& plan) {
  const std::map<LegId, char> letters{
      {kCustomer, 'C'}, {kAgent, 'A'}, {kParty, 'P'}, {kSupervisor, 'S'}};
  std::string out;
  for (const auto& [id, letter] : letters)
    for (const HearingEdge& edge : plan.hears)
      if (edge.listener == own_line_of(listener) && edge.source == own_line_of(id)) out += letter;
  for (const ToneEdge& tone : plan.tones)
    if (tone.listener == own_line_of(listener)) out += tone.tone == Tone::HoldMusic ? 'm' : 'r';
  return out;
}

struct Row {
  const char* what;
  std::array<const char*, 3> customer, agent, supervisor, party;  // ListenIn, Coach, BargeIn
};

/// The agent has transferred the customer to a queue.
void wait_in_queue(Call& call) {
  std::erase_if(call.legs, [](const Leg& leg) { return leg.id == kAgent; });
  call.leg(kSupervisor)->side = Side::Called;  // the agent's
  call.conversations.front().queueing.emplace();
}

void hold(Call& call, LegId leg) { std::get<Established>(call.leg(leg)->state).held = true; }

void check(const Row& row, bool with_party, const SupervisionSettings& settings,
           void (*change)(Call&)) {
  constexpr std::array modes{Mode::ListenIn, Mode::Coach, Mode::BargeIn};
  for (std::size_t i = 0; i < modes.size(); ++i) {
    Call call = supervised(modes[i], with_party);
    change(call);
    settle_supervisors(call, settings);  // as every decision ends
    const MediaPlan plan = plan_of(call, settings);
    EXPECT_EQ(heard_by(kCustomer, plan), row.customer[i]) << row.what << ", customer, mode " << i;
    EXPECT_EQ(heard_by(kAgent, plan), row.agent[i]) << row.what << ", agent, mode " << i;
    EXPECT_EQ(heard_by(kSupervisor, plan), row.supervisor[i])
        << row.what << ", supervisor, mode " << i;
    if (with_party) {
      EXPECT_EQ(heard_by(kParty, plan), row.party[i]) << row.what << ", party, mode " << i;
    }
  }
}

// supervision-and-devices.md §E.2
TEST(Hearing, baseline) {
  check({"three", {"A", "A", "AS"}, {"C", "CS", "CS"}, {"CA", "CA", "CA"}, {}}, false, {},
        [](Call&) {});
  check({"four",
         {"AP", "AP", "APS"},
         {"CP", "CPS", "CPS"},
         {"CAP", "CAP", "CAP"},
         {"CA", "CA", "CAS"}},
        true, {}, [](Call&) {});
}

TEST(Hearing, agent_mutes_himself) {
  check({"four", {"P", "P", "PS"}, {"CP", "CPS", "CPS"}, {"CP", "CP", "CP"}, {"C", "C", "CS"}},
        true, {}, [](Call& call) { call.leg(kAgent)->muted = true; });
}

TEST(Hearing, a_supervisor_mutes_the_agent_in_barge_in_only) {
  check(
      {"four", {"AP", "AP", "PS"}, {"CP", "CPS", "CPS"}, {"CAP", "CAP", "CP"}, {"CA", "CA", "CS"}},
      true, {}, [](Call& call) { call.leg(kSupervisor)->monitoring->target_muted = true; });
}

TEST(Hearing, supervisor_holds_his_own_leg) {
  check({"four", {"AP", "AP", "AP"}, {"CP", "CP", "CP"}, {"", "", ""}, {"CA", "CA", "CA"}}, true,
        {}, [](Call& call) { hold(call, kSupervisor); });
}

// §E.3
TEST(Hearing, agent_holds_and_the_customer_stays_audible_to_the_supervisor) {
  check({"three", {"m", "m", "S"}, {"", "", ""}, {"C", "C", "C"}, {}}, false, {},
        [](Call& call) { hold(call, kAgent); });
  check({"four", {"P", "P", "PS"}, {"", "", ""}, {"CP", "CP", "CP"}, {"C", "C", "CS"}}, true, {},
        [](Call& call) { hold(call, kAgent); });
}

TEST(Hearing, agent_holds_and_the_customer_is_private) {
  SupervisionSettings settings;
  settings.monitor_party_on_hold = false;
  check({"three", {"m", "m", "S"}, {"", "", ""}, {"", "", "C"}, {}}, false, settings,
        [](Call& call) { hold(call, kAgent); });
  check({"four", {"P", "P", "PS"}, {"", "", ""}, {"CP", "CP", "CP"}, {"C", "C", "CS"}}, true,
        settings, [](Call& call) { hold(call, kAgent); });
}

// §E.1, privacyHold: the rule is about whoever is no colleague, and about all of them.
TEST(Hearing, privacy_on_hold_is_every_outsiders_and_that_of_an_internal_customer) {
  SupervisionSettings settings;
  settings.monitor_party_on_hold = false;
  check({"two outsiders", {"P", "P", "PS"}, {"", "", ""}, {"", "", "CP"}, {"C", "C", "CS"}}, true,
        settings, [](Call& call) {
          hold(call, kAgent);
          call.leg(kParty)->device.reset();
          call.leg(kParty)->trunk = TrunkId{"t"};
        });
  const auto make_internal = [](Call& call) {
    call.leg(kCustomer)->device = DeviceId{"1"};
    call.leg(kCustomer)->trunk.reset();
    hold(call, kAgent);
  };
  check({"internal customer", {"m", "m", "S"}, {"", "", ""}, {"", "", "C"}, {}}, false, settings,
        make_internal);
  check({"internal customer, a colleague",
         {"P", "P", "PS"},
         {"", "", ""},
         {"CP", "CP", "CP"},
         {"C", "C", "CS"}},
        true, settings, make_internal);
  check({"a colleague who holds too", {"m", "m", "S"}, {"", "", ""}, {"", "", "C"}, {"", "", ""}},
        true, settings, [](Call& call) {
          hold(call, kAgent);
          hold(call, kParty);
        });
}

TEST(Hearing, privacy_on_hold_keeps_no_party_from_another_and_no_agent_from_the_coach) {
  SupervisionSettings settings;
  settings.monitor_party_on_hold = false;
  check({"nobody holds",
         {"AP", "AP", "APS"},
         {"CP", "CPS", "CPS"},
         {"CAP", "CAP", "CAP"},
         {"CA", "CA", "CAS"}},
        true, settings, [](Call&) {});
  check(
      {"the customer holds", {"", "", ""}, {"P", "PS", "PS"}, {"AP", "AP", "AP"}, {"A", "A", "AS"}},
      true, settings, [](Call& call) { hold(call, kCustomer); });
}

// §A.10, DD-23
TEST(Hearing, in_a_queue_a_supervisor_hears_the_customer_and_what_they_are_played) {
  check({"waiting", {"m", "m", "m"}, {"", "", ""}, {"Cm", "Cm", "Cm"}, {}}, false, {},
        wait_in_queue);
  check({"waiting, the customer muted", {"m", "m", "m"}, {"", "", ""}, {"m", "m", "m"}, {}}, false,
        {}, [](Call& call) {
          wait_in_queue(call);
          call.leg(kCustomer)->muted = true;
        });
  check({"waiting, the supervisor holds", {"m", "m", "m"}, {"", "", ""}, {"", "", ""}, {}}, false,
        {}, [](Call& call) {
          wait_in_queue(call);
          hold(call, kSupervisor);
        });
  check({"waiting, the customer holds", {"", "", ""}, {"", "", ""}, {"", "", ""}, {}}, false, {},
        [](Call& call) {
          wait_in_queue(call);
          call.leg(kCustomer)->phone_holds = true;
        });
}

TEST(Hearing, two_supervisors_are_heard_each_by_his_own_agent) {
  Call call = supervised(Mode::Coach, true);
  Leg second = established(LegId{5});
  second.monitoring = Monitoring{.mode = Mode::Coach, .target = kParty};
  call.legs.push_back(second);
  const SupervisionSettings settings;
  const auto listens = [&](LegId listener, LegId source) {
    return hears(call, *call.leg(listener), *call.leg(source), settings);
  };
  EXPECT_TRUE(listens(kAgent, kSupervisor));
  EXPECT_FALSE(listens(kParty, kSupervisor));
  EXPECT_TRUE(listens(kParty, LegId{5}));
  EXPECT_FALSE(listens(kSupervisor, LegId{5}));
  EXPECT_FALSE(listens(kCustomer, kSupervisor));
  EXPECT_FALSE(listens(kCustomer, LegId{5}));
}

TEST(Hearing, a_coach_whose_agent_is_gone_is_heard_by_nobody) {
  Call call = supervised(Mode::Coach, true);
  std::erase_if(call.legs, [](const Leg& leg) { return leg.id == kAgent; });
  for (const Leg& listener : call.legs)
    EXPECT_FALSE(hears(call, listener, *call.leg(kSupervisor), {}));
}

TEST(Hearing, nobody_hears_a_leg_that_is_not_answered) {
  Call call = supervised(Mode::BargeIn, false);
  for (const LegState& state : {LegState{Ringing{}}, LegState{Offered{}}, LegState{Dialing{}}}) {
    call.leg(kSupervisor)->state = state;
    for (const Leg& leg : call.legs) {
      EXPECT_FALSE(hears(call, leg, *call.leg(kSupervisor), {}));
      EXPECT_FALSE(hears(call, *call.leg(kSupervisor), leg, {}));
    }
  }
}

TEST(Hearing, a_plan_is_of_the_calls_bridge_and_revision) {
  Call call = supervised(Mode::Coach, false);
  call.revision = 17;
  EXPECT_EQ(plan_of(call, {}).bridge, BridgeId{1});
  EXPECT_EQ(plan_of(call, {}).revision, 17u);
}

TEST(Hearing, a_caller_whose_phone_is_up_hears_ringback) {
  Call call;
  call.conversations.emplace_back();
  call.legs = {established(kCustomer), established(kAgent)};
  call.legs[0].state = Dialing{.phone_up = true};
  call.legs[1].state = Ringing{};
  EXPECT_EQ(heard_by(kCustomer, plan_of(call, {})), "r");
  call.legs[0].state = Dialing{};
  EXPECT_EQ(heard_by(kCustomer, plan_of(call, {})), "");
}

/// "open 3", "closed 7": the way and its rule.
std::string rule_of(const HearingView& view, LegId speaker, LegId listener) {
  for (const HearingWay& way : view.ways)
    if (way.speaker == speaker && way.listener == listener)
      return (way.open ? "open " : "closed ") + std::to_string(static_cast<int>(way.rule));
  return "not shown";
}
std::string open(HearingRule rule) { return "open " + std::to_string(static_cast<int>(rule)); }
std::string closed(HearingRule rule) { return "closed " + std::to_string(static_cast<int>(rule)); }

struct HearingViews : testing::Test {
  const Directory nobody{DirectoryEntries{}};
  SupervisionSettings settings;
  std::vector<HearingView> views(const Call& call) const {
    return hearing_views(call, plan_of(call, settings), settings, nobody);
  }
  HearingView view(const Call& call) const {
    const auto all = views(call);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? HearingView{} : all.front();
  }
};

TEST_F(HearingViews, say_by_which_rule_a_supervisor_is_heard_or_not) {
  using enum HearingRule;
  const HearingView listen = view(supervised(Mode::ListenIn, true));
  const HearingView coach = view(supervised(Mode::Coach, true));
  const HearingView barge = view(supervised(Mode::BargeIn, true));
  for (const LegId party : {kCustomer, kAgent, kParty}) {
    EXPECT_EQ(rule_of(listen, kSupervisor, party), closed(ListensOnly));
    EXPECT_EQ(rule_of(barge, kSupervisor, party), open(BargedIn));
    for (const HearingView& each : {listen, coach, barge})
      EXPECT_EQ(rule_of(each, party, kSupervisor), open(SupervisorListens));
  }
  EXPECT_EQ(rule_of(coach, kSupervisor, kAgent), open(CoachReachesAgent));
  EXPECT_EQ(rule_of(coach, kSupervisor, kCustomer), closed(CoachesAgentOnly));
  EXPECT_EQ(rule_of(coach, kSupervisor, kParty), closed(CoachesAgentOnly));
  EXPECT_EQ(rule_of(coach, kAgent, kCustomer), open(Conversation));
  EXPECT_EQ(listen.ways.size(), 12u) << "each ordered pair of four";
}

TEST_F(HearingViews, say_what_stands_in_the_way_of_parties) {
  using enum HearingRule;
  Call call = supervised(Mode::BargeIn, true);
  hold(call, kAgent);
  EXPECT_EQ(rule_of(view(call), kAgent, kCustomer), closed(SpeakerHolds));
  EXPECT_EQ(rule_of(view(call), kCustomer, kAgent), closed(ListenerHolds));
  call = supervised(Mode::BargeIn, true);
  call.leg(kAgent)->muted = true;
  EXPECT_EQ(rule_of(view(call), kAgent, kCustomer), closed(SpeakerMuted));
  EXPECT_EQ(rule_of(view(call), kCustomer, kAgent), open(Conversation));
  call = supervised(Mode::BargeIn, true);
  call.leg(kSupervisor)->monitoring->target_muted = true;
  EXPECT_EQ(rule_of(view(call), kAgent, kCustomer), closed(MutedBySupervisor));
  EXPECT_EQ(rule_of(view(call), kAgent, kSupervisor), closed(MutedBySupervisor));
  call = supervised(Mode::BargeIn, true);
  call.leg(kParty)->state = Ringing{};
  EXPECT_EQ(rule_of(view(call), kParty, kCustomer), closed(SpeakerNotConnected));
  EXPECT_EQ(rule_of(view(call), kCustomer, kParty), closed(ListenerNotConnected));
  settings.monitor_party_on_hold = false;
  call = supervised(Mode::ListenIn, false);
  hold(call, kAgent);
  EXPECT_EQ(rule_of(view(call), kCustomer, kSupervisor), closed(PrivateOnHold));
  call = supervised(Mode::BargeIn, false);
  call.leg(kSupervisor)->side = Side::Called;  // the agent's
  std::erase_if(call.legs, [](const Leg& leg) { return leg.id == kAgent; });
  EXPECT_EQ(rule_of(view(call), kSupervisor, kCustomer), closed(NobodyServes));
}

TEST_F(HearingViews, name_each_party_by_what_it_is_to_the_supervisor) {
  using enum HearingRole;
  Call call = supervised(Mode::Coach, true);
  call.leg(kCustomer)->side = Side::Caller;
  for (const LegId leg : {kAgent, kParty, kSupervisor}) call.leg(leg)->side = Side::Called;
  Leg expert = established(LegId{6}, false);
  expert.side = Side::Called;
  call.legs.push_back(expert);
  std::map<LegId, HearingRole> roles;
  for (const HearingParty& party : view(call).parties) roles[party.leg] = party.role;
  EXPECT_EQ(roles, (std::map<LegId, HearingRole>{{kCustomer, Customer},
                                                 {kAgent, Agent},
                                                 {kParty, Colleague},
                                                 {kSupervisor, Supervisor},
                                                 {LegId{6}, Outsider}}));
}

TEST_F(HearingViews, are_for_supervisors_and_show_no_other_who_is_silent) {
  Call call = supervised(Mode::Coach, true);
  Leg second = established(LegId{5});
  second.monitoring = Monitoring{.mode = Mode::ListenIn, .target = kParty};
  call.legs.push_back(second);
  Leg guest = established(LegId{6});
  guest.monitoring = Monitoring{.mode = Mode::Coach, .target = kAgent, .guest = true};
  guest.invited = Invitation{.by = kSupervisor};
  call.legs.push_back(guest);
  const auto all = views(call);
  ASSERT_EQ(all.size(), 2u) << "none for parties, none for a guest";
  EXPECT_EQ(all[0].viewer, kSupervisor);
  EXPECT_EQ(rule_of(all[0], LegId{5}, kParty), "not shown");
  EXPECT_EQ(rule_of(all[0], LegId{6}, kAgent), open(HearingRule::CoachReachesAgent));
  EXPECT_EQ(all[1].viewer, LegId{5});
  EXPECT_EQ(rule_of(all[1], kSupervisor, kAgent), "not shown");
  EXPECT_EQ(rule_of(all[1], LegId{6}, kAgent), "not shown") << "another's guest";
}

TEST_F(HearingViews, keep_since_when_a_way_is_open_or_closed) {
  HearingView before = view(supervised(Mode::Coach, false));
  date_ways(before, nullptr, TimePoint{seconds{1}});
  HearingView after = view(supervised(Mode::BargeIn, false));
  date_ways(after, &before, TimePoint{seconds{2}});
  for (const HearingWay& way : after.ways) {
    const bool opened = way.speaker == kSupervisor && way.listener == kCustomer;
    EXPECT_EQ(way.since, TimePoint{seconds{opened ? 2 : 1}})
        << way.speaker.value << " to " << way.listener.value;
  }
}

}  // namespace
}  // namespace earshot::core
