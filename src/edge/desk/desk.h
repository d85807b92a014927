#pragma once

#include <memory>
#include <span>

#include "edge/desk/page.h"
#include "edge/http/exchange.h"

namespace earshot::desk {

/// Serves the desk's files, compressed where the browser takes gzip, with the headers that keep
/// them safe: nothing is loaded from elsewhere, no script or style stands in a page, nobody may
/// frame it (Content Security Policy 3). A file whose name tells its contents is kept for ever,
/// every other is asked for again with its ETag (RFC 9110 §13.1.2). Paths it does not have get 404
/// in the API's form. Home: the control loop.
class Desk final : public http::Handler {
 public:
  /// `pages` outlive it; no two of one path.
  explicit Desk(std::span<const Page> pages) : pages_(pages) {}
  void handle(std::unique_ptr<http::Exchange> exchange) override;
  /// Whether there is anything to serve.
  bool is_built() const { return !pages_.empty(); }

 private:
  http::Response answer(const http::Request& request) const;

  std::span<const Page> pages_;
};

}  // namespace earshot::desk
