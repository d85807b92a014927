#include "edge/notify/history.h"

#include <gtest/gtest.h>

#include <limits>

#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using Sequences = std::vector<std::uint64_t>;

const UserId kAnn{"ann"};
const UserId kBob{"bob"};

class HistoryTest : public testing::Test {
 protected:
  std::uint64_t add(const UserId& user, const std::string& text = "{}") {
    return history->add(history->of(user), channel, text)->sequence;
  }
  void add(const UserId& user, int times) {
    for (int i = 0; i < times; ++i) add(user);
  }
  ToldEvents after(const UserId& user, std::uint64_t sequence, std::size_t limit = 1000) {
    return history->told_after(user, sequence, limit);
  }
  static Sequences sequences(const ToldEvents& told) {
    Sequences out;
    for (const auto& each : told.events) out.push_back(each.sequence);
    return out;
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  bayeux::Channel channel = *bayeux::Channel::of("/v2/me/calls");
  HistorySettings settings{.keep = seconds{60}, .events_per_user = 5};
  std::optional<History> history{std::in_place, loop, entropy, settings};
};

TEST_F(HistoryTest, numbers_follow_one_another_for_each_user) {
  const auto first = add(kAnn);
  const auto bobs = add(kBob);
  EXPECT_EQ(add(kAnn), first + 1);
  EXPECT_EQ(add(kBob), bobs + 1);
  EXPECT_NE(first, bobs) << "nobody's numbers begin where another's do";
  EXPECT_LT(first, std::uint64_t{1} << 53) << "exact in JavaScript";
  EXPECT_EQ(sequences(after(kAnn, first - 1)), (Sequences{first, first + 1}));
  EXPECT_EQ(sequences(after(kAnn, first)), (Sequences{first + 1}));
}

TEST_F(HistoryTest, nothing_is_numbered_before_somebody_asks) {
  EXPECT_EQ(history->find(kAnn), nullptr);
  const auto asked = history->told_after(kAnn, std::nullopt, 10);
  EXPECT_FALSE(asked.gap);
  EXPECT_TRUE(asked.events.empty());
  EXPECT_EQ(asked.cursor, asked.newest);
  ASSERT_NE(history->find(kAnn), nullptr);
  EXPECT_EQ(add(kAnn), asked.newest + 1);
  EXPECT_EQ(sequences(after(kAnn, asked.cursor)), (Sequences{asked.newest + 1}));
}

TEST_F(HistoryTest, the_cursor_leads_through_the_pages) {
  const auto start = history->told_after(kAnn, std::nullopt, 1).cursor;
  add(kAnn, 5);
  auto page = after(kAnn, start, 2);
  EXPECT_EQ(sequences(page), (Sequences{start + 1, start + 2}));
  EXPECT_EQ(page.newest, start + 5);
  page = after(kAnn, page.cursor, 2);
  EXPECT_EQ(sequences(page), (Sequences{start + 3, start + 4}));
  page = after(kAnn, page.cursor, 2);
  EXPECT_EQ(sequences(page), (Sequences{start + 5}));
  page = after(kAnn, page.cursor, 2);
  EXPECT_TRUE(page.events.empty());
  EXPECT_FALSE(page.gap);
  EXPECT_EQ(page.cursor, start + 5);
}

TEST_F(HistoryTest, a_page_is_bounded_in_bytes_too_but_never_empty) {
  settings.page_bytes = 10;
  history.emplace(loop, entropy, settings);
  const auto first = add(kAnn, std::string(8, 'a'));
  add(kAnn, std::string(8, 'b'));
  add(kAnn, std::string(80, 'c'));
  EXPECT_EQ(sequences(after(kAnn, first - 1)), (Sequences{first}));
  EXPECT_EQ(sequences(after(kAnn, first + 1)), (Sequences{first + 2}));
}

TEST_F(HistoryTest, what_is_gone_or_never_was_is_a_gap) {
  const auto first = add(kAnn);
  const auto is_gap = [&](std::uint64_t sequence) {
    const auto told = after(kAnn, sequence);
    if (told.gap) {
      EXPECT_TRUE(told.events.empty());
      EXPECT_EQ(told.cursor, told.newest);
    }
    return told.gap;
  };
  add(kAnn, 5);  // now the first one is gone
  EXPECT_FALSE(is_gap(first)) << "those after it are all there";
  EXPECT_TRUE(is_gap(first - 1));
  EXPECT_TRUE(is_gap(first + 6)) << "in the future";
  EXPECT_TRUE(is_gap(0));
  EXPECT_TRUE(is_gap(std::numeric_limits<std::uint64_t>::max()));
}

TEST_F(HistoryTest, another_life_of_the_server_knows_none_of_the_old_numbers) {
  const auto first = add(kAnn);
  history.emplace(loop, entropy, settings);
  EXPECT_TRUE(after(kAnn, first).gap);
  add(kAnn, 3);
  EXPECT_TRUE(after(kAnn, first).gap);
}

TEST_F(HistoryTest, events_go_when_their_time_is_over) {
  const auto first = add(kAnn);
  loop.run_for(seconds{30});
  add(kBob);
  add(kAnn);
  loop.run_for(seconds{29});
  EXPECT_FALSE(after(kAnn, first - 1).gap);
  loop.run_for(seconds{1});
  EXPECT_TRUE(after(kAnn, first - 1).gap);
  EXPECT_EQ(sequences(after(kAnn, first)), (Sequences{first + 1}));
  loop.run_for(seconds{30});
  EXPECT_EQ(history->events(), 0u);
  EXPECT_EQ(history->bytes(), 0u);
  EXPECT_EQ(loop.timers(), 0u) << "nothing to wait for";
  EXPECT_FALSE(after(kAnn, first + 1).gap) << "who knows the latest missed nothing";
  EXPECT_EQ(add(kAnn), first + 2);
}

TEST_F(HistoryTest, a_user_is_bounded_in_events_and_bytes_and_all_together_in_bytes) {
  add(kAnn, 100);
  EXPECT_EQ(history->events(), 5u);

  settings.bytes_per_user = 3000;
  settings.bytes = 5000;
  history.emplace(loop, entropy, settings);
  const std::string kilobyte(1000, 'x');
  for (int i = 0; i < 10; ++i) add(kAnn, kilobyte);
  EXPECT_LE(history->bytes(), 3000u);
  EXPECT_EQ(history->events(), 2u);
  const auto anns = history->told_after(kAnn, std::nullopt, 1).newest;
  for (int i = 0; i < 10; ++i) add(kBob, kilobyte);
  EXPECT_LE(history->bytes(), 5000u);
  EXPECT_EQ(history->events(), 4u);
  for (int i = 0; i < 10; ++i) add(UserId{"cay"}, kilobyte);
  EXPECT_LE(history->bytes(), 5000u);
  EXPECT_FALSE(after(kAnn, anns).gap);
  EXPECT_TRUE(after(kAnn, anns - 2).gap) << "the oldest of all went";

  add(kAnn, std::string(4000, 'x'));
  EXPECT_TRUE(after(kAnn, anns).gap) << "too large to be kept at all";
  history.reset();
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
