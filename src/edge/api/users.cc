#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "model/oversight.h"
#include "view/api_fault.h"
#include "view/directory_json.h"
#include "view/operation_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

const User* named_user(const Asking& asking) {
  return asking.directory.user(UserId{std::string{asking.names[0]}});
}
http::Response no_such_user(const Asking& asking) { return not_found("user", asking.names[0]); }

/// Of a silent listener the agent may not be told (supervision.notify_agent).
void as_told_to_its_user(const Asking& asking, CallSummary& busy) {
  const auto call = asking.voice.call_of(asking.user.id, busy.id);
  busy.monitored = call && call->supervisor_listening_in;
}

/// With what they do now, where whoever asks may see it.
view::OtherUser shown(const Asking& asking, const User& user) {
  view::OtherUser other{user, nullptr, {}, {}, asking.directory.groups_of(user.id)};
  if (!user.default_device) return other;
  other.device = asking.directory.device(*user.default_device);
  if (!may_see(asking.directory, asking.user, user)) return other;
  other.now = asking.voice.device(*user.default_device);
  other.busy = asking.voice.active_call_at(*user.default_device);
  if (other.busy && user.id == asking.user.id) as_told_to_its_user(asking, *other.busy);
  return other;
}

json::array devices_of(const Asking& asking, const User& user) {
  return view::devices_json(shown(asking, user), asking.settings);
}
json::array channels_of(const Asking& asking, const User& user) {
  return view::channels_json(shown(asking, user));
}
json::array skills_of(const Asking& asking, const User& user) {
  return view::skills_json(user, asking.settings);
}

/// A child of the user named by the path, as a collection.
http::Response child(const Asking& asking, std::string_view name,
                     json::array (*of)(const Asking&, const User&)) {
  const User* user = named_user(asking);
  if (!user) return no_such_user(asking);
  return answer(asking, name, of(asking, *user), false);
}

}  // namespace

http::Response answer_users(const Asking& asking, const std::vector<const User*>& users) {
  Collection collection;
  collection.name = "users";
  collection.size = users.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return view::user_json(*users[place], asking.settings, memory);
  };
  collection.add_children = [&](json::object& to, std::size_t place, std::string_view wanted) {
    view::add_subresources(to, shown(asking, *users[place]), wanted, asking.settings);
  };
  return answer(asking, collection);
}

http::Response get_users(const Asking& asking) {
  std::vector<const User*> users;
  users.reserve(asking.directory.users().size());
  for (const User& user : asking.directory.users()) users.push_back(&user);
  return answer_users(asking, users);
}

http::Response get_user(const Asking& asking) {
  const User* user = named_user(asking);
  if (!user) return no_such_user(asking);
  return answer(asking, "user", view::user_json(*user, asking.settings),
                [&](json::object& to, std::string_view wanted) {
                  view::add_subresources(to, shown(asking, *user), wanted, asking.settings);
                });
}

http::Response get_user_devices(const Asking& asking) {
  return child(asking, "devices", devices_of);
}
http::Response get_user_skills(const Asking& asking) { return child(asking, "skills", skills_of); }
http::Response get_user_channels(const Asking& asking) {
  const User* user = named_user(asking);
  if (!user) return no_such_user(asking);
  if (!may_see(asking.directory, asking.user, *user))
    return refused({RefusalCode::RoleMissing,
                    "Channels of the user " + user->user_name +
                        " are for themselves, administrators, and supervisors of their groups."});
  return answer(asking, "channels", channels_of(asking, *user), true);
}

/// The role, existence, whose agent they are, then parameters (DD-10).
view::Outcome post_user_channel(const Asking& asking, Run run) {
  if (!asking.user.has(Role::Supervisor))
    return Error{Refusal{RefusalCode::RoleMissing, "the supervisor role is required"}};
  const User* agent = named_user(asking);
  if (!agent)
    return Error{Refusal{RefusalCode::NotFound,
                         "There is no user with the id " + std::string{asking.names[0]} + "."}};
  if (auto refusal = refusal_to_supervise(asking.directory, asking.user, *agent))
    return Error{*std::move(refusal)};
  if (asking.names[1] != "voice")
    return Error{Refusal{
        RefusalCode::NotFound,
        "There is no channel " + std::string{asking.names[1]} + ", only the channel voice."}};
  const auto state = view::parse_agents_state_request(asking.request.body);
  if (!state) return Error{state.error()};
  return done(asking.voice.set_state_of(asking.user.id, agent->id, *state, run));
}

}  // namespace earshot::api
