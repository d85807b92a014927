#include "edge/signalling/diversion.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/number.h"
#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::signalling {
namespace {

constexpr unsigned kMost = 99;  // RFC 5806 §4: a counter has two digits

/// Each value of the header `name`, however many fields it stands in.
template <class Visit>
void for_each_value_of(const sip::Headers& headers, std::string_view name, Visit visit) {
  for (const sip::Header& header : headers.other)
    if (equal_without_case(header.name, name))
      sip::grammar::for_each_value(header.value, [&](std::string_view one) {
        visit(one);
        return true;
      });
}

/// RFC 5806 §4: one, unless it says that it stands for several.
unsigned diversions_of(std::string_view diversion) {
  const auto address = sip::parse_party(diversion);
  if (!address) return 0;
  const auto counter = sip::find_param(address->params, "counter");
  const auto count = counter ? whole_number<unsigned>(*counter) : std::nullopt;
  return std::clamp(count.value_or(1), 1u, kMost);
}

/// An entry of History-Info that tells of a retargeting says why: `cause` in its URI (RFC 4458), or
/// a Reason (RFC 7044 §10.2).
bool is_diversion(std::string_view entry) {
  const auto has = [&](std::string_view word) {
    return std::search(entry.begin(), entry.end(), word.begin(), word.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != entry.end();
  };
  return has(";cause=") || has("?reason=") || has("&reason=");
}

}  // namespace

unsigned diversions_in(const sip::Headers& invite) {
  unsigned diversions = 0, history = 0;
  for_each_value_of(invite, "Diversion",
                    [&](std::string_view one) { diversions += diversions_of(one); });
  for_each_value_of(invite, "History-Info",
                    [&](std::string_view one) { history += is_diversion(one) ? 1 : 0; });
  return std::min(std::max(diversions, history), kMost);
}

void add_diversions(sip::Headers& invite, const Diversions& diverted, bool by_name,
                    const Endpoint& host) {
  sip::Uri uri;
  uri.host = host.address();
  uri.port = host.port();
  const auto add = [&](std::string_view user, std::string_view reason, std::size_t counter,
                       std::string_view privacy) {
    if (counter == 0) return;
    uri.user = user;
    invite.other.push_back(
        {"Diversion", "<" + sip::to_string(uri) + ">;reason=" + std::string{reason} +
                          ";counter=" + std::to_string(std::min<std::size_t>(counter, kMost)) +
                          ";privacy=" + std::string{privacy}});
  };
  if (!by_name) return add("anonymous", "unconditional", diverted.count(), "full");
  for (auto number = diverted.by.rbegin(); number != diverted.by.rend(); ++number)
    add(*number, "unconditional", 1, "off");
  add("anonymous", "unknown", diverted.earlier, "full");
}

}  // namespace earshot::signalling
