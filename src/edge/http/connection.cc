#include "edge/http/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

#include "edge/http/forwarded.h"
#include "edge/http/refusal.h"
#include "edge/http/websocket_connection.h"

namespace earshot::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Sent ahead of an answer: enough for a browser's next requests.
constexpr std::size_t kMaxAhead = 64 * 1024;
/// How long, and how much, a connection is read after its last answer.
constexpr Duration kDrainTime = seconds{2};
constexpr std::size_t kDrainBytes = 1024 * 1024;

void post_gone(Loop& loop, std::weak_ptr<const std::function<void()>> gone) {
  loop.post([gone = std::move(gone)] {
    if (const auto call = gone.lock()) (*call)();
  });
}

/// The request a handler holds. Outlives its connection harmlessly.
class ConnectionExchange final : public Exchange {
 public:
  ConnectionExchange(Loop& loop, std::weak_ptr<Connection> connection, Request request)
      : loop_(loop), connection_(std::move(connection)), request_(std::move(request)) {}
  ConnectionExchange(const ConnectionExchange&) = delete;
  ~ConnectionExchange() override {
    if (answered_) return;
    gone_.reset();
    if (const auto connection = connection_.lock())
      connection->respond(refusal(500, "Internal error"), {});
  }

  const Request& request() const override { return request_; }
  void drop_request() override { request_ = {}; }

  bool respond(Response response, const WhomToTell& whom) override {
    if (std::exchange(answered_, true)) return false;
    gone_.reset();
    if (const auto connection = connection_.lock()) return connection->respond(response, whom);
    fail(loop_, whom);
    return false;
  }

  void on_gone(std::function<void()> gone) override {
    if (answered_ || !gone) return;
    gone_ = std::make_shared<const std::function<void()>>(std::move(gone));
    if (const auto connection = connection_.lock())
      connection->on_gone(gone_);
    else
      post_gone(loop_, gone_);
  }

  std::unique_ptr<WebSocket> upgrade(
      std::vector<std::pair<std::string, std::string>> headers) override {
    const auto connection = connection_.lock();
    if (answered_ || !connection) return nullptr;
    Response answer = websocket_handshake(request_, connection->is_http_1_0());
    if (answer.status != 101) {
      respond(std::move(answer), {});
      return nullptr;
    }
    for (auto& header : headers) answer.headers.push_back(std::move(header));
    answered_ = true;
    gone_.reset();
    return connection->upgrade(answer);
  }

 private:
  Loop& loop_;
  std::weak_ptr<Connection> connection_;
  Request request_;
  bool answered_ = false;
  /// Ours alone: whatever is on its way to it finds it gone once we are answered or dropped.
  std::shared_ptr<const std::function<void()>> gone_;
};

}  // namespace

void fail(Loop& loop, const WhomToTell& whom) {
  if (auto written = ask(whom)) loop.post([written = std::move(written)] { written(false); });
}

Connection::Connection(std::shared_ptr<ConnectionPool> pool, tcp::socket socket,
                       const Endpoint& peer)
    : pool_(std::move(pool)),
      socket_(std::move(socket)),
      peer_(peer),
      deadline_(pool_->loop, [this] { on_deadline(); }) {}

void Connection::start() {
  deadline_.set_in(pool_->settings.idle_timeout);
  wait();
}

void Connection::refuse(Response response) {
  start_writing(response_text(response, {.close = true}), true);
  wait();
}

void Connection::close() {
  if (state_ == State::Closed) return;
  const auto self = shared_from_this();  // the pool's may be the last
  state_ = State::Closed;
  deadline_.clear();
  error_code ignored;
  socket_.close(ignored);
  tell_written(false);
  reader_.reset();
  ahead_ = {};
  pool_->remove(this);
}

void Connection::finish() {
  switch (state_) {
    case State::Idle:
      return drain();
    case State::Receiving:
      return close();
    case State::Held:
      keep_alive_ = false;
      return;
    case State::Writing:
      is_last_ = true;
      return;
    case State::Draining:
    case State::Closed:
      return;
  }
}

