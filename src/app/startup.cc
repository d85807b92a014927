#include "app/startup.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "edge/http/server.h"
#include "net/asio_loop.h"
#include "net/asio_udp.h"

namespace earshot::app {
namespace {

/// So many pairs of media ports are tried, spread over the range.
constexpr int kPairsTried = 32;

/// "127.0.0.1, 192.0.2.7"; loopback first, as the system lists them.
std::string own_addresses(bool v4) {
  std::string out;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return out;
  for (const ifaddrs* each = first; each; each = each->ifa_next) {
    if (!each->ifa_addr || each->ifa_addr->sa_family != (v4 ? AF_INET : AF_INET6)) continue;
    Endpoint address;
    if (v4) {
      sockaddr_in raw;
      std::memcpy(&raw, each->ifa_addr, sizeof raw);
      std::array<std::uint8_t, 4> octets;
      std::memcpy(octets.data(), &raw.sin_addr, octets.size());
      address = Endpoint::v4(octets, 0);
    } else {
      sockaddr_in6 raw;
      std::memcpy(&raw, each->ifa_addr, sizeof raw);
      std::array<std::uint8_t, 16> octets;
      std::memcpy(octets.data(), &raw.sin6_addr, octets.size());
      address = Endpoint::v6(octets, 0);
    }
    out += (out.empty() ? "" : ", ") + address.address();
  }
  freeifaddrs(first);
  return out;
}

/// What helps against the system's refusal to bind, from its words.
std::string remedy_for(const std::string& refusal, const std::string& key,
                       const std::string& option, bool v4) {
  const auto is = [&](int error) {
    return refusal.ends_with(std::generic_category().message(error));
  };
  if (is(EADDRINUSE))
    return "Another program, perhaps another Earshot, has this port: stop it, or choose another "
           "port with " +
           key + (option.empty() ? "." : " or " + option + ".");
  if (is(EADDRNOTAVAIL) || is(EAFNOSUPPORT))
    return "This machine has " + own_addresses(v4) + ": choose one of them with " + key + ".";
  if (is(EACCES))
    return "Ports below 1024 need the capability CAP_NET_BIND_SERVICE: choose a port from 1024 on "
           "with " +
           key + ".";
  return "Choose another address or port with " + key + ".";
}

/// The sentence after "address: " of what listen() and open() return.
std::string reason_in(const std::string& refusal) {
  const auto colon = refusal.rfind(": ");
  return colon == std::string::npos ? refusal : refusal.substr(colon + 2);
}

/// Nothing where a file can be made in `folder`, which is made for a moment where there is none.
std::optional<std::string> cannot_write_into(const std::filesystem::path& folder) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(folder, error);
  if (is_new) std::filesystem::create_directories(folder, error);
  if (error) return error.message();
  std::string name = (folder / ".earshot-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  const int refused = errno;
  if (file >= 0) {
    ::close(file);
    ::unlink(name.c_str());
  }
  if (is_new) std::filesystem::remove(folder, error);
  if (file >= 0) return std::nullopt;
  return std::generic_category().message(refused);
}

/// Of a file that is appended to, and made where there is none.
std::optional<std::string> cannot_append_to(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
  const int refused = errno;
  if (opened >= 0) ::close(opened);
  // A pipe that nobody reads yet can be written once somebody does.
  if (opened >= 0 || refused == ENXIO) return std::nullopt;
  if (refused != ENOENT) return std::generic_category().message(refused);
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::generic_category().message(ENOENT);
  return cannot_write_into(folder);
}

class Trying {
 public:
  explicit Trying(const Config& config) : config_(config) {}

  Trial all() {
    try_http();
    try_sip();
    try_media();
    try_files();
    return std::move(trial_);
  }

 private:
  void problem(std::string sentence) { trial_.problems.push_back(std::move(sentence)); }

  void refused(const std::string& key, const std::string& option, const Endpoint& at,
               const std::string& refusal) {
    problem(key + " " + at.to_string() + ": " + reason_in(refusal) + ". " +
            remedy_for(refusal, key, option, at.is_v4()));
  }

  void try_http() {
    struct Nobody final : http::Handler {
      void handle(std::unique_ptr<http::Exchange>) override {}
    } nobody;
    http::Server server{loop_, {}, nobody};
    const auto bound = server.listen(config_.http.listen);
    if (!bound) refused("http.listen", "--http", config_.http.listen, bound.error());
  }

  void try_sip() {
    const auto socket = network_.open(config_.sip.listen, nothing_);
    if (!socket) refused("sip.listen", "--sip", config_.sip.listen, socket.error());
  }

  void try_media() {
    const Endpoint& address = config_.media.address;
    const Endpoint& sip = config_.sip.listen;
    const auto family = [](const Endpoint& each) { return each.is_v4() ? "IPv4" : "IPv6"; };
    if (address.is_v4() != sip.is_v4())
      return problem("media.address " + address.address() + " is " + family(address) +
                     ", but SIP listens at " + sip.to_string() + ", which is " + family(sip) +
                     ": its phones cannot send audio there. Choose an " + family(sip) +
                     " address with media.address.");
    if (const auto alone = network_.open(address.with_port(0), nothing_); !alone)
      return refused("media.address", "", address.with_port(0), alone.error());
    if (address.is_loopback() && !sip.is_loopback())
      trial_.doubts.push_back(
          "media.address " + address.address() +
          " is heard on this machine alone, but SIP listens at " + sip.to_string() +
          ": phones elsewhere will hear nothing. Set media.address to " + sip.address() + ".");
    try_port_pairs();
  }

  void try_port_pairs() {
    const media::MediaSettings& media = config_.media;
    const int pairs = (media.port_max - media.port_min + 1) / 2;
    const int tries = std::min(pairs, kPairsTried);
    std::string refusal;
    for (int at = 0; at < tries; ++at) {
      const int pair = at * pairs / tries;
      const auto port = static_cast<std::uint16_t>(media.port_min + 2 * pair);
      const auto rtp = network_.open(media.address.with_port(port), nothing_);
      const auto rtcp =
          network_.open(media.address.with_port(static_cast<std::uint16_t>(port + 1)), nothing_);
      if (rtp && rtcp) return;
      refusal = rtp ? rtcp.error() : rtp.error();
    }
    problem("media.port_min " + std::to_string(media.port_min) + ", media.port_max " +
            std::to_string(media.port_max) + ": none of the " + std::to_string(tries) +
            " port pairs tried is free (" + refusal +
            "). Choose another range, or stop the program that uses it.");
  }

  void try_files() {
    const std::string& state = config_.server.state_directory;
    if (const auto why = state.empty() ? std::nullopt : cannot_write_into(state))
      problem("server.state_directory " + state + ": " + *why +
              ". Choose a directory in which this server's user may write.");
    const std::string recordings = config_.media.recordings.string();
    if (const auto why = recordings.empty() ? std::nullopt : cannot_write_into(recordings))
      problem("media.recordings " + recordings + ": " + *why +
              ". Choose a directory in which this server's user may write.");
    const std::string& records = config_.records.file;
    if (const auto why = records.empty() ? std::nullopt : cannot_append_to(records))
      problem("records.file " + records + ": " + *why +
              ". Choose a file, in a directory that exists, which this server's user may write.");
  }

  const Config& config_;
  Trial trial_;
  net::AsioLoop loop_;  // never run: sockets are bound, and closed again
  net::AsioUdpNetwork network_{loop_};
  const net::OnDatagram nothing_ = [](ByteView, const Endpoint&) {};
};

}  // namespace

Trial try_out(const Config& config) { return Trying{config}.all(); }

}  // namespace earshot::app
