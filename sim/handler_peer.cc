#include "sim/handler_peer.h"

#include "edge/http/target.h"

namespace earshot::sim {

/// One request under way. Shared by the peer and the exchange, whichever lives longer.
struct HandlerPeer::Waiting {
  std::uint64_t number = 0;
  http::Request request;
  OnHttpReply reply;
  std::function<void()> gone;
  bool cut = false;
  bool answered = false;
};

class HandlerPeer::Connection final : public http::Exchange {
 public:
  Connection(std::weak_ptr<HandlerPeer*> peer, Loop& loop, std::shared_ptr<Waiting> waiting)
      : peer_(std::move(peer)), loop_(loop), waiting_(std::move(waiting)) {}
  ~Connection() override {
    if (waiting_->answered) return;
    http::Response dropped;
    dropped.status = 500;
    respond(std::move(dropped), {});
  }
  const http::Request& request() const override { return waiting_->request; }
  bool respond(http::Response response, const http::WhomToTell& whom) override {
    if (std::exchange(waiting_->answered, true)) return false;
    auto written = http::ask(whom);
    loop_.post([peer = peer_, waiting = waiting_, response = std::move(response),
                written = std::move(written)]() mutable {
      const auto alive = peer.lock();
      if (alive && !waiting->cut)
        (*alive)->take(waiting, std::move(response), written);
      else if (written)
        written(false);
    });
    return false;
  }
  void on_gone(std::function<void()> gone) override {
    if (waiting_->cut)
      loop_.post(std::move(gone));
    else
      waiting_->gone = std::move(gone);
  }

 private:
  std::weak_ptr<HandlerPeer*> peer_;
  Loop& loop_;
  std::shared_ptr<Waiting> waiting_;
};

HandlerPeer::HandlerPeer(Loop& loop, http::Handler& handler, std::optional<HttpLogin> login,
                         Endpoint address)
    : loop_(loop), handler_(handler), identity_(std::move(login)), address_(address) {}

HandlerPeer::~HandlerPeer() { cut(); }

void HandlerPeer::send(HttpAsk ask, OnHttpReply reply) {
  auto waiting = std::make_shared<Waiting>();
  waiting->number = ++last_;
  waiting->reply = std::move(reply);
  waiting->request.method = std::move(ask.method);
  waiting->request.peer = address_;
  waiting->request.headers = identity_.headers();
  if (!ask.body.empty()) waiting->request.headers.emplace_back("Content-Type", ask.content_type);
  waiting->request.body = std::move(ask.body);
  waiting_[waiting->number] = waiting;
  auto exchange = std::make_unique<Connection>(self_, loop_, waiting);
  auto target = http::parse_target(ask.target);
  if (!target) {
    http::Response refused;
    refused.status = 400;
    exchange->respond(std::move(refused), {});
    return;
  }
  waiting->request.path = std::move(target->path);
  waiting->request.query = std::move(target->query);
  loop_.post([self = std::weak_ptr(self_),
              exchange = std::make_shared<decltype(exchange)>(std::move(exchange))] {
    if (const auto alive = self.lock()) (*alive)->handler_.handle(std::move(*exchange));
  });
}

void HandlerPeer::take(const std::shared_ptr<Waiting>& waiting, http::Response response,
                       const http::Written& written) {
  if (deaf_) {
    waiting_.erase(waiting->number);
    if (written) written(false);
    return;
  }
  waiting_.erase(waiting->number);
  HttpReply reply;
  reply.status = response.status;
  reply.headers = std::move(response.headers);
  reply.headers.emplace_back("Content-Type", "application/json;charset=UTF-8");
  reply.body = std::move(response.body);
  identity_.take(reply);
  if (written) written(true);
  if (waiting->reply) waiting->reply(reply);
}

void HandlerPeer::cut() {
  for (auto& [number, waiting] : std::exchange(waiting_, {})) {
    waiting->cut = true;
    waiting->reply = nullptr;
    if (auto gone = std::exchange(waiting->gone, nullptr); gone && !waiting->answered)
      loop_.post(std::move(gone));
  }
}

void HandlerPeer::set_deaf(bool deaf) { deaf_ = deaf; }

std::size_t HandlerPeer::waiting() const { return waiting_.size(); }

}  // namespace earshot::sim
