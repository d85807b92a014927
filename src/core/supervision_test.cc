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

TEST(Supervision, only_listening_in_is_shown_as_muted) {
  EXPECT_TRUE(shown_mute(Mode::ListenIn));
  EXPECT_FALSE(shown_mute(Mode::BargeIn));
  EXPECT_FALSE(shown_mute(Mode::Coach));
}

}  // namespace
}  // namespace earshot::core
