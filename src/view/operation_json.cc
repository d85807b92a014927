#include "view/operation_json.h"

#include <algorithm>

#include "base/json.h"
#include "base/phone_number.h"
#include "view/supervision_names.h"
#include "view/user_data_json.h"

namespace earshot::view {
namespace {

Refusal missing(std::string_view field) {
  return {RefusalCode::ParameterMissing, std::string{field} + " is required"};
}
Refusal invalid(std::string_view field, std::string_view expected) {
  return {RefusalCode::ParameterInvalid, std::string{field} + ": " + std::string{expected}};
}

/// A request's object, and what it says it is.
struct Named {
  json::object object;
  std::string name;
};

Result<Named, Refusal> read_named(std::string_view text) {
  auto value = json::parse(text);
  if (!value) return Error{invalid("body", "not JSON at " + value.error())};
  if (!value->is_object()) return Error{invalid("body", "an object is expected")};
  json::object object = std::move(value->get_object());
  const json::value* name = json::find(object, "operationName");
  if (!name) return Error{missing("operationName")};
  if (!name->is_string()) return Error{invalid("operationName", "a string is expected")};
  std::string text_of_name{name->get_string()};
  return Named{std::move(object), std::move(text_of_name)};
}

struct Body {
  json::object object;
  Operation operation;
};

/// The object and its operationName, which must lie within [first, last] of the enum, where the
/// operations of one resource stand together, or be one of `also`.
Result<Body, Refusal> read(std::string_view text, std::string_view resource, Operation first,
                           Operation last, std::initializer_list<Operation> also = {}) {
  auto named = read_named(text);
  if (!named) return Error{named.error()};
  const auto operation = operation_named(named->name);
  if (!operation) return Error{invalid("operationName", "there is no such operation")};
  if ((*operation < first || *operation > last) &&
      std::find(also.begin(), also.end(), *operation) == also.end())
    return Error{invalid("operationName", std::string{name_of(*operation)} +
                                              " is not an operation of " + std::string{resource})};
  return Body{std::move(named->object), *operation};
}

/// A string member into `into`, where it is there. False: it is something else.
bool take_string(const json::object& object, std::string_view field,
                 std::optional<std::string>& into) {
  const json::value* value = json::find(object, field);
  if (!value) return true;
  if (!value->is_string()) return false;
  into = std::string{value->get_string()};
  return true;
}

bool is_dialable(std::string_view number) {
  return !number.empty() && number.size() <= 64 &&
         number.find_first_not_of(
             "0123456789abcdefghijklmnopqrstuvwxyz"
             "ABCDEFGHIJKLMNOPQRSTUVWXYZ+*#._-") == std::string_view::npos;
}

/// {"phoneNumber":"<digits>"}.
std::optional<Refusal> take_number(const json::object& object, std::string_view field,
                                   std::optional<std::string>& into) {
  const json::value* value = json::find(object, field);
  if (!value) return std::nullopt;
  const std::string inner = std::string{field} + ".phoneNumber";
  if (!value->is_object()) return invalid(field, "an object with phoneNumber is expected");
  const json::value* number = json::find(value->get_object(), "phoneNumber");
  if (!number) return missing(inner);
  std::string dialled;
  if (number->is_string()) dialled = dialled_number(std::string_view{number->get_string()});
  if (!is_dialable(dialled))
    return invalid(inner, "a string of 1 to 64 digits, letters, + * # . _ - is expected");
  into = std::move(dialled);
  return std::nullopt;
}

/// ForwardCallsOn has a number as a string (supervision-and-devices.md §B.2); an object, as calls
/// have it, is as good.
std::optional<Refusal> take_destination(const json::object& object,
                                        std::optional<std::string>& into) {
  const json::value* value = json::find(object, "destination");
  if (value && value->is_object()) return take_number(object, "destination", into);
  if (!take_string(object, "destination", into))
    return invalid("destination", "a phone number as a string is expected");
  if (!into) return std::nullopt;
  into = dialled_number(*into);
  if (!is_dialable(*into))
    return invalid("destination", "a string of 1 to 64 digits, letters, + * # . _ - is expected");
  return std::nullopt;
}

std::optional<Refusal> take_user_data(const json::object& object, std::optional<UserData>& into) {
  const json::value* value = json::find(object, "userData");
  if (!value) return std::nullopt;
  if (!value->is_object()) return invalid("userData", "an object is expected");
  into = parse_user_data(value->get_object());
  if (!into) return invalid("userData", "null is not a value");
  return std::nullopt;
}

/// The id a reference names: an absolute URI, a path, or the bare id (DD-1).
std::string last_segment(std::string_view reference) {
  while (reference.ends_with('/')) reference.remove_suffix(1);
  return std::string{reference.substr(reference.rfind('/') + 1)};
}

/// The URI of a device or call.
template <class Id>
std::optional<Refusal> take_reference(const json::object& object, std::string_view field,
                                      std::optional<Id>& into) {
  std::optional<std::string> text;
  if (!take_string(object, field, text)) return invalid(field, "a string is expected");
  if (!text) return std::nullopt;
  into = Id{last_segment(*text)};
  if (into->empty()) return invalid(field, "a URI is expected");
  return std::nullopt;
}

/// Those of SetCallDisposition. callUri and callUuid name the call by their last segment.
std::optional<Refusal> take_disposition(const json::object& object, CallRequest& into) {
  std::optional<CallId> by_uri;
  if (auto refusal = take_reference(object, "callUri", by_uri)) return refusal;
  into.call = by_uri;
  if (auto refusal = take_reference(object, "callUuid", into.call)) return refusal;
  if (by_uri && into.call != by_uri) return invalid("callUuid", "callUri names another call");
  if (!take_string(object, "disposition", into.disposition))
    return invalid("disposition", "a string is expected");
  if (!take_string(object, "dispositionKey", into.disposition_key) ||
      (into.disposition_key && into.disposition_key->empty()))
    return invalid("dispositionKey", "a name is expected");
  return std::nullopt;
}

constexpr auto kFirstState = Operation::Ready;
constexpr auto kLastState = Operation::Offline;
bool is_state(Operation operation) { return operation >= kFirstState && operation <= kLastState; }

/// `reasonCode`, or `reason` as it is shown; of NotReady and AuxWork.
std::optional<Refusal> take_reason(const json::object& object, std::string& into) {
  for (const std::string_view field : {"reasonCode", "reason"}) {
    std::optional<std::string> text;
    if (!take_string(object, field, text) || (text && (text->empty() || text->size() > 64)))
      return invalid(field, "a string of 1 to 64 characters is expected");
    if (!text) continue;
    if (!into.empty() && into != *text) return invalid(field, "reasonCode says something else");
    into = *std::move(text);
  }
  return std::nullopt;
}

}  // namespace

Result<CallRequest, Refusal> parse_call_request(std::string_view text) {
  auto body = read(text, "a call", Operation::Answer, Operation::UnmuteMonitoredUser);
  if (!body) return Error{body.error()};
  const json::object& object = body->object;
  CallRequest request;
  request.operation = body->operation;
  if (auto refusal = take_number(object, "destination", request.destination))
    return Error{*refusal};
  if (auto refusal = take_user_data(object, request.user_data)) return Error{*refusal};
  if (const json::value* participant = json::find(object, "participant");
      participant && participant->is_object()) {  // both forms are in use (calls.md §4.2)
    if (auto refusal = take_number(object, "participant", request.participant))
      return Error{*refusal};
  } else if (!take_string(object, "participant", request.participant)) {
    return Error{invalid("participant", "a phone number as a string is expected")};
  } else if (request.participant) {
    request.participant = dialled_number(*request.participant);
  }
  if (!take_string(object, "digits", request.digits))
    return Error{invalid("digits", "a string is expected")};
  if (!take_string(object, "key", request.key))
    return Error{invalid("key", "a string is expected")};
  if (auto refusal = take_reference(object, "otherCallUri", request.other_call))
    return Error{*refusal};
  if (auto refusal = take_reference(object, "consultCallUri", request.consult_call))
    return Error{*refusal};
  if (request.operation == Operation::SetCallDisposition)
    if (auto refusal = take_disposition(object, request)) return Error{*refusal};
  return request;
}

Result<DevicePost, Refusal> parse_device_request(std::string_view text) {
  auto body = read(text, "a device", Operation::ListenIn, Operation::ForwardCallsOff,
                   {Operation::SetCallDisposition, Operation::MuteMonitoredUser,
                    Operation::UnmuteMonitoredUser});
  if (!body) return Error{body.error()};
  if (body->operation == Operation::SetCallDisposition) {
    CallRequest request;
    request.operation = body->operation;
    if (auto refusal = take_disposition(body->object, request)) return Error{*refusal};
    if (!request.call) return Error{missing("callUuid")};
    return DevicePost{std::move(request)};
  }
  DeviceRequest request;
  request.operation = body->operation;
  if (auto refusal = take_reference(body->object, "targetDeviceUri", request.target))
    return Error{*refusal};
  if (!take_string(body->object, "phoneNumber", request.target_number))
    return Error{invalid("phoneNumber", "a string is expected")};
  if (request.target_number) request.target_number = dialled_number(*request.target_number);
  std::optional<std::string> name;
  if (!take_string(body->object, "supervisorMonitoringScope", name) ||
      (name && !(request.scope = monitoring_scope_named(*name))))
    return Error{invalid("supervisorMonitoringScope", "Agent or Call is expected")};
  name.reset();
  if (!take_string(body->object, "supervisorMonitoringMode", name) ||
      (name && !(request.mode = monitoring_mode_named(*name))))
    return Error{invalid("supervisorMonitoringMode", "NextCall or AllCalls is expected")};
  if (request.operation == Operation::ForwardCallsOn)
    if (auto refusal = take_destination(body->object, request.destination)) return Error{*refusal};
  return DevicePost{std::move(request)};
}

Result<DialRequest, Refusal> parse_dial_request(std::string_view text) {
  auto body = read(text, "a device's calls", Operation::Dial, Operation::Dial);
  if (!body) return Error{body.error()};
  std::optional<std::string> destination;
  if (auto refusal = take_number(body->object, "destination", destination)) return Error{*refusal};
  if (!destination) return Error{missing("destination")};
  std::optional<UserData> user_data;
  if (auto refusal = take_user_data(body->object, user_data)) return Error{*refusal};
  return DialRequest{*std::move(destination), std::move(user_data).value_or(UserData{})};
}

Result<StateRequest, Refusal> parse_state_request(std::string_view text) {
  auto named = read_named(text);
  if (!named) return Error{named.error()};
  if (!operation_named(named->name)) return StateRequest{std::nullopt, named->name};
  const auto body = read(text, "the voice channel", kFirstState, kLastState);
  if (!body) return Error{body.error()};
  StateRequest request{body->operation};
  const bool has_reason =
      body->operation == Operation::NotReady || body->operation == Operation::AuxWork;
  if (has_reason)
    if (auto refusal = take_reason(body->object, request.reason)) return Error{*refusal};
  return request;
}

Result<Operation, Refusal> parse_agents_state_request(std::string_view text) {
  auto body = read(text, "another user's channel", Operation::Ready, Operation::NotReady,
                   {Operation::Offline});
  if (!body) return Error{body.error()};
  return body->operation;
}

Result<std::string, Refusal> parse_operation_name(std::string_view text) {
  auto named = read_named(text);
  if (!named) return Error{named.error()};
  return std::move(named->name);
}

Result<MeRequest, Refusal> parse_me_request(std::string_view text) {
  const auto named = read_named(text);
  if (!named) return Error{named.error()};
  MeRequest request;
  const auto operation = operation_named(named->name);
  if (!operation || is_state(*operation)) {
    auto state = parse_state_request(text);
    if (!state) return Error{state.error()};
    request.state = *std::move(state);
    return request;
  }
  auto body = read(text, "a user", kFirstState, Operation::EndContactCenterSession,
                   {Operation::DoNotDisturbOn, Operation::DoNotDisturbOff});
  if (!body) return Error{body.error()};
  request.operation = body->operation;
  if (auto refusal = take_reference(body->object, "devicePath", request.session.device))
    return Error{*refusal};
  if (request.operation != Operation::StartContactCenterSession) return request;
  const json::value* channels = json::find(body->object, "channels");
  if (!channels) return Error{missing("channels")};
  if (!channels->is_array() || channels->get_array().empty())
    return Error{invalid("channels", "a list of names is expected, [\"voice\"]")};
  for (const json::value& channel : channels->get_array()) {
    if (!channel.is_string()) return Error{invalid("channels", "a list of names is expected")};
    request.session.channels.emplace_back(channel.get_string());
  }
  return request;
}

}  // namespace earshot::view
