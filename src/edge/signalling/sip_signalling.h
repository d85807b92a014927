#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/entropy.h"
#include "base/loop.h"
#include "base/result.h"
#include "edge/signalling/sip_settings.h"
#include "model/directory.h"
#include "net/udp.h"
#include "ports/kept_state.h"
#include "ports/signalling.h"

namespace earshot {

/// The signalling port over SIP on one UDP socket: registrar, and one dialog for each line
/// (RFC 3261, 3264, 3581, 3311, 7616). Control loop only.
///
/// Phones and trunks are those of the directory. A phone proves itself by digest with each REGISTER
/// and each INVITE outside a dialog; a trunk by the address it calls from. Nobody else gets further
/// than a challenge, and an unknown user gets the same one as a known.
class SipSignalling final : public Signalling {
 public:
  /// All references outlive this object.
  /// @param kept  keeps where phones can be reached; outlives this object; null: nobody does
  SipSignalling(const DirectorySnapshot& directory, Loop& loop, Entropy& entropy,
                net::UdpNetwork& network, SipSettings settings, SignallingEvents& events,
                KeptState* kept = nullptr);
  /// Closes the socket and disarms every timer; whoever is still connected is not told (see stop).
  ~SipSignalling() override;
  SipSignalling(const SipSignalling&) = delete;
  SipSignalling& operator=(const SipSignalling&) = delete;

  /// Opens the socket. Once.
  /// @return where it listens, or a sentence ("127.0.0.1:5060: Address already in use")
  Result<Endpoint, std::string> start();
  /// What an earlier life of the server kept of a phone: calls reach it at once, and
  /// device_registered is told of it. Before start(). What is expired, cannot be read, or is of no
  /// device of the directory or of other credentials is passed over.
  void restore(const KeptPhone& phone);
  /// Ends every line with CANCEL, BYE or 503 and refuses what is new; no event is told from now on.
  /// Does not wait: the peers' answers are taken while the loop runs on.
  /// @param quiet  called once, later on this loop, when every peer has answered our BYE or CANCEL
  ///               and acknowledged our last word to its INVITE, or been given up (64·T1, 32 s, at
  ///               most)
  void stop(std::function<void()> quiet = {});

  /// Another directory is in force: a device that is gone, or has other credentials, is registered
  /// no longer. Calls go on.
  void on_directory_changed(const Directory& before);

  void dial(OutgoingLine line) override;
  void ring(LineId line) override;
  void answer(LineId line, LocalMedia media) override;
  void make_answer(LineId line) override;
  void probe(LineId line) override;
  void call_off_probe(LineId line) override;
  void release(LineId line, ReleaseCause cause) override;

  // For leak checks: all 0 again at the end of the world.
  /// Lines whose dialog or INVITE is not over; a released one may wait here for its ACK.
  std::size_t legs() const;
  /// Live transactions, and INVITEs of ours whose further 2xx we still acknowledge.
  std::size_t transactions() const;
  /// Bindings, over all devices.
  std::size_t registrations() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace earshot
