#include "core/consultation.h"

#include <algorithm>

#include "core/carry_out.h"
#include "core/routing.h"
#include "core/seats.h"
#include "core/supervision.h"
#include "core/user_data.h"

namespace earshot::core {
namespace {

/// The line takes part in one conversation at a time: `active`, or none.
void hold_others(Call& call, LineId line, LegId active) {
  for (Leg& leg : call.legs)
    if (leg.line == line && leg.id != active)
      if (auto* established = std::get_if<Established>(&leg.state)) established->held = true;
}

/// Whether the owner of `leg` may mean it by `id`.
bool answers_to(const Call& call, const Leg& leg, const CallId& id) {
  return leg.known_as == id || call.conversation_of(leg).call == id;
}

/// The consultation that completing means: that named by consultCallUri, else the likeliest.
Result<Consulting, Refusal> meant(const Call& call, const Leg& leg, const CallRequest& request) {
  const bool must_be_answered = request.operation == Operation::CompleteConference;
  for (const Consulting& each : consultations_of(call, leg)) {
    if (must_be_answered && !is_answered(call, each)) continue;
    if (!request.consult_call || answers_to(call, *call.leg(each.consult), *request.consult_call))
      return each;
  }
  return Error{Refusal{RefusalCode::ParameterInvalid,
                       "consultCallUri: no consultation of this call can be completed there"}};
}

/// Everybody in the consultation but its originator comes over, to the originator's side, and into
/// their seat where they supervise: a listener's guest is a listener (decisions A2). What the
/// consultation changed in its copy of the user data is kept.
std::vector<LegId> bring_over(Draft& draft, const Consulting& consulting) {
  Call& call = draft.call();
  const Leg parent = *call.leg(consulting.parent);
  const Leg consult = *call.leg(consulting.consult);
  std::vector<LegId> moved;
  for (Leg& leg : call.legs) {
    if (leg.in != consult.in || leg.id == consult.id) continue;
    leg.in = parent.in;
    leg.side = parent.side;
    if (is_party(leg)) {
      draft.seat_beside(leg, parent);
    } else if (leg.monitoring->target == consult.id) {
      monitor(leg, parent);
    }
    moved.push_back(leg.id);
  }
  const Conversation& from = call.conversation_of(consult);
  Conversation& to = call.conversation_of(parent);
  if (from.is_waiting()) {  // from now on for the party who is transferred
    to.queueing = from.queueing;
    to.queueing->side = parent.side;
  }
  const auto& consultation = from.consultation;
  merge_changes(to.user_data, consultation ? consultation->copied : UserData{}, from.user_data);
  return moved;
}

}  // namespace

std::optional<Refusal> refusal_of_destination(const Call& call, const CallRequest& request) {
  if (!request.destination) return missing("destination");
  const std::string& number = *request.destination;
  for (const Leg& leg : call.legs)
    if (leg.number == number)
      return Refusal{RefusalCode::ParameterInvalid,
                     "destination.phoneNumber: " + number + " is in this call already"};
  return std::nullopt;
}

Refusal refusal_of_destination(ReleaseCause cause) {
  return {RefusalCode::ParameterInvalid,
          "destination.phoneNumber: " + std::string{words_for(cause)}};
}

std::optional<Refusal> refusal_of_queue(const Draft& draft, const Leg& by,
                                        const CallRequest& request) {
  const Route way = route(draft.around(), *request.destination, by, 0);
  if (!std::holds_alternative<QueueId>(way.to)) return std::nullopt;
  if (!by.monitoring && request.operation != Operation::SingleStepConference) return std::nullopt;
  return Refusal{RefusalCode::ParameterInvalid,
                 "destination.phoneNumber: a queue can be transferred to, or consulted by a party"};
}

std::optional<Refusal> consult(Draft& draft, Leg& by, const CallRequest& request,
                               std::vector<LegId>& first) {
  Call& call = draft.call();
  if (auto refusal = refusal_of_destination(call, request)) return refusal;
  if (auto refusal = refusal_of_queue(draft, by, request)) return refusal;
  const FreshConversation& fresh = *draft.around().fresh_conversation;
  Conversation conversation;
  conversation.id = ConversationId{call.conversations.back().id.value + 1};
  conversation.call = fresh.call;
  conversation.conn_id = fresh.conn_id;
  conversation.type = CallType::Consult;
  conversation.dnis = *request.destination;
  conversation.user_data = call.conversation_of(by).user_data;
  conversation.consultation =
      Consultation{by.id, request.operation == Operation::InitiateTransfer, conversation.user_data};
  if (request.user_data)
    if (auto refusal = attach(conversation.user_data, *request.user_data,
                              draft.around().policy.calls.max_user_data))
      return refusal;
  Leg caller;
  caller.id = draft.fresh_leg();
  caller.line = by.line;
  caller.in = conversation.id;
  caller.known_as = conversation.call;
  caller.device = by.device;
  caller.number = by.number;
  caller.name = by.name;
  caller.state = Dialing{.phone_up = true};
  caller.since = draft.around().now;
  caller.phone_holds = by.phone_holds;
  hold_others(call, caller.line, caller.id);
  call.conversations.push_back(std::move(conversation));
  call.legs.push_back(caller);  // invalidates `by`
  const auto called = draft.add_called(caller, *request.destination, Side::Called);
  if (!called) return refusal_of_destination(called.error());
  if (!called->empty()) draft.dial(*call.leg(*called), caller.number, caller.name);
  first.push_back(caller.id);
  return std::nullopt;
}

std::optional<Refusal> swap_calls(Draft& draft, Leg& leg, const CallRequest& request,
                                  std::vector<LegId>& first) {
  Call& call = draft.call();
  const auto others = others_on_line(call, leg);
  const Leg* other = nullptr;
  for (const Leg* each : others) {
    if (!leg.is_held() && !each->is_held()) continue;
    if (!request.other_call || answers_to(call, *each, *request.other_call)) other = each;
  }
  if (!other)
    return Refusal{RefusalCode::ParameterInvalid,
                   "otherCallUri: these two calls cannot be swapped"};
  const LegId active = leg.is_held() ? leg.id : other->id;
  const LegId held = leg.is_held() ? other->id : leg.id;
  call.leg(active)->state = Established{};
  hold_others(call, leg.line, active);
  first = {active, held};
  return std::nullopt;
}

std::optional<Refusal> complete_transfer(Draft& draft, Leg& leg, const CallRequest& request,
                                         std::vector<LegId>& first) {
  Call& call = draft.call();
  const auto consulting = meant(call, leg, request);
  if (!consulting) return consulting.error();
  const auto [parent, consult] = *consulting;
  const auto moved = bring_over(draft, *consulting);
  const auto heir = std::find_if(moved.begin(), moved.end(), [&](LegId each) {
    return is_party(*call.leg(each)) && call.leg(each)->device;
  });
  if (heir != moved.end()) {
    draft.hand_over_supervisors(parent, *heir);
    auto& owner = call.conversation_of(*call.leg(*heir)).owner;
    if (owner == parent) owner = *heir;
  }
  draft.remove(consult, ReleaseCause::Normal);
  draft.drop(parent, ReleaseCause::Normal);
  first = {parent, consult};
  return std::nullopt;
}

std::optional<Refusal> complete_conference(Draft& draft, Leg& leg, const CallRequest& request,
                                           std::vector<LegId>& first) {
  Call& call = draft.call();
  const auto consulting = meant(call, leg, request);
  if (!consulting) return consulting.error();
  const auto [parent, consult] = *consulting;
  bring_over(draft, *consulting);
  Leg& back = *call.leg(parent);
  back.state = Established{};
  hold_others(call, back.line, back.id);
  if (is_party(back)) call.conversation_of(back).owner = back.id;
  draft.remove(consult, ReleaseCause::Normal);
  first = {consult, parent};
  return std::nullopt;
}

}  // namespace earshot::core
