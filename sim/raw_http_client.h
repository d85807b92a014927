#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::sim {

/// A blocking client on a real socket, which sends what no well-behaved one would; every read ends
/// by kPatience.
class RawHttpClient {
 public:
  static constexpr seconds kPatience{20};

  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
  };

  explicit RawHttpClient(const Endpoint& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{std::chrono::duration_cast<seconds>(kPatience).count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic;
    std::memcpy(&generic, &address, sizeof generic);
    EXPECT_EQ(::connect(socket_, &generic, sizeof address), 0) << std::strerror(errno);
  }
  RawHttpClient(const RawHttpClient&) = delete;
  ~RawHttpClient() { leave(); }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;  // the server has cut us: what it said is still to be read
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void get(const std::string& path) { send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"); }
  void leave() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  /// As a crashed client does: RST.
  void crash() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    leave();
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// The next answer; status 0 when the connection ended first.
  Answer read(bool of_head = false) {
    Answer answer;
    std::size_t end;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return answer;
    answer.head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const auto length = answer.head.find("Content-Length: ");
    if (length == std::string::npos || of_head) return answer;
    const auto size = std::stoul(answer.head.substr(length + 16));
    while (in_.size() < size)
      if (!more()) return answer;
    answer.body = in_.substr(0, size);
    in_.erase(0, size);
    return answer;
  }
  /// Whether the server ends the connection, with nothing more said.
  bool ends() {
    while (more()) {
    }
    return in_.empty() && !timed_out_;
  }

  /// Octets as they come, once there are `count`; fewer when the connection ended first.
  std::string read_octets(std::size_t count) {
    while (in_.size() < count && more()) {
    }
    std::string out = in_.substr(0, count);
    in_.erase(0, count);
    return out;
  }

 private:
  bool more() {
    char buffer[16384];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (count <= 0) return false;
    in_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  int socket_;
  std::string in_;
  bool timed_out_ = false;
};

}  // namespace earshot::sim
