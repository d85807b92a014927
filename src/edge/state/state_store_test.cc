#include "edge/state/state_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "edge/state/state_line.h"
#include "sim/scratch_directory.h"
#include "sim/virtual_loop.h"

namespace earshot::state {
namespace {

namespace fs = std::filesystem;
using std::chrono::sys_days;

constexpr WallTime kMidnight = sys_days{std::chrono::year{2026} / 11 / 30};

class StateStoreTest : public testing::Test {
 protected:
  StateStoreTest() {
    set_log_sink([this](std::string_view line) { told.emplace_back(line); });
  }
  ~StateStoreTest() override { set_log_sink({}); }

  fs::path folder() const { return scratch.path() / "state.d"; }
  fs::path file() const { return folder() / "state"; }
  WallTime day() const {
    return kMidnight + day_moved + std::chrono::floor<milliseconds>(loop.now().time_since_epoch());
  }
  std::unique_ptr<StateStore> make() {
    return std::make_unique<StateStore>(folder(), loop, loop, [this] { return day(); });
  }
  RestoredState open(StateStore& store) {
    auto restored = store.open([this](const DeviceId& device) { return device != unknown; });
    EXPECT_TRUE(restored) << restored.error();
    return restored ? *restored : RestoredState{};
  }
  /// A whole life that keeps nothing.
  RestoredState look() { return open(*make()); }

  KeptPhone phone(int number, std::uint32_t cseq = 1, Duration expires = seconds{3600}) const {
    const std::string name = std::to_string(number);
    return {DeviceId{"device-" + name},
            {{.contact = "sip:" + name + "@192.0.2.10:5060",
              .source = *Endpoint::parse("192.0.2.10", 5060),
              .talk = true,
              .call_id = "call-" + name,
              .cseq = cseq,
              .expires_at = loop.now() + expires}}};
  }
  static KeptStation station(int number, AgentState state) {
    return {DeviceId{"device-" + std::to_string(number)}, state, {}};
  }
  static std::string content(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void write(const std::string& text) const {
    fs::create_directories(folder());
    std::ofstream{file(), std::ios::binary} << text;
  }
  std::vector<fs::path> set_aside() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{folder()})
      if (entry.path().filename().string().starts_with("state-damaged-"))
        found.push_back(entry.path());
    return found;
  }
  std::size_t errors() const {
    return std::size_t(std::count_if(told.begin(), told.end(), [](const std::string& line) {
      return line.find("\"error\"") != std::string::npos;
    }));
  }

  sim::ScratchDirectory scratch;
  sim::VirtualLoop loop;
  Duration moved{};
  milliseconds day_moved{};
  DeviceId unknown{"no such device"};
  std::vector<std::string> told;
};

TEST_F(StateStoreTest, what_was_kept_is_there_after_an_end_in_order) {
  {
    const auto store = make();
    EXPECT_TRUE(open(*store).phones.empty());
    store->keep(phone(1));
    store->keep(phone(2));
    store->keep(station(1, AgentState::Ready));
    store->keep(phone(2, 9));
  }
  const auto restored = look();
  ASSERT_EQ(restored.phones.size(), 2u);
  EXPECT_EQ(restored.phones[0], phone(1));
  EXPECT_EQ(restored.phones[1], phone(2, 9)) << "the latest counts";
  EXPECT_EQ(restored.stations, std::vector{station(1, AgentState::Ready)});
  EXPECT_EQ(restored.down, Duration{});
}

TEST_F(StateStoreTest, what_was_kept_is_there_after_a_crash) {
  const auto store = make();
  open(*store);
  store->keep(phone(1));
  store->keep(station(1, AgentState::NotReady));
  loop.run_posted();
  const std::string crashed = content(file());  // as the disk has it; no end in order follows
  fs::create_directory(scratch.path() / "other");
  std::ofstream{scratch.path() / "other" / "state"} << crashed;
  StateStore next{scratch.path() / "other", loop, loop, [this] { return day(); }};
  const auto restored = open(next);
  EXPECT_EQ(restored.phones, std::vector{phone(1)});
  EXPECT_EQ(restored.stations, std::vector{station(1, AgentState::NotReady)});
}

TEST_F(StateStoreTest, keeping_never_waits_for_the_disk) {
  const auto store = make();
  open(*store);
  const auto before = content(file());
  store->keep(phone(1));
  EXPECT_EQ(content(file()), before);
  loop.run_posted();
  EXPECT_NE(content(file()), before);
}

TEST_F(StateStoreTest, what_is_taken_back_does_not_return) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1));
    store->keep(station(1, AgentState::Ready));
    loop.run_posted();
    store->keep(KeptPhone{DeviceId{"device-1"}, {}});
    store->keep(station(1, AgentState::LoggedOut));
    loop.run_posted();
  }
  const auto restored = look();
  EXPECT_TRUE(restored.phones.empty());
  EXPECT_TRUE(restored.stations.empty());
}

