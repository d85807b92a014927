// What the bridge costs and how long it keeps a packet: calls of three legs (customer, agent,
// supervisor) over loopback sockets, a third each in ListenIn, Coach and BargeIn. The media loop
// has a thread of its own, whose CPU time is read; phones and control share another. The second
// half of the time every leg is recorded, which is told as a ratio.
//
//   media_bench [calls] [seconds]      default: 60 10

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "base/entropy.h"
#include "edge/media/media_bridges.h"
#include "net/asio_loop.h"
#include "net/asio_udp.h"
#include "wire/rtp/packet.h"

using namespace earshot;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint8_t kQuiet = 0xFF;
constexpr std::uint8_t kPulse = 0x80;  // the loudest sample: survives every sum
constexpr int kPulseEvery = 16;        // frames
constexpr int kPulseFirst = 50;        // jitter buffers have settled by then

struct NoEvents final : MediaEvents {
  void plan_applied(BridgeId, std::uint64_t, std::uint64_t) override {}
  void line_read(LineId, const LineReading&) override {}
  void recording_failed(LineId, const std::string& reason) override {
    std::fprintf(stderr, "%s\n", reason.c_str());
  }
  void line_silent(LineId, bool) override {}
  void line_closed(LineId, LineQuality quality) override { lost += quality.packets_lost; }
  std::uint64_t lost = 0;
};

std::vector<double> pass_delays_us;
std::vector<double> mix_delays_us;

/// One leg's phone: sends a frame each 20 ms, and measures how long its peer's pulses were under
/// way.
struct BenchPhone {
  std::unique_ptr<net::UdpSocket> socket;
  Endpoint to;
  int due_ms = 0;  ///< within the frame
  bool pulses = false;
  BenchPhone* heard = nullptr;  ///< whose pulses are looked for
  bool mixed = false;
  int frame = 0;
  Clock::time_point pulse_at{};
  bool pulse_awaited = false;
  std::uint64_t received = 0;

  void talk() {
    rtp::PacketView header;
    header.sequence = static_cast<std::uint16_t>(frame);
    header.timestamp = static_cast<std::uint32_t>(frame) * 160;
    header.ssrc = 7;
    std::array<std::uint8_t, rtp::kHeaderSize + 160> bytes;
    rtp::write_header(header, bytes);
    const bool pulse = pulses && frame >= kPulseFirst && frame % kPulseEvery == 0;
    std::fill(bytes.begin() + rtp::kHeaderSize, bytes.end(), pulse ? kPulse : kQuiet);
    ++frame;
    if (pulse) pulse_at = Clock::now();
    socket->send(bytes, to);
  }
  void hear(ByteView datagram) {
    ++received;
    const auto packet = rtp::parse_packet(datagram);
    if (!heard || !packet || packet->payload.empty()) return;
    const bool loud = packet->payload.back() == kPulse;
    if (!loud) {
      pulse_awaited = true;
      return;
    }
    if (!pulse_awaited) return;
    pulse_awaited = false;
    const std::chrono::duration<double, std::micro> delay = Clock::now() - heard->pulse_at;
    (mixed ? mix_delays_us : pass_delays_us).push_back(delay.count());
  }
};

double thread_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double cpu_of(Loop& loop) {
  std::promise<double> result;
  loop.post([&] { result.set_value(thread_cpu_seconds()); });
  return result.get_future().get();
}

void print_delays(const char* way, std::vector<double>& delays) {
  if (delays.empty()) return;
  std::sort(delays.begin(), delays.end());
  const auto at = [&](double share) {
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))] / 1000;
  };
  std::printf("delay, %-12s p50 %7.3f ms   p99 %7.3f ms   max %7.3f ms   (%zu pulses)\n", way,
              at(0.5), at(0.99), at(1), delays.size());
}

