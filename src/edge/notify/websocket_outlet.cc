#include "edge/notify/websocket_outlet.h"

namespace earshot::notify {

bool WebSocketOutlet::answer(std::string batch, const http::WhomToTell& whom) {
  if (const auto line = line_.lock()) return line->send(batch, whom);
  whom();
  return false;
}

}  // namespace earshot::notify