TEST_F(StateStoreTest, expired_registrations_and_unknown_devices_are_dropped) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1, 1, seconds{60}));
    store->keep(phone(2));
    store->keep(phone(3));
    store->keep(station(3, AgentState::Ready));
  }
  unknown = DeviceId{"device-3"};
  loop.run_for(seconds{61});
  const auto restored = look();
  ASSERT_EQ(restored.phones.size(), 1u);
  EXPECT_EQ(restored.phones[0].device.value, "device-2");
  EXPECT_TRUE(restored.stations.empty());
  unknown = {};
  EXPECT_EQ(look().phones.size(), 1u) << "dropped for good";
}

TEST_F(StateStoreTest, the_time_without_a_server_is_told) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1));
    loop.run_for(seconds{300});
  }
  loop.run_for(seconds{45});
  EXPECT_EQ(look().down, seconds{45});

  const auto crashing = make();
  open(*crashing);
  loop.run_for(seconds{100});
  const std::string crashed = content(file());
  loop.run_for(seconds{20});
  fs::create_directory(scratch.path() / "other");
  std::ofstream{scratch.path() / "other" / "state"} << crashed;
  StateStore next{scratch.path() / "other", loop, loop, [this] { return day(); }};
  const auto restored = open(next);
  EXPECT_GE(restored.down, seconds{20});
  EXPECT_LE(restored.down, seconds{50});
}

TEST_F(StateStoreTest, a_wrong_wall_clock_extends_nothing_and_ends_nothing_early) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1));
  }
  day_moved = -std::chrono::days{9000};
  auto restored = look();
  ASSERT_EQ(restored.phones.size(), 1u);
  EXPECT_EQ(restored.phones[0].bindings[0].expires_at, loop.now() + seconds{3600});
  EXPECT_EQ(restored.down, Duration{});
  day_moved = {};
  EXPECT_TRUE(look().phones.empty()) << "by this clock it is long over";
}

TEST_F(StateStoreTest, cut_at_any_octet_it_gives_what_was_whole) {
  {
    const auto store = make();
    open(*store);
    for (std::uint32_t cseq = 1; cseq <= 4; ++cseq) {
      store->keep(phone(1, cseq));
      loop.run_posted();
    }
    const std::string whole = content(file());
    const auto lines = std::count(whole.begin(), whole.end(), '\n');
    ASSERT_GE(lines, 6) << "heading, alive, and one each";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const fs::path cut = scratch.path() / "cut";
      fs::remove_all(cut);
      fs::create_directory(cut);
      const std::string text = whole.substr(0, size);
      std::ofstream{cut / "state"} << text;
      StateStore next{cut, loop, loop, [this] { return day(); }};
      const auto restored = open(next);
      const auto is_whole = [&](std::uint32_t cseq) {
        return text.rfind("\"cseq\":" + std::to_string(cseq)) < text.rfind('\n') &&
               text.find("\"cseq\":" + std::to_string(cseq)) != std::string::npos &&
               text.find('\n', text.find("\"cseq\":" + std::to_string(cseq))) != std::string::npos;
      };
      std::uint32_t latest = 0;
      for (std::uint32_t cseq = 1; cseq <= 4; ++cseq)
        if (is_whole(cseq)) latest = cseq;
      ASSERT_EQ(restored.phones.size(), latest > 0 ? 1u : 0u) << size;
      if (latest > 0) {
        EXPECT_EQ(restored.phones[0].bindings[0].cseq, latest) << size;
      }
    }
  }
}

