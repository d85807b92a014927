#include "base/json.h"

#include <array>
#include <utility>

namespace earshot::json {
namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

Result<value, std::string> parse(std::string_view text, storage_ptr storage) {
  boost::json::parse_options options;
  options.max_depth = 64;
  std::array<unsigned char, 1024> scratch;  // spares most texts an allocation
  boost::json::stream_parser parser{{}, options, scratch.data(), scratch.size()};
  parser.reset(std::move(storage));
  boost::json::error_code code;
  const std::size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text.remove_prefix(skipped);
  const std::size_t used = parser.write_some(text, code);
  if (!code && used < text.size()) code = boost::json::error::extra_data;
  if (!code) parser.finish(code);
  if (code) return Error{"byte " + std::to_string(skipped + used) + ": " + code.message()};
  return parser.release();
}

const value* find(const object& of, std::string_view name) {
  const value* found = of.if_contains(name);
  return found && !found->is_null() ? found : nullptr;
}

const boost::json::string* find_string(const object& of, std::string_view name) {
  const value* found = of.if_contains(name);
  return found ? found->if_string() : nullptr;
}

}  // namespace earshot::json
