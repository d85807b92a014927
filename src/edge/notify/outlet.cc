#include "edge/notify/outlet.h"

#include "edge/http/refusal.h"

namespace earshot::notify {

bool HttpOutlet::send(std::string batch, const http::WhomToTell& whom) {
  http::Response response;
  response.headers = std::move(headers_);
  response.body = std::move(batch);
  return exchange_->respond(std::move(response), whom);
}

/// Any status but 200 ends the old poll without setting off another poll loop (bayeux.md §3.2). Not
/// 408: browsers send a request again that got 408 on a kept-alive connection, and the old poll
/// would come back to end the newer one, and so on for ever.
void HttpOutlet::abandon() {
  exchange_->respond(http::refusal(409, "A newer /meta/connect replaced this one"));
}

}  // namespace earshot::notify
