// Notifications over real sockets: a server process of the real parts, a load process with its
// clients, loopback between them. The CPU time is the server process's alone, user and system.
//
//   notify_sockets_bench [figure…]     default: all of them, some two minutes
//
// floor    bare writes of such a frame, without a server: what the system costs
// poll     long-polling at its peak, each event in an answer of its own
// frame    WebSocket at its peak, each event in a frame and a write of its own
// frames   the same with 64 events waiting for each client
// shared   as frame, but 20 clients of each user, who get the same events
// packed   likewise, up to 64 events a frame: what the server does unless told otherwise
// latency  1,000 clients, 3,000 deliveries a second
// parked   10,000 clients to whom nothing happens
// stalled  a WebSocket whose client reads no more

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "bench/notify_load.h"
#include "bench/notify_server.h"

namespace earshot::bench {
namespace {

constexpr std::size_t kClients = 1'000;
constexpr std::size_t kCrowd = 10'000;

const char* name_of(Transport transport) {
  return transport == Transport::WebSocket ? "WebSocket" : "long-polling";
}

/// A server process, and the end of the pair of sockets by which it is ordered about.
class ServerProcess {
 public:
  explicit ServerProcess(const std::function<int(int)>& serve) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      give_up("no socket pair");
    std::fflush(stdout);
    process_ = fork();
    if (process_ < 0) give_up("no process");
    if (process_ == 0) {
      close(ends[0]);
      _exit(serve(ends[1]));
    }
    close(ends[1]);
    orders_ = ends[0];
    hear(port_);
  }
  ServerProcess(std::size_t users, std::size_t push_events)
      : ServerProcess([=](int orders) {
          return NotifyServer{orders, users, push_events}.run();
        }) {}
  ~ServerProcess() {
    order(Order::Quit);
    waitpid(process_, nullptr, 0);
    close(orders_);
  }
  ServerProcess(const ServerProcess&) = delete;

  std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }
  void order(Order::What what, std::uint64_t value = 0) {
    const Order wish{what, value};
    if (write(orders_, &wish, sizeof wish) != sizeof wish) give_up("the server is gone");
  }
  Measured measure() {
    order(Order::Measure);
    Measured measured;
    hear(measured);
    return measured;
  }

 private:
  template <class Said>
  void hear(Said& said) {
    if (recv(orders_, &said, sizeof said, MSG_WAITALL) != sizeof said)
      give_up("the server is gone");
  }
  pid_t process_ = 0;
  int orders_ = -1;
  std::uint64_t port_ = 0;
};

