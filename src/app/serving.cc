#include "app/serving.h"

#include <utility>

#include "base/log.h"
#include "base/time.h"

namespace earshot::app {
namespace {

/// How long HTTP clients may take to fetch their last answers and close their WebSockets.
constexpr Duration kLastAnswers = seconds{1};

}  // namespace

void set_log(const Config& config, bool terminal, bool coloured) {
  set_log_level(config.log_level);
  set_log_format(config.log_format.value_or(terminal ? LogFormat::Text : LogFormat::Json),
                 terminal && coloured);
}

Serving::Serving(Config config, net::AsioLoop& control, net::AsioLoop& media, net::AsioLoop& disk,
                 Entropy& entropy)
    : config_(std::move(config)),
      control_(control),
      media_(media),
      disk_(disk),
      entropy_(entropy),
      sip_network_(control),
      media_network_(media),
      server_(control, config_.http.server, router_) {}

Result<Serving::Places, std::string> Serving::start() {
  const auto http = server_.listen(config_.http.listen);
  if (!http) return Error{"http.listen " + http.error()};
  if (config_.view.base.empty()) config_.view.base = "http://" + http->to_string() + "/api/v2";
  centre_.emplace(config_, Ground{control_, media_, disk_, entropy_, sip_network_, media_network_});
  centre_->mount(router_);
  const auto sip = centre_->start();
  if (!sip) return Error{sip.error()};
  return Places{*http, *sip};
}

void Serving::stop(std::function<void()> stopped) {
  centre_->stop([this, stopped = std::move(stopped)]() mutable {
    server_.finish(kLastAnswers, std::move(stopped));
  });
}

}  // namespace earshot::app
