#include <algorithm>
#include <array>

#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/api_fault.h"
#include "view/collection.h"
#include "view/directory_json.h"

namespace earshot::api {
namespace {

/// One that can be called: a user, or a queue.
struct Contact {
  const User* user = nullptr;
  const Queue* queue = nullptr;
};

const Device* device_of(const Asking& asking, const User& user) {
  return user.default_device ? asking.directory.device(*user.default_device) : nullptr;
}

std::string_view number_of(const Asking& asking, const Contact& contact) {
  if (contact.queue) return contact.queue->phone_number;
  const Device* device = device_of(asking, *contact.user);
  return device ? std::string_view{device->phone_number} : "";
}

json::object contact_json(const Asking& asking, const Contact& contact,
                          const json::storage_ptr& memory = {}) {
  if (contact.queue) return view::contact_json(*contact.queue, asking.settings, memory);
  return view::contact_json(*contact.user, device_of(asking, *contact.user),
                            asking.directory.groups_of(contact.user->id), asking.settings, memory);
}

/// The names by which it is looked for, and its number.
std::vector<std::string_view> names_of(const Asking& asking, const Contact& contact) {
  if (contact.queue) return {contact.queue->id.value, contact.queue->phone_number};
  const User& user = *contact.user;
  return {user.first_name, user.last_name, user.user_name, number_of(asking, contact)};
}

/// What a request asks of contacts that is no attribute of theirs.
class Wanted {
 public:
  static Result<Wanted, Refusal> read(const Asking& asking) {
    Wanted wanted{asking};
    const auto filter = asking.request.parameter("filterName");
    if (filter && *filter != "NamesOrPhoneNumberMatches")
      return Error{Refusal{RefusalCode::ParameterInvalid,
                           "filterName: \"" + std::string{*filter} +
                               "\" was given, NamesOrPhoneNumberMatches is expected"}};
    wanted.names_ = filter ? asking.request.parameter("filterParameters") : std::nullopt;
    if (filter && !wanted.names_)
      return Error{Refusal{RefusalCode::ParameterMissing,
                           "filterParameters is required with filterName: names or numbers, with "
                           "* for any text"}};
    wanted.number_ = asking.request.parameter("phoneNumber");
    wanted.channel_ = asking.request.parameter("channel");
    if (!asking.directory.groups().empty())
      wanted.units_ = asking.request.parameter("includeUsersInBusinessUnits");
    return wanted;
  }

  bool takes(const Contact& contact) const {
    const std::string_view number = number_of(asking_, contact);
    return (!names_ || view::matches_each(*names_, names_of(asking_, contact))) &&
           (!number_ || view::is_listed(number, *number_)) &&
           (!channel_ || (view::is_listed("voice", *channel_) && !number.empty())) &&
           (!units_ || is_in_units(contact));
  }

 private:
  explicit Wanted(const Asking& asking) : asking_(asking) {}
  bool is_in_units(const Contact& contact) const {
    if (!contact.user) return false;
    const auto& groups = asking_.directory.groups_of(contact.user->id);
    return std::any_of(groups.begin(), groups.end(),
                       [&](const Group* group) { return view::is_listed(group->name, *units_); });
  }

  const Asking& asking_;
  std::optional<std::string_view> names_, number_, channel_, units_;
};

}  // namespace

/// Users, then queues.
http::Response get_contacts(const Asking& asking) {
  constexpr std::array<std::string_view, 6> kOfUsers{"userName",   "firstName",    "lastName",
                                                     "employeeId", "emailAddress", "roles"};
  const auto wanted = Wanted::read(asking);
  if (!wanted) return refused(wanted.error());
  std::vector<Contact> contacts;
  for (const User& user : asking.directory.users())
    if (wanted->takes({&user, nullptr})) contacts.push_back({&user, nullptr});
  for (const Queue& queue : asking.directory.queues())
    if (wanted->takes({nullptr, &queue})) contacts.push_back({nullptr, &queue});
  Collection collection;
  collection.name = "contacts";
  collection.size = contacts.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return contact_json(asking, contacts[place], memory);
  };
  collection.optional = kOfUsers;
  collection.whole = true;
  collection.counted = true;
  return answer(asking, collection);
}

/// `type` says of which kind; without it either.
http::Response get_contact(const Asking& asking) {
  const std::string id{asking.names[0]};
  const auto type = asking.request.parameter("type");
  if (type && *type != "User" && *type != "Queue")
    return refused({RefusalCode::ParameterInvalid,
                    "type: \"" + std::string{*type} + "\" was given, User or Queue is expected"});
  Contact contact;
  if (type != "Queue") contact.user = asking.directory.user(UserId{id});
  if (type != "User" && !contact.user) contact.queue = asking.directory.queue_with_api_id(id);
  if (!contact.user && !contact.queue) return not_found("contact", id);
  return answer(asking, "contact", contact_json(asking, contact));
}

}  // namespace earshot::api
