#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <iostream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/entropy.h"
#include "base/number.h"
#include "net/asio_loop.h"
#include "net/asio_udp.h"
#include "net/signals.h"
#include "sim/robots.h"

namespace {

using earshot::Endpoint;
using earshot::sim::PhoneSettings;
namespace asio = boost::asio;

constexpr std::string_view kUsage =
    "usage: earshot-robots --server ADDRESS:PORT --phone NUMBER:PASSWORD:HERTZ[:MILLISECONDS]…\n"
    "\n"
    "  --server   where the server listens for SIP\n"
    "  --phone    a phone: its number and password, the tone it hums, and how long\n"
    "             after ringing it picks up by itself; may be repeated\n"
    "  --host     the address the phones live at; 127.0.0.1 by default\n"
    "  --domain   the host of their SIP addresses; the server's by default\n"
    "\n"
    "Commands on standard input, one a line; n is a phone's number:\n"
    "  register [n] | unregister [n] | dial n NUMBER | answer n | reject n STATUS\n"
    "  hangup n | hold n | retrieve n | mute n | unmute n | digits n DIGITS\n"
    "  hears MS | status | quit\n"
    "Each event is a line of JSON on standard output. docs/robots.md has more.\n";

struct Arguments {
  std::optional<Endpoint> server;
  std::string host = "127.0.0.1";
  std::string domain;
  std::vector<PhoneSettings> phones;
};

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return Endpoint::parse(text, 5060);
  const auto port = earshot::whole_number<std::uint16_t>(text.substr(colon + 1));
  return port ? Endpoint::parse(text.substr(0, colon), *port) : std::nullopt;
}

/// @return nothing, the reason on standard error, where the command line is no good
std::optional<Arguments> parse(int count, char** words) {
  Arguments out;
  for (int index = 1; index < count; index += 2) {
    const std::string name = words[index];
    if (index + 1 >= count) {
      std::cerr << kUsage;
      return std::nullopt;
    }
    const std::string value = words[index + 1];
    if (name == "--server") {
      out.server = parse_endpoint(value);
    } else if (name == "--host") {
      out.host = value;
    } else if (name == "--domain") {
      out.domain = value;
    } else if (name == "--phone") {
      auto phone = earshot::sim::parse_robot(value);
      if (!phone) {
        std::cerr << phone.error() << "\n";
        return std::nullopt;
      }
      out.phones.push_back(*phone);
    } else {
      std::cerr << kUsage;
      return std::nullopt;
    }
  }
  const auto local = Endpoint::parse(out.host, 0);
  if (!out.server || !local || out.phones.empty()) {
    std::cerr << kUsage;
    return std::nullopt;
  }
  for (auto& phone : out.phones) {
    phone.local = *local;
    phone.server = *out.server;
    phone.domain = out.domain;
  }
  return out;
}

/// Lines of standard input, carried out on the loop; its end, `quit`, SIGINT and SIGTERM stop the
/// robots.
class Console {
 public:
  Console(earshot::net::AsioLoop& loop, earshot::sim::Robots& robots)
      : loop_(loop),
        robots_(robots),
        input_(loop.context(), ::dup(STDIN_FILENO)),
        signals_(loop, [this] { leave(); }) {}

  void start() { read(); }

 private:
  void read() {
    asio::async_read_until(input_, buffer_, '\n',
                           [this](const boost::system::error_code& error, std::size_t) {
                             std::istream stream(&buffer_);
                             std::string line;
                             std::getline(stream, line);
                             if (line == "quit") return leave();
                             robots_.command(line);
                             error ? leave() : read();
                           });
  }

  void leave() {
    if (std::exchange(leaving_, true)) return;
    robots_.stop([this] { loop_.stop(); });
  }

  earshot::net::AsioLoop& loop_;  // both outlive us: main builds them first
  earshot::sim::Robots& robots_;
  asio::posix::stream_descriptor input_;
  earshot::net::StopSignals signals_;
  asio::streambuf buffer_{64 * 1024};
  bool leaving_ = false;
};

}  // namespace

/// Phones in a process of their own, on real sockets; robots.h has the commands and reports.
int main(int count, char** words) {
  if (count == 2 && std::string_view{words[1]} == "--help") {
    std::cout << kUsage;
    return 0;
  }
  auto arguments = parse(count, words);
  if (!arguments) return 2;
  earshot::net::AsioLoop loop;
  earshot::net::AsioUdpNetwork network(loop);
  earshot::SystemEntropy entropy;
  earshot::sim::Robots robots(loop, network, entropy, std::move(arguments->phones),
                              [](const std::string& line) { std::cout << line << std::endl; });
  if (const auto started = robots.start(); !started) {
    std::cerr << started.error() << "\n";
    return 1;
  }
  Console console(loop, robots);
  console.start();
  loop.run();
}