/// The child keeps one registration after the other, and tells each by a pipe once it was handed to
/// the system. It writes its file again now and then, so the kill also hits that.
TEST_F(StateStoreTest, killed_at_any_write_it_loses_nothing_that_was_written) {
  for (int round = 0; round < 12; ++round) {
    fs::remove_all(folder());
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = make();
      if (!store->open([](const DeviceId&) { return true; })) _exit(1);
      const std::string long_id(20'000, 'x');  // the file is soon long
      for (std::uint32_t cseq = 1;; ++cseq) {
        for (int number = 0; number < 3; ++number) {
          KeptPhone kept = phone(number, cseq);
          kept.bindings[0].call_id = long_id;
          store->keep(std::move(kept));
        }
        loop.run_posted();
        if (::write(ends[1], &cseq, sizeof cseq) != sizeof cseq) _exit(2);
      }
    }
    close(ends[1]);
    std::uint32_t last = 0;
    const std::uint32_t enough = 15 + 7 * static_cast<std::uint32_t>(round);
    while (last < enough && read(ends[0], &last, sizeof last) == sizeof last) {
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    while (read(ends[0], &last, sizeof last) == sizeof last) {
    }
    close(ends[0]);
    const auto restored = look();
    ASSERT_EQ(restored.phones.size(), 3u);
    for (const auto& kept : restored.phones) {
      EXPECT_GE(kept.bindings.at(0).cseq, last);
      EXPECT_LE(kept.bindings.at(0).cseq, last + 1);
    }
    EXPECT_TRUE(set_aside().empty()) << "a kill damages no line but the last";
  }
}

TEST_F(StateStoreTest, a_crash_while_the_file_is_written_again_leaves_the_old_one) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1));
  }
  std::ofstream{folder() / "state.new"} << "earshot state 1\nhalf a li";
  EXPECT_EQ(look().phones.size(), 1u);
  EXPECT_FALSE(fs::exists(folder() / "state.new"));
}

TEST_F(StateStoreTest, the_file_does_not_grow_for_ever) {
  const auto store = make();
  open(*store);
  std::uintmax_t largest = 0;
  for (std::uint32_t cseq = 1; cseq <= 30'000; ++cseq) {
    store->keep(phone(1, cseq));
    loop.run_posted();
    if (cseq % 100 == 0) largest = std::max(largest, fs::file_size(file()));
  }
  EXPECT_GT(largest, 1'000'000u) << "not written again for each change either";
  EXPECT_LT(largest, 2u << 20);
}

TEST_F(StateStoreTest, many_changes_in_one_turn_are_one_line) {
  const auto store = make();
  open(*store);
  loop.run_posted();
  const auto before = content(file());
  for (std::uint32_t cseq = 1; cseq <= 1000; ++cseq) store->keep(phone(1, cseq));
  loop.run_posted();
  const auto after = content(file());
  EXPECT_EQ(
      std::count(after.begin(), after.end(), '\n') - std::count(before.begin(), before.end(), '\n'),
      1);
}

