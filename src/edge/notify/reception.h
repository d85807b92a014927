#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/cookie.h"
#include "edge/http/exchange.h"
#include "edge/notify/admission.h"
#include "edge/notify/dispatch.h"
#include "edge/notify/ground.h"
#include "edge/notify/line.h"
#include "edge/notify/lines.h"
#include "wire/bayeux/message.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {

/// Takes requests over HTTP and texts over WebSocket: one batch of messages, one caller, one
/// answer. Control loop only.
class Reception final : private Line::Ear {
 public:
  /// They outlive it.
  Reception(Ground& ground, Dispatch& dispatch, Lines& lines);

  /// Answers as Hub::handle says.
  void handle(std::unique_ptr<http::Exchange> exchange);
  /// As Hub says.
  void on_users_wanted(std::function<void(const UserId& by)> wanted) {
    users_wanted_ = std::move(wanted);
  }
  /// Of the cookies handed out from now on.
  void set_cookie_scope(CookieScope scope) { cookies_ = scope; }

 private:
  struct Visit;

  void on_text(const std::shared_ptr<Line>& line, std::string_view text) override;
  void follow(const bayeux::Message& message, Visit& visit);
  Subscriber* sender_of(const bayeux::Message& message, const Visit& visit);
  void refuse_unknown(const bayeux::Message& message, Visit& visit);
  void on_subscribe(const bayeux::Message& message, Subscriber& from, Visit& visit);
  void on_handshake(const bayeux::Message& message, Visit& visit);
  Subscriber& begin_session(const bayeux::Message& message, Visit& visit);
  bayeux::Extensions grant(const bayeux::Message& message, Subscriber& fresh);
  void on_connect(const bayeux::Message& message, Subscriber& from, Visit& visit);
  void answer(Carrier& by, const Visit& visit);
  void hold(std::unique_ptr<http::Exchange> exchange, Visit visit);

  Ground& ground_;
  Dispatch& dispatch_;
  Lines& lines_;
  Admission admission_;
  CookieScope cookies_;
  std::function<void(const UserId&)> users_wanted_;
};

}  // namespace earshot::notify
