#include "edge/signalling/caller_identity.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::signalling {
namespace {

constexpr std::string_view kAnonymous = "anonymous";
/// Octets of what phones and desktops show; longer ones are nobody's number or name.
constexpr std::size_t kLongest = 128;

/// `text` cut after a whole character of UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

CallerIdentity identity_in(const sip::NameAddr& address) {
  return {sip::grammar::cleaned(shortened(sip::number_in(address.uri))),
          shortened(address.display)};
}

bool wants_privacy(const sip::Headers& invite) {
  for (const sip::Header& header : invite.other) {
    if (header.name != "Privacy") continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of(";,"), rest.size());
      const std::string_view word = trimmed(rest.substr(0, end));
      for (const std::string_view private_word : {"id", "user", "header"})
        if (equal_without_case(word, private_word)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

std::optional<CallerIdentity> asserted_identity(const sip::Headers& invite) {
  std::optional<CallerIdentity> best;
  for (const sip::Header& header : invite.other) {
    if (header.name != "P-Asserted-Identity") continue;
    sip::grammar::for_each_value(header.value, [&](std::string_view one) {
      const auto address = sip::parse_party(one);
      if (!address) return true;
      CallerIdentity identity = identity_in(*address);
      if (identity.number.empty()) return true;
      if (best && best->name.empty()) best->name = identity.name;
      const bool has_number =
          identity.number.find_first_not_of("+0123456789*#") == std::string::npos;
      const bool replaces =
          !best ||
          (has_number && best->number.find_first_not_of("+0123456789*#") != std::string::npos);
      if (replaces) {
        if (identity.name.empty() && best) identity.name = best->name;
        best = std::move(identity);
      }
      return true;
    });
  }
  return best;
}

}  // namespace

CallerIdentity identity_in_from(const sip::Headers& invite) { return identity_in(invite.from); }

CallerIdentity identity_by_trunk(const sip::Headers& invite) {
  if (wants_privacy(invite)) return {std::string{kAnonymous}, {}};
  CallerIdentity from = identity_in_from(invite);
  auto asserted = asserted_identity(invite);
  if (!asserted) return from;
  if (asserted->name.empty() && from.number != kAnonymous) asserted->name = std::move(from.name);
  return *std::move(asserted);
}

}  // namespace earshot::signalling
