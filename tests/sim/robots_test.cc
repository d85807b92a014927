#include "sim/robots.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/fake_network.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::sim {
namespace {

TEST(Robots, a_phone_is_named_by_number_password_tone_and_delay) {
  const auto plain = parse_robot("5000:demo-5000:500");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->number, "5000");
  EXPECT_EQ(plain->password, "demo-5000");
  EXPECT_EQ(plain->tone, 500);
  EXPECT_FALSE(plain->answer_after);
  const auto waiting = parse_robot("5001:x:700:800");
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->answer_after, milliseconds{800});
  for (const char* bad : {"", "5000", "5000:x", ":x:500", "5000:x:50", "5000:x:500:-1",
                          "5000:x:500:1:2", "5000:x:abc"})
    EXPECT_FALSE(parse_robot(bad)) << bad;
}

/// Two robots that take each other for the server.
class RobotsTest : public testing::Test {
 protected:
  RobotsTest() {
    std::vector<PhoneSettings> phones{*parse_robot("5000::500"), *parse_robot("5001::800")};
    for (int index = 0; index < 2; ++index) {
      phones[index].local = Endpoint::v4({10, 0, 0, static_cast<std::uint8_t>(1 + index)}, 5060);
      phones[index].server = Endpoint::v4({10, 0, 0, static_cast<std::uint8_t>(2 - index)}, 5060);
    }
    robots = std::make_unique<Robots>(loop, network, entropy, std::move(phones),
                                      [this](const std::string& line) { lines.push_back(line); });
    EXPECT_TRUE(robots->start());
  }
  void command(const std::string& line, Duration then = milliseconds{300}) {
    robots->command(line);
    loop.run_for(then);
  }

  VirtualLoop loop;
  FakeNetwork network{loop, 1};
  SeededEntropy entropy{2};
  std::vector<std::string> lines;
  std::unique_ptr<Robots> robots;
};

TEST_F(RobotsTest, a_call_is_made_and_measured_by_commands) {
  command("dial 5000 5001");
  command("answer 5001", seconds{1});
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                R"({"event":"ringing","phone":"5001","call":1,"with":"5000"})",
                R"({"event":"remote_ringing","phone":"5000","call":1,"with":"5001","status":180})",
                R"({"event":"answered","phone":"5001","call":1,"with":"5000","status":200})",
                R"({"event":"answered","phone":"5000","call":1,"with":"5001","status":200})"}));
  lines.clear();
  command("hears 800", milliseconds{900});
  ASSERT_EQ(lines.size(), 1u);
  const auto report = json::parse(lines[0]);
  ASSERT_TRUE(report);
  EXPECT_EQ(json::serialize(report->at("matrix")), R"({"5000":["5001"],"5001":["5000"]})");
  EXPECT_EQ(report->at("level_db").at("5000").at("5001"), -13);
  lines.clear();
  command("hold 5001", seconds{1});
  command("hears 500", seconds{1});
  EXPECT_NE(lines.back().find(R"("matrix":{"5000":[],"5001":[]})"), std::string::npos);
}

TEST_F(RobotsTest, nonsense_is_reported_and_changes_nothing) {
  for (const char* line : {"dial", "dial 5000", "answer 4711", "sing 5000", "hears", "hears 10",
                           "hears x", "reject 5000 200", "hold 5000 5001"}) {
    lines.clear();
    command(line);
    ASSERT_EQ(lines.size(), 1u) << line;
    EXPECT_TRUE(lines[0].starts_with(R"({"event":"error")")) << lines[0];
  }
  lines.clear();
  command("");
  EXPECT_TRUE(lines.empty());
}

TEST_F(RobotsTest, stopping_hangs_up_and_says_when_all_is_over) {
  command("dial 5000 5001");
  command("answer 5001");
  bool done = false;
  robots->stop([&] { done = true; });
  EXPECT_FALSE(done);
  loop.run_for(seconds{3});
  EXPECT_TRUE(done);
  EXPECT_EQ(lines.back(), R"({"event":"ended_all"})");
}

TEST_F(RobotsTest, stopping_does_not_wait_for_ever) {
  network.set_dials({.loss = 1});
  command("dial 5000 5001");
  bool done = false;
  robots->stop([&] { done = true; });
  loop.run_for(seconds{3});
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace earshot::sim
