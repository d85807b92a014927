#include "edge/notify/hub.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "view/notification_json.h"

namespace earshot::notify {

Hub::Hub(Loop& loop, Entropy& entropy, Callers& callers, NotifySettings settings,
         view::ViewSettings view)
    : view_(std::move(view)),
      ground_{loop, entropy, callers, settings, History{loop, entropy, settings.history}, {}},
      dispatch_(ground_),
      lines_(ground_, dispatch_),
      reception_(ground_, dispatch_, lines_) {}

Hub::~Hub() = default;

void Hub::publish(const std::vector<Event>& events) {
  for (const auto& event : events) {
    const UserId& user = user_of(event);
    History::Track* const track = ground_.history.find(user);
    if (!track && ground_.roster.of_user(user).empty()) continue;
    for (auto& notification : view::notifications_of(event, view_))
      if (const auto* channel = channel_of(notification.channel))
        tell(user, *channel, std::move(notification.message_json), track);
  }
}

/// The channels are the server's own few, so the table stays small.
const bayeux::Channel* Hub::channel_of(const std::string& name) {
  if (const auto known = channels_.find(name); known != channels_.end()) return &known->second;
  auto channel = bayeux::Channel::of(name);
  if (!channel) {
    log(LogLevel::Error, "an event for a channel that does not exist", {{"channel", name}});
    return nullptr;
  }
  return &channels_.emplace(name, std::move(*channel)).first->second;
}

void Hub::tell(const UserId& user, const bayeux::Channel& channel, std::string message_json,
               History::Track* track) {
  bayeux::EventText text;
  if (track) text = ground_.history.add(*track, channel, std::move(message_json));
  Roster::Subscribers overflowed;
  for (Subscriber* subscriber : ground_.roster.of_user(user)) {
    if (subscriber->behind || !subscriber->session.wants(channel)) continue;
    if (!text)
      text = std::make_shared<const bayeux::EventMessage>(
          bayeux::EventMessage{std::move(message_json)});
    const bool taken = subscriber->session.offer(text);
    if (!taken && !subscriber->track) {
      overflowed.push_back(subscriber);
      continue;
    }
    if (!taken) subscriber->behind = text->sequence - 1;
    dispatch_.look_at(*subscriber);
  }
  for (Subscriber* subscriber : overflowed) dispatch_.end(*subscriber, End::Overflow);
}

bool Hub::wants_users(const UserId& by) const {
  const auto& subscribers = ground_.roster.of_user(by);
  return std::any_of(subscribers.begin(), subscribers.end(),
                     [this](const Subscriber* each) { return each->session.wants(ground_.users); });
}

std::size_t Hub::queued_for(const UserId& by) const {
  std::size_t most = 0;
  for (const Subscriber* each : ground_.roster.of_user(by))
    if (each->session.wants(ground_.users)) most = std::max(most, each->session.queued_events());
  return most;
}

void Hub::tell_of_users(const UserId& to, std::string message_json) {
  tell(to, ground_.users, std::move(message_json), ground_.history.find(to));
}

void Hub::handle(std::unique_ptr<http::Exchange> exchange) {
  reception_.handle(std::move(exchange));
}

void Hub::end_session(const std::string& http_session, bool logged_out) {
  const auto subscribers = ground_.roster.of_http_session(http_session);
  for (Subscriber* subscriber : subscribers)
    dispatch_.end(*subscriber, logged_out ? End::LogOut : End::HttpSession);
  lines_.close_all_of(http_session);
}

bool Hub::is_in_use(const std::string& http_session) const {
  return !ground_.roster.of_http_session(http_session).empty() || lines_.has_any_of(http_session);
}

void Hub::stop() {
  Roster::Subscribers all;
  ground_.roster.each([&](Subscriber& each) { all.push_back(&each); });
  for (Subscriber* each : all) dispatch_.end(*each, End::ServerEnds);
  lines_.close_all(http::CloseCode::GoingAway);
}

void Hub::on_ended(std::function<void(const UserId&, End, std::size_t)> ended) {
  dispatch_.on_ended(std::move(ended));
}

bool Hub::is_empty() const {
  return ground_.roster.empty() && lines_.empty() && dispatch_.is_idle();
}

std::size_t Hub::held_connects() const {
  std::size_t count = 0;
  ground_.roster.each([&](const Subscriber& each) { count += each.session.is_held() ? 1 : 0; });
  return count;
}

std::size_t Hub::queued_events() const {
  std::size_t count = 0;
  ground_.roster.each([&](const Subscriber& each) { count += each.session.queued_events(); });
  return count;
}

std::size_t Hub::queued_bytes() const {
  std::size_t bytes = 0;
  ground_.roster.each([&](const Subscriber& each) { bytes += each.session.queued_bytes(); });
  return bytes;
}

}  // namespace earshot::notify
