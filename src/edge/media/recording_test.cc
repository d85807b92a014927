// Recordings, through the whole media port under the virtual clock: phones hum, and their stems are
// read as any player would.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "edge/media/media_bridges.h"
#include "sim/fake_network.h"
#include "sim/scratch_directory.h"
#include "sim/seeded_entropy.h"
#include "sim/tone.h"
#include "sim/virtual_loop.h"
#include "wire/rtp/g711.h"

namespace earshot::media {
namespace {

namespace fs = std::filesystem;
using Samples = std::vector<std::int16_t>;

constexpr BridgeId kBridge{1};
constexpr LineId kCustomer{1}, kAgent{2}, kSupervisor{3};
const std::map<LineId, sim::Hertz> kTones{{kCustomer, 400}, {kAgent, 700}, {kSupervisor, 1100}};
constexpr double kHeard = -16;  // as in media_bridges_test.cc
constexpr double kForbidden = -60;

std::uint32_t number_at(const std::string& bytes, std::size_t at, int octets) {
  std::uint32_t value = 0;
  for (int i = octets - 1; i >= 0; --i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

/// What a player finds in a file: what its header promises, all of which must be there.
Samples play(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_GE(bytes.size(), 44u) << path;
  if (bytes.size() < 44) return {};
  EXPECT_EQ(bytes.substr(0, 4) + bytes.substr(8, 8), "RIFFWAVEfmt ");
  EXPECT_EQ(bytes.substr(36, 4), "data");
  EXPECT_EQ(number_at(bytes, 20, 2), 1u);  // linear
  EXPECT_EQ(number_at(bytes, 22, 2), 1u);  // mono
  EXPECT_EQ(number_at(bytes, 24, 4), 8000u);
  EXPECT_EQ(number_at(bytes, 34, 2), 16u);
  const std::uint32_t size = number_at(bytes, 40, 4);
  EXPECT_EQ(number_at(bytes, 4, 4), size + 36);
  EXPECT_GE(bytes.size(), 44 + size);
  Samples samples;
  for (std::size_t at = 44; at + 1 < std::min<std::size_t>(bytes.size(), 44 + size); at += 2)
    samples.push_back(static_cast<std::int16_t>(number_at(bytes, at, 2)));
  return samples;
}

/// [from, to), in milliseconds.
std::span<const std::int16_t> part(const Samples& samples, std::size_t from_ms, std::size_t to_ms) {
  EXPECT_LE(to_ms * 8, samples.size());
  if (to_ms * 8 > samples.size()) return {};
  return std::span{samples}.subspan(from_ms * 8, (to_ms - from_ms) * 8);
}

bool is_silence(std::span<const std::int16_t> samples) {
  return std::all_of(samples.begin(), samples.end(), [](std::int16_t one) { return one == 0; });
}

struct Phone {
  sim::ToneGenerator hum;
  std::uint8_t payload_type = 0;
  std::unique_ptr<net::UdpSocket> socket;
  Endpoint to;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::vector<Bytes> heard;

  explicit Phone(sim::Hertz tone) : hum(tone) {}
  void talk() {
    Samples pcm(160);
    hum.fill(pcm);
    Bytes payload;
    for (const auto sample : pcm)
      payload.push_back(payload_type == 0 ? rtp::ulaw_encode(sample) : rtp::alaw_encode(sample));
    send(payload_type, payload);
    timestamp += 160;
  }
  void send(std::uint8_t type, const Bytes& payload) {
    rtp::PacketView header;
    header.payload_type = type;
    header.sequence = sequence++;
    header.timestamp = timestamp;
    header.ssrc = 7;
    Bytes bytes(rtp::kHeaderSize);
    rtp::write_header(header, bytes);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    socket->send(bytes, to);
  }
};

class Recording : public testing::Test, public MediaEvents {
 protected:
  Recording() {
    network.set_dials({.delay = {}});
    settings.address = *Endpoint::parse("192.0.2.1", 0);
    settings.recordings = scratch.path() / "made" / "when needed";
    make();
  }
  ~Recording() override { set_log_sink({}); }
  void make() {
    if (media) media->stop([] {});
    settle();
    media = std::make_unique<MediaBridges>(settings, loop, loop, disk, network, entropy, *this);
  }

  Phone& add(LineId leg, Codec codec = Codec::Pcmu) {
    auto& phone = phones[leg] = std::make_unique<Phone>(kTones.at(leg));
    phone->payload_type = codec == Codec::Pcmu ? 0 : 8;
    phone->socket =
        *network.open(*Endpoint::parse("192.0.2." + std::to_string(10 + leg.value), 4000),
                      [phone = phone.get()](ByteView bytes, const Endpoint&) {
                        phone->heard.emplace_back(bytes.begin(), bytes.end());
                      });
    const auto opened = media->open(kBridge, leg);
    EXPECT_TRUE(opened);
    phone->to = opened->rtp;
    RemoteMedia remote;
    remote.rtp = phone->socket->local();
    remote.codec = codec;
    remote.telephone_event = 101;
    media->connect(leg, remote);
    loop.run_posted();
    return *phone;
  }
  void hear(const std::vector<std::pair<LineId, LineId>>& edges) {
    MediaPlan plan{kBridge, ++revision, {}, {}};
    for (const auto& [listener, source] : edges) plan.hears.push_back({listener, source});
    media->apply(plan);
    loop.run_posted();
  }
  /// A call of two who hear one another and a coach, or a listener, beside them.
  void coached() {
    for (const LineId leg : {kCustomer, kAgent, kSupervisor}) add(leg);
    hear({{kCustomer, kAgent},
          {kAgent, kCustomer},
          {kAgent, kSupervisor},
          {kSupervisor, kCustomer},
          {kSupervisor, kAgent}});
  }
  void record(LineId leg) {
    media->record(leg, {name(leg), since});
    loop.run_posted();
    disk.run_posted();
  }
  /// All phones talk; the disk keeps up unless it is to stand still.
  void talk_for(Duration span, bool disk_runs = true) {
    for (const TimePoint end = loop.now() + span; loop.now() < end;) {
      for (auto& [leg, phone] : phones) phone->talk();
      loop.run_for(milliseconds{20});
      if (disk_runs) disk.run_for(milliseconds{20});
    }
  }
  void settle() {
    loop.run_posted();
    disk.run_posted();
    loop.run_posted();
  }
  void pause(LineId leg, bool paused) {
    media->pause_recording(leg, paused);
    loop.run_posted();
  }
  void stop(LineId leg) {
    media->stop_recording(leg);
    loop.run_posted();
    disk.run_for(seconds{1});
    loop.run_posted();
  }
  static std::string name(LineId leg) { return "CALL/" + std::to_string(leg.value) + ".wav"; }
  Samples stem(LineId leg) const { return play(settings.recordings / name(leg)); }
  void expect_only(LineId leg, std::span<const std::int16_t> samples) {
    for (const auto& [other, tone] : kTones)
      if (other == leg)
        EXPECT_GT(sim::level_of(tone, samples), kHeard) << leg.value;
      else
        EXPECT_LT(sim::level_of(tone, samples), kForbidden) << leg.value << " " << other.value;
  }

  void plan_applied(BridgeId, std::uint64_t, std::uint64_t) override {}
  void line_read(LineId, const LineReading&) override {}
  void line_silent(LineId, bool) override {}
  void line_closed(LineId, LineQuality) override {}
  void recording_failed(LineId leg, const std::string& reason) override {
    failed.emplace_back(leg, reason);
  }

  sim::ScratchDirectory scratch;
  sim::VirtualLoop loop;
  sim::VirtualLoop disk;
  sim::FakeNetwork network{loop, 1};
  sim::SeededEntropy entropy{1};
  MediaSettings settings;
  std::unique_ptr<MediaBridges> media;
  std::map<LineId, std::unique_ptr<Phone>> phones;
  std::uint64_t revision = 0;
  TimePoint since = loop.now();
  std::vector<std::pair<LineId, std::string>> failed;
};

TEST_F(Recording, each_stem_has_its_partys_tone_alone_whether_passed_on_or_mixed) {
  coached();  // the customer hears one, the others sums
  for (const LineId leg : {kCustomer, kAgent, kSupervisor}) record(leg);
  talk_for(seconds{1});
  hear({{kCustomer, kAgent}, {kAgent, kCustomer}});  // all are passed on, the supervisor unheard
  talk_for(seconds{1});
  for (const LineId leg : {kCustomer, kAgent, kSupervisor}) {
    stop(leg);
    const Samples samples = stem(leg);
    ASSERT_GE(samples.size(), 16000u);
    expect_only(leg, part(samples, 100, 900));
    expect_only(leg, part(samples, 1000, 1900));
  }
  EXPECT_TRUE(failed.empty());
  EXPECT_EQ(disk.timers(), 0u);
}

TEST_F(Recording, both_laws_come_out_alike) {
  add(kCustomer, Codec::Pcma);
  record(kCustomer);
  talk_for(seconds{1});
  stop(kCustomer);
  expect_only(kCustomer, part(stem(kCustomer), 100, 900));
}

TEST_F(Recording, a_plan_that_changes_is_not_heard_in_the_stem) {
  coached();
  record(kAgent);
  talk_for(milliseconds{500});
  for (int i = 0; i < 10; ++i) {
    hear({{kCustomer, kAgent}, {kAgent, kCustomer}});
    talk_for(milliseconds{60});
    hear({{kSupervisor, kAgent}, {kSupervisor, kCustomer}});
    talk_for(milliseconds{60});
  }
  stop(kAgent);
  const Samples samples = stem(kAgent);
  for (std::size_t at = 100; at + 20 < samples.size() / 8; at += 20)
    EXPECT_GT(sim::level_of(700, part(samples, at, at + 20)), kHeard) << at << " ms";
}

TEST_F(Recording, nobody_hears_a_difference) {
  std::vector<std::vector<Bytes>> heard[2];
  for (const bool recorded : {false, true}) {
    loop.run_for(seconds{1});
    entropy = sim::SeededEntropy{1};
    phones.clear();
    make();
    coached();
    if (recorded)
      for (const LineId leg : {kCustomer, kAgent, kSupervisor}) record(leg);
    talk_for(milliseconds{400});
    hear({{kCustomer, kAgent}, {kAgent, kCustomer}});
    talk_for(milliseconds{400});
    for (const auto& [leg, phone] : phones) heard[recorded].push_back(phone->heard);
  }
  ASSERT_FALSE(heard[0][0].empty());
  EXPECT_EQ(heard[0], heard[1]) << "octet by octet";
}

TEST_F(Recording, a_pause_is_exact_silence_of_its_length) {
  add(kCustomer);
  record(kCustomer);
  talk_for(seconds{1});
  pause(kCustomer, true);
  talk_for(seconds{2});
  pause(kCustomer, false);
  talk_for(seconds{1});
  stop(kCustomer);
  const Samples samples = stem(kCustomer);
  EXPECT_EQ(samples.size(), 4 * 8000u + 160) << "ticks at 0, 20, … 4000 ms";
  EXPECT_FALSE(is_silence(part(samples, 1000, 1020)));
  EXPECT_TRUE(is_silence(part(samples, 1020, 3020)));
  EXPECT_FALSE(is_silence(part(samples, 3020, 3040)));
  expect_only(kCustomer, part(samples, 3040, 4000));
}

TEST_F(Recording, who_joins_later_or_says_nothing_is_aligned_with_the_others) {
  add(kCustomer);
  record(kCustomer);
  talk_for(seconds{3});
  add(kAgent);
  record(kAgent);
  talk_for(seconds{1});
  phones.erase(kAgent);
  talk_for(seconds{1});  // the customer talks on
  stop(kCustomer);
  stop(kAgent);
  const Samples samples = stem(kAgent);
  EXPECT_EQ(samples.size(), stem(kCustomer).size());
  EXPECT_TRUE(is_silence(part(samples, 0, 3000)));
  expect_only(kAgent, part(samples, 3100, 3900));
  EXPECT_TRUE(is_silence(part(samples, 4200, 5000))) << "after what concealment fades out";
}

TEST_F(Recording, digits_are_not_in_it) {
  Phone& customer = add(kCustomer);
  record(kCustomer);
  talk_for(milliseconds{500});
  for (int i = 0; i < 40; ++i) {
    customer.send(101, {5, 10, 0, static_cast<std::uint8_t>(i)});
    loop.run_for(milliseconds{20});
    disk.run_for(milliseconds{20});
  }
  stop(kCustomer);
  EXPECT_TRUE(is_silence(part(stem(kCustomer), 700, 1300)));
}

TEST_F(Recording, closing_a_leg_or_the_port_finishes_its_stem) {
  add(kCustomer);
  add(kAgent);
  record(kCustomer);
  record(kAgent);
  talk_for(milliseconds{700});
  media->close(kCustomer);
  phones.erase(kCustomer);
  loop.run_posted();
  talk_for(milliseconds{1300});
  EXPECT_EQ(stem(kCustomer).size(), 700 * 8u + 160);
  bool stopped = false;
  media->stop([&] { stopped = true; });
  settle();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(stem(kAgent).size(), 2000 * 8u + 160);
  EXPECT_EQ(loop.timers() + disk.timers(), 0u);
}

TEST_F(Recording, the_end_of_the_process_finishes_what_is_open) {
  add(kCustomer);
  record(kCustomer);
  talk_for(milliseconds{300}, false);
  media.reset();
  EXPECT_EQ(stem(kCustomer).size(), 300 * 8u + 160);
  expect_only(kCustomer, part(stem(kCustomer), 60, 300));
}

TEST_F(Recording, a_crash_leaves_what_was_there_half_a_second_before) {
  add(kCustomer);
  record(kCustomer);
  for (int i = 0; i < 20; ++i) {
    talk_for(milliseconds{130});
    EXPECT_GE(stem(kCustomer).size() + 4000 + 160, (i + 1) * 130u * 8) << i;  // read as it grows
  }
}

TEST_F(Recording, a_disk_too_slow_costs_silence_and_no_alignment) {
  std::string told;
  set_log_sink([&](std::string_view line) { told += line; });
  add(kCustomer);
  record(kCustomer);
  talk_for(seconds{1});
  talk_for(seconds{6}, false);
  disk.run_for(seconds{6});
  talk_for(seconds{1});
  stop(kCustomer);
  flush_log();
  const Samples samples = stem(kCustomer);
  EXPECT_EQ(samples.size(), 8 * 8000u + 160);
  expect_only(kCustomer, part(samples, 100, 3000));
  EXPECT_TRUE(is_silence(part(samples, 4000, 6900)));
  expect_only(kCustomer, part(samples, 7100, 8000));
  EXPECT_NE(told.find("too slow"), std::string::npos) << told;
  EXPECT_TRUE(failed.empty());
}

TEST_F(Recording, what_cannot_be_written_is_said_once_and_the_call_goes_on) {
  std::ofstream{scratch.path() / "made"} << "a file where a directory is to be";
  coached();
  record(kCustomer);
  talk_for(seconds{5});
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].first, kCustomer);
  EXPECT_FALSE(failed[0].second.empty());
  EXPECT_GT(phones.at(kAgent)->heard.size(), 240u);
  stop(kCustomer);
  EXPECT_EQ(failed.size(), 1u);
  EXPECT_EQ(disk.timers(), 0u);
}

TEST_F(Recording, a_full_disk_is_said_once_and_leaves_what_is_there) {
  // As the system's limit on a file's size; the process ignores its signal.
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  add(kCustomer);
  record(kCustomer);
  talk_for(seconds{1});
  const rlimit limit{44 + 16000 * 2, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  talk_for(seconds{4});
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  talk_for(seconds{1});
  stop(kCustomer);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].first, kCustomer);
  expect_only(kCustomer, part(stem(kCustomer), 100, 900));
}

TEST_F(Recording, refuses_names_that_lead_elsewhere_and_files_that_exist) {
  add(kCustomer);
  for (const char* file : {"", ".wav", "../x.wav", "a/../x.wav", "/etc/x.wav", "a//x.wav", "x.txt",
                           "a b.wav", "a/b/c/d/x.wav", "x\n.wav", "a/.wav", "\xc3\xa9.wav"}) {
    failed.clear();
    media->record(kCustomer, {file, since});
    loop.run_posted();
    stop(kCustomer);
    EXPECT_EQ(failed.size(), 1u) << file;
  }
  EXPECT_TRUE(fs::is_empty(scratch.path()));
  failed.clear();
  record(kCustomer);
  talk_for(seconds{1});
  stop(kCustomer);
  EXPECT_TRUE(failed.empty());
  const Samples first = stem(kCustomer);
  record(kCustomer);
  talk_for(seconds{1});
  stop(kCustomer);
  EXPECT_EQ(failed.size(), 1u);
  EXPECT_EQ(stem(kCustomer), first);
}

TEST_F(Recording, without_a_directory_nothing_is_recorded) {
  settings.recordings.clear();
  make();
  add(kCustomer);
  record(kCustomer);
  stop(kCustomer);
  EXPECT_EQ(failed.size(), 1u);
}

TEST_F(Recording, orders_about_legs_that_are_not_recorded_are_harmless) {
  media->record(kCustomer, {name(kCustomer), since});
  pause(kCustomer, true);
  stop(kCustomer);
  add(kCustomer);
  pause(kCustomer, true);
  stop(kCustomer);
  talk_for(milliseconds{100});
  EXPECT_TRUE(failed.empty());
  EXPECT_TRUE(fs::is_empty(scratch.path()));
  EXPECT_EQ(disk.timers(), 0u);
}

}  // namespace
}  // namespace earshot::media