/// Opens a call's three legs and tells who hears whom: 0 ListenIn, 1 Coach, 2 BargeIn.
void open_call(std::uint64_t call, media::MediaBridges& bridges, net::UdpNetwork& network,
               std::vector<std::unique_ptr<BenchPhone>>& phones) {
  MediaPlan plan{BridgeId{call}, 1, {}, {}};
  const std::uint64_t customer = call * 3, agent = customer + 1, supervisor = customer + 2;
  for (const std::uint64_t leg : {customer, agent, supervisor}) {
    auto phone = std::make_unique<BenchPhone>();
    phone->socket = std::move(*network.open(
        Endpoint::v4({127, 0, 0, 1}, 0),
        [phone = phone.get()](ByteView bytes, const Endpoint&) { phone->hear(bytes); }));
    auto opened = bridges.open(plan.bridge, LineId{leg});
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().c_str());
      std::exit(1);
    }
    phone->to = opened->rtp;
    phone->due_ms = static_cast<int>(leg * 7 % 20);
    bridges.connect(LineId{leg},
                    {.rtp = phone->socket->local(), .rtcp = {}, .telephone_event = {}});
    phones.push_back(std::move(phone));
  }
  plan.hears = {{LineId{customer}, LineId{agent}},
                {LineId{agent}, LineId{customer}},
                {LineId{supervisor}, LineId{agent}},
                {LineId{supervisor}, LineId{customer}}};
  if (call % 3 >= 1) plan.hears.push_back({LineId{agent}, LineId{supervisor}});
  if (call % 3 == 2) plan.hears.push_back({LineId{customer}, LineId{supervisor}});
  bridges.apply(plan);
  // The agent's pulses: at the customer (passed through unless barged in) and at the supervisor.
  BenchPhone* const talker = phones[phones.size() - 2].get();
  talker->pulses = true;
  phones[phones.size() - 3]->heard = phones.back()->heard = talker;
  phones[phones.size() - 3]->mixed = call % 3 == 2;
  phones.back()->mixed = true;
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t calls = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 60;
  const int span_s = count > 2 ? std::atoi(arguments[2]) : 10;

  net::AsioLoop outside;
  net::AsioLoop inside;
  net::AsioLoop disk;
  net::AsioUdpNetwork phone_network{outside};
  net::AsioUdpNetwork media_network{inside};
  SystemEntropy entropy;
  NoEvents events;
  media::MediaSettings settings;
  settings.address = Endpoint::v4({127, 0, 0, 1}, 0);
  settings.port_min = 20000;
  settings.port_max = 29999;
  std::string scratch = (std::filesystem::temp_directory_path() / "media_bench-XXXXXX").string();
  settings.recordings = ::mkdtemp(scratch.data());
  std::thread media_thread{[&] { inside.run(); }};
  std::thread disk_thread{[&] { disk.run(); }};
  std::thread outside_thread{[&] { outside.run(); }};
  std::unique_ptr<media::MediaBridges> bridges;
  std::vector<std::unique_ptr<BenchPhone>> phones;

  const auto on_outside = [&](auto work) {
    std::promise<void> done;
    outside.post([&] {
      work();
      done.set_value();
    });
    done.get_future().get();
  };

  bool running = true;  // outside's thread only
  int due_ms = 0;
  TimePoint next{};
  std::function<void()> turn = [&] {
    if (!running) return;
    // A machine that cannot keep up sends late; it does not send without end.
    const TimePoint now = std::max(outside.now(), next);
    if (now - next > milliseconds{100}) next = now;
    for (; next <= now; next += milliseconds{1}, due_ms = (due_ms + 1) % 20)
      for (const auto& phone : phones)
        if (phone->due_ms == due_ms) phone->talk();
    outside.wake_at(next, turn);
  };
  on_outside([&] {
    bridges = std::make_unique<media::MediaBridges>(settings, outside, inside, disk, media_network,
                                                    entropy, events);
    for (std::uint64_t call = 1; call <= calls; ++call)
      open_call(call, *bridges, phone_network, phones);
    next = outside.now();
    turn();
  });

  std::this_thread::sleep_for(std::chrono::seconds{2});
  const auto measure = [&](Loop& loop) {  // CPU seconds in a second of the clock
    const double cpu_before = cpu_of(loop);
    const auto wall_before = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds{span_s * 500});
    const double cpu = cpu_of(loop) - cpu_before;
    return cpu / std::chrono::duration<double>{Clock::now() - wall_before}.count();
  };
  const double plain = measure(inside);
  on_outside([&] {
    for (std::uint64_t leg = 3; leg < calls * 3 + 3; ++leg)
      bridges->record(LineId{leg}, {std::to_string(leg) + ".wav", outside.now()});
  });
  const double disk_before = cpu_of(disk);
  const double recorded = measure(inside);
  const double disk_cpu = (cpu_of(disk) - disk_before) / (span_s * 0.5);

  std::uint64_t received = 0;
  std::promise<void> stopped;
  on_outside([&] {
    running = false;
    for (const auto& phone : phones) received += phone->received;
    bridges->stop([&] { stopped.set_value(); });
  });
  stopped.get_future().get();
  on_outside([&] {
    bridges.reset();
    phones.clear();
  });
  std::filesystem::remove_all(scratch);
  outside.stop();
  inside.stop();
  outside_thread.join();
  media_thread.join();
  disk.stop();
  disk_thread.join();

  const double us_per_share = 1e6 / (50 * static_cast<double>(calls) * 3);
  const double us = plain * us_per_share;
  std::printf("%llu calls of three legs, %d s, %llu packets at the phones\n",
              static_cast<unsigned long long>(calls), span_s,
              static_cast<unsigned long long>(received));
  std::printf(
      "CPU per leg and frame %.2f us (one packet in, one out): %.0f legs a core at 100 %%, %.0f at "
      "60 %%\n",
      us, 20000 / us, 12000 / us);
  std::printf("recorded %.2f us, %.2f times that; and %.2f us of the disk loop\n",
              recorded * us_per_share, recorded / plain, disk_cpu * us_per_share);
  print_delays("passed on", pass_delays_us);
  print_delays("mixed", mix_delays_us);
}
