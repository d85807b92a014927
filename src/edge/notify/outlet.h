#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "edge/http/exchange.h"

namespace earshot::notify {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Where a waiting connect's answer goes. A session knows no more of its transport than this.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Sends a whole batch. One of answer and abandon, once.
  /// @param whom  asked unless it is written at once; dropped untold it counts as not written
  /// @return whether it is written already
  virtual bool answer(std::string batch, const http::WhomToTell& whom) = 0;
  /// A newer connect took this one's place: end it without a Bayeux reply.
  virtual void abandon() = 0;
};

/// A held HTTP exchange.
class HttpOutlet final : public Outlet {
 public:
  HttpOutlet(std::unique_ptr<http::Exchange> exchange, Headers headers)
      : exchange_(std::move(exchange)), headers_(std::move(headers)) {}
  bool answer(std::string batch, const http::WhomToTell& whom) override;
  void abandon() override;

 private:
  std::unique_ptr<http::Exchange> exchange_;
  Headers headers_;
};

}  // namespace earshot::notify
