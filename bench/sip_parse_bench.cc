#include <benchmark/benchmark.h>

#include <string>
#include <variant>

#include "wire/sip/message.h"

namespace earshot::sip {
namespace {

/// An INVITE of about 800 octets, as a desk phone sends it.
std::string invite() {
  const std::string body =
      "v=0\r\no=- 3800 3801 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
      "m=audio 11780 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
  return "INVITE sip:7001@pbx.example.org SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK776asdhds7f3a;rport\r\n"
         "Max-Forwards: 70\r\n"
         "From: \"Olive Example\" <sip:7000@pbx.example.org>;tag=1928301774\r\n"
         "To: <sip:7001@pbx.example.org>\r\n"
         "Call-ID: a84b4c76e66710a7@192.0.2.7\r\n"
         "CSeq: 314159 INVITE\r\n"
         "Contact: <sip:7000@192.0.2.7:5066;transport=udp>\r\n"
         "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER\r\n"
         "Supported: replaces, timer\r\n"
         "User-Agent: Desk Phone 7/1.4\r\n"
         "Content-Type: application/sdp\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

void parse_invite(benchmark::State& state) {
  const std::string text = invite();
  for (auto _ : state) benchmark::DoNotOptimize(parse(text));
  state.counters["octets"] = static_cast<double>(text.size());
}
BENCHMARK(parse_invite);

void print_invite(benchmark::State& state) {
  const auto parsed = parse(invite());
  const auto& request = std::get<Request>(*parsed);
  for (auto _ : state) benchmark::DoNotOptimize(to_string(request));
}
BENCHMARK(print_invite);

}  // namespace
}  // namespace earshot::sip
