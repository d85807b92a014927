// What the centre as a whole has: skills, queues, features, services, settings.
#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "model/oversight.h"
#include "view/agent_states.h"
#include "view/api_fault.h"
#include "view/directory_json.h"
#include "view/service_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

http::Response admin_required() {
  return refused({RefusalCode::RoleMissing, "the admin role is required"});
}

/// The one of `all` whose id the path names.
http::Response one_of(const Asking& asking, std::string_view name, json::array all) {
  for (json::value& each : all)
    if (each.at("id") == json::value(asking.names[0]))
      return answer(asking, name, std::move(each.as_object()));
  return not_found(name, asking.names[0]);
}

}  // namespace

// ---- skills ----

http::Response get_skills(const Asking& asking) {
  if (!administers(asking.user)) return admin_required();
  const auto& skills = asking.directory.skills();
  Collection collection;
  collection.name = "skills";
  collection.size = skills.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return view::skill_json(skills[place], 0, asking.settings, memory);
  };
  return answer(asking, collection);
}

http::Response get_skill(const Asking& asking) {
  const Skill* skill = asking.directory.skill(SkillId{std::string{asking.names[0]}});
  if (!skill) return not_found("skill", asking.names[0]);
  return answer(asking, "skill", view::skill_json(*skill, 0, asking.settings));
}

http::Response get_my_skills(const Asking& asking) {
  return answer(asking, "skills", view::skills_json(asking.user, asking.settings), false);
}

// ---- queues ----

http::Response get_queues(const Asking& asking) {
  const auto& queues = asking.directory.queues();
  Collection collection;
  collection.name = "queues";
  collection.size = queues.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return view::queue_json(queues[place], asking.settings, memory);
  };
  return answer(asking, collection);
}

http::Response get_queue(const Asking& asking) {
  const Queue* queue = asking.directory.queue_with_api_id(asking.names[0]);
  if (!queue) return not_found("queue", asking.names[0]);
  return answer(asking, "queue", view::queue_json(*queue, asking.settings));
}

// ---- features and services ----

http::Response get_features(const Asking& asking) {
  return answer(asking, "features", view::features_json(asking.settings), false);
}
http::Response get_feature(const Asking& asking) {
  return one_of(asking, "feature", view::features_json(asking.settings));
}
http::Response get_services(const Asking& asking) {
  return answer(asking, "services", view::services_json(asking.settings), false);
}
http::Response get_service(const Asking& asking) {
  return one_of(asking, "service", view::services_json(asking.settings));
}
http::Response get_voice_environment(const Asking& asking) {
  return one_of(asking, "voiceEnvironment", {view::voice_environment_json(asking.settings)});
}

// ---- settings ----

http::Response get_settings(const Asking& asking) {
  if (!administers(asking.user)) return admin_required();
  json::array groups = view::settings_groups_json(asking.settings);
  if (asking.parameter("subresources") == "*")
    for (json::value& group : groups)
      group.as_object()["settings"] = view::agent_states_json(asking.directory);
  return answer(asking, "settings", std::move(groups), true);
}

http::Response get_agent_states(const Asking& asking) {
  json::object body = view::success();
  body["settings"] = view::agent_states_json(asking.directory);
  body["key"] = "id";
  return ok(json::serialize(body));
}

/// A user's own sections of options: there are none here.
http::Response get_my_settings(const Asking&) {
  return ok(view::success_json("settings", json::object{}));
}

/// Work items are no part of this server: nobody has a bin of them.
http::Response get_workbins(const Asking& asking) {
  return answer(asking, "workbins", json::array{}, true);
}

}  // namespace earshot::api
