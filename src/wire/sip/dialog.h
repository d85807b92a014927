#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/sip/message.h"

namespace earshot::sip {

/// Names a dialog (RFC 3261 §12): Call-ID, our tag, their tag.
struct DialogId {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  auto operator<=>(const DialogId&) const = default;
  bool operator==(const DialogId&) const = default;
};

/// The dialog a request we received belongs to (its To tag is ours), or would create.
DialogId dialog_id_of_received(const Headers& request);
/// The dialog a response to our request belongs to.
DialogId dialog_id_of_answer(const Headers& response);

/// The state both ends keep of a dialog (RFC 3261 §12.1) and the requests made from it (§12.2).
class Dialog {
 public:
  /// We were called: made from the INVITE and the tag we answered with (§12.1.1).
  static Dialog as_callee(const Request& invite, std::string local_tag);
  /// We called: made from our INVITE and a 1xx-with-tag or 2xx (§12.1.2).
  static Dialog as_caller(const Request& invite, const Response& answer);

  /// The same for life.
  const DialogId& id() const { return id_; }
  /// The far end, with its tag: To of what we send.
  const NameAddr& remote() const { return remote_; }
  /// Where the next request goes before DNS: the first Route, else the remote target.
  const Uri& next_hop() const;

  /// A request inside the dialog with the next CSeq (§12.2.1.1); loose routing only. Via is the
  /// layer's to add. Contact is the caller's to add where the method wants one.
  Request make_request(std::string_view method);
  /// The ACK to a 2xx whose INVITE had `invite_cseq`.
  Request make_ack(std::uint32_t invite_cseq) const;

  /// Whether a request is newer than those before it; an ACK or CANCEL always counts as in order.
  enum class Order { InOrder, Repeated };
  /// Checks and takes the CSeq of a received request (§12.2.2); Repeated: answer 500.
  Order take(const Request& request);
  /// Target refresh by a re-INVITE or its 2xx (§12.2).
  void refresh_target(const Headers& headers);

 private:
  Dialog() = default;
  DialogId id_;
  NameAddr local_;
  NameAddr remote_;
  Uri remote_target_;
  std::vector<NameAddr> route_set_;
  std::uint32_t local_cseq_ = 0;
  std::optional<std::uint32_t> remote_cseq_;
};

}  // namespace earshot::sip
