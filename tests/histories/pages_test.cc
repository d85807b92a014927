// Random histories of calls against what the pages say (pages.h): each list, each answer, each
// field of supervision, each ear, after every step.

#include "tests/histories/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "core/capabilities.h"
#include "core/hearing.h"
#include "core/views.h"
#include "sim/histories.h"
#include "tests/histories/history.h"

namespace earshot::histories {
namespace {

using enum Operation;
using pages::operator+;

constexpr std::uint32_t kHistories = sim::histories(1000u);
/// In so many histories, what is to be compared comes up more often than this.
constexpr int kOften = sim::often(50);
constexpr int kSteps = 60;

/// Those that need nobody but the call: whoever they name is refused for another reason, too.
constexpr std::array kAskedEachTime{Hold,
                                    Retrieve,
                                    Hangup,
                                    Answer,
                                    Reject,
                                    MuteCall,
                                    UnmuteCall,
                                    SendDtmf,
                                    CompleteTransfer,
                                    CompleteConference,
                                    ClearCall,
                                    StartCallRecording,
                                    StopCallRecording,
                                    PauseCallRecording,
                                    ResumeCallRecording,
                                    AttachUserData,
                                    DeleteUserData,
                                    SwitchToListenIn,
                                    SwitchToBargeIn,
                                    SwitchToCoach,
                                    MuteMonitoredUser,
                                    UnmuteMonitoredUser,
                                    SwapCalls};

bool is_shown(const Leg& leg) { return leg.device && !std::holds_alternative<Offered>(leg.state); }

std::string name_of(const Leg& leg) {
  return "leg " + std::to_string(leg.id.value) + " (" + leg.number + ")";
}

/// Plays every history, and looks at the call after each step. What it counts tells that the
/// histories come by what is to be compared. EARSHOT_SEED=n plays that one alone,
/// EARSHOT_HISTORIES=m so many of them.
template <class Look>
void in_every_history(Look look, std::uint32_t histories = kHistories) {
  const auto asked = [](const char* name, std::uint32_t otherwise) {
    const char* text = std::getenv(name);
    return text ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : otherwise;
  };
  const std::uint32_t first = asked("EARSHOT_SEED", 1);
  const std::uint32_t last =
      std::getenv("EARSHOT_SEED") ? first : asked("EARSHOT_HISTORIES", histories);
  for (std::uint32_t seed = first; seed <= last; ++seed) {
    History history{seed};
    for (int step = 0; step < kSteps && history.call(); ++step) {
      look(history);
      if (testing::Test::HasFailure()) {
        ADD_FAILURE() << "EARSHOT_SEED=" << seed << " plays this again:\n" << history.story();
        return;
      }
      history.step();
    }
  }
}

TEST(RandomCalls, list_what_the_pages_list) {
  std::map<std::string, int> seen;
  in_every_history([&](const History& history) {
    for (const Leg& leg : history.call()->legs) {
      if (!is_shown(leg)) continue;
      const auto listed = core::capabilities(*history.call(), leg, history.policy());
      const pages::Set expected = pages::listed(*history.call(), leg, history.policy());
      EXPECT_EQ(pages::text({listed.begin(), listed.end()}), pages::text(expected)) << name_of(leg);
      EXPECT_EQ(listed.size(), expected.size()) << name_of(leg) << ": one twice";
      for (const Operation each : expected) ++seen[std::string{earshot::name_of(each)}];
    }
  });
  for (const Operation each :
       {Answer, Reject, Retrieve, SwapCalls, CompleteTransfer, CompleteConference, UnmuteCall,
        ClearCall, ResumeCallRecording, SwitchToListenIn, SwitchToBargeIn, SwitchToCoach,
        RemoveParticipantFromConference})
    EXPECT_GT(seen[std::string{earshot::name_of(each)}], kOften) << earshot::name_of(each);
}

/// Listed, and so accepted; accepted, and so listed, but for what decisions A3 and A4 except.
TEST(RandomCalls, accept_what_the_pages_list_and_nothing_else) {
  in_every_history(
      [&](const History& history) {
        for (const Leg& leg : history.call()->legs) {
          if (!is_shown(leg)) continue;
          const pages::Set expected = pages::listed(*history.call(), leg, history.policy()) +
                                      pages::accepted_unlisted(*history.call(), leg);
          for (const Operation operation : kAskedEachTime) {
            const auto answer = history.ask(leg, operation);
            if (expected.contains(operation)) {
              EXPECT_TRUE(answer) << name_of(leg) << " " << earshot::name_of(operation) << ": "
                                  << answer.error().message;
            } else {
              EXPECT_TRUE(!answer && answer.error().code == RefusalCode::NotAllowedNow)
                  << name_of(leg) << " " << earshot::name_of(operation);
            }
          }
        }
      },
      kHistories / 5);
}

TEST(RandomCalls, show_of_supervision_what_the_pages_show) {
  std::map<std::string, int> seen;
  in_every_history([&](const History& history) {
    for (const Leg& leg : history.call()->legs) {
      if (!is_shown(leg)) continue;
      const CallView view = core::view_of(*history.call(), leg, history.policy(), history.now());
      pages::Shown shown{
          view.mute, view.supervisor_listening_in, view.monitored_user_muted, view.monitoring, {}};
      for (const Participant& each : view.participants) shown.participants.insert(each.number);
      const auto expected = pages::shown(*history.call(), leg, history.policy().supervision);
      EXPECT_EQ(pages::text(shown), pages::text(expected)) << name_of(leg);
      seen["monitoring"] += expected.monitoring;
      seen["a supervisor who is heard"] += expected.monitoring && !expected.mute;
      seen["supervisorListeningIn"] += expected.supervisor_listening_in;
      seen["monitoredUserMuted"] += expected.monitored_user_muted && !expected.monitoring;
    }
  });
  for (const auto& [what, times] : seen) EXPECT_GT(times, kOften) << what;
}

/// The plan of the last decision is of the call as it is.
TEST(RandomCalls, are_heard_as_the_pages_say) {
  std::map<std::string, int> seen;
  in_every_history([&](const History& history) {
    const Call& call = *history.call();
    const std::set<HearingEdge> heard{history.plan().hears.begin(), history.plan().hears.end()};
    std::set<HearingEdge> expected;
    for (const Leg& listener : call.legs)
      for (const Leg& source : call.legs) {
        const std::string why =
            pages::silence(call, listener, source, history.policy().supervision);
        ++seen[why];
        if (why.empty()) expected.insert({listener.line, source.line});
        EXPECT_EQ(heard.contains({listener.line, source.line}) && why.empty(), why.empty())
            << name_of(listener) << " should hear " << name_of(source);
      }
    for (const HearingEdge& edge : heard)
      EXPECT_TRUE(expected.contains(edge))
          << "line " << edge.listener.value << " hears line " << edge.source.value;
  });
  for (const auto& [why, times] : seen) EXPECT_GT(times, kOften) << why;
  EXPECT_EQ(seen.size(), 11u);
}

/// Whoever a supervisor monitors is of ours, is no supervisor, and is at their side of the call:
/// never the customer, wherever the customer's phone is (decision 0006).
/// What a supervisor is shown of who hears whom is what the bridge does, with a rule that says the
/// same; and they are shown nobody whom the call resource keeps from them.
TEST(RandomCalls, show_a_supervisor_what_is_heard) {
  std::map<bool, int> seen;
  in_every_history([&](const History& history) {
    const Call& call = *history.call();
    const SupervisionSettings& settings = history.policy().supervision;
    const std::set<HearingEdge> heard{history.plan().hears.begin(), history.plan().hears.end()};
    for (const HearingView& view :
         core::hearing_views(call, history.plan(), settings, history.directory())) {
      const Leg& viewer = *call.leg(view.viewer);
      std::multiset<std::string> shown = pages::shown(call, viewer, settings).participants;
      if (const auto& queueing = call.conversation_of(viewer).queueing;
          queueing && queueing->waiting)
        shown.erase(queueing->number);
      std::multiset<std::string> parties;
      for (const HearingParty& party : view.parties) {
        const Leg& leg = *call.leg(party.leg);
        const bool own_guest = party.role == HearingRole::Guest &&
                               !(leg.is_established() && party.mode == SupervisorMode::BargeIn);
        if (leg.id != viewer.id && !own_guest) parties.insert(party.number);
      }
      EXPECT_EQ(parties, shown) << name_of(viewer);
      EXPECT_EQ(view.ways.size(), view.parties.size() * (view.parties.size() - 1));
      for (const HearingWay& way : view.ways) {
        const Leg& speaker = *call.leg(way.speaker);
        const Leg& listener = *call.leg(way.listener);
        const std::string silent = pages::silence(call, listener, speaker, settings);
        EXPECT_EQ(way.open, silent.empty()) << name_of(listener) << " hears " << name_of(speaker);
        EXPECT_EQ(way.open, is_open(way.rule))
            << name_of(listener) << " hears " << name_of(speaker);
        EXPECT_TRUE(!way.open || heard.contains({listener.line, speaker.line}));
        ++seen[way.open];
      }
    }
  });
  EXPECT_GT(seen[true], kOften);
  EXPECT_GT(seen[false], kOften);
}

TEST(RandomCalls, are_monitored_at_one_side_alone) {
  std::map<std::string, int> seen;
  in_every_history([&](const History& history) {
    const Call& call = *history.call();
    for (const Leg& supervisor : call.legs) {
      if (!supervisor.monitoring || !supervisor.is_established()) continue;
      const Leg* agent = call.leg(supervisor.monitoring->target);
      const auto there = [&](const Leg& leg) {
        return leg.in == supervisor.in && leg.device && !leg.monitoring && leg.is_established() &&
               leg.side == supervisor.side;
      };
      const bool somebody = std::any_of(call.legs.begin(), call.legs.end(), there);
      if (agent && agent->in == supervisor.in) {
        EXPECT_TRUE(agent->device && !agent->monitoring) << name_of(supervisor);
        EXPECT_EQ(agent->side, supervisor.side) << name_of(supervisor);
        ++seen["somebody"];
      } else if (supervisor.monitoring->scope == MonitoringScope::Call) {
        EXPECT_FALSE(somebody) << name_of(supervisor) << " monitors nobody, though there is one";
        ++seen["nobody"];
      }
    }
  });
  for (const char* each : {"somebody", "nobody"}) EXPECT_GT(seen[each], kOften) << each;
}

/// New calls go where users want them, and never in a circle (DD-32).
TEST(RandomCalls, call_nobody_who_forwards_calls_or_is_not_to_be_disturbed) {
  std::map<std::string, int> seen;
  in_every_history([&](const History& history) {
    EXPECT_EQ(history.wrongly_called(), "");
    for (const Leg& leg : history.call()->legs) {
      seen["forwarded"] += !leg.diverted.by.empty();
      seen["forwarded outside"] += !leg.diverted.by.empty() && leg.trunk;
    }
  });
  for (const char* each : {"forwarded", "forwarded outside"}) EXPECT_GT(seen[each], kOften) << each;
}

}  // namespace
}  // namespace earshot::histories
