#pragma once

// The clients of notify_sockets_bench: one thread, one epoll, as little parsing as will do.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "bench/notify_server.h"

namespace earshot::bench {

enum class Transport { LongPolling, WebSocket };

[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "notify_sockets_bench: %s\n", why.c_str());
  std::exit(1);
}

/// What lies between two texts; empty where it is not there.
inline std::string_view between(std::string_view text, std::string_view from, std::string_view to) {
  const auto begin = text.find(from);
  if (begin == text.npos) return {};
  text.remove_prefix(begin + from.size());
  return text.substr(0, text.find(to));
}

class Load {
 public:
  Load(Transport transport, std::uint16_t port)
      : transport_(transport), port_(port), epoll_(epoll_create1(0)), buffer_(1 << 20) {}
  ~Load() {
    for (const auto& client : clients_) close(client.socket);
    close(epoll_);
  }
  Load(const Load&) = delete;

  std::uint64_t events = 0;
  std::uint64_t answers = 0;  ///< that brought events: HTTP answers or frames
  bool keep_delays = false;
  std::vector<double> delays_ms;

  /// Connects so many clients, so many of each user, and returns when all of them wait for events.
  void park(std::size_t count, std::size_t of_each_user = 1) {
    // Fewer handshakes a second than one address may make.
    constexpr std::size_t kAtOnce = 100;
    clients_.resize(count);
    for (std::size_t client = 0; client < count; ++client) {
      open(client, client / of_each_user);
      if ((client + 1) % kAtOnce == 0 || client + 1 == count) {
        const std::uint64_t not_before = steady_ns() + 25'000'000;
        while (parked_ <= client || steady_ns() < not_before) turn(1);
      }
    }
  }

  /// Connects so many clients that only count what is sent to them.
  void listen_to(std::size_t count) {
    clients_.resize(count);
    for (std::size_t client = 0; client < count; ++client) {
      attach(client);
      clients_[client].stage = Stage::Parked;
    }
  }

  /// Of the event that came last.
  std::uint64_t event_octets() const { return event_octets_; }

