#include "edge/http/websocket_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

namespace earshot::http {

using boost::asio::ip::tcp;
using boost::system::error_code;

WebSocketConnection::WebSocketConnection(std::shared_ptr<ConnectionPool> pool, tcp::socket socket,
                                         std::string handshake, std::string ahead)
    : pool_(std::move(pool)),
      socket_(std::move(socket)),
      reader_(pool_->settings.websocket.max_message_bytes),
      ahead_(std::move(ahead)),
      next_(std::move(handshake)) {}

void WebSocketConnection::start() {
  write();
  beat(pool_->settings.websocket.ping_after);
  if (ahead_.empty()) return wait();
  pool_->loop.post([self = shared_from_this()] {
    self->wait();
    self->on_bytes(std::exchange(self->ahead_, {}));
  });
}

void WebSocketConnection::listen(WebSocket::Listener& listener) {
  if (state_ == State::Open) listener_ = &listener;
}

bool WebSocketConnection::send_text(std::string_view text, const WhomToTell& whom) {
  const bool stalled = is_stalled(text.size());
  if (state_ != State::Open || stalled) {
    fail(pool_->loop, whom);
    if (stalled) cut_later();
    return false;
  }
  append_frame(next_, Opcode::Text, text);
  write();
  if (!writing_) return true;
  // Behind whatever is on its way, or under way itself.
  if (auto written = ask(whom))
    (next_.empty() ? out_written_ : next_written_).push_back(std::move(written));
  return false;
}

void WebSocketConnection::leave(CloseCode code) {
  listener_ = nullptr;
  begin_closing(static_cast<std::uint16_t>(code), State::Closing);
}

void WebSocketConnection::close() {
  if (state_ == State::Closed) return;
  const auto self = shared_from_this();  // the pool's may be the last
  // What a stalled reader left in the system's buffers is not worth keeping.
  error_code ignored;
  if (writing_) socket_.set_option(tcp::socket::linger{true, 0}, ignored);
  state_ = State::Closed;
  pool_->loop.cancel(std::exchange(deadline_, 0));
  pool_->loop.cancel(std::exchange(beat_, 0));
  socket_.close(ignored);
  tell_written(out_written_, false);
  tell_written(next_written_, false);
  pool_->remove(this);
  tell_closed();
}

void WebSocketConnection::wait() {
  if (state_ == State::Closed) return;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    if (self->state_ == State::Closed) return;
    if (error)
      self->close();
    else
      self->on_readable();
  });
}

void WebSocketConnection::on_readable() {
  error_code error;
  const auto count = socket_.read_some(boost::asio::buffer(pool_->scratch), error);
  if (error == boost::asio::error::would_block || error == boost::asio::error::interrupted)
    return wait();
  if (error) return close();
  wait();  // first: a listener may throw
  on_bytes({pool_->scratch.data(), count});
}

void WebSocketConnection::on_bytes(std::string_view bytes) {
  heard_ = true;
  while (!bytes.empty() && (state_ == State::Open || state_ == State::Closing)) {
    auto step = reader_.take(bytes);
    if (!step) {
      if (state_ == State::Closing) return close();
      begin_closing(static_cast<std::uint16_t>(step.error()), State::Leaving);
      return tell_closed();
    }
    bytes.remove_prefix(step->used);
    if (step->heard) on_heard(*step->heard);
  }
}

void WebSocketConnection::on_heard(const Heard& heard) {
  switch (heard.kind) {
    case Opcode::Text:
      if (state_ == State::Open && listener_) listener_->on_text(heard.payload);
      return;
    case Opcode::Ping:
      if (state_ != State::Open) return;
      if (is_stalled(heard.payload.size())) return cut_later();
      append_frame(next_, Opcode::Pong, heard.payload);
      return write();
    case Opcode::Close:
      if (state_ == State::Closing) return close();
      begin_closing(heard.close_code.value_or(static_cast<std::uint16_t>(CloseCode::Normal)),
                    State::Leaving);
      return tell_closed();
    case Opcode::Pong:
    case Opcode::Continuation:
    case Opcode::Binary:
      return;
  }
}

