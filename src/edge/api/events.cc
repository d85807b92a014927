#include <charconv>
#include <system_error>

#include "edge/api/asking.h"
#include "view/events_json.h"

namespace earshot::api {
namespace {

constexpr std::uint64_t kUsualPage = 500;
constexpr std::uint64_t kLargestPage = 1000;  // as on every collection (DD-5)

/// Digits alone. Nothing for anything else, or a number beyond 2^64.
std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, number);
  if (text.empty() || fault != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

/// Without `after`: no events, only where the numbers stand.
http::Response get_events(const Asking& asking) {
  std::optional<std::uint64_t> after;
  if (const auto given = asking.request.parameter("after")) {
    after = whole_number(*given);
    if (!after)
      return refused({RefusalCode::ParameterInvalid, "after: expected a sequence number"});
  }
  std::uint64_t limit = kUsualPage;
  if (const auto given = asking.request.parameter("limit")) {
    limit = whole_number(*given).value_or(0);
    if (limit == 0 || limit > kLargestPage)
      return refused({RefusalCode::ParameterInvalid, "limit: expected a number from 1 to 1000"});
  }
  return ok(view::events_json(asking.history.told_after(asking.user.id, after, limit)));
}

}  // namespace earshot::api