  /// Serves what has come, after waiting so long for it.
  void turn(int wait_ms) {
    std::array<epoll_event, 512> ready;
    const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), wait_ms);
    for (int each = 0; each < count; ++each) {
      Client& client = clients_[ready[static_cast<std::size_t>(each)].data.u32];
      if (!client.deaf) receive(client);
    }
  }

  void run_for(double seconds_long) {
    const std::uint64_t end = steady_ns() + static_cast<std::uint64_t>(seconds_long * 1e9);
    while (steady_ns() < end) turn(10);
  }

  /// The first client reads no more.
  void stall_first() {
    clients_.front().deaf = true;
    epoll_ctl(epoll_, EPOLL_CTL_DEL, clients_.front().socket, nullptr);
  }

 private:
  enum class Stage { Upgrading, Shaking, Subscribing, FirstPoll, Parked };
  struct Client {
    int socket = -1;
    Stage stage = Stage::Shaking;
    bool deaf = false;
    std::string received;  ///< the beginning of what is not yet whole
    std::string credentials;
    std::string poll;
  };

  static constexpr std::string_view kHead =
      "POST /api/v2/notifications/connect HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
      "User-Agent: notify_sockets_bench\r\nAccept: */*\r\n"
      "Content-Type: application/json;charset=UTF-8\r\n";

  void attach(std::size_t number) {
    Client& client = clients_[number];
    client.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr any{};
    std::memcpy(&any, &to, sizeof to);
    if (client.socket < 0 || connect(client.socket, &any, sizeof to) != 0)
      give_up("client " + std::to_string(number) + ": " + std::strerror(errno));
    const int on = 1;
    setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event wish{};
    wish.events = EPOLLIN;
    wish.data.u32 = static_cast<std::uint32_t>(number);
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &wish);
  }

  void open(std::size_t number, std::size_t user) {
    attach(number);
    Client& client = clients_[number];
    client.credentials = "Authorization: Basic " + base64(user_name(user) + ":secret") + "\r\n";
    if (transport_ == Transport::WebSocket) {
      client.stage = Stage::Upgrading;
      send_all(client,
               "GET /api/v2/notifications HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
               "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                   client.credentials + "\r\n");
    } else {
      shake(client);
    }
  }

  void shake(Client& client) {
    client.stage = Stage::Shaking;
    say(client, R"([{"id":"1","channel":"/meta/handshake","version":"1.0",)"
                R"("supportedConnectionTypes":["websocket","long-polling"]}])");
  }

  void send_all(const Client& client, std::string_view text) {
    if (send(client.socket, text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size()))
      give_up(std::string("a client could not send: ") + std::strerror(errno));
  }

  /// One batch as this transport carries it.
  std::string dressed(const Client& client, std::string_view batch) const {
    std::string out;
    if (transport_ == Transport::LongPolling) {
      out.append(kHead).append(client.credentials);
      out.append("Content-Length: ").append(std::to_string(batch.size())).append("\r\n\r\n");
      return out.append(batch);
    }
    out += '\x81';  // a final text, masked with zeros
    if (batch.size() < 126) {
      out += static_cast<char>(0x80 | batch.size());
    } else {
      out += static_cast<char>(0x80 | 126);
      out += static_cast<char>(batch.size() >> 8);
      out += static_cast<char>(batch.size() & 0xFF);
    }
    return out.append(4, '\0').append(batch);
  }

  void say(const Client& client, std::string_view batch) {
    send_all(client, dressed(client, batch));
  }

  void receive(Client& client) {
    const ssize_t count = recv(client.socket, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) give_up("the server closed a connection");
    std::string_view bytes{buffer_.data(), static_cast<std::size_t>(count)};
    std::string whole;
    if (!client.received.empty()) {
      whole = std::move(client.received).append(bytes);
      client.received = {};
      bytes = whole;
    }
    while (const std::size_t used = take(client, bytes)) bytes.remove_prefix(used);
    client.received = bytes;
  }

  /// @return how much of it was one answer, 0 where it is not whole yet
  std::size_t take(Client& client, std::string_view bytes) {
    if (transport_ == Transport::LongPolling || client.stage == Stage::Upgrading) {
      const auto end = bytes.find("\r\n\r\n");
      if (end == bytes.npos) return 0;
      const std::string_view head = bytes.substr(0, end + 4);
      const auto length = between(head, "Content-Length: ", "\r\n");
      const std::size_t size = std::strtoul(std::string(length).c_str(), nullptr, 10);
      if (bytes.size() < head.size() + size) return 0;
      on_answer(client, head, bytes.substr(head.size(), size));
      return head.size() + size;
    }
    if (bytes.size() < 4) return 0;
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
    std::size_t head = 2;
    std::size_t size = octet(1);
    if (size == 127) give_up("a frame is longer than expected");
    if (size == 126) {
      head = 4;
      size = std::size_t{octet(2)} << 8 | octet(3);
    }
    if (bytes.size() < head + size) return 0;
    if (octet(0) == 0x89)
      send_all(client, std::string("\x8A\x80\0\0\0\0", 6));  // a ping
    else
      on_answer(client, {}, bytes.substr(head, size));
    return head + size;
  }

  void on_answer(Client& client, std::string_view head, std::string_view body) {
    switch (client.stage) {
      case Stage::Upgrading:
        if (!head.starts_with("HTTP/1.1 101")) give_up("no upgrade: " + std::string(head));
        return shake(client);
      case Stage::Shaking: {
        const std::string id{between(body, R"("clientId":")", "\"")};
        if (id.empty()) give_up("no handshake: " + std::string(head) + std::string(body));
        if (!head.empty())
          client.credentials =
              "Cookie: JSESSIONID=" + std::string(between(head, "JSESSIONID=", ";")) +
              "; BAYEUX_BROWSER=" + std::string(between(head, "BAYEUX_BROWSER=", ";")) + "\r\n";
        client.poll = dressed(client, R"([{"id":"3","channel":"/meta/connect","clientId":")" + id +
                                          R"(","connectionType":"long-polling"}])");
        client.stage = Stage::Subscribing;
        return say(client, R"([{"id":"2","channel":"/meta/subscribe","clientId":")" + id +
                               R"(","subscription":"/v2/me/*"}])");
      }
      case Stage::Subscribing:
        client.stage = Stage::FirstPoll;
        return send_all(client, client.poll);
      case Stage::FirstPoll:
        client.stage = Stage::Parked;
        ++parked_;
        return send_all(client, client.poll);
      case Stage::Parked:
        count_events(body);
        if (body.find("/meta/connect") != body.npos) send_all(client, client.poll);
        return;
    }
  }

  void count_events(std::string_view body) {
    constexpr std::string_view kStamp = R"("errorMessage":")";
    const std::uint64_t before = events;
    const std::uint64_t now = keep_delays ? steady_ns() : 0;
    for (auto at = body.find(kStamp); at != body.npos; at = body.find(kStamp, at + 1)) {
      ++events;
      if (!keep_delays) continue;
      const auto sent = std::strtoull(body.data() + at + kStamp.size(), nullptr, 10);
      delays_ms.push_back(static_cast<double>(now - sent) / 1e6);
    }
    if (events == before) return;
    ++answers;
    const auto end = body.find(R"("channel":"/v2/me/devices"})");
    event_octets_ = end + std::strlen(R"("channel":"/v2/me/devices"})") - 1;  // without the [
  }

  Transport transport_;
  std::uint16_t port_;
  int epoll_;
  std::vector<char> buffer_;
  std::vector<Client> clients_;
  std::size_t parked_ = 0;
  std::uint64_t event_octets_ = 0;
};

}  // namespace earshot::bench
