#include "view/session_json.h"

namespace earshot::view {

json::object partial_session() {
  json::object voice;
  voice["statusCode"] = 0;
  voice["channel"] = "voice";
  json::object multimedia;
  multimedia["statusCode"] = 4;
  multimedia["statusMessage"] = "only the voice channel is served here";
  multimedia["channel"] = "multimedia";
  json::object out;
  out["statusCode"] = 7;
  out["succeeded"] = json::array{std::move(voice)};
  out["failed"] = json::array{std::move(multimedia)};
  return out;
}

}  // namespace earshot::view
