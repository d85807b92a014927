#include "edge/http/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/socket_base.hpp>
#include <cassert>
#include <utility>
#include <vector>

#include "base/log.h"
#include "edge/http/connection.h"
#include "edge/http/refusal.h"

namespace earshot::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Connections beyond the limit that are told so; those beyond are closed without a word.
constexpr std::size_t kRefusalsAtOnce = 256;
/// Without a file descriptor to accept with, trying again at once would only burn time.
constexpr Duration kAcceptPause = milliseconds{100};
/// How often at most it is said that nobody can be accepted.
constexpr Duration kAcceptQuiet = seconds{1};
constexpr int kBacklog = 4096;

tcp::endpoint asio_of(const Endpoint& endpoint) {
  if (!endpoint.is_v4()) return {boost::asio::ip::address_v6{endpoint.octets()}, endpoint.port()};
  const auto& octets = endpoint.octets();
  return {boost::asio::ip::address_v4{{octets[12], octets[13], octets[14], octets[15]}},
          endpoint.port()};
}

Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  if (endpoint.address().is_v4())
    return Endpoint::v4(endpoint.address().to_v4().to_bytes(), endpoint.port());
  return Endpoint::v6(endpoint.address().to_v6().to_bytes(), endpoint.port());
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(net::AsioLoop& loop, ServerSettings settings, Handler& handler)
      : pool(std::make_shared<ConnectionPool>(loop, settings, handler)) {}

  std::shared_ptr<ConnectionPool> pool;
  std::vector<std::shared_ptr<tcp::acceptor>> listeners;
  bool stopped = false;

  TimePoint quiet_until{};        ///< no word before it of what cannot be accepted
  std::int64_t not_accepted = 0;  ///< tries, since it was last logged

  void accept(std::shared_ptr<tcp::acceptor> listener);
  void log_not_accepted(const error_code& why);
  void close_listeners();
  void close_all();
  void welcome(tcp::socket socket);
};

void Server::State::accept(std::shared_ptr<tcp::acceptor> listener) {
  auto& from = *listener;
  from.async_accept([self = shared_from_this(), listener = std::move(listener)](
                        const error_code& error, tcp::socket socket) mutable {
    if (self->stopped) return;
    if (!error) {
      self->accept(std::move(listener));
      self->welcome(std::move(socket));
      return;
    }
    self->log_not_accepted(error);
    self->pool->loop.wake_in(kAcceptPause, [self, listener] {
      if (!self->stopped) self->accept(listener);
    });
  });
}

/// Out of descriptors (EMFILE) every try fails for as long as it lasts.
void Server::State::log_not_accepted(const error_code& why) {
  ++not_accepted;
  const TimePoint now = pool->loop.now();
  if (now < quiet_until) return;
  quiet_until = now + kAcceptQuiet;
  log(LogLevel::Warn, "connections cannot be accepted",
      {{"cause", why.message()}, {"tries", std::exchange(not_accepted, 0)}});
}

void Server::State::welcome(tcp::socket socket) {
  const std::size_t open = pool->open.size();
  if (open >= pool->settings.max_connections + kRefusalsAtOnce) return;
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (!error) socket.non_blocking(true, error);
  if (error) return;                              // gone already
  socket.set_option(tcp::no_delay{true}, error);  // answers are written whole

  const auto connection = std::make_shared<Connection>(pool, std::move(socket), endpoint_of(peer));
  pool->open.emplace(connection.get(), connection);
  if (open >= pool->settings.max_connections)
    connection->refuse(refusal(503, "Too many connections"));
  else
    connection->start();
}

Server::Server(net::AsioLoop& loop, ServerSettings settings, Handler& handler)
    : state_(std::make_shared<State>(loop, settings, handler)) {}

Server::~Server() { stop(); }

Result<Endpoint, std::string> Server::listen(const Endpoint& local) {
  assert(state_->pool->loop.is_here());
  auto listener = std::make_shared<tcp::acceptor>(state_->pool->loop.context());
  const tcp::endpoint wanted = asio_of(local);
  error_code error;
  listener->open(wanted.protocol(), error);
  if (!error) listener->set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) listener->bind(wanted, error);
  if (!error) listener->listen(kBacklog, error);
  if (error) return Error{local.to_string() + ": " + error.message()};
  state_->listeners.push_back(listener);
  state_->accept(listener);
  return endpoint_of(listener->local_endpoint());
}

void Server::State::close_listeners() {
  stopped = true;
  error_code ignored;
  for (const auto& listener : listeners) listener->close(ignored);
  listeners.clear();
}

void Server::finish(Duration limit, std::function<void()> finished) {
  assert(state_->pool->loop.is_here());
  state_->close_listeners();
  ConnectionPool& pool = *state_->pool;
  if (pool.open.empty()) return pool.loop.post(std::move(finished));
  pool.emptied = std::move(finished);
  const auto open = pool.open;  // one that finishes at once leaves the pool
  for (const auto& [socket, owned] : open) socket->finish();
  pool.loop.wake_in(limit, [state = std::weak_ptr(state_)] {
    if (const auto still = state.lock()) still->close_all();
  });
}

void Server::State::close_all() {
  while (!pool->open.empty()) pool->open.begin()->second->close();
}

void Server::stop() {
  assert(state_->pool->loop.is_here());
  state_->close_listeners();
  state_->close_all();
}

std::size_t Server::connections() const { return state_->pool->open.size(); }

}  // namespace earshot::http
