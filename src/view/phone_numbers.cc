#include "view/phone_numbers.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstddef>
#include <set>
#include <utility>

#include "base/phone_number.h"

namespace earshot::view {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// As many as a large centre's calls have; some 200 bytes each.
constexpr std::size_t kKept = 10'000;
/// 15 digits (E.164 §6.1), and what is dialled before them.
constexpr std::size_t kLongest = 24;
/// What libphonenumber calls no region.
constexpr auto kNoRegion = "ZZ";

PhoneNumbers::Forms as_it_came(const std::string& number) {
  return {.e164 = is_e164(number) ? number : "", .formatted = number};
}

/// Not a name, nor dialling hints such as ";ext=".
bool is_plain(const std::string& number) {
  const std::size_t digits = number.starts_with('+') ? 1 : 0;
  return number.size() <= kLongest && number.find_first_not_of("0123456789", digits) == number.npos;
}

PhoneNumbers::Forms read(const std::string& number, const std::string& region) {
  auto forms = as_it_came(number);
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

PhoneNumbers::Forms PhoneNumbers::of(const std::string& number) {
  if (!is_plain(number)) return as_it_came(number);
  if (const auto known = kept_.find(number); known != kept_.end()) return known->second;
  if (kept_.size() >= kKept) kept_.clear();
  return kept_.emplace(number, read(number, region_)).first->second;
}

}  // namespace earshot::view