TEST_F(StateStoreTest, two_servers_do_not_share_a_directory) {
  const auto first = make();
  open(*first);
  const auto second = make();
  const auto refused = second->open([](const DeviceId&) { return true; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "another Earshot (process " + std::to_string(getpid()) +
                                 ") keeps its state there. Stop it, or give each server a "
                                 "directory of its own.");
}

TEST_F(StateStoreTest, a_directory_that_cannot_be_used_is_told_at_once) {
  std::ofstream{folder()} << "a file";
  EXPECT_FALSE(make()->open([](const DeviceId&) { return true; }));
}

TEST_F(StateStoreTest, damaged_lines_are_told_and_the_others_kept) {
  {
    const auto store = make();
    open(*store);
    for (int number = 1; number <= 5; ++number) store->keep(phone(number));
  }
  std::string text = content(file());
  text[text.find("device-2")] = 'D';
  const std::size_t fourth = text.find("192.0.2.10", text.find("device-4"));
  text[fourth + 9] = '1';
  write(text);
  const auto restored = look();
  std::string devices;
  for (const auto& kept : restored.phones) devices += kept.device.value + " ";
  EXPECT_EQ(devices, "device-1 device-3 device-5 ");
  ASSERT_EQ(errors(), 1u);
  EXPECT_NE(told[0].find("line 3: its checksum does not fit"), std::string::npos) << told[0];
  EXPECT_NE(told[0].find("\"damaged\":2"), std::string::npos) << told[0];
  ASSERT_EQ(set_aside().size(), 1u);
  EXPECT_EQ(content(set_aside()[0]), text) << "nothing is lost";
  told.clear();
  EXPECT_EQ(look().phones.size(), 3u);
  EXPECT_TRUE(told.empty()) << "the new file is whole";
}

TEST_F(StateStoreTest, files_that_are_none_of_ours_are_set_aside_and_the_server_starts) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"users:\n  - ann\n", "it is not a state file of Earshot"},
      {"no line end", "it is not a state file of Earshot"},
      {std::string(100, '\0') + "\n", "it is not a state file of Earshot"},
      {"earshot state 2\n", "another version of Earshot"},
      {"earshot state 0\n", "another version of Earshot"},
      {std::string(3 << 20, 'x'), "it is not a state file of Earshot"},
  };
  for (const auto& [text, why] : files) {
    fs::remove_all(folder());
    told.clear();
    write(text);
    const auto store = make();
    EXPECT_TRUE(open(*store).phones.empty());
    ASSERT_EQ(errors(), 1u) << why;
    EXPECT_NE(told[0].find(why), std::string::npos) << told[0];
    ASSERT_EQ(set_aside().size(), 1u) << why;
    EXPECT_EQ(content(set_aside()[0]), text);
    store->keep(phone(1));
    loop.run_posted();
    EXPECT_NE(content(file()).find("device-1"), std::string::npos);
  }
}

TEST_F(StateStoreTest, an_empty_file_is_no_damage) {
  write("");
  EXPECT_TRUE(look().phones.empty());
  EXPECT_TRUE(told.empty());
}

TEST_F(StateStoreTest, of_a_huge_file_the_beginning_is_read) {
  {
    const auto store = make();
    open(*store);
    store->keep(phone(1));
  }
  fs::resize_file(file(), std::uintmax_t{5} << 30);  // zeros that take no room
  EXPECT_EQ(look().phones.size(), 1u);
  ASSERT_EQ(errors(), 1u);
  EXPECT_NE(told[0].find("larger than 256 MiB"), std::string::npos) << told[0];
}

TEST_F(StateStoreTest, a_directory_or_pipe_in_the_files_place_is_set_aside) {
  fs::create_directories(file());
  look();
  EXPECT_EQ(errors(), 1u);
  fs::remove(file());
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  look();
  EXPECT_EQ(errors(), 2u);
  EXPECT_EQ(set_aside().size(), 2u);
}

/// As on a full disk: no file may grow beyond so many octets.
TEST_F(StateStoreTest, a_full_disk_is_told_once_and_mended_when_there_is_room) {
  const auto store = make();
  open(*store);
  store->keep(phone(1));
  loop.run_posted();
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit full = before;
  full.rlim_cur = fs::file_size(file()) + 10;  // the next line is cut
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  for (int number = 2; number <= 50; ++number) {
    store->keep(phone(number));
    loop.run_for(seconds{1});
  }
  EXPECT_EQ(errors(), 1u) << "told once";
  EXPECT_EQ(told.size(), 1u);
  EXPECT_NE(told.at(0).find("state cannot be kept: File too large. Calls go on"),
            std::string::npos);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  loop.run_for(seconds{6});
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[1].find("state is kept again"), std::string::npos);
  const std::string crashed = content(file());
  for (int number = 1; number <= 50; ++number)
    EXPECT_NE(crashed.find("\"device-" + std::to_string(number) + "\""), std::string::npos);
}

TEST_F(StateStoreTest, others_may_not_read_it) {
  look();
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace earshot::state
