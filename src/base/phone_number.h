#pragma once

#include <string>
#include <string_view>

namespace earshot {

/// What is dialled where somebody wrote `written`: the one reader of numbers, for SIP and tel:
/// addresses, for what clients of the API send and for the configuration.
///
///   "+1 (415) 555-0123"                            +14155550123
///   "tel:+1-415-555-0123;phone-context=x"          +14155550123
///   "+14155550123;npdi;rn=+14155550100"            +14155550123
///   "+49 (0)30 1234"                               +49301234
///   "8000;cpc=ordinary"                            8000
///
/// Gone are visual separators (RFC 3966 §5.1.1: "-", ".", "(", ")"; and spaces, slashes and the
/// dashes and spaces of typesetting, which people paste), every parameter, a "(0)" behind a country
/// code, and "tel:". Anything that holds something else than digits, "*", "#" and a leading "+" is
/// a name ("ann.lee", "anonymous") and stays as it is, without the white space around it. Whether
/// there is such a number is for the caller to judge; the answer may be empty.
/// Source: RFC 3966 §3, §5; RFC 3261 §19.1.6.
std::string dialled_number(std::string_view written);

/// Whether `number`, as dialled_number gives it, is one of E.164: "+", a first digit that is not 0,
/// 7 to 15 digits in all (ITU-T E.164 §6.2).
bool is_e164(std::string_view number);

}  // namespace earshot
