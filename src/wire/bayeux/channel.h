#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace earshot::bayeux {

/// Longer names are refused, in characters.
inline constexpr std::size_t kMaxChannelLength = 256;

/// A concrete channel name: `/` and segments of [A-Za-z0-9 !#$()+-._@{}~], none of them empty, no
/// wildcard, at most kMaxChannelLength characters (bayeux.md §3.4, §3.6).
bool is_channel(std::string_view name);
/// As is_channel, but the last segment may also be `*` (one further segment) or `**` (one or more).
bool is_pattern(std::string_view name);
/// `/meta/…`: the protocol's own channels.
bool is_meta(std::string_view name);
/// `/service/…`: private between one client and the server.
bool is_service(std::string_view name);

/// A channel or wildcard with its hash, taken once.
class Pattern {
 public:
  explicit Pattern(std::string name);
  /// As it was given: who makes one has checked it.
  const std::string& name() const { return name_; }
  /// Taken when it was made.
  std::size_t hash() const { return hash_; }
  bool operator==(const Pattern& other) const {
    return hash_ == other.hash_ && name_ == other.name_;
  }

 private:
  std::string name_;
  std::size_t hash_;
};

/// A concrete channel and every pattern that would match it. Costly to make, cheap to match: make
/// it once for each channel events are sent on.
class Channel {
 public:
  /// Nothing where `name` is not a concrete channel.
  static std::optional<Channel> of(std::string name);
  /// The same, but for `/**`, by which clients ask for all that is their own: this is not.
  static std::optional<Channel> of_others(std::string name);
  /// Without wildcards.
  const std::string& name() const { return patterns_.front().name(); }
  /// For /a/b/c: itself, /a/b/*, /a/b/**, /a/**, and, unless it is of_others, /**.
  const std::vector<Pattern>& patterns() const { return patterns_; }

 private:
  explicit Channel(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {}
  std::vector<Pattern> patterns_;
};

/// What one session subscribed to. Matching looks up the channel's few patterns; it never walks the
/// subscriptions.
class Subscriptions {
 public:
  /// @return whether it is new
  bool add(const std::string& pattern) { return patterns_.emplace(pattern).second; }
  /// Harmless where it was never added.
  void remove(const std::string& pattern) { patterns_.erase(Pattern{pattern}); }
  /// This very pattern: a wider one that covers it does not count.
  bool contains(const std::string& pattern) const { return patterns_.contains(Pattern{pattern}); }
  /// Whether any pattern matches. As many look-ups as the channel has segments, and two.
  bool match(const Channel& channel) const;
  /// Each pattern counts once, however often it was added.
  std::size_t size() const { return patterns_.size(); }

 private:
  /// A Pattern brings its hash along.
  struct Hash {
    std::size_t operator()(const Pattern& pattern) const { return pattern.hash(); }
  };
  std::unordered_set<Pattern, Hash> patterns_;
};

}  // namespace earshot::bayeux
