#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/deadline.h"
#include "edge/http/request_reader.h"
#include "edge/http/response_text.h"
#include "edge/http/server.h"
#include "edge/http/websocket.h"

namespace earshot::http {

/// What the server ends when it stops.
class OpenSocket {
 public:
  virtual ~OpenSocket() = default;
  /// Ends once what was said is out, in the protocol's own way.
  virtual void finish() = 0;
  /// At once.
  virtual void close() = 0;
};

/// Nothing was written: tells so, where anybody wants to know, in a later turn of the loop.
void fail(Loop& loop, const WhomToTell& whom);

/// What the connections of one server share. Control loop.
struct ConnectionPool {
  ConnectionPool(net::AsioLoop& home, ServerSettings wanted, Handler& application)
      : loop(home), settings(wanted), handler(application) {}

  net::AsioLoop& loop;
  ServerSettings settings;
  /// @param socket  ended; perhaps in the middle of one of its calls
  void remove(OpenSocket* socket) {
    open.erase(socket);
    if (open.empty() && emptied) loop.post(std::exchange(emptied, nullptr));
  }

  Handler& handler;
  std::unordered_map<OpenSocket*, std::shared_ptr<OpenSocket>> open;
  std::function<void()> emptied;  ///< told once, when the last one is gone
  /// Bytes just read. One for all: they read in turn, so that a waiting connection needs no buffer.
  std::array<char, 65536> scratch;
};

/// One TCP connection: reads a request, hands it over, waits for its answer, writes it, reads on.
///
///   Idle ─first byte─► Receiving ─complete─► Held ─respond─► Writing ─► Idle
///                          │ bad, late                          │ last answer
///                          └────────────► Writing ──────────────┴─► Draining ─► Closed
///
/// In every state one wait for the socket to become readable is outstanding, so that a client that
/// goes away is noticed at once. What a client sends ahead of its answer is kept, up to a bound,
/// and then left in the system's buffers. Draining reads what the client still sends, for closing
/// at once would make the system take back an answer not yet read (RFC 9112 §9.6). An upgrade takes
/// the socket along and leaves a closed connection behind.
class Connection final : public OpenSocket, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ConnectionPool> pool, boost::asio::ip::tcp::socket socket,
             const Endpoint& peer);

  /// Waits for the first request. Once.
  void start();
  /// Answers without reading anything, and ends.
  void refuse(Response response);
  /// What is held may still be answered.
  void finish() override;
  /// Ends at once; what is held learns nothing. Harmless when closed.
  void close() override;

  /// For the exchange in hand.
  bool respond(const Response& response, const WhomToTell& whom);
  /// `gone` is called, once, when the client goes away before the answer, unless it expired by
  /// then.
  void on_gone(std::weak_ptr<const std::function<void()>> gone);
  /// Of the request in hand.
  bool is_http_1_0() const { return is_http_1_0_; }
  /// The socket goes on as a WebSocket, this connection ends.
  /// @param handshake  the 101
  /// @return nothing where the client is gone already
  std::unique_ptr<WebSocket> upgrade(const Response& handshake);

 private:
  /// See the figure.
  enum class State { Idle, Receiving, Held, Writing, Draining, Closed };

  void wait();
  void on_readable();
  void on_bytes(std::string_view bytes);
  void on_end(bool broken);
  void read_request(std::string_view bytes);
  /// @return false when the connection is of no more use to the reader
  bool send_continue();
  void dispatch();
  void answer_bad(BadRequest bad);
  bool start_writing(std::string text, bool close_after);
  void write();
  void on_written(const boost::system::error_code& error, std::size_t count);
  void after_answer();
  void drain();
  void tell_written(bool ok);
  void tell_gone();
  void on_deadline();

  std::shared_ptr<ConnectionPool> pool_;
  boost::asio::ip::tcp::socket socket_;
  Endpoint peer_;
  State state_ = State::Idle;
  bool waiting_ = false;        ///< for the socket to become readable
  bool peer_finished_ = false;  ///< it will send nothing more, or is gone altogether
  bool keep_alive_ = false;     ///< of the request in hand
  bool is_http_1_0_ = false;
  bool is_head_ = false;
  bool is_last_ = false;  ///< the answer being written ends the connection
  Deadline deadline_;
  std::string ahead_;  ///< received, not yet read by a reader
  std::unique_ptr<RequestReader> reader_;
  std::weak_ptr<const std::function<void()>> gone_;
  std::string out_;
  std::size_t sent_ = 0;
  std::size_t drained_ = 0;
  Written written_;
};

}  // namespace earshot::http
