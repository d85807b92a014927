#pragma once

// The server half of notify_sockets_bench: a process of its own, so that its CPU time and memory
// are read by themselves. Made of the parts that app::Centre serves notifications with.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/session_callers.h"
#include "base/entropy.h"
#include "edge/auth/sessions.h"
#include "edge/http/origin_guard.h"
#include "edge/http/server.h"
#include "edge/notify/hub.h"
#include "net/asio_loop.h"

namespace earshot::bench {

/// What the load process asks of the server process, over a pair of sockets.
struct Order {
  enum What : std::uint64_t {
    Rounds,   ///< `value` times one event to each user, at once
    Rate,     ///< `value` events a second, one user after the other; 0 ends it
    Flood,    ///< `value` events to the first user, 100 a millisecond
    Measure,  ///< answered by a Measured
    Quit,
  };
  What what;
  std::uint64_t value = 0;
};

struct Measured {
  double cpu_s = 0;  ///< user and system, of the whole process
  std::uint64_t resident_bytes = 0;
  std::uint64_t sessions = 0;
  std::uint64_t published = 0;
};

inline std::string user_name(std::size_t user) { return "u" + std::to_string(user); }

inline std::uint64_t steady_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

inline double own_cpu_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

inline std::uint64_t own_resident_bytes() {
  unsigned long total = 0;
  unsigned long resident = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return std::uint64_t{resident} * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

class NotifyServer {
 public:
  /// @param push_events  at most, in one WebSocket frame; 0: as the server's default
  NotifyServer(int orders, std::size_t users, std::size_t push_events)
      : orders_(orders),
        users_(users),
        directory_(std::make_shared<const Directory>(directory_of(users))),
        sessions_(directory_, loop_, entropy_, {}),
        callers_(sessions_, directory_),
        hub_(loop_, entropy_, callers_, settings_of(push_events), {.base = ""}),
        guard_(hub_, loop_),
        server_(loop_, {}, router_) {
    router_.add("/api/v2/notifications", guard_);
  }

  /// Tells its port first, then follows orders until Quit.
  int run() {
    const auto bound = server_.listen(*Endpoint::parse("127.0.0.1", 0));
    if (!bound) {
      std::fprintf(stderr, "%s\n", bound.error().c_str());
      return 1;
    }
    const std::uint64_t port = bound->port();
    if (write(orders_, &port, sizeof port) != sizeof port) return 1;
    std::thread reader{[this] {
      Order order{};
      do {
        if (read(orders_, &order, sizeof order) != sizeof order) order = {Order::Quit};
        loop_.post([this, order] { follow(order); });
      } while (order.what != Order::Quit);
    }};
    loop_.run();
    reader.join();
    server_.stop();
    return 0;
  }

 private:
  static DirectoryEntries directory_of(std::size_t users) {
    DirectoryEntries directory;
    for (std::size_t user = 0; user < users; ++user) {
      User one;
      one.id = UserId{user_name(user)};
      one.user_name = one.id.value;
      one.password = "secret";
      directory.users.push_back(std::move(one));
    }
    return directory;
  }

  static notify::NotifySettings settings_of(std::size_t push_events) {
    notify::NotifySettings settings;
    if (push_events > 0) settings.session.max_push_events = push_events;
    return settings;
  }

  void follow(const Order& order) {
    switch (order.what) {
      case Order::Rounds:
        for (std::uint64_t round = 0; round < order.value; ++round)
          for (std::size_t user = 0; user < users_; ++user) publish(user);
        return;
      case Order::Rate:
        rate_ = order.value;
        rate_from_ns_ = steady_ns();
        rate_done_ = 0;
        if (rate_ > 0 && !std::exchange(pacing_, true)) pace();
        return;
      case Order::Flood:
        return flood(order.value);
      case Order::Measure: {
        const Measured measured{own_cpu_s(), own_resident_bytes(), hub_.sessions(), published_};
        if (write(orders_, &measured, sizeof measured) != sizeof measured) loop_.stop();
        return;
      }
      case Order::Quit:
        return loop_.stop();
    }
  }

  /// About 170 octets with its time of publication, which the load process reads.
  void publish(std::size_t user) {
    DeviceErrorEvent event;
    event.user = directory_->users()[user].id;
    event.device = DeviceId{"6101"};
    event.failure.operation = Operation::Hangup;
    event.failure.error_message = std::to_string(steady_ns());
    hub_.publish({std::move(event)});
    ++published_;
  }

  void pace() {
    pacing_ = rate_ > 0;
    if (!pacing_) return;
    const std::uint64_t due = (steady_ns() - rate_from_ns_) * rate_ / 1'000'000'000;
    for (; rate_done_ < due; ++rate_done_) publish(next_user_++ % users_);
    loop_.wake_in(milliseconds{1}, [this] { pace(); });
  }

  void flood(std::uint64_t left) {
    for (int event = 0; event < 100 && left > 0; ++event, --left) publish(0);
    if (left > 0) loop_.wake_in(milliseconds{1}, [this, left] { flood(left); });
  }

  int orders_;
  std::size_t users_;
  SystemEntropy entropy_;
  net::AsioLoop loop_;
  DirectorySnapshot directory_;
  auth::Sessions sessions_;
  app::SessionCallers callers_;
  notify::Hub hub_;
  http::OriginGuard guard_;
  http::PrefixRouter router_;
  http::Server server_;
  std::uint64_t published_ = 0;
  std::uint64_t rate_ = 0;
  std::uint64_t rate_from_ns_ = 0;
  std::uint64_t rate_done_ = 0;
  std::size_t next_user_ = 0;
  bool pacing_ = false;
};

/// Accepts so many connections, and at the first order writes a frame to each, `rounds` times, with
/// no server behind it: what the system alone costs.
inline int serve_floor(int orders, std::size_t connections, int rounds) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof local;
  sockaddr any{};
  std::memcpy(&any, &local, sizeof local);
  if (bind(listener, &any, size) != 0 || listen(listener, 4096) != 0) return 1;
  getsockname(listener, &any, &size);
  std::memcpy(&local, &any, sizeof local);
  const std::uint64_t port = ntohs(local.sin_port);
  if (write(orders, &port, sizeof port) != sizeof port) return 1;
  std::vector<int> accepted;
  while (accepted.size() < connections) accepted.push_back(accept(listener, nullptr, nullptr));
  for (const int one : accepted) {
    const int on = 1;
    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Order order{};
  if (read(orders, &order, sizeof order) != sizeof order) return 1;
  std::string frame = "\x81\x7E";
  const std::string event = R"([{"data":{"messageType":"ErrorMessage","errorMessage":"0","pad":")" +
                            std::string(60, '.') + R"("},"channel":"/v2/me/devices"}])";
  frame += static_cast<char>(event.size() >> 8);
  frame += static_cast<char>(event.size() & 0xFF);
  frame += event;
  const double before = own_cpu_s();
  for (int round = 0; round < rounds; ++round)
    for (const int one : accepted)
      if (send(one, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) return 1;
  const Measured measured{own_cpu_s() - before, 0, 0, 0};
  while (read(orders, &order, sizeof order) == sizeof order && order.what != Order::Quit)
    if (write(orders, &measured, sizeof measured) != sizeof measured) return 1;
  return 0;
}

}  // namespace earshot::bench
