#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "edge/http/exchange.h"

namespace earshot::notify {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What takes a whole batch to a client: a session knows no more of its transport than this.
class Carrier {
 public:
  virtual ~Carrier() = default;
  /// @param whom  asked unless it is written at once; dropped untold it counts as not written
  /// @return whether it is written already
  virtual bool send(std::string batch, const http::WhomToTell& whom) = 0;
};

/// Where a waiting connect's answer goes: one of send and abandon, once.
class Outlet : public Carrier {
 public:
  /// A newer connect took this one's place: end it without a Bayeux reply.
  virtual void abandon() = 0;
};

/// An HTTP exchange.
class HttpOutlet final : public Outlet {
 public:
  HttpOutlet(std::unique_ptr<http::Exchange> exchange, Headers headers)
      : exchange_(std::move(exchange)), headers_(std::move(headers)) {}
  bool send(std::string batch, const http::WhomToTell& whom) override;
  void abandon() override;

 private:
  std::unique_ptr<http::Exchange> exchange_;
  Headers headers_;
};

}  // namespace earshot::notify
