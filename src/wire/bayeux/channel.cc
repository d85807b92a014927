#include "wire/bayeux/channel.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"

namespace earshot::bayeux {

namespace {

/// The reference validator's set (bayeux.md §3.6) without `*`, which is a wildcard here.
bool is_legal(char character) {
  return is_alphanumeric(character) ||
         std::string_view(" !#$()+-./@_{}~").find(character) != std::string_view::npos;
}

bool is_one_of(std::string_view name, std::string_view root) {
  return name.starts_with(root) && (name.size() == root.size() || name[root.size()] == '/');
}

}  // namespace

bool is_channel(std::string_view name) {
  if (name.size() < 2 || name.size() > kMaxChannelLength) return false;
  if (name.front() != '/' || name.back() == '/') return false;
  if (name.find("//") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), is_legal);
}

bool is_pattern(std::string_view name) {
  if (name.size() > kMaxChannelLength) return false;
  for (const std::string_view wildcard : {"/**", "/*"})
    if (name.ends_with(wildcard)) {
      name.remove_suffix(wildcard.size());
      return name.empty() || is_channel(name);
    }
  return is_channel(name);
}

bool is_meta(std::string_view name) { return is_one_of(name, "/meta"); }

bool is_service(std::string_view name) { return is_one_of(name, "/service"); }

Pattern::Pattern(std::string name)
    : name_(std::move(name)), hash_(std::hash<std::string>{}(name_)) {}

std::optional<Channel> Channel::of(std::string name) {
  if (!is_channel(name)) return std::nullopt;
  std::vector<Pattern> patterns;
  std::string parent = name.substr(0, name.rfind('/') + 1);
  patterns.emplace_back(std::move(name));
  patterns.emplace_back(parent + "*");
  while (true) {
    patterns.emplace_back(parent + "**");
    if (parent.size() == 1) break;
    parent.resize(parent.rfind('/', parent.size() - 2) + 1);
  }
  return Channel{std::move(patterns)};
}

std::optional<Channel> Channel::of_others(std::string name) {
  auto channel = of(std::move(name));
  if (channel)
    std::erase_if(channel->patterns_, [](const Pattern& each) { return each.name() == "/**"; });
  return channel;
}

bool Subscriptions::match(const Channel& channel) const {
  return std::any_of(channel.patterns().begin(), channel.patterns().end(),
                     [this](const Pattern& pattern) { return patterns_.contains(pattern); });
}

}  // namespace earshot::bayeux
