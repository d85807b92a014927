#include "view/events_json.h"

#include <utility>

namespace earshot::view {

/// The messages are put in as they were told, with the number as a first member.
std::string events_json(const ToldEvents& told) {
  std::string out = R"({"statusCode":0,"events":[)";
  bool first = true;
  for (const ToldEvent& event : told.events) {
    out.append(std::exchange(first, false) ? "" : ",").append(R"({"sequence":)");
    out.append(std::to_string(event.sequence)).append(",").append(*event.message_json, 1);
  }
  out.append(R"(],"newest":)").append(std::to_string(told.newest));
  out.append(R"(,"cursor":)").append(std::to_string(told.cursor));
  if (told.gap) out.append(R"(,"gap":{"snapshot":")").append(kSnapshotPath).append("\"}");
  return out + "}";
}

}  // namespace earshot::view