void Connection::wait() {
  if (waiting_ || peer_finished_ || state_ == State::Closed) return;
  waiting_ = true;
  // With enough sent ahead only the end of the connection is of interest.
  const bool paused = state_ != State::Draining && ahead_.size() >= kMaxAhead;
  socket_.async_wait(paused ? tcp::socket::wait_error : tcp::socket::wait_read,
                     [self = shared_from_this(), paused](const error_code& error) {
                       self->waiting_ = false;
                       if (self->state_ == State::Closed) return;
                       if (error == boost::asio::error::operation_aborted)
                         self->wait();  // a pause was ended
                       else if (error || paused)
                         self->on_end(true);
                       else
                         self->on_readable();
                     });
}

void Connection::on_readable() {
  error_code error;
  const auto count = socket_.read_some(boost::asio::buffer(pool_->scratch), error);
  if (error == boost::asio::error::would_block || error == boost::asio::error::interrupted) {
    wait();
  } else if (error) {
    on_end(error != boost::asio::error::eof);
  } else {
    wait();  // first: a handler may throw
    on_bytes({pool_->scratch.data(), count});
  }
}

void Connection::on_bytes(std::string_view bytes) {
  switch (state_) {
    case State::Idle:
    case State::Receiving:
      if (ahead_.empty()) {
        read_request(bytes);
      } else {
        ahead_ += bytes;
        const std::string all = std::exchange(ahead_, {});
        read_request(all);
      }
      return;
    case State::Held:
    case State::Writing:
      ahead_ += bytes;
      return;
    case State::Draining:
      drained_ += bytes.size();
      if (drained_ > kDrainBytes) close();
      return;
    case State::Closed:
      return;
  }
}

/// The client has finished sending; for most clients that means it is gone. One that has only shut
/// down its half still gets its answers, but nobody is told that they arrived.
void Connection::on_end(bool broken) {
  peer_finished_ = true;
  switch (state_) {
    case State::Held:
      tell_gone();
      if (broken) close();
      return;
    case State::Writing:
      if (broken) close();
      return;
    case State::Idle:
    case State::Receiving:
    case State::Draining:
      close();
      return;
    case State::Closed:
      return;
  }
}

void Connection::read_request(std::string_view bytes) {
  const bool is_new = !reader_;
  if (is_new) {
    while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);  // RFC 9112 §2.2
    if (bytes.empty()) return;
    reader_ = std::make_unique<RequestReader>(
        RequestReader::Limits{pool_->settings.max_header_bytes, pool_->settings.max_body_bytes});
    state_ = State::Receiving;
  }
  auto used = reader_->put(bytes);
  if (!used) {
    answer_bad(std::move(used.error()));
    return;
  }
  ahead_ = bytes.substr(*used);
  if (reader_->take_expectation() && ahead_.empty() && !send_continue()) return;
  if (reader_->is_done())
    dispatch();
  else if (peer_finished_)
    close();
  else if (is_new)
    deadline_.set_in(pool_->settings.head_timeout);
}

bool Connection::send_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  const auto count = socket_.write_some(boost::asio::buffer(kContinue), error);
  if (!error && count == kContinue.size()) return true;
  close();  // it does not even read so little
  return false;
}

void Connection::dispatch() {
  deadline_.put_off();
  const auto reader = std::exchange(reader_, nullptr);
  Request request = reader->take();
  request.peer = peer_;
  believe_proxies(request, pool_->settings.trusted_proxies);
  keep_alive_ = reader->keep_alive();
  is_http_1_0_ = reader->is_http_1_0();
  is_head_ = request.method == "HEAD";
  state_ = State::Held;
  pool_->handler.handle(
      std::make_unique<ConnectionExchange>(pool_->loop, weak_from_this(), std::move(request)));
}

void Connection::answer_bad(BadRequest bad) {
  reader_.reset();
  ahead_ = {};
  start_writing(response_text(refusal(bad.status, bad.message), {.close = true}), true);
}

