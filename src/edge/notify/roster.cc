#include "edge/notify/roster.h"

namespace earshot::notify {

Subscriber& Roster::add(std::unique_ptr<Subscriber> subscriber) {
  Subscriber& added = *subscriber;
  added.self = std::make_shared<Subscriber*>(&added);
  by_user_.add(added.user, &added);
  by_http_session_.add(added.http_session, &added);
  added.of_browser = &by_browser_.add(added.browser, &added);
  ++at_address_[added.address];
  by_client_.emplace(added.client_id, std::move(subscriber));
  return added;
}

std::unique_ptr<Subscriber> Roster::remove(Subscriber& subscriber) {
  by_user_.strike(subscriber.user, &subscriber);
  by_http_session_.strike(subscriber.http_session, &subscriber);
  by_browser_.strike(subscriber.browser, &subscriber);
  const auto counted = at_address_.find(subscriber.address);
  if (--counted->second == 0) at_address_.erase(counted);
  auto node = by_client_.extract(subscriber.client_id);
  return std::move(node.mapped());
}

void Roster::move_to(Subscriber& subscriber, const std::string& http_session) {
  if (subscriber.http_session == http_session) return;
  by_http_session_.strike(subscriber.http_session, &subscriber);
  subscriber.http_session = http_session;
  by_http_session_.add(http_session, &subscriber);
}

Subscriber* Roster::find(const std::string& client_id) const {
  const auto found = by_client_.find(client_id);
  return found == by_client_.end() ? nullptr : found->second.get();
}

std::size_t Roster::count_at(const std::string& address) const {
  const auto counted = at_address_.find(address);
  return counted == at_address_.end() ? 0 : counted->second;
}

bool Roster::empty() const {
  return by_client_.empty() && by_user_.empty() && by_http_session_.empty() &&
         by_browser_.empty() && at_address_.empty();
}

}  // namespace earshot::notify
