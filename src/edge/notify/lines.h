#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "edge/http/exchange.h"
#include "edge/notify/dispatch.h"
#include "edge/notify/ground.h"
#include "edge/notify/index.h"
#include "edge/notify/line.h"
#include "model/ids.h"

namespace earshot::notify {

/// All open lines: brings them up, puts sessions on them, and closes the ones nobody uses. A line
/// that ends leaves its session alive until that expires. Control loop only.
class Lines final : private Line::Operator {
 public:
  /// `ground` and `dispatch` outlive it.
  Lines(Ground& ground, Dispatch& dispatch) : ground_(ground), dispatch_(dispatch) {}
  ~Lines();
  Lines(const Lines&) = delete;

  /// Accepts the WebSocket that the exchange asks for, or answers 400 or, where `caller` has too
  /// many that carry no session, 429. It is closed after NotifySettings::unused_line without one.
  /// @param ear  outlives the lines
  void open(std::unique_ptr<http::Exchange> exchange, Caller caller, Line::Ear& ear);
  /// Events of `subscriber` are pushed on `line` from now on (bayeux.md §6.3). The session that was
  /// on it is let go; the line that reached `subscriber` before is closed.
  void put(Subscriber& subscriber, const std::shared_ptr<Line>& line);
  /// Closes a line and forgets it; its session lives on until it expires.
  void close(const std::shared_ptr<Line>& line, http::CloseCode code);
  /// The lines of an HTTP session that ended.
  void close_all_of(const std::string& http_session);
  /// As close(), of every line.
  void close_all(http::CloseCode code);

  /// Whether a line was opened under that HTTP session.
  bool has_any_of(const std::string& http_session) const {
    return !by_http_session_.of(http_session).empty();
  }
  /// Open lines, with a session or without.
  std::size_t size() const { return lines_.size(); }
  /// Nothing is left, in no list either.
  bool empty() const { return lines_.empty() && by_user_.empty() && by_http_session_.empty(); }

 private:
  using Shared = std::shared_ptr<Line>;

  void on_closed(const Shared& line) override;
  void on_parted(const Shared& line, std::optional<http::CloseCode> code) override;
  void await_session(Line& line);
  void let_go(Subscriber& subscriber);
  std::size_t unused_of(const UserId& user) const;

  Ground& ground_;
  Dispatch& dispatch_;
  std::unordered_set<Shared> lines_;
  Index<UserId, Shared> by_user_;
  Index<std::string, Shared> by_http_session_;
};

}  // namespace earshot::notify
