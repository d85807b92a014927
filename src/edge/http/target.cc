#include "edge/http/target.h"

#include "base/hex.h"
#include "base/utf8.h"

namespace earshot::http {
namespace {

enum class Plus { Literal, Space };

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      const auto octet = octet_of_hex(text.substr(at + 1, 2));
      if (!octet || *octet == '\0') return std::nullopt;
      c = *octet;
      at += 2;
    } else if (c == '+' && plus == Plus::Space) {
      c = ' ';
    }
    out += c;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

/// The part from the path on, without scheme and authority.
std::optional<std::string_view> origin_form(std::string_view target) {
  if (target == "*") return "/";
  for (const std::string_view scheme : {"http://", "https://"})
    if (target.starts_with(scheme)) {
      const auto slash = target.find_first_of("/?", scheme.size());
      if (slash == scheme.size() || target == scheme) return std::nullopt;  // no host
      if (slash == std::string_view::npos) return "/";
      target.remove_prefix(slash);
      break;
    }
  if (!target.starts_with('/')) return std::nullopt;
  return target;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  const auto origin = origin_form(text);
  if (!origin || origin->find('#') != std::string_view::npos) return std::nullopt;
  const auto mark = origin->find('?');
  auto path = percent_decoded(origin->substr(0, mark), Plus::Literal);
  if (!path) return std::nullopt;

  Target target{std::move(*path), {}};
  std::string_view rest = mark == std::string_view::npos ? "" : origin->substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), Plus::Space);
    auto value = percent_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1),
                                 Plus::Space);
    if (!name || !value) return std::nullopt;
    target.query.emplace_back(std::move(*name), std::move(*value));
  }
  return target;
}

}  // namespace earshot::http
