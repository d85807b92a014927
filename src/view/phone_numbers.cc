#include "view/phone_numbers.h"

#include <phonenumbers/phonenumberutil.h>

#include <set>
#include <utility>

namespace earshot::view {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// As many as a large centre's calls have; 200 bytes each.
constexpr std::size_t kKept = 10'000;
/// What libphonenumber calls no region.
constexpr auto kNoRegion = "ZZ";

PhoneNumbers::Forms read(const std::string& number, const std::string& region) {
  const bool has_plus = number.starts_with('+');
  PhoneNumbers::Forms forms{.e164 = has_plus ? number : "", .formatted = number};
  const bool is_plain = number.find_first_not_of("0123456789", has_plus ? 1 : 0) == number.npos;
  if (!is_plain) return forms;  // a name, or dialling hints such as ";ext=": shown as they came
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber parsed;
  if (library.Parse(number, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
      !library.IsPossibleNumber(parsed))
    return forms;
  library.Format(parsed, PhoneNumberUtil::E164, &forms.e164);
  library.Format(parsed, PhoneNumberUtil::INTERNATIONAL, &forms.formatted);
  return forms;
}

}  // namespace

PhoneNumbers::PhoneNumbers(std::string region)
    : region_(region.empty() ? kNoRegion : std::move(region)) {}

bool PhoneNumbers::knows(const std::string& region) {
  std::set<std::string> regions;
  PhoneNumberUtil::GetInstance()->GetSupportedRegions(&regions);
  return regions.contains(region);
}

const PhoneNumbers::Forms& PhoneNumbers::of(const std::string& number) {
  if (const auto known = kept_.find(number); known != kept_.end()) return known->second;
  if (kept_.size() >= kKept) kept_.clear();
  return kept_.emplace(number, read(number, region_)).first->second;
}

}  // namespace earshot::view
