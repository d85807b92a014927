#include "view/session_json.h"

#include "base/json.h"

namespace earshot::view {

std::string partial_session_json() {
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
  return json::serialize(out);
}

}  // namespace earshot::view