void WebSocketConnection::begin_closing(std::uint16_t code, State next) {
  if (state_ != State::Open) return;
  state_ = next;
  pool_->loop.cancel(std::exchange(beat_, 0));
  append_close(next_, code);
  set_deadline(pool_->settings.websocket.close_within);
  write();
}

void WebSocketConnection::tell_closed() {
  if (auto* listener = std::exchange(listener_, nullptr)) listener->on_closed();
}

void WebSocketConnection::write() {
  if (writing_ || next_.empty() || state_ == State::Closed) return;
  out_ = std::exchange(next_, {});
  out_written_ = std::exchange(next_written_, {});
  // The system mostly takes all of it at once. What went wrong goes wrong again, told in its turn.
  error_code error;
  sent_ = socket_.write_some(boost::asio::buffer(out_), error);
  if (sent_ == out_.size()) return on_sent();
  writing_ = true;
  write_some();
}

void WebSocketConnection::write_some() {
  if (state_ == State::Open) set_deadline(pool_->settings.write_timeout);
  socket_.async_write_some(boost::asio::buffer(out_.data() + sent_, out_.size() - sent_),
                           [self = shared_from_this()](const error_code& error, std::size_t count) {
                             self->on_written(error, count);
                           });
}

void WebSocketConnection::on_written(const error_code& error, std::size_t count) {
  if (state_ == State::Closed) return;
  if (error) return close();
  sent_ += count;
  if (sent_ < out_.size()) return write_some();
  writing_ = false;
  if (state_ == State::Open) pool_->loop.cancel(std::exchange(deadline_, 0));
  on_sent();
  write();
}

void WebSocketConnection::on_sent() {
  out_ = {};
  tell_written(out_written_, true);
  if (state_ == State::Leaving && next_.empty()) finish_sending();
}

void WebSocketConnection::tell_written(Untold& untold, bool ok) {
  for (auto& written : std::exchange(untold, {}))
    pool_->loop.post([written = std::move(written), ok] { written(ok); });
}

/// Closing at once would make the system take back a close frame not yet read; what the client
/// still sends is read until it ends, too.
void WebSocketConnection::finish_sending() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) close();
}

bool WebSocketConnection::is_stalled(std::size_t more) const {
  const std::size_t unsent = out_.size() - (writing_ ? sent_ : 0) + next_.size();
  return unsent > 0 && unsent + more > pool_->settings.websocket.max_unsent_bytes;
}

/// Its owner may be in the middle of talking to us.
void WebSocketConnection::cut_later() {
  pool_->loop.post([self = shared_from_this()] { self->close(); });
}

void WebSocketConnection::set_deadline(Duration after) {
  pool_->loop.cancel(deadline_);
  deadline_ = pool_->loop.wake_in(after, [this] {  // cancelled before we end
    deadline_ = 0;
    close();
  });
}

void WebSocketConnection::beat(Duration after) {
  const TimePoint now = pool_->loop.now();
  beat_ = pool_->loop.wake_at(roughly(now + after, now), [this] {  // cancelled before we end
    beat_ = 0;
    on_beat();
  });
}

/// Anything heard shows that the client lives; only silence is asked about.
void WebSocketConnection::on_beat() {
  const auto& settings = pool_->settings.websocket;
  if (std::exchange(heard_, false)) {
    pinged_ = false;
    beat(settings.ping_after);
  } else if (pinged_) {
    close();
  } else {
    pinged_ = true;
    append_frame(next_, Opcode::Ping, {});
    write();
    beat(settings.pong_within);
  }
}

void WebSocketHandle::listen(Listener& listener) {
  if (const auto connection = connection_.lock()) connection->listen(listener);
}

bool WebSocketHandle::send_text(std::string_view text, const WhomToTell& whom) {
  if (const auto connection = connection_.lock()) return connection->send_text(text, whom);
  fail(loop_, whom);
  return false;
}

void WebSocketHandle::close(CloseCode code) {
  if (const auto connection = connection_.lock()) connection->leave(code);
}

}  // namespace earshot::http
