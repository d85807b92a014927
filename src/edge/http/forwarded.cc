#include "edge/http/forwarded.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/number.h"
#include "base/text.h"

namespace earshot::http {
namespace {

/// What one proxy said of whoever sent to it.
struct Hop {
  std::optional<Endpoint> from;  ///< nothing for "unknown" and hidden names
  bool by_https = false;
};
using Hops = std::vector<Hop>;

/// The parts between `separator`s that stand in no quoted string.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && quoted && text[at] == '\\') {
      ++at;
      continue;
    }
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    if (at < text.size() && (quoted || text[at] != separator)) continue;
    parts.push_back(trimmed(text.substr(std::min(from, text.size()), at - from)));
    from = at + 1;
  }
  return parts;
}

/// "192.0.2.1", "192.0.2.1:47011", "2001:db8::1", "[2001:db8::1]:47011"; the last two may be
/// quoted.
std::optional<Endpoint> address_in(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  if (const auto bare = Endpoint::parse(text, 0)) return bare;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Endpoint::parse(text.substr(0, colon),
                         whole_number<std::uint16_t>(text.substr(colon + 1)).value_or(0));
}

/// Of all lines of that name, as if they were one.
std::string joined(const Request& request, std::string_view name) {
  std::string all;
  for (const std::string_view line : request.headers_named(name))
    all.append(all.empty() ? "" : ",").append(line);
  return all;
}

Hops forwarded(const Request& request) {
  Hops hops;
  const std::string all = joined(request, "Forwarded");
  if (all.empty()) return hops;
  for (const std::string_view element : split(all, ',')) {
    Hop hop;
    for (const std::string_view pair : split(element, ';')) {
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = trimmed(pair.substr(0, equals));
      const std::string_view value = trimmed(pair.substr(equals + 1));
      if (equal_without_case(name, "for")) hop.from = address_in(value);
      if (equal_without_case(name, "proto"))
        hop.by_https = equal_without_case(value, "https") || equal_without_case(value, "\"https\"");
    }
    hops.push_back(hop);
  }
  return hops;
}

Hops x_forwarded(const Request& request) {
  Hops hops;
  const std::string all = joined(request, "X-Forwarded-For");
  if (all.empty()) return hops;
  for (const std::string_view each : split(all, ',')) hops.push_back({address_in(each)});
  return hops;
}

bool is_one_of(const Endpoint& address, std::span<const Network> networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& each) { return each.contains(address); });
}

/// Where the chain leads: the hop of the sender, from its end on.
const Hop* sender_of(const Hops& hops, std::span<const Network> trusted) {
  const Hop* sender = nullptr;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!hop->from) break;
    sender = &*hop;
    if (!is_one_of(*hop->from, trusted)) break;
  }
  return sender;
}

}  // namespace

void believe_proxies(Request& request, std::span<const Network> trusted) {
  if (trusted.empty() || !is_one_of(request.peer, trusted)) return;
  const Hops standard = forwarded(request);
  const Hops usual = x_forwarded(request);
  const Hop* const by_standard = sender_of(standard, trusted);
  const Hop* const by_usual = sender_of(usual, trusted);
  const std::string proto = joined(request, "X-Forwarded-Proto");
  request.by_https = proto.empty() ? by_standard && by_standard->by_https
                                   : equal_without_case(split(proto, ',').front(), "https");
  if (!standard.empty() && !usual.empty() &&
      (!by_standard || !by_usual || by_standard->from->address() != by_usual->from->address()))
    return;
  if (const Hop* const sender = by_usual ? by_usual : by_standard) request.peer = *sender->from;
}

}  // namespace earshot::http
