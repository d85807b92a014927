#include "edge/notify/roster.h"

namespace earshot::notify {

namespace {

const Roster::Subscribers kNobody;

template <class Map, class Key>
const Roster::Subscribers& listed(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? kNobody : found->second;
}

/// Leaves no empty list behind: users and HTTP sessions come and go for ever.
template <class Map, class Key>
void strike(Map& map, const Key& key, Subscriber* subscriber) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  std::erase(found->second, subscriber);
  if (found->second.empty()) map.erase(found);
}

}  // namespace

Subscriber& Roster::add(std::unique_ptr<Subscriber> subscriber) {
  Subscriber& added = *subscriber;
  by_user_[added.user].push_back(&added);
  by_http_session_[added.http_session].push_back(&added);
  by_browser_[added.browser].push_back(&added);
  by_client_.emplace(added.client_id, std::move(subscriber));
  return added;
}

std::unique_ptr<Subscriber> Roster::remove(Subscriber& subscriber) {
  strike(by_user_, subscriber.user, &subscriber);
  strike(by_http_session_, subscriber.http_session, &subscriber);
  strike(by_browser_, subscriber.browser, &subscriber);
  auto node = by_client_.extract(subscriber.client_id);
  return std::move(node.mapped());
}

void Roster::move_to(Subscriber& subscriber, const std::string& http_session) {
  if (subscriber.http_session == http_session) return;
  strike(by_http_session_, subscriber.http_session, &subscriber);
  subscriber.http_session = http_session;
  by_http_session_[http_session].push_back(&subscriber);
}

Subscriber* Roster::find(const std::string& client_id) const {
  const auto found = by_client_.find(client_id);
  return found == by_client_.end() ? nullptr : found->second.get();
}

const Roster::Subscribers& Roster::of_user(const UserId& user) const {
  return listed(by_user_, user);
}

const Roster::Subscribers& Roster::of_http_session(const std::string& http_session) const {
  return listed(by_http_session_, http_session);
}

const Roster::Subscribers& Roster::of_browser(const std::string& browser) const {
  return listed(by_browser_, browser);
}

}  // namespace earshot::notify
