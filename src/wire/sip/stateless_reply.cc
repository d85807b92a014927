#include "wire/sip/stateless_reply.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

constexpr std::uint16_t kDefaultPort = 5060;

void remove_param(Params& params, std::string_view name) {
  std::erase_if(params,
                [name](const Param& param) { return equal_without_case(param.name, name); });
}

}  // namespace

std::string repeatable_tag(std::string_view call_id, std::string_view from) {
  std::uint64_t mixed = 0xcbf29ce484222325;
  for (const std::string_view text : {call_id, from})
    for (const char c : text) mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return "e" + std::to_string(mixed);
}

std::string repeatable_tag(const Request& request) {
  return repeatable_tag(request.headers.call_id, request.headers.from.tag());
}

Response stateless_reply(const Request& request, int status) {
  return respond(request, status, repeatable_tag(request));
}

void stamp_source(Via& via, const Endpoint& from) {
  remove_param(via.params, "received");
  const auto said = Endpoint::parse(via.host, from.port());
  const bool rport = find_param(via.params, "rport").has_value();
  if (rport || said != from) via.params.push_back({"received", from.address()});
  for (Param& param : via.params)
    if (equal_without_case(param.name, "rport")) param.value = std::to_string(from.port());
}

Endpoint reply_address(const Via& via, const Endpoint& from) {
  if (find_param(via.params, "rport") || via.host.empty()) return from;
  return from.with_port(via.port == 0 ? kDefaultPort : via.port);
}

}  // namespace earshot::sip
