#include "edge/notify/websocket_outlet.h"

namespace earshot::notify {

void WebSocketOutlet::answer(std::string batch, Written written) {
  if (const auto line = line_.lock()) line->send(batch, std::move(written));
}

}  // namespace earshot::notify
