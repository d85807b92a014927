#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"
#include "wire/bayeux/message.h"

namespace {

using namespace earshot;

void require(bool holds) {
  if (!holds) std::abort();
}

/// "CLIENT" in the input stands for the id of a session that exists.
std::string with_client(std::string_view input, const std::string& client_id) {
  constexpr std::string_view kPlace = "CLIENT";
  std::string out;
  for (auto at = input.find(kPlace); at != std::string_view::npos; at = input.find(kPlace)) {
    out.append(input.substr(0, at)).append(client_id);
    input.remove_prefix(at + kPlace.size());
  }
  return out.append(input);
}

/// Every message of a batch is answered once, with well-formed JSON; nothing outlives its time.
void answer_batch(std::string_view input) {
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  {
    notify::Hub hub{loop, entropy, callers, {}, {}};
    sim::BayeuxClient client{hub, "ann"};
    client.settle("/**");
    const std::string body = with_client(input, client.client_id);
    const auto batch = bayeux::parse_batch(body);
    const auto poll = client.send(body);
    loop.run_for(seconds{26});
    require(poll->response.has_value());
    if (poll->response->status == 200) {
      const auto answer = json::parse(poll->response->body);
      require(batch && answer && answer->is_array());
      require(answer->get_array().size() == batch->size());
      for (const auto& reply : answer->get_array())
        require(reply.is_object() && reply.get_object().contains("successful"));
    }
    poll->finish(input.size() % 2 == 0);
    loop.run_for(seconds{60});
    require(hub.sessions() == 0);
  }
  require(loop.timers() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  answer_batch(std::string(octets, octets + size));
  return 0;
}
