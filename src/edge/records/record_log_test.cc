#include "edge/records/record_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "base/log.h"
#include "sim/scratch_directory.h"
#include "sim/virtual_loop.h"

namespace earshot::records {
namespace {

using std::chrono::sys_days;
constexpr WallTime kMidnight = sys_days{std::chrono::year{2026} / 11 / 22};

struct Records : testing::Test {
  sim::ScratchDirectory scratch;
  const std::filesystem::path& folder = scratch.path();
  sim::VirtualLoop loop;

  ~Records() override { set_log_sink({}); }
  std::string file() const { return folder / "calls.jsonl"; }
  std::unique_ptr<RecordLog> make(std::size_t max_waiting = 8 << 20) {
    return std::make_unique<RecordLog>(RecordLog::Settings{file(), max_waiting}, loop, loop,
                                       [] { return kMidnight; });
  }
  static Segment segment(std::uint64_t leg) {
    Segment made;
    made.call = CallId{"CALL" + std::to_string(leg)};
    made.number = "5001";
    return made;
  }
  static std::vector<std::string> lines(const std::string& file) {
    std::vector<std::string> out;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
  static std::string call_of(const std::string& line) {
    const auto parsed = json::parse(line);
    return parsed ? std::string{parsed->at("callUuid").as_string()} : "cut";
  }
  void write(const std::string& text) const { std::ofstream{file()} << text; }
};

TEST_F(Records, a_record_is_a_line_as_soon_as_the_disk_loop_comes_to_it) {
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  log->keep(segment(1));
  log->keep(segment(2));
  EXPECT_TRUE(lines(file()).empty());
  loop.run_posted();
  ASSERT_EQ(lines(file()).size(), 2u);
  EXPECT_EQ(call_of(lines(file())[0]), "CALL1");
  EXPECT_EQ(call_of(lines(file())[1]), "CALL2");
}

TEST_F(Records, what_waits_is_written_at_the_end) {
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  log->keep(segment(1));
  log.reset();
  EXPECT_EQ(lines(file()).size(), 1u);
  loop.run_for(seconds{5});  // late work finds nothing to do
  EXPECT_EQ(lines(file()).size(), 1u);
}

TEST_F(Records, times_are_counted_back_from_now) {
  loop.run_for(seconds{10});
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  Segment ended = segment(1);
  ended.end = loop.now() - milliseconds{500};
  ended.start = ended.end - seconds{3};
  log->keep(ended);
  log.reset();
  const auto line = json::parse(lines(file()).at(0));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->at("end"), "2026-11-21T23:59:59.500Z");
  EXPECT_EQ(line->at("start"), "2026-11-21T23:59:56.500Z");
}

TEST_F(Records, a_line_a_crash_cut_is_ended_and_the_file_goes_on) {
  write("{\"callUuid\":\"OLD\"}\n{\"callUu");
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  log->keep(segment(1));
  log.reset();
  const auto all = lines(file());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(call_of(all[0]), "OLD");
  EXPECT_EQ(call_of(all[1]), "cut");
  EXPECT_EQ(call_of(all[2]), "CALL1");
}

TEST_F(Records, a_renamed_file_is_left_alone_after_reopen) {
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  log->keep(segment(1));
  loop.run_posted();
  std::filesystem::rename(file(), file() + ".1");
  log->keep(segment(2));  // still to the old one
  loop.run_posted();
  log->reopen();
  log->keep(segment(3));
  loop.run_posted();
  EXPECT_EQ(lines(file() + ".1").size(), 2u);
  ASSERT_EQ(lines(file()).size(), 1u);
  EXPECT_EQ(call_of(lines(file())[0]), "CALL3");
}

TEST_F(Records, a_file_that_cannot_be_written_is_told_at_once) {
  std::filesystem::create_directory(file());
  EXPECT_EQ(make()->open(), "Is a directory");
}

TEST_F(Records, a_file_gone_bad_is_tried_again_and_told_once) {
  std::vector<std::string> told;
  set_log_sink([&](std::string_view line) { told.emplace_back(line); });
  auto log = make();
  ASSERT_EQ(log->open(), std::nullopt);
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  log->reopen();
  log->keep(segment(1));
  loop.run_for(seconds{3});
  log->keep(segment(2));
  loop.run_for(seconds{3});
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("cannot be written: Is a directory"), std::string::npos);
  std::filesystem::remove(file());
  loop.run_for(seconds{2});
  EXPECT_EQ(lines(file()).size(), 2u);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[1].find("written again"), std::string::npos);
}

TEST_F(Records, beyond_the_bound_records_are_lost_and_counted) {
  std::vector<std::string> told;
  set_log_sink([&](std::string_view line) { told.emplace_back(line); });
  const std::size_t room = 1000;
  auto log = make(room);
  ASSERT_EQ(log->open(), std::nullopt);
  for (std::uint64_t i = 0; i < 100; ++i) log->keep(segment(i));  // the disk loop does not run
  loop.run_posted();
  const std::size_t kept = lines(file()).size();
  EXPECT_GT(kept, 0u);
  EXPECT_LE(std::filesystem::file_size(file()), room);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[1].find("\"lost\":" + std::to_string(100 - kept)), std::string::npos) << told[1];
  log->keep(segment(100));
  loop.run_posted();
  EXPECT_EQ(lines(file()).size(), kept + 1);
}

TEST_F(Records, a_full_disk_is_told_and_what_it_cost_in_the_end) {
  std::vector<std::string> told;
  set_log_sink([&](std::string_view line) { told.emplace_back(line); });
  auto log = std::make_unique<RecordLog>(RecordLog::Settings{.file = "/dev/full"}, loop, loop,
                                         [] { return kMidnight; });
  ASSERT_EQ(log->open(), std::nullopt);
  log->keep(segment(1));
  loop.run_posted();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("No space left on device"), std::string::npos);
  log.reset();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[1].find("call records are lost"), std::string::npos);
}

/// The child tells each record by a pipe once it is kept for a second, and never ends by itself.
TEST_F(Records, killed_it_leaves_whole_lines_of_all_but_the_last_second) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto log = make();
    if (log->open()) _exit(1);
    for (std::uint64_t i = 0;; ++i) {
      log->keep(segment(i));
      loop.run_for(milliseconds{200});
      if (i < 5) continue;
      const auto old = static_cast<std::uint32_t>(i - 5);
      if (::write(ends[1], &old, sizeof old) != sizeof old) _exit(2);
    }
  }
  close(ends[1]);
  std::uint32_t last = 0;
  while (last < 200 && read(ends[0], &last, sizeof last) == sizeof last) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  while (read(ends[0], &last, sizeof last) == sizeof last) {
  }
  close(ends[0]);
  ASSERT_EQ(make()->open(), std::nullopt);  // ends a cut line
  auto all = lines(file());
  ASSERT_GT(all.size(), last);
  if (call_of(all.back()) == "cut") all.pop_back();
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(call_of(all[i]), "CALL" + std::to_string(i));
}

}  // namespace
}  // namespace earshot::records
