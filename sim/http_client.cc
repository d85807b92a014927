#include "sim/http_client.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <vector>

#include "sim/http_reply_reader.h"

namespace earshot::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

tcp::endpoint to_tcp(const Endpoint& endpoint) {
  if (endpoint.is_v4()) {
    asio::ip::address_v4::bytes_type octets;
    std::copy(endpoint.octets().begin() + 12, endpoint.octets().end(), octets.begin());
    return {asio::ip::address_v4(octets), endpoint.port()};
  }
  return {asio::ip::address_v6(endpoint.octets()), endpoint.port()};
}

struct Job {
  HttpAsk ask;
  OnHttpReply reply;
  bool again = false;  // sent before, on a connection that was dead already
};

}  // namespace

/// A connection serves one job at a time; it lives in State::connections until it breaks. Asio's
/// handlers hold it by shared_ptr, and look at `closed`.
struct HttpClient::Connection {
  explicit Connection(asio::io_context& context) : socket(context) {}
  tcp::socket socket;
  std::array<char, 16 * 1024> buffer;
  std::string text;  // being written
  std::optional<Job> job;
  HttpReplyReader reader;
  TimerId timer = 0;
  bool connected = false;
  bool closed = false;
  bool used_before = false;
  bool has_octets = false;  // of the answer
};

struct HttpClient::State : std::enable_shared_from_this<State> {
  using Link = std::shared_ptr<Connection>;

  State(net::AsioLoop& of, const Endpoint& to, HttpClientSettings with)
      : loop(of), server(to), settings(std::move(with)), identity(settings.login) {}

  void serve() {
    while (!waiting.empty()) {
      Link link = idle();
      if (!link) return;
      link->job = std::move(waiting.front());
      waiting.pop_front();
      begin(link);
    }
  }

  Link idle() {
    for (const auto& link : links)
      if (!link->job) return link;
    if (links.size() >= settings.max_connections) return nullptr;
    links.push_back(std::make_shared<Connection>(loop.context()));
    return links.back();
  }

  void begin(const Link& link) {
    link->reader = HttpReplyReader(link->job->ask.method == "HEAD");
    link->has_octets = false;
    link->timer = loop.wake_in(settings.timeout, [weak = weak_from_this(), link] {
      if (const auto self = weak.lock()) self->fail(link, "no answer in time");
    });
    if (link->connected) return write(link);
    link->socket.async_connect(to_tcp(server),
                               [self = shared_from_this(), link](const error_code& error) {
                                 if (link->closed) return;
                                 if (error) return self->fail(link, error.message());
                                 link->connected = true;
                                 error_code ignored;
                                 link->socket.set_option(tcp::no_delay(true), ignored);
                                 self->write(link);
                               });
  }

  std::string text_of(const HttpAsk& ask) const {
    std::string out = ask.method + " " + ask.target + " HTTP/1.1\r\nHost: " + server.to_string() +
                      "\r\nAccept: application/json\r\n";
    for (const auto& [name, value] : identity.headers()) out += name + ": " + value + "\r\n";
    if (!ask.body.empty()) out += "Content-Type: " + ask.content_type + "\r\n";
    if (!ask.body.empty() || ask.method == "POST" || ask.method == "PUT")
      out += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
    return out + "\r\n" + ask.body;
  }

  void write(const Link& link) {
    link->text = text_of(link->job->ask);
    asio::async_write(link->socket, asio::buffer(link->text),
                      [self = shared_from_this(), link](const error_code& error, std::size_t) {
                        if (link->closed) return;
                        if (error) return self->broken(link, error.message());
                        self->read(link);
                      });
  }

  void read(const Link& link) {
    link->socket.async_read_some(
        asio::buffer(link->buffer),
        [self = shared_from_this(), link](const error_code& error, std::size_t count) {
          if (!link->closed) self->take(link, error, count);
        });
  }

  void take(const Link& link, const error_code& error, std::size_t count) {
    if (error == asio::error::eof && link->has_octets) {
      if (const auto ended = link->reader.put_end(); !ended) return fail(link, ended.error());
      return finish(link);
    }
    if (error) return broken(link, error.message());
    link->has_octets = true;
    const auto taken = link->reader.put({link->buffer.data(), count});
    if (!taken) return fail(link, taken.error());
    link->reader.is_done() ? finish(link) : read(link);
  }

  /// A kept connection that the server had closed: once more, on another one.
  void broken(const Link& link, const std::string& why) {
    if (!link->used_before || link->has_octets || link->job->again) return fail(link, why);
    Job job = std::move(*link->job);
    job.again = true;
    close(link);
    waiting.push_front(std::move(job));
    serve();
  }

  void fail(const Link& link, const std::string& why) {
    if (link->closed) return;
    const OnHttpReply reply = link->job->reply;
    close(link);
    HttpReply none;
    none.body = why;
    if (reply) reply(none);
    serve();
  }

  void finish(const Link& link) {
    loop.cancel(link->timer);
    const HttpReply answer = link->reader.take();
    const OnHttpReply reply = std::move(link->job->reply);
    link->job.reset();
    link->used_before = true;
    if (!link->reader.keeps_alive()) close(link);
    identity.take(answer);
    if (reply) reply(answer);
    serve();
  }

  void close(const Link& link) {
    loop.cancel(link->timer);
    link->closed = true;
    error_code ignored;
    link->socket.close(ignored);
    std::erase(links, link);
  }

  net::AsioLoop& loop;
  Endpoint server;
  HttpClientSettings settings;
  HttpIdentity identity;
  std::deque<Job> waiting;
  std::vector<Link> links;
};

HttpClient::HttpClient(net::AsioLoop& loop, const Endpoint& server, HttpClientSettings settings)
    : state_(std::make_shared<State>(loop, server, std::move(settings))) {}

HttpClient::~HttpClient() {
  state_->waiting.clear();
  while (!state_->links.empty()) state_->close(State::Link(state_->links.back()));
}

void HttpClient::send(HttpAsk ask, OnHttpReply reply) {
  state_->waiting.push_back({std::move(ask), std::move(reply)});
  state_->loop.post([weak = std::weak_ptr(state_)] {
    if (const auto state = weak.lock()) state->serve();
  });
}

void HttpClient::close() {
  std::vector<OnHttpReply> replies;
  for (auto& job : std::exchange(state_->waiting, {})) replies.push_back(std::move(job.reply));
  while (!state_->links.empty()) {
    const State::Link link = state_->links.back();
    if (link->job) replies.push_back(std::move(link->job->reply));
    state_->close(link);
  }
  HttpReply none;
  none.body = "closed";
  for (const auto& reply : replies)
    if (reply) state_->loop.post([reply, none] { reply(none); });
}

const HttpIdentity& HttpClient::identity() const { return state_->identity; }
std::size_t HttpClient::connections() const { return state_->links.size(); }

}  // namespace earshot::sim
