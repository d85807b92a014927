#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/api_fault.h"
#include "view/directory_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

const Group* named_group(const Asking& asking) {
  return asking.directory.group(GroupId{std::string{asking.names[0]}});
}
http::Response no_such_group(const Asking& asking) { return not_found("group", asking.names[0]); }

std::vector<const User*> users(const Asking& asking, const std::vector<UserId>& ids) {
  std::vector<const User*> out;
  for (const UserId& id : ids)
    if (const User* user = asking.directory.user(id)) out.push_back(user);
  return out;
}

json::array users_json(const Asking& asking, const std::vector<UserId>& ids,
                       const json::storage_ptr& memory) {
  json::array out(memory);
  for (const User* user : users(asking, ids))
    out.push_back(view::user_json(*user, asking.settings, memory));
  return out;
}

void add_members(const Asking& asking, json::object& to, const Group& group,
                 std::string_view wanted) {
  if (view::asks_for(wanted, "users")) to["users"] = users_json(asking, group.users, to.storage());
  if (view::asks_for(wanted, "supervisors"))
    to["supervisors"] = users_json(asking, group.supervisors, to.storage());
}

http::Response answer_groups(const Asking& asking, const std::vector<const Group*>& groups) {
  Collection collection;
  collection.name = "groups";
  collection.size = groups.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return view::group_json(*groups[place], asking.settings, memory);
  };
  collection.add_children = [&](json::object& to, std::size_t place, std::string_view wanted) {
    add_members(asking, to, *groups[place], wanted);
  };
  return answer(asking, collection);
}

}  // namespace

http::Response get_groups(const Asking& asking) {
  std::vector<const Group*> groups;
  for (const Group& group : asking.directory.groups()) groups.push_back(&group);
  return answer_groups(asking, groups);
}

http::Response get_my_groups(const Asking& asking) {
  return answer_groups(asking, asking.directory.groups_of(asking.user.id));
}

http::Response get_group(const Asking& asking) {
  const Group* group = named_group(asking);
  if (!group) return no_such_group(asking);
  return answer(
      asking, "group", view::group_json(*group, asking.settings),
      [&](json::object& to, std::string_view wanted) { add_members(asking, to, *group, wanted); });
}

http::Response get_group_users(const Asking& asking) {
  const Group* group = named_group(asking);
  return group ? answer_users(asking, users(asking, group->users)) : no_such_group(asking);
}

http::Response get_group_supervisors(const Asking& asking) {
  const Group* group = named_group(asking);
  return group ? answer_users(asking, users(asking, group->supervisors)) : no_such_group(asking);
}

}  // namespace earshot::api
