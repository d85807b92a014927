#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

namespace earshot::notify {

/// Lists by key, each in the order of adding. Keeps no empty list: users and HTTP sessions come and
/// go for ever. Made for short lists.
template <class Key, class Item>
class Index {
 public:
  using Items = std::vector<Item>;

  /// @return the key's list, valid for as long as the item is in it
  const Items& add(const Key& key, Item item) {
    Items& items = lists_[key];
    items.push_back(std::move(item));
    return items;
  }
  /// Harmless where it is not listed. Linear in the key's list.
  void strike(const Key& key, const Item& item) {
    const auto found = lists_.find(key);
    if (found == lists_.end()) return;
    std::erase(found->second, item);
    if (found->second.empty()) lists_.erase(found);
  }
  /// Valid until the index changes.
  const Items& of(const Key& key) const {
    static const Items kNone;
    const auto found = lists_.find(key);
    return found == lists_.end() ? kNone : found->second;
  }
  /// No key has an item.
  bool empty() const { return lists_.empty(); }

 private:
  std::unordered_map<Key, Items> lists_;
};

}  // namespace earshot::notify