/// Deliveries per CPU-second: `burst` events to each client, and again when all have arrived.
void print_peak(Transport transport, std::size_t push_events, std::uint64_t burst,
                std::size_t of_each_user = 1) {
  ServerProcess server{kClients / of_each_user, push_events};
  Load load{transport, server.port()};
  load.park(kClients, of_each_user);
  std::uint64_t wanted = 0;
  const auto run_for = [&](std::uint64_t span_ns) {
    const std::uint64_t end = steady_ns() + span_ns;
    while (steady_ns() < end || load.events < wanted) {
      if (load.events == wanted) {
        server.order(Order::Rounds, burst);
        wanted += burst * kClients;
      }
      load.turn(1);
    }
  };
  run_for(500'000'000);
  const double cpu_before = server.measure().cpu_s;
  const std::uint64_t events = load.events;
  const std::uint64_t answers = load.answers;
  const std::uint64_t from = steady_ns();
  run_for(4'000'000'000);
  const double wall_s = static_cast<double>(steady_ns() - from) / 1e9;
  const double cpu_s = server.measure().cpu_s - cpu_before;
  const auto delivered = static_cast<double>(load.events - events);
  std::printf(
      "peak %s, %zu clients a user, %.3g events a %s: %.0f deliveries per CPU-second (%.0f/s by "
      "the clock, %llu octets an event)\n",
      name_of(transport), of_each_user, delivered / static_cast<double>(load.answers - answers),
      transport == Transport::WebSocket ? "frame" : "poll", delivered / cpu_s, delivered / wall_s,
      static_cast<unsigned long long>(load.event_octets()));
}

/// What no server can go below: as many bare writes of such a frame, one a client and round.
void print_floor() {
  constexpr int kRounds = 200;
  ServerProcess server{[](int orders) { return serve_floor(orders, kClients, kRounds); }};
  Load load{Transport::WebSocket, server.port()};
  load.listen_to(kClients);
  server.order(Order::Rounds);
  while (load.events < kClients * kRounds) load.turn(10);
  std::printf("floor: %.0f bare writes of such a frame per CPU-second\n",
              kClients * kRounds / server.measure().cpu_s);
}

void print_latency(Transport transport) {
  constexpr std::uint64_t kRate = 3'000;
  ServerProcess server{kClients, 1};
  Load load{transport, server.port()};
  load.park(kClients);
  server.order(Order::Rate, kRate);
  load.run_for(1);
  const double cpu_before = server.measure().cpu_s;
  load.keep_delays = true;
  load.run_for(5);
  load.keep_delays = false;
  const double cpu_s = server.measure().cpu_s - cpu_before;
  auto& delays = load.delays_ms;
  std::sort(delays.begin(), delays.end());
  const auto at = [&](double part) {
    return delays[static_cast<std::size_t>(part * static_cast<double>(delays.size() - 1))];
  };
  std::printf(
      "latency %s at %.0f deliveries/s: p50 %.2f ms, p99 %.2f ms, max %.2f ms, CPU %.1f %%\n",
      name_of(transport), static_cast<double>(delays.size()) / 5, at(0.5), at(0.99), at(1),
      cpu_s / 5 * 100);
}

/// Memory, and CPU time while nothing happens: at rest, and while every held connect comes round
/// once, as it does every 25 s.
void print_parked(Transport transport) {
  constexpr double kRest_s = 10;
  constexpr double kRound_s = 25;
  ServerProcess server{kCrowd, 0};
  Load load{transport, server.port()};
  const std::uint64_t before = server.measure().resident_bytes;
  load.park(kCrowd);
  const Measured parked = server.measure();
  load.run_for(kRest_s);
  const Measured rested = server.measure();
  load.run_for(kRound_s);
  const Measured after = server.measure();
  const std::uint64_t most = std::max(parked.resident_bytes, after.resident_bytes);
  std::printf(
      "parked %s: %llu sessions, %.1f kB each; CPU %.2f %% at rest, %.2f %% with every connect "
      "renewed once in %.0f s\n",
      name_of(transport), static_cast<unsigned long long>(after.sessions),
      static_cast<double>(most - before) / 1024 / kCrowd,
      (rested.cpu_s - parked.cpu_s) / kRest_s * 100, (after.cpu_s - rested.cpu_s) / kRound_s * 100,
      kRound_s);
  server.order(Order::Rounds, 1);
  while (load.events < kCrowd) load.turn(10);
}

/// One of the clients reads no more and is told ever more; the others get 3,000 events a second.
void print_stalled() {
  constexpr std::uint64_t kFlood = 500'000;
  ServerProcess server{kClients, 0};
  Load load{Transport::WebSocket, server.port()};
  load.park(kClients);
  load.stall_first();
  server.order(Order::Rate, 3'000);
  load.run_for(1);
  const Measured before = server.measure();
  server.order(Order::Flood, kFlood);
  std::uint64_t most = before.resident_bytes;
  const std::uint64_t from = steady_ns();
  load.keep_delays = true;
  Measured now = before;
  while (now.sessions == before.sessions && steady_ns() - from < 60'000'000'000) {
    load.run_for(0.01);
    now = server.measure();
    most = std::max(most, now.resident_bytes);
  }
  std::sort(load.delays_ms.begin(), load.delays_ms.end());
  std::printf(
      "stalled WebSocket reader: %s after %.2f s, server grew by %.0f kB meanwhile; the "
      "others: %zu events, p99 %.2f ms, %llu of %zu sessions left\n",
      now.sessions < before.sessions ? "session ended" : "NOT ENDED",
      static_cast<double>(steady_ns() - from) / 1e9,
      static_cast<double>(most - before.resident_bytes) / 1024, load.delays_ms.size(),
      load.delays_ms.empty() ? 0.0 : load.delays_ms[load.delays_ms.size() * 99 / 100],
      static_cast<unsigned long long>(now.sessions), kClients);
}

/// Each process needs a descriptor a client.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kCrowd + 100)
    give_up("10,100 open files are needed: ulimit -Hn says " + std::to_string(limit.rlim_max));
}

}  // namespace
}  // namespace earshot::bench

int main(int argc, char** argv) {
  using namespace earshot;
  using namespace earshot::bench;
  set_log_level(LogLevel::Error);
  raise_descriptor_limit();
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto wants = [&](std::string_view figure) {
    return argc == 1 || std::find(argv + 1, argv + argc, figure) != argv + argc;
  };
  if (wants("floor")) print_floor();
  if (wants("poll")) print_peak(Transport::LongPolling, 1, 1);
  if (wants("frame")) print_peak(Transport::WebSocket, 1, 1);
  if (wants("frames")) print_peak(Transport::WebSocket, 1, 64);
  if (wants("shared")) print_peak(Transport::WebSocket, 1, 1, 20);
  if (wants("packed")) print_peak(Transport::WebSocket, 0, 64);
  for (const Transport transport : {Transport::WebSocket, Transport::LongPolling}) {
    if (wants("latency")) print_latency(transport);
    if (wants("parked")) print_parked(transport);
  }
  if (wants("stalled")) print_stalled();
}
