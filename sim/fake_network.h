#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/udp.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::sim {

/// What a path does to datagrams. Probabilities from 0 to 1, each drawn by itself for each
/// datagram.
struct Dials {
  double loss = 0;
  double duplication = 0;            ///< arrives twice, the second with a delay of its own
  double reordering = 0;             ///< held back by `held_back`, so that later ones overtake it
  Duration delay = milliseconds{1};  ///< 0: arrives after the work at hand, in the same instant
  Duration jitter{};                 ///< added evenly from 0 to this; alone it never reorders
  Duration held_back = milliseconds{50};
};

/// What became of all datagrams so far.
struct Traffic {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;  ///< by the loss dial
  std::uint64_t duplicated = 0;
  std::uint64_t unbound = 0;  ///< nobody listened where it went
};

/// A network made of memory on a VirtualLoop: any number of hosts (every IP literal is one), and
/// between them whatever the dials say, repeating exactly from the seed. Outlives its sockets.
class FakeNetwork final : public net::UdpNetwork {
 public:
  FakeNetwork(VirtualLoop& loop, std::uint64_t seed);

  /// Port 0 takes the host's next free port from 49152 on. A socket on 0.0.0.0 or :: receives for
  /// every host that has no socket of its own on that port, and sends as 127.0.0.1.
  Result<std::unique_ptr<net::UdpSocket>, std::string> open(
      const Endpoint& local, net::OnDatagram receive, std::size_t receive_buffer = 0) override;

  /// In what follows a port of 0 means every port of that host. The most particular dials count: of
  /// the path, else of the receiver, else of the sender, else of all.
  void set_dials(Dials all) { all_ = all; }
  void set_dials_from(const Endpoint& sender, Dials dials);
  void set_dials_to(const Endpoint& receiver, Dials dials);
  void set_dials_between(const Endpoint& sender, const Endpoint& receiver, Dials dials);
  /// Forgets all dials: a quiet network again.
  void reset_dials();

  /// Sees each datagram sent, before the dials. Replaces the earlier tap.
  void set_tap(std::function<void(ByteView, const Endpoint& from, const Endpoint& to)> tap);

  const Traffic& traffic() const { return traffic_; }
  std::size_t open_sockets() const { return bound_.size(); }
  /// The last messages for a failed test: text in full with times and fates, the rest counted by
  /// path.
  std::string story() const;

 private:
  class Socket;
  struct Rule {
    Endpoint sender;  // default-constructed: any
    Endpoint receiver;
    Dials dials;
  };
  struct Entry {
    TimePoint at;
    Endpoint from;
    Endpoint to;
    std::string text;  // empty: binary datagrams, counted in `binary`
    std::string fate;
    std::map<std::pair<Endpoint, Endpoint>, std::uint64_t> binary;
  };
  using Receive = std::shared_ptr<net::OnDatagram>;

  const Dials& dials_for(const Endpoint& from, const Endpoint& to) const;
  void set_rule(const Endpoint& sender, const Endpoint& receiver, Dials dials);
  void send(const Endpoint& from, ByteView datagram, const Endpoint& to);
  void schedule(const Endpoint& from, std::shared_ptr<const Bytes> datagram, const Endpoint& to,
                const Dials& dials);
  void deliver(const Endpoint& from, const Bytes& datagram, const Endpoint& to);
  Receive receiver_at(const Endpoint& to) const;
  std::uint16_t free_port(const Endpoint& host);
  void note(const Endpoint& from, ByteView datagram, const Endpoint& to, std::string fate);

  VirtualLoop& loop_;
  SeededEntropy chance_;
  Dials all_;
  std::vector<Rule> rules_;
  std::unordered_map<Endpoint, Receive> bound_;
  std::unordered_map<Endpoint, std::uint16_t> next_port_;            // by host, port 0
  std::map<std::pair<Endpoint, Endpoint>, TimePoint> last_arrival_;  // keeps jitter in order
  std::function<void(ByteView, const Endpoint&, const Endpoint&)> tap_;
  Traffic traffic_;
  std::deque<Entry> story_;
};

}  // namespace earshot::sim
