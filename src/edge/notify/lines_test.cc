#include "edge/notify/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/fake_exchange.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using http::CloseCode;

class LinesTest : public testing::Test, public Line::Ear {
 protected:
  void on_text(const std::shared_ptr<Line>& line, std::string_view text) override {
    last = line;
    heard.emplace_back(text);
  }

  std::shared_ptr<sim::FakeRequest> open(const std::string& user, const std::string& web = "web") {
    auto request = std::make_shared<sim::FakeRequest>();
    request->request.method = "GET";
    Caller caller;
    caller.user = UserId{user};
    caller.http_session = web;
    Line::Ear& ear = *this;
    lines.open(std::make_unique<sim::FakeExchange>(request), caller, ear);
    return request;
  }
  /// The line of that request: the one that hears it.
  std::shared_ptr<Line> line_of(const std::shared_ptr<sim::FakeRequest>& request) {
    request->socket->say("?");
    return last;
  }
  Subscriber& begin(const std::string& client_id) {
    return ground.roster.add(std::make_unique<Subscriber>(
        Subscriber{.client_id = client_id,
                   .user = UserId{"ann"},
                   .user_name = "ann",
                   .http_session = "web",
                   .address = "192.0.2.1",
                   .browser = "b",
                   .session = bayeux::Session{ground.settings.session, loop.now()},
                   .waiting = nullptr,
                   .line = nullptr}));
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  Ground ground{loop, entropy, callers, {}, History{loop, entropy, {}}, {}};
  Dispatch dispatch{ground};
  Lines lines{ground, dispatch};
  std::shared_ptr<Line> last;
  std::vector<std::string> heard;
};

TEST_F(LinesTest, an_open_line_is_heard_and_counted) {
  const auto request = open("ann");
  ASSERT_TRUE(request->socket);
  request->socket->say("hello");
  EXPECT_EQ(heard, std::vector<std::string>{"hello"});
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines.has_any_of("web"));
  EXPECT_FALSE(lines.has_any_of("other"));
  request->socket->cut();
  EXPECT_TRUE(lines.empty());
  EXPECT_FALSE(lines.has_any_of("web"));
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LinesTest, a_line_without_a_session_is_closed) {
  const auto request = open("ann");
  loop.run_for(ground.settings.unused_line - milliseconds{1});
  EXPECT_FALSE(request->socket->closed);
  loop.run_for(milliseconds{200});
  EXPECT_EQ(request->socket->closed, CloseCode::Normal);
  EXPECT_TRUE(lines.empty());
}

TEST_F(LinesTest, a_line_with_a_session_stays) {
  const auto request = open("ann");
  lines.put(begin("1"), line_of(request));
  loop.run_for(ground.settings.unused_line * 2);
  EXPECT_FALSE(request->socket->closed);
}

TEST_F(LinesTest, a_user_has_only_so_many_lines_without_a_session) {
  std::vector<std::shared_ptr<sim::FakeRequest>> all;
  for (std::size_t i = 0; i < ground.settings.max_unused_lines_per_user; ++i)
    all.push_back(open("ann"));
  const auto beyond = open("ann");
  EXPECT_FALSE(beyond->socket);
  EXPECT_EQ(beyond->response->status, 429);
  EXPECT_TRUE(open("bob")->socket) << "another user is not to blame";
  lines.put(begin("1"), line_of(all[0]));
  EXPECT_TRUE(open("ann")->socket) << "one of them is in use now";
}

TEST_F(LinesTest, a_session_moves_to_its_newest_line_and_the_older_one_closes) {
  const auto older = open("ann");
  const auto newer = open("ann");
  Subscriber& ann = begin("1");
  lines.put(ann, line_of(older));
  const auto line = line_of(newer);
  lines.put(ann, line);
  EXPECT_EQ(older->socket->closed, CloseCode::Normal);
  EXPECT_EQ(ann.line, line);
  EXPECT_EQ(line->subscriber, &ann);
  EXPECT_EQ(lines.size(), 1u);
}

TEST_F(LinesTest, a_line_carries_the_session_that_came_last_and_lets_the_other_go) {
  const auto line = line_of(open("ann"));
  Subscriber& first = begin("1");
  Subscriber& second = begin("2");
  lines.put(first, line);
  lines.put(second, line);
  EXPECT_FALSE(first.line);
  EXPECT_EQ(second.line, line);
  EXPECT_EQ(line->subscriber, &second);
  loop.run_for(ground.settings.session.max_interval + seconds{1});
  EXPECT_EQ(ground.roster.find("1"), nullptr) << "its clock runs since it was let go";
}

TEST_F(LinesTest, a_session_outlives_its_line_and_not_its_own_clock) {
  const auto request = open("ann");
  Subscriber& ann = begin("1");
  lines.put(ann, line_of(request));
  request->socket->cut();
  EXPECT_FALSE(ann.line);
  EXPECT_EQ(ground.roster.size(), 1u);
  loop.run_for(ground.settings.session.max_interval + seconds{1});
  EXPECT_EQ(ground.roster.size(), 0u);
}

TEST_F(LinesTest, after_a_disconnect_the_line_waits_for_another_session) {
  const auto request = open("ann");
  Subscriber& ann = begin("1");
  lines.put(ann, line_of(request));
  dispatch.end(ann, End::Disconnect);
  EXPECT_FALSE(request->socket->closed);
  EXPECT_EQ(last->subscriber, nullptr);
  loop.run_for(ground.settings.unused_line + seconds{1});
  EXPECT_EQ(request->socket->closed, CloseCode::Normal);
}

TEST_F(LinesTest, after_any_other_end_the_line_is_closed) {
  for (const auto& [why, code] : {std::pair{End::LogOut, CloseCode::Normal},
                                  {End::Timeout, CloseCode::Normal},
                                  {End::ServerEnds, CloseCode::GoingAway}}) {
    const auto request = open("ann");
    Subscriber& ann = begin("1");
    lines.put(ann, line_of(request));
    dispatch.end(ann, why);
    EXPECT_EQ(request->socket->closed, code);
    EXPECT_TRUE(lines.empty());
  }
}

TEST_F(LinesTest, the_lines_of_one_http_session_are_closed_together) {
  const auto one = open("ann", "web1");
  const auto two = open("ann", "web1");
  const auto other = open("ann", "web2");
  lines.close_all_of("web1");
  EXPECT_TRUE(one->socket->closed);
  EXPECT_TRUE(two->socket->closed);
  EXPECT_FALSE(other->socket->closed);
  lines.close_all(CloseCode::GoingAway);
  EXPECT_EQ(other->socket->closed, CloseCode::GoingAway);
  EXPECT_TRUE(lines.empty());
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
