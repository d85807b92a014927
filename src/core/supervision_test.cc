#include "core/supervision.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

using enum Operation;
using Mode = SupervisorMode;

struct Cell {
  Mode from;
  Operation operation;
  std::optional<Mode> strict;
  std::optional<Mode> free;
};

// Every cell of supervision-and-devices.md §A.5, and the operations that switch nothing.
constexpr std::array kCells{
    Cell{Mode::Coach, SwitchToListenIn, Mode::ListenIn, Mode::ListenIn},
    Cell{Mode::Coach, SwitchToBargeIn, Mode::BargeIn, Mode::BargeIn},
    Cell{Mode::Coach, SwitchToCoach, std::nullopt, std::nullopt},
    Cell{Mode::ListenIn, SwitchToListenIn, std::nullopt, std::nullopt},
    Cell{Mode::ListenIn, SwitchToBargeIn, Mode::BargeIn, Mode::BargeIn},
    Cell{Mode::ListenIn, SwitchToCoach, std::nullopt, Mode::Coach},
    Cell{Mode::BargeIn, SwitchToListenIn, Mode::ListenIn, Mode::ListenIn},
    Cell{Mode::BargeIn, SwitchToBargeIn, std::nullopt, std::nullopt},
    Cell{Mode::BargeIn, SwitchToCoach, std::nullopt, Mode::Coach},
    Cell{Mode::BargeIn, Hold, std::nullopt, std::nullopt},
    Cell{Mode::BargeIn, Coach, std::nullopt, std::nullopt},
};

TEST(Supervision, each_switch_leads_where_the_pages_say_or_is_refused) {
  for (const Cell& cell : kCells) {
    EXPECT_EQ(next_mode(cell.from, cell.operation), cell.strict) << name_of(cell.operation);
    EXPECT_EQ(next_mode(cell.from, cell.operation, true), cell.free) << name_of(cell.operation);
  }
}

TEST(Supervision, a_coach_who_left_cannot_come_back) {
  for (const Mode mode : {Mode::ListenIn, Mode::BargeIn})
    for (const Operation operation : {SwitchToListenIn, SwitchToBargeIn, SwitchToCoach})
      EXPECT_NE(next_mode(mode, operation), Mode::Coach);
}

/// A customer who called (1), the agent (2), a supervisor of the agent (3).
Call supervised(Mode mode) {
  Call call;
  call.conversations.emplace_back();
  for (const std::uint64_t id : {1, 2, 3}) {
    Leg leg;
    leg.id = LegId{id};
    leg.line = own_line_of(leg.id);
    leg.side = id == 1 ? Side::Caller : Side::Called;
    leg.device = DeviceId{"device-" + std::to_string(id)};
    leg.state = Established{};
    call.legs.push_back(leg);
  }
  call.legs[2].monitoring = Monitoring{.mode = mode, .target = LegId{2}};
  return call;
}

// DD-13
TEST(Supervision, mute_is_on_exactly_when_nobody_can_hear_the_supervisor) {
  for (const Mode mode : {Mode::ListenIn, Mode::Coach, Mode::BargeIn}) {
    Call call = supervised(mode);
    EXPECT_EQ(shown_mute(call, call.legs[2]), mode == Mode::ListenIn);
    call.legs[0].state = call.legs[1].state = Ringing{};
    EXPECT_TRUE(shown_mute(call, call.legs[2]));
    call = supervised(mode);
    std::erase_if(call.legs, [](const Leg& leg) { return leg.id == LegId{2}; });
    EXPECT_TRUE(shown_mute(call, call.legs[1])) << "between agents (DD-23)";
  }
}

// DD-23
TEST(Supervision, between_agents_the_customer_hears_no_supervisor) {
  for (const Mode mode : {Mode::ListenIn, Mode::Coach, Mode::BargeIn}) {
    Call call = supervised(mode);
    std::erase_if(call.legs, [](const Leg& leg) { return leg.id == LegId{2}; });
    EXPECT_FALSE(mode_lets_hear(call, call.legs[1], call.legs[0]));
  }
}

// decisions A11
TEST(Supervision, the_next_of_the_agents_side_is_monitored_and_never_the_customer) {
  Call call = supervised(Mode::Coach);
  call.legs[1].id = LegId{9};  // another agent by now
  settle_supervisors(call, {});
  EXPECT_EQ(call.legs[2].monitoring->target, LegId{9});
  call.legs[1].side = Side::Caller;
  call.legs[1].id = LegId{10};
  settle_supervisors(call, {});
  EXPECT_EQ(call.legs[2].monitoring->target, LegId{9});
  EXPECT_FALSE(monitored_by(call, call.legs[2]));
}

// DD-15
TEST(Supervision, a_supervisor_who_does_not_take_part_mutes_nobody) {
  for (const bool by_phone : {false, true}) {
    Call call = supervised(Mode::BargeIn);
    call.legs[2].monitoring->target_muted = true;
    settle_supervisors(call, {});
    EXPECT_TRUE(muted_by_supervisor(call, call.legs[1]));
    if (by_phone)
      call.legs[2].phone_holds = true;
    else
      call.legs[2].state = Established{.held = true};
    settle_supervisors(call, {});
    EXPECT_FALSE(muted_by_supervisor(call, call.legs[1]));
  }
}

}  // namespace
}  // namespace earshot::core
