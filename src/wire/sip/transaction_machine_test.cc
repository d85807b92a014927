// The tables against the figures of the RFCs, which stand here as words.
#include "wire/sip/transaction_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/sip/transaction.h"

namespace earshot::sip {
namespace {

using State = TransactionState;
using Event = TransactionEvent;
using Action = TransactionAction;

constexpr TimePoint kStart = TimePoint{} + seconds{1000};

const std::map<std::string_view, State> kStates{
    {"Calling", State::Calling},           {"Trying", State::Trying},
    {"Proceeding", State::Proceeding},     {"Accepted", State::Accepted},
    {"Acknowledged", State::Acknowledged}, {"Completed", State::Completed},
    {"Confirmed", State::Confirmed},       {"Terminated", State::Terminated}};

const std::map<std::string_view, Event> kEvents{
    {"1xx", Event::Provisional},   {"2xx", Event::Success}, {"300-699", Event::Failure},
    {"request", Event::Request},   {"ACK", Event::Ack},     {"ACK of 2xx", Event::AckOf2xx},
    {"A", Event::TimerA},          {"B", Event::TimerB},    {"D", Event::TimerD},
    {"E", Event::TimerE},          {"F", Event::TimerF},    {"G", Event::TimerG},
    {"H", Event::TimerH},          {"I", Event::TimerI},    {"J", Event::TimerJ},
    {"K", Event::TimerK},          {"L", Event::TimerL},    {"M", Event::TimerM},
    {"2xx again", Event::Timer2xx}};

/// What an arc shows outside: in the words of the figures.
struct Shown {
  bool sends = false;      ///< the request, an ACK or a response
  bool to_user = false;    ///< the response
  bool times_out = false;  ///< "inform TU"
};

struct Drawn {
  std::string_view from, on, does, to;
};
struct Figure {
  std::string_view name;
  const TransactionFigure& table;
  std::string_view initial;
  std::vector<Drawn> arcs;
  /// State, repeating timer or "", last timer: RFC 3261 §17.1.1.2 to §17.2.2 and Table 4.
  std::vector<std::array<std::string_view, 3>> timers;
};

// "-" is what a figure writes for an arc that does nothing. An arc of "Transport Err." is on none.
const std::vector<Figure> kFigures{
    {"RFC 3261 figure 5 with the Accepted state of RFC 6026",
     kInviteClientFigure,
     "Calling",
     {{"Calling", "A", "request sent", "Calling"},
      {"Calling", "B", "inform TU", "Terminated"},
      {"Calling", "1xx", "1xx to TU", "Proceeding"},
      {"Calling", "2xx", "2xx to TU", "Accepted"},
      {"Calling", "300-699", "ACK sent, resp. to TU", "Completed"},
      {"Proceeding", "1xx", "1xx to TU", "Proceeding"},
      {"Proceeding", "2xx", "2xx to TU", "Accepted"},
      {"Proceeding", "300-699", "ACK sent, resp. to TU", "Completed"},
      {"Completed", "300-699", "ACK sent", "Completed"},
      {"Completed", "D", "-", "Terminated"},
      {"Accepted", "2xx", "2xx to TU", "Accepted"},
      {"Accepted", "M", "-", "Terminated"}},
     {{"Calling", "A", "B"}, {"Accepted", "", "M"}, {"Completed", "", "D"}}},
    {"RFC 3261 figure 6",
     kClientFigure,
     "Trying",
     {{"Trying", "E", "request sent", "Trying"},
      {"Trying", "F", "inform TU", "Terminated"},
      {"Trying", "1xx", "resp. to TU", "Proceeding"},
      {"Trying", "2xx", "resp. to TU", "Completed"},
      {"Trying", "300-699", "resp. to TU", "Completed"},
      {"Proceeding", "E", "request sent", "Proceeding"},
      {"Proceeding", "F", "inform TU", "Terminated"},
      {"Proceeding", "1xx", "resp. to TU", "Proceeding"},
      {"Proceeding", "2xx", "resp. to TU", "Completed"},
      {"Proceeding", "300-699", "resp. to TU", "Completed"},
      {"Completed", "K", "-", "Terminated"}},
     {{"Trying", "E", "F"}, {"Proceeding", "E", "F"}, {"Completed", "", "K"}}},
    {"RFC 3261 figure 7 with the Accepted state of RFC 6026, whose 2xx is repeated until its ACK",
     kInviteServerFigure,
     "Proceeding",
     {{"Proceeding", "request", "response sent", "Proceeding"},
      {"Proceeding", "1xx", "response sent", "Proceeding"},
      {"Proceeding", "2xx", "response sent", "Accepted"},
      {"Proceeding", "300-699", "response sent", "Completed"},
      {"Completed", "request", "response sent", "Completed"},
      {"Completed", "G", "response sent", "Completed"},
      {"Completed", "H", "inform TU", "Terminated"},
      {"Completed", "ACK", "-", "Confirmed"},
      {"Confirmed", "I", "-", "Terminated"},
      {"Accepted", "2xx again", "response sent", "Accepted"},
      {"Accepted", "ACK of 2xx", "-", "Acknowledged"},
      {"Accepted", "L", "inform TU", "Terminated"},
      {"Acknowledged", "L", "-", "Terminated"}},
     {{"Completed", "G", "H"},
      {"Confirmed", "", "I"},
      {"Accepted", "2xx again", "L"},
      {"Acknowledged", "", "L"}}},
    {"RFC 3261 figure 8",
     kServerFigure,
     "Trying",
     {{"Trying", "1xx", "response sent", "Proceeding"},
      {"Trying", "2xx", "response sent", "Completed"},
      {"Trying", "300-699", "response sent", "Completed"},
      {"Proceeding", "request", "response sent", "Proceeding"},
      {"Proceeding", "1xx", "response sent", "Proceeding"},
      {"Proceeding", "2xx", "response sent", "Completed"},
      {"Proceeding", "300-699", "response sent", "Completed"},
      {"Completed", "request", "response sent", "Completed"},
      {"Completed", "J", "-", "Terminated"}},
     {{"Completed", "", "J"}}},
};

const Drawn* arc_of(const Figure& figure, std::string_view from, std::string_view on) {
  for (const auto& arc : figure.arcs)
    if (arc.from == from && arc.on == on) return &arc;
  return nullptr;
}

Shown shown_by(Action action) {
  switch (action) {
    case Action::Nothing:
    case Action::TellAck:
      return {};
    case Action::Deliver:
      return {.to_user = true};
    case Action::DeliverAndAck:
      return {.sends = true, .to_user = true};
    case Action::Ack:
    case Action::Repeat:
    case Action::Send:
      return {.sends = true};
    case Action::TimeOut:
      return {.times_out = true};
  }
  return {};
}

/// Puts a machine of `figure` into `state` by the shortest way over its drawn arcs.
TransactionMachine in_state(const Figure& figure, std::string_view state) {
  std::vector<std::pair<std::string_view, TransactionMachine>> reached;
  reached.emplace_back(figure.initial, TransactionMachine{figure.table, {}});
  reached.back().second.begin(kStart);
  for (std::size_t at = 0; at < reached.size(); ++at) {
    if (reached[at].first == state) return reached[at].second;
    for (const auto& arc : figure.arcs) {
      if (arc.from != reached[at].first) continue;
      TransactionMachine next = reached[at].second;
      EXPECT_TRUE(next.on(kEvents.at(arc.on), kStart)) << figure.name << ": " << arc.on;
      if (reached.size() < 100) reached.emplace_back(arc.to, next);
    }
  }
  ADD_FAILURE() << figure.name << ": no way leads to " << state;
  return reached.front().second;
}

TEST(TransactionMachine, takes_the_arcs_of_the_figures_and_no_other) {
  for (const auto& figure : kFigures) {
    EXPECT_EQ(figure.table.initial, kStates.at(figure.initial)) << figure.name;
    for (const auto& [from, state] : kStates) {
      const bool is_drawn = std::any_of(figure.arcs.begin(), figure.arcs.end(),
                                        [&](const Drawn& arc) { return arc.to == from; });
      if (!is_drawn && from != figure.initial) continue;
      for (const auto& [on, event] : kEvents) {
        const std::string what =
            std::string{figure.name} + ": " + std::string{from} + ", " + std::string{on};
        TransactionMachine machine = in_state(figure, from);
        ASSERT_EQ(machine.state(), state) << what;
        const auto action = machine.on(event, kStart);
        const Drawn* arc = arc_of(figure, from, on);
        ASSERT_EQ(action.has_value(), arc != nullptr) << what;
        EXPECT_EQ(machine.state(), kStates.at(arc ? arc->to : from)) << what;
        if (!arc) continue;
        const Shown shown = shown_by(*action);
        const auto says = [&](std::string_view word) {
          return arc->does.find(word) != std::string_view::npos;
        };
        EXPECT_EQ(shown.sends, says("sent")) << what;
        EXPECT_EQ(shown.to_user, says("to TU")) << what;
        EXPECT_EQ(shown.times_out, says("inform TU")) << what;
      }
    }
  }
}

TEST(TransactionMachine, holds_no_arc_twice_and_none_that_is_not_drawn) {
  for (const auto& figure : kFigures) EXPECT_EQ(figure.table.arcs.size(), figure.arcs.size());
}

TEST(TransactionMachine, runs_the_timers_of_each_state) {
  for (const auto& figure : kFigures) {
    EXPECT_EQ(figure.table.clocks.size(), figure.timers.size()) << figure.name;
    for (const auto& [name, state] : kStates) {
      const auto row = std::find_if(figure.timers.begin(), figure.timers.end(),
                                    [&](const auto& each) { return each[0] == name; });
      const auto clock = std::find_if(figure.table.clocks.begin(), figure.table.clocks.end(),
                                      [&](const auto& each) { return each.in == state; });
      ASSERT_EQ(clock != figure.table.clocks.end(), row != figure.timers.end())
          << figure.name << ": " << name;
      if (row == figure.timers.end()) continue;
      EXPECT_EQ(clock->deadline, kEvents.at((*row)[2])) << figure.name << ": " << name;
      EXPECT_EQ(clock->repeat.has_value(), !(*row)[1].empty()) << figure.name << ": " << name;
      if (clock->repeat) {
        EXPECT_EQ(*clock->repeat, kEvents.at((*row)[1])) << name;
      }
    }
  }
}

/// RFC 3261 Table 4 and RFC 6026 §7, for UDP, with values that tell the timers apart.
TEST(TransactionMachine, each_last_timer_takes_its_time) {
  const TransactionTimers timers{milliseconds{10}, milliseconds{70}, milliseconds{300},
                                 milliseconds{900}};
  const std::map<std::string_view, Duration> lives{
      {"B", milliseconds{640}}, {"D", milliseconds{900}}, {"F", milliseconds{640}},
      {"H", milliseconds{640}}, {"I", milliseconds{300}}, {"J", milliseconds{640}},
      {"K", milliseconds{300}}, {"L", milliseconds{640}}, {"M", milliseconds{640}}};
  for (const auto& figure : kFigures)
    for (const auto& clock : figure.table.clocks) {
      const TransactionArc arcs[] = {{State::Terminated, Event::Ack, Action::Nothing, clock.in}};
      const TransactionFigure entered{State::Terminated, arcs, figure.table.clocks};
      TransactionMachine machine{entered, timers};
      machine.begin(kStart);
      ASSERT_TRUE(machine.on(Event::Ack, kStart));
      const auto letter = std::find_if(kEvents.begin(), kEvents.end(), [&](const auto& each) {
                            return each.second == clock.deadline;
                          })->first;
      const TimePoint end = kStart + lives.at(letter);
      EXPECT_EQ(machine.due(end), clock.deadline) << letter;
      EXPECT_NE(machine.due(end - milliseconds{1}), clock.deadline) << letter;
      EXPECT_EQ(machine.wake_at(), clock.repeat ? kStart + milliseconds{10} : end) << letter;
    }
}

TEST(TransactionMachine, a_timer_that_runs_on_is_not_started_again) {
  TransactionMachine server{kInviteServerFigure, {}};
  server.begin(kStart);
  server.on(Event::Success, kStart);
  server.on(Event::AckOf2xx, kStart + seconds{3});
  EXPECT_EQ(server.wake_at(), kStart + seconds{32}) << "Timer L since the 2xx";

  TransactionMachine client{kClientFigure, {}};
  client.begin(kStart);
  client.on(Event::Provisional, kStart + milliseconds{400});
  EXPECT_EQ(client.wake_at(), kStart + milliseconds{500}) << "Timer E since the request";
  EXPECT_EQ(client.due(kStart + seconds{32}), Event::TimerF);
}

TEST(TransactionMachine, an_ended_machine_takes_nothing) {
  for (const auto& figure : kFigures) {
    TransactionMachine machine = in_state(figure, "Terminated");
    EXPECT_TRUE(machine.is_over());
    EXPECT_FALSE(machine.wake_at());
    EXPECT_FALSE(machine.due(kStart + seconds{1000}));
  }
}

}  // namespace
}  // namespace earshot::sip
