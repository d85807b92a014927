#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/config.h"
#include "base/entropy.h"
#include "base/loop.h"
#include "base/result.h"
#include "edge/http/exchange.h"
#include "model/segment.h"
#include "net/udp.h"

namespace earshot::app {

/// What a contact centre runs on: real loops and sockets, or the simulated ones. All outlive it.
struct Ground {
  Loop& control;
  Loop& media;  ///< may be the same
  Loop& disk;   ///< may be the same; stands still while a disk does
  Entropy& entropy;
  net::UdpNetwork& sip_network;    ///< on `control`
  net::UdpNetwork& media_network;  ///< on `media`
  /// The time of day, for call records.
  std::function<WallTime()> wall_clock = [] {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  };
};

/// The whole server but for its HTTP sockets: every part, wired, with the order of start and stop
/// (docs/lifetimes.md). Home: the control loop.
class Centre {
 public:
  /// `config.http.external_url` is set: resources are named by it.
  Centre(const Config& config, const Ground& ground);
  /// When none of the loops runs any more, or all are the caller's.
  ~Centre();

  /// @return where SIP is heard, or why not ("SIP: 127.0.0.1:5060: Address already in use",
  ///         "records.file /var/log/x: Permission denied")
  Result<Endpoint, std::string> start();
  /// Ends every call with its notifications, refuses new ones. Then wait for is_quiet, or give up.
  void stop();
  /// Nothing is under way: no call, no leg, no SIP transaction that waits for a peer.
  bool is_quiet() const;
  /// The file of call records was renamed: a new one is begun.
  void reopen_records();

  /// Adds what the centre serves, all below /api/v2.
  void mount(http::PrefixRouter& router);

  /// What is alive, for tests and leak checks.
  struct Census {
    std::size_t calls = 0;
    std::size_t open_legs = 0;  ///< media not yet reported closed
    std::size_t sip_legs = 0;
    std::size_t sip_transactions = 0;
    std::size_t bayeux_sessions = 0;
    bool operator==(const Census&) const = default;
  };
  Census census() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace earshot::app
