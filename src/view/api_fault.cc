#include "view/api_fault.h"

namespace earshot::view {
namespace {

json::object fault(int status_code, std::string_view message) {
  json::object out;
  out["statusCode"] = status_code;
  out["statusMessage"] = message;
  return out;
}

}  // namespace

json::object success() { return {{"statusCode", 0}}; }

std::string success_json(std::string_view name, json::value value) {
  json::object out = success();
  out[name] = std::move(value);
  return json::serialize(out);
}

std::string fault_json(int status_code, std::string_view message) {
  return json::serialize(fault(status_code, message));
}

std::string fault_json(const Refusal& refusal) {
  return fault_json(fault_of(refusal.code).status_code, refusal.message);
}

std::string outcome_json(const Outcome& outcome) {
  return outcome ? json::serialize(*outcome) : fault_json(outcome.error());
}

std::string dry_run_json(Outcome outcome) {
  const Obstacle* obstacle = outcome ? nullptr : outcome.error().obstacle;
  json::object out =
      outcome ? *std::move(outcome)
              : fault(fault_of(outcome.error().code).status_code, outcome.error().message);
  out["dryRun"] = true;
  if (obstacle) {
    out["reasonCode"] = obstacle->code;
    out["remedy"] = obstacle->remedy;
  }
  return json::serialize(out);
}

}  // namespace earshot::view
