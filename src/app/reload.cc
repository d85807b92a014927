#include "app/reload.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace earshot::app {
namespace {

struct LiveKey {
  std::string_view key;
  void (*take)(Config& to, const Config& from);
};

constexpr LiveKey kLive[] = {
    {"log.level", [](Config& to, const Config& from) { to.log_level = from.log_level; }},
    {"log.format", [](Config& to, const Config& from) { to.log_format = from.log_format; }},
    {"server.stop_grace_s",
     [](Config& to, const Config& from) { to.server.stop_grace = from.server.stop_grace; }},
    {"http.allowed_origins",
     [](Config& to, const Config& from) { to.http.allowed_origins = from.http.allowed_origins; }},
    {"calls.ring_timeout_s",
     [](Config& to, const Config& from) { to.calls.ring_time = from.calls.ring_time; }},
    {"supervision.ring_timeout_s", [](Config& to, const Config& from) {
       to.calls.supervisor_ring_time = from.calls.supervisor_ring_time;
     }}};

const LiveKey* live_key(std::string_view key) {
  const auto found = std::find_if(std::begin(kLive), std::end(kLive),
                                  [&](const LiveKey& each) { return each.key == key; });
  return found == std::end(kLive) ? nullptr : found;
}

std::string value_in(const std::map<std::string, std::string>& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? "" : found->second;
}

}  // namespace

bool is_live(std::string_view key) { return live_key(key) != nullptr; }

Reload reload(const Config& in_force, const Config& read) {
  Reload out{in_force, {}, {}};
  std::set<std::string> keys;
  for (const auto* values : {&in_force.values, &read.values})
    for (const auto& [key, value] : *values) keys.insert(key);
  for (const std::string& key : keys) {
    const std::string from = value_in(in_force.values, key);
    const std::string to = value_in(read.values, key);
    if (from == to) continue;
    if (const LiveKey* live = live_key(key)) {
      live->take(out.config, read);
      out.config.values[key] = to;
      out.live.push_back({key, from, to});
      continue;
    }
    const auto index = key.find('[');
    if (index == std::string::npos) {
      out.waiting.push_back({key, from, to});
    } else if (const std::string kind = key.substr(0, index);
               out.waiting.empty() || out.waiting.back().key != kind) {
      out.waiting.push_back({kind, "", ""});
    }
  }
  return out;
}

}  // namespace earshot::app
