#include "model/oversight.h"

#include <algorithm>
#include <functional>

namespace earshot {
namespace {

/// Both lists are in the order of the file.
bool share_one(const std::vector<const Group*>& a, const std::vector<const Group*>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Group* group) {
    return std::binary_search(b.begin(), b.end(), group, std::less<>{});
  });
}

}  // namespace

bool administers(const User& user) { return user.has(Role::Admin) || user.has(Role::ApiUser); }

bool may_supervise(const Directory& directory, const User& supervisor, const User& agent) {
  if (!supervisor.has(Role::Supervisor)) return false;
  return administers(supervisor) || directory.groups().empty() ||
         share_one(directory.groups_of(agent.id), directory.groups_supervised_by(supervisor.id));
}

std::optional<Refusal> refusal_to_supervise(const Directory& directory, const User& supervisor,
                                            const User& agent) {
  if (!supervisor.has(Role::Supervisor))
    return Refusal{RefusalCode::RoleMissing, "the supervisor role is required"};
  if (may_supervise(directory, supervisor, agent)) return std::nullopt;
  return Refusal{RefusalCode::RoleMissing,
                 "The user " + agent.user_name +
                     " is in no group that you supervise. The configuration names a group's "
                     "supervisors, in [[groups]]."};
}

bool may_see(const Directory& directory, const User& user, const User& other) {
  return user.id == other.id || administers(user) || may_supervise(directory, user, other);
}

std::vector<const User*> seen_by(const Directory& directory, const User& user) {
  std::vector<const User*> seen;
  const bool everybody =
      administers(user) || (user.has(Role::Supervisor) && directory.groups().empty());
  if (everybody) {
    for (const User& each : directory.users()) seen.push_back(&each);
    return seen;
  }
  if (const User* self = directory.user(user.id)) seen.push_back(self);
  if (user.has(Role::Supervisor))
    for (const Group* group : directory.groups_supervised_by(user.id))
      for (const UserId& id : group->users)
        if (const User* each = directory.user(id)) seen.push_back(each);
  std::sort(seen.begin(), seen.end(), std::less<>{});  // as they stand in the file
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  return seen;
}

}  // namespace earshot
