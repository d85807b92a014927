
#include "base/number.h"
#include "edge/api/asking.h"
#include "view/events_json.h"

namespace earshot::api {
namespace {

constexpr std::uint64_t kUsualPage = 500;
constexpr std::uint64_t kLargestPage = 1000;  // as on every collection (DD-5)

}  // namespace

/// Without `after`: no events, only where the numbers stand.
http::Response get_events(const Asking& asking) {
  std::optional<std::uint64_t> after;
  if (const auto given = asking.request.parameter("after")) {
    after = whole_number<std::uint64_t>(*given);
    if (!after)
      return refused({RefusalCode::ParameterInvalid, "after: expected a sequence number"});
  }
  std::uint64_t limit = kUsualPage;
  if (const auto given = asking.request.parameter("limit")) {
    limit = whole_number<std::uint64_t>(*given).value_or(0);
    if (limit == 0 || limit > kLargestPage)
      return refused({RefusalCode::ParameterInvalid, "limit: expected a number from 1 to 1000"});
  }
  return ok(view::events_json(asking.history.told_after(asking.user.id, after, limit)));
}

}  // namespace earshot::api
