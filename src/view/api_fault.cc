#include "view/api_fault.h"

namespace earshot::view {

std::string success_json() { return R"({"statusCode":0})"; }

std::string success_json(std::string_view name, json::value value) {
  json::object out;
  out["statusCode"] = 0;
  out[name] = std::move(value);
  return json::serialize(out);
}

std::string fault_json(int status_code, std::string_view message) {
  json::object out;
  out["statusCode"] = status_code;
  out["statusMessage"] = message;
  return json::serialize(out);
}

std::string fault_json(const Refusal& refusal) {
  return fault_json(fault_of(refusal.code).status_code, refusal.message);
}

}  // namespace earshot::view
