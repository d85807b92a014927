#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
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
  /// `behind` and `loop` outlive the guard.
  OriginGuard(Handler& behind, const Loop& loop) : behind_(behind), loop_(loop) {}
  void handle(std::unique_ptr<Exchange> exchange) override;
  /// Instead of those allowed so far; at first none is.
  void allow(std::vector<std::string> allowed) { allowed_ = std::move(allowed); }

 private:
  void log_refusal(std::string_view origin);

  std::vector<std::string> allowed_;
  Handler& behind_;
  const Loop& loop_;
  std::optional<TimePoint> logged_at_;  ///< a refusal, last; not each is
  std::int64_t unlogged_ = 0;           ///< since then
};

}  // namespace earshot::http
