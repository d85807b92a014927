#include "edge/api/asking.h"
#include "model/oversight.h"
#include "view/api_fault.h"
#include "view/operation_json.h"

namespace earshot::api {

/// The role, existence, whose agent they are, then parameters (DD-10).
view::Outcome post_user_channel(const Asking& asking, Run run) {
  if (!asking.user.has(Role::Supervisor))
    return Error{Refusal{RefusalCode::RoleMissing, "the supervisor role is required"}};
  const User* agent = asking.directory.user(UserId{std::string{asking.names[0]}});
  if (!agent)
    return Error{Refusal{RefusalCode::NotFound,
                         "There is no user with the id " + std::string{asking.names[0]} + "."}};
  if (auto refusal = refusal_to_supervise(asking.directory, asking.user, *agent))
    return Error{*std::move(refusal)};
  if (asking.names[1] != "voice")
    return Error{Refusal{RefusalCode::NotFound, "There is no channel " +
                                                    std::string{asking.names[1]} +
                                                    ", only the channel voice."}};
  const auto state = view::parse_agents_state_request(asking.request.body);
  if (!state) return Error{state.error()};
  return done(asking.voice.set_state_of(asking.user.id, agent->id, *state, run));
}

}  // namespace earshot::api
