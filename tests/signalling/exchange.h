#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "edge/signalling/sip_signalling.h"
#include "sim/fake_network.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"
#include "wire/sip/digest.h"
#include "wire/sip/message.h"

namespace earshot::test {

inline Endpoint at(const char* address, std::uint16_t port = 5060) {
  return *Endpoint::parse(address, port);
}
inline const Endpoint kServer = at("192.0.2.1");

/// An SDP of one audio section. `formats` as after the m-line's protocol.
std::string sdp(const Endpoint& rtp, std::string_view formats = "0 8 101",
                std::string_view direction = "sendrecv", int version = 1);

/// A phone or trunk that does only what the test tells it: no transactions, no patience.
class Peer {
 public:
  Peer(sim::VirtualLoop& loop, sim::FakeNetwork& network, const Endpoint& address);

  void send(const sip::Request& request) { send_text(sip::to_string(request)); }
  void send(const sip::Response& response) { send_text(sip::to_string(response)); }
  void send_text(std::string_view text) { socket_->send(as_bytes(text), kServer); }
  const Endpoint& address() const { return address_; }

  /// The next request of that method not yet taken; waits up to 40 s for it.
  std::optional<sip::Request> take_request(std::string_view method);
  std::optional<sip::Response> take_response(int status);
  /// All of that status which came already; how many.
  std::size_t take_response_now(int status);
  /// Everything that came and was not taken, as start lines.
  std::string leftovers() const;
  void clear() { inbox_.clear(); }
  std::size_t count(std::string_view method) const;

  /// A request outside dialogs, with Via, Contact, tags and a fresh Call-ID.
  sip::Request make(std::string_view method, std::string_view uri, std::string_view from_user,
                    std::string_view to_user);
  /// In the dialog `invite` made, when this peer sent it and got `answer`.
  sip::Request within(std::string_view method, const sip::Request& invite,
                      const sip::Response& answer, std::uint32_t cseq);
  /// In the dialog of an INVITE this peer got and answered under `tag`.
  sip::Request within_received(std::string_view method, const sip::Request& invite,
                               std::string_view tag, std::uint32_t cseq);
  /// An answer to a request this peer got, with Contact; `body` is SDP.
  sip::Response reply(const sip::Request& request, int status, std::string_view tag,
                      std::string body = {});
  /// The ACK to a 2xx or to a failure, as RFC 3261 wants either.
  void acknowledge(const sip::Request& invite, const sip::Response& answer, std::string body = {});
  /// A copy with a new branch and the next CSeq that answers the challenge in `refusal`.
  sip::Request prove(sip::Request request, const sip::Response& refusal, std::string_view user,
                     std::string_view password, std::string_view algorithm = "SHA-256",
                     std::uint32_t nc = 1);

 private:
  template <class Kind, class Matches>
  std::optional<Kind> take(const Matches& matches);

  sim::VirtualLoop& loop_;
  Endpoint address_;
  std::unique_ptr<net::UdpSocket> socket_;
  std::deque<sip::Message> inbox_;
  int serial_ = 0;
};

/// What the engine was told, in order.
struct Told {
  std::string
      what;  ///< "offered", "ringing", "answerable", "answered", "media", "ended", "registered"…
  LineId line{};
  std::optional<RemoteMedia> remote{};
  std::optional<ReleaseCause> cause{};
  std::optional<IncomingLine> incoming{};
  std::string device{};
  std::string why{};
};

/// SipSignalling on a network made of memory, two devices and a trunk; every test ends by proving
/// that nothing is left of its legs, transactions and timers.
class Exchange : public ::testing::Test, public SignallingEvents {
 protected:
  Exchange();
  void SetUp() override;
  void TearDown() override;

  /// Rebuilds the server with other settings; before anything happened.
  void restart(SipSettings settings);
  static SipSettings settings();

  void register_phone(Peer& phone, std::string_view user, bool talk = false);
  /// `phone` calls `number` and gets as far as line_offered.
  sip::Request call(Peer& phone, std::string_view user, std::string_view number, std::string body);
  /// The server calls a device; the INVITE arrives at `phone`.
  sip::Request dial(Peer& phone, LineId leg, std::string_view device);
  OutgoingLine outgoing(LineId leg, DialTarget to) const;

  /// The next event; waits for it.
  Told next();
  bool is_silent() const { return told_.empty(); }
  void run(Duration span) { loop_.run_for(span); }

  // SignallingEvents
  NamedLine line_offered(IncomingLine leg) override;
  void line_ringing(LineId leg, bool answerable) override;
  void line_answered(LineId leg, RemoteMedia remote) override;
  void line_media_changed(LineId leg, RemoteMedia remote) override;
  void line_ended(LineId leg, ReleaseCause cause, std::string why) override;
  void device_registered(DeviceId device, bool registered) override;

  sim::VirtualLoop loop_;
  sim::FakeNetwork network_{loop_, 7};
  sim::SeededEntropy entropy_{11};
  DirectorySnapshot directory_;
  std::unique_ptr<SipSignalling> signalling_;
  Peer ann_{loop_, network_, at("192.0.2.10")};
  Peer bob_{loop_, network_, at("192.0.2.20")};
  Peer trunk_{loop_, network_, at("198.51.100.1")};
  LocalMedia media_{at("192.0.2.1", 10000)};
  std::deque<Told> told_;
  std::uint64_t last_leg_ = 100;
};

}  // namespace earshot::test
