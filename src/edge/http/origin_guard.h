#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/http/exchange.h"

namespace earshot::http {

/// Whether `origin` ("https://desk.example:8443") is one of `patterns`, where each `*` stands for
/// one or more letters, digits, dots and hyphens: "https://*.example.com", "http://localhost:*".
bool matches_origin(std::string_view origin, std::span<const std::string> patterns);

/// Lets pages of other origins through to a handler only where they are listed, and tells browsers
/// so (CORS). Pages of our own origin (the Host they asked) and clients that are no browsers, which
/// send no Origin, pass as they are. Others get 403 before the handler hears of them, on upgrades
/// to WebSocket alike, where no browser would ask first (bayeux.md §11).
class OriginGuard final : public Handler {
 public:
  /// `behind` outlives the guard.
  OriginGuard(std::vector<std::string> allowed, Handler& behind)
      : allowed_(std::move(allowed)), behind_(behind) {}
  void handle(std::unique_ptr<Exchange> exchange) override;
  /// Instead of those allowed so far.
  void allow(std::vector<std::string> allowed) { allowed_ = std::move(allowed); }

 private:
  std::vector<std::string> allowed_;
  Handler& behind_;
};

}  // namespace earshot::http
