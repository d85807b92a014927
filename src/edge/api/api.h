#pragma once

#include <string>
#include <vector>

#include "base/loop.h"
#include "edge/api/kept_answers.h"
#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"
#include "model/directory.h"
#include "ports/event_history.h"
#include "ports/voice_api.h"
#include "view/settings.h"

namespace earshot::api {

/// The REST side of the Voice API, mounted at /api/v2: who asks, which resource, one reply. Each
/// resource has its handler file. Control loop only. All references outlive it: app builds them
/// first.
class Api final : public http::Handler {
 public:
  /// What the server says of itself to whoever is not signed in.
  struct About {
    std::string version;
    bool is_demo = false;  ///< its users and their passwords are public (sign_in.h)
  };
  Api(VoiceApi& voice, EventHistory& history, const DirectorySnapshot& directory,
      auth::Sessions& sessions, const view::ViewSettings& settings, const Loop& loop, About about);
  void handle(std::unique_ptr<http::Exchange> exchange) override;

 private:
  http::Response answer(const http::Request& request);
  VoiceApi& voice_;
  EventHistory& history_;
  const DirectorySnapshot& directory_;
  auth::Sessions& sessions_;
  const view::ViewSettings& settings_;
  const Loop& loop_;
  KeptAnswers kept_;
  About about_;
};

}  // namespace earshot::api
