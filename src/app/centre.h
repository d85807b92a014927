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
  /// The time of day, for call records and kept state. Called on `control` and `disk`.
  std::function<WallTime()> wall_clock = [] {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  };
};

/// The whole server but for its HTTP sockets: every part, wired, with the order of start and stop
/// (docs/lifetimes.md). Home: the control loop.
class Centre {
 public:
  /// `config.view.base` is set: resources are named by it.
  Centre(const Config& config, const Ground& ground);
  /// When none of the loops runs any more, or all are the caller's.
  ~Centre();

  /// @return where SIP is heard, or why not ("SIP: 127.0.0.1:5060: Address already in use",
  ///         "records.file /var/log/x: Permission denied"). What an earlier life kept under
  ///         server.state_directory is in force by then
  Result<Endpoint, std::string> start();
  /// The one way to end, once. New calls and registrations are refused with 503; every call ends
  /// with its notifications and records; BYE, CANCEL and last answers are repeated until the peers
  /// confirm them, for server.stop_grace_s at most; then media and recordings are closed, and
  /// clients that wait are answered.
  /// @param stopped  told when all that is done; nothing is under way on any loop then
  void stop(std::function<void()> stopped);
  /// The file of call records was renamed: a new one is begun.
  void reopen_records();
  /// Serves by `config` from now on, which differs from the one in force in live keys alone
  /// (reload.h).
  void follow(const Config& config);

  /// Adds what the centre serves: the API below /api/v2, the desk at the root.
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
  /// As it is now.
  Census census() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace earshot::app