bool Connection::respond(const Response& response, const WhomToTell& whom) {
  if (state_ == State::Held) {
    const bool last = !keep_alive_ || (peer_finished_ && ahead_.empty());
    const bool is_sent =
        start_writing(response_text(response, {last, is_http_1_0_, is_head_}), last);
    if (is_sent && !peer_finished_) return true;
  }
  if (state_ == State::Writing)
    written_ = ask(whom);
  else
    fail(pool_->loop, whom);
  return false;
}

void Connection::on_gone(std::weak_ptr<const std::function<void()>> gone) {
  gone_ = std::move(gone);
  if (state_ == State::Closed || peer_finished_) tell_gone();
}

std::unique_ptr<WebSocket> Connection::upgrade(const Response& handshake) {
  if (state_ != State::Held || peer_finished_) {
    close();
    return nullptr;
  }
  error_code ignored;
  socket_.cancel(ignored);  // the wait is ours, the socket will not be
  state_ = State::Closed;
  deadline_.clear();
  const auto next = std::make_shared<WebSocketConnection>(
      pool_, std::move(socket_), response_text(handshake, {.upgrades = true}), std::move(ahead_));
  pool_->open.emplace(next.get(), next);
  next->start();
  auto handle = std::make_unique<WebSocketHandle>(pool_->loop, next);
  pool_->remove(this);  // the exchange that called holds us
  return handle;
}

/// @return whether the system has all of it
bool Connection::start_writing(std::string text, bool close_after) {
  state_ = State::Writing;
  is_last_ = close_after;
  out_ = std::move(text);
  // The system mostly takes all of it at once. What went wrong goes wrong again, told in its turn;
  // and so is whatever comes next, for we may be inside the handler of this request.
  error_code error;
  sent_ = socket_.write_some(boost::asio::buffer(out_), error);
  if (sent_ < out_.size()) {
    write();
    return false;
  }
  if (ahead_.empty() && !is_last_ && !peer_finished_)
    after_answer();
  else
    pool_->loop.post([self = shared_from_this()] {
      if (self->state_ == State::Writing) self->after_answer();
    });
  return true;
}

void Connection::write() {
  deadline_.set_in(pool_->settings.write_timeout);
  socket_.async_write_some(boost::asio::buffer(out_.data() + sent_, out_.size() - sent_),
                           [self = shared_from_this()](const error_code& error, std::size_t count) {
                             self->on_written(error, count);
                           });
}

void Connection::on_written(const error_code& error, std::size_t count) {
  if (state_ != State::Writing) return;
  if (error) {
    close();
    return;
  }
  sent_ += count;
  if (sent_ < out_.size())
    write();
  else
    after_answer();
}

void Connection::after_answer() {
  out_ = {};
  tell_written(!peer_finished_);
  if (is_last_) {
    drain();
    return;
  }
  state_ = State::Idle;
  deadline_.set_in(pool_->settings.idle_timeout);
  if (ahead_.empty()) {
    if (peer_finished_) close();
    return;
  }
  error_code ignored;
  if (waiting_ && ahead_.size() >= kMaxAhead) socket_.cancel(ignored);  // a pause
  wait();
  const std::string bytes = std::exchange(ahead_, {});
  read_request(bytes);
}

void Connection::drain() {
  if (peer_finished_) {
    close();
    return;
  }
  state_ = State::Draining;
  ahead_ = {};
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) {
    close();
    return;
  }
  deadline_.set_in(kDrainTime);
  wait();
}

void Connection::tell_written(bool ok) {
  if (!written_) return;
  pool_->loop.post([written = std::exchange(written_, nullptr), ok] { written(ok); });
}

void Connection::tell_gone() { post_gone(pool_->loop, std::exchange(gone_, {})); }

void Connection::on_deadline() {
  if (state_ == State::Receiving)
    answer_bad({408, "Request timeout"});
  else
    close();
}

}  // namespace earshot::http
