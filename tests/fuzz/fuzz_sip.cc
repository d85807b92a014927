#include <cstdlib>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"
#include "wire/sip/digest.h"
#include "wire/sip/message.h"
#include "wire/sip/transaction_layer.h"

namespace {

using namespace earshot;
using namespace earshot::sip;

constexpr std::size_t kMaxDatagram = 64 * 1024;

std::string print(const Message& message) {
  return std::visit([](const auto& one) { return to_string(one); }, message);
}

/// An answer that repeats what cannot be read has a status line, a Via and an end of its own.
void check_reply(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("SIP/2.0 ") || end + 4 != text.size()) std::abort();
  if (text.find("\r\nVia: SIP/2.0/") == std::string_view::npos) std::abort();
}

/// Whatever is read prints, and what is printed reads as the same message.
void check_round_trip(std::string_view text) {
  const auto parsed = parse(text);
  if (!parsed) {
    if (const auto& reply = parsed.error().reply) check_reply(to_string(*reply));
    return;
  }
  const std::string printed = print(*parsed);
  if (printed.size() > kMaxDatagram) return;  // escapes make it longer
  const auto again = parse(printed);
  if (!again || *again != *parsed) std::abort();
}

void check_digest(std::string_view text) {
  const auto credentials = parse_credentials(text);
  const auto challenge = parse_challenge(text);
  if (challenge &&
      !parse_credentials(answer_challenge(*challenge, "u", "p", "BYE", "sip:h", 1, "c")))
    std::abort();
  if (!credentials) return;
  sim::SeededEntropy entropy{1};
  DigestVerifier verifier{entropy, "r"};
  if (verifier.verify(*credentials, "BYE", "p", TimePoint{}) == DigestVerifier::Verdict::Good)
    std::abort();
}

/// Answers each request, calls from its callbacks, cancels what it is asked to.
class User final : public TransactionUser {
 public:
  void send(std::string_view datagram, const Endpoint&) override {
    const bool reads = parse(datagram) || datagram.find("\r\nWarning: 399 ") != datagram.npos;
    if (datagram.size() < kMaxDatagram && !reads) std::abort();
  }
  void on_request(ServerTransactionId transaction, const Request& request,
                  const Endpoint&) override {
    layer->respond(transaction, respond(request, 180, "t"));
    layer->respond(transaction, respond(request, request.body.size() % 2 == 0 ? 200 : 486, "t"));
  }
  void on_ack(const Request&, const Endpoint&) override {}
  void on_cancel(ServerTransactionId) override {}
  void on_no_ack(ServerTransactionId) override {}
  void on_response(ClientTransactionId transaction, const Response&) override {
    layer->cancel(transaction);
  }
  void on_refused(std::string_view, int, const Endpoint&) override {}
  TransactionLayer* layer = nullptr;
};

/// The text as one datagram twice, its answers' time, and nothing left at the end.
void check_layer(std::string_view text) {
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  User user;
  TransactionLayer layer{loop, entropy, user};
  user.layer = &layer;
  const Endpoint peer = *Endpoint::parse("192.0.2.7", 5066);
  Request invite;
  invite.method = "INVITE";
  invite.headers.call_id = "c";
  invite.headers.cseq = {1, "INVITE"};
  invite.uri.host = invite.headers.from.uri.host = invite.headers.to.uri.host = "h";
  layer.send_request(invite, peer, peer);
  for (int i = 0; i < 2; ++i) layer.on_datagram(text, peer);
  loop.run_for(seconds{70});
  if (layer.size() != 0 || loop.timers() != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text = earshot::as_text({octets, size});
  check_round_trip(text);
  check_digest(text);
  check_layer(text);
  return 0;
}
