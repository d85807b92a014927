#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/connection.h"
#include "edge/http/frame.h"
#include "edge/http/websocket.h"

namespace earshot::http {

/// A connection after its upgrade.
///
///   Open ──close()──► Closing ──its close frame, or no patience left──► Closed
///     └── its close frame: echoed ──► Leaving ──echo written──► Closed
///
/// Two strings are its write queue: one on its way, one gathering what is said meanwhile, so that
/// many texts take one system call and an idle socket keeps no buffer.
class WebSocketConnection final : public OpenSocket,
                                  public std::enable_shared_from_this<WebSocketConnection> {
 public:
  /// @param handshake  the 101, to be written first
  /// @param ahead      what the client sent behind its request
  WebSocketConnection(std::shared_ptr<ConnectionPool> pool, boost::asio::ip::tcp::socket socket,
                      std::string handshake, std::string ahead);

  /// Writes the handshake, and reads. Once.
  void start();
  /// See WebSocket::listen.
  void listen(WebSocket::Listener& listener);
  /// See WebSocket::send_text. A reader who left too much unread is cut, in a later turn.
  bool send_text(std::string_view text, const WhomToTell& whom);
  /// By the owner, who hears nothing from now on.
  void leave(CloseCode code);
  void finish() override { leave(CloseCode::GoingAway); }
  void close() override;

 private:
  /// See the figure.
  enum class State { Open, Closing, Leaving, Closed };
  using Untold = std::vector<Written>;

  void wait();
  void on_readable();
  void on_bytes(std::string_view bytes);
  void on_heard(const Heard& heard);
  void begin_closing(std::uint16_t code, State next);
  void tell_closed();
  void write();
  void write_some();
  void finish_sending();
  void on_written(const boost::system::error_code& error, std::size_t count);
  void on_sent();
  void tell_written(Untold& untold, bool ok);
  bool is_stalled(std::size_t more) const;
  void cut_later();
  void set_deadline(Duration after);
  void on_deadline();
  void beat(Duration after);
  void on_beat();

  std::shared_ptr<ConnectionPool> pool_;
  boost::asio::ip::tcp::socket socket_;
  FrameReader reader_;
  WebSocket::Listener* listener_ = nullptr;
  State state_ = State::Open;
  bool writing_ = false;
  bool heard_ = false;   ///< anything since the last beat
  bool pinged_ = false;  ///< and waiting for any answer
  std::string ahead_;    ///< came before anybody listened
  std::string out_;
  std::size_t sent_ = 0;
  std::string next_;
  Untold out_written_;
  Untold next_written_;
  TimerId deadline_ = 0;  ///< of a write, or of the closing
  TimerId beat_ = 0;
};

/// What the owner holds; outlives its connection harmlessly.
class WebSocketHandle final : public WebSocket {
 public:
  WebSocketHandle(Loop& loop, std::weak_ptr<WebSocketConnection> connection)
      : loop_(loop), connection_(std::move(connection)) {}
  WebSocketHandle(const WebSocketHandle&) = delete;
  ~WebSocketHandle() override { close(CloseCode::GoingAway); }
  void listen(Listener& listener) override;
  bool send_text(std::string_view text, const WhomToTell& whom) override;
  void close(CloseCode code) override;

 private:
  Loop& loop_;
  std::weak_ptr<WebSocketConnection> connection_;
};

}  // namespace earshot::http
