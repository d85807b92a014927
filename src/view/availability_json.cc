#include "view/availability_json.h"

namespace earshot::view {

json::array availabilities_json(std::span<const Availability> availabilities) {
  json::array out;
  for (const auto& [operation, obstacle] : availabilities) {
    json::object each;
    each["operationName"] = name_of(operation);
    each["available"] = obstacle == nullptr;
    if (obstacle) {
      each["reasonCode"] = obstacle->code;
      each["reason"] = obstacle->reason;
      each["remedy"] = obstacle->remedy;
    }
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace earshot::view
