#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/entropy.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "edge/signalling/sip_settings.h"
#include "model/directory.h"
#include "ports/kept_state.h"
#include "ports/signalling.h"
#include "wire/sip/dialog.h"
#include "wire/sip/message.h"
#include "wire/sip/transaction_layer.h"

namespace earshot::signalling {

/// What the parts of SipSignalling stand on. One of it; it outlives them.
struct Ground {
  const DirectorySnapshot& directory;
  Loop& loop;
  Entropy& entropy;
  SipSettings settings;
  SignallingEvents& events;
  sip::TransactionLayer& layer;
  KeptState* kept;        ///< where bindings outlive us; null: they do not
  Endpoint bound{};       ///< where we listen
  bool stopping = false;  ///< no events any more, no new work
  /// Requests of ours other than INVITE without a final response, and their methods.
  std::unordered_map<sip::ClientTransactionId, std::string> pending{};
  std::shared_ptr<const Nothing> alive = std::make_shared<const Nothing>();

  /// A tag nobody can guess: it is what admits later requests into the dialog.
  std::string fresh_tag() { return entropy.hex(10); }
  /// Whether it is in one of the local networks.
  bool is_near(const Endpoint& peer) const;
  /// Our address as `peer` reaches it: in Via, Contact and From.
  Endpoint local_to(const Endpoint& peer) const;
  /// The same of a line's media, for SDP.
  LocalMedia media_to(const Endpoint& peer, const LocalMedia& media) const;
  /// Our Contact as `peer` reaches us.
  sip::NameAddr contact_for(const Endpoint& peer) const;
  /// Adds Server and answers.
  void respond(sip::ServerTransactionId transaction, sip::Response response);
  /// Sends a request other than INVITE and ACK; remembers it until its final response.
  sip::ClientTransactionId send(sip::Request request, const Endpoint& to);
  /// Runs `work` later on the loop, unless this object is gone by then.
  void later(std::function<void()> work);
  /// Adds User-Agent and, where the request may refresh a target, the Contact for `to`.
  void dress(sip::Request& request, const Endpoint& to) const;
  /// How long a 2xx may repeat, and with it an ACK be wanted: 64·T1 (RFC 3261 §13.3.1.4).
  Duration patience() const { return 64 * settings.timers.t1; }
};

/// A line, called a leg in this folder and in the log, as every log line about it names it.
struct LegName {
  LineId line;
  CallId call;
  std::string number;  ///< of the party at its far end
};
/// One log line about a leg, with its call, number and `more`.
void log_leg(LogLevel level, std::string_view what, const LegName& name,
             std::initializer_list<LogField> more = {});
/// Its end, which the far end brought about. @param sip_code  of its answer; 0: it gave none
void log_leg_ended(const LegName& name, ReleaseCause cause, int sip_code, std::string_view why);

/// The far end of a dialog, below the dialog.
struct Peer {
  Endpoint address;     ///< where its messages came from or ours went to
  bool routed = false;  ///< a trunk: follow Route and Contact. A phone may sit behind a NAT, where
                        ///< its Contact leads nowhere (RFC 3581): always `address`
};
/// Where the next request to `peer` goes.
Endpoint destination(const Peer& peer, const sip::Uri& next_hop);

}  // namespace earshot::signalling
