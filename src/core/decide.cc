#include "core/decide.h"

#include "core/capabilities.h"
#include "core/carry_out.h"
#include "core/consultation.h"
#include "core/draft.h"
#include "core/happen.h"

namespace earshot::core {

Decision begin(const NewCall& fresh, const Surroundings& around) {
  Conversation conversation;
  conversation.id = ConversationId{1};
  conversation.call = fresh.id;
  conversation.conn_id = fresh.conn_id;
  conversation.dnis = fresh.dialled;
  conversation.user_data = fresh.user_data;
  Leg caller;
  caller.id = fresh.caller;
  caller.line = own_line_of(fresh.caller);
  caller.in = conversation.id;
  caller.known_as = fresh.id;
  caller.number = fresh.caller_number;
  caller.name = fresh.caller_name;
  caller.incoming = !fresh.by_api;
  caller.state = Dialing{};
  caller.since = around.now;
  if (const auto* device = std::get_if<DeviceId>(&fresh.from)) {
    caller.device = *device;
  } else {
    caller.trunk = std::get<TrunkId>(fresh.from);
    conversation.type = CallType::Inbound;
    conversation.ani = fresh.caller_number;
  }
  Draft draft{nullptr, {}, around};
  Call& call = draft.call();
  call.bridge = fresh.bridge;
  call.conversations.push_back(std::move(conversation));
  call.legs.push_back(caller);
  const auto added = draft.add_called(caller, fresh.dialled, Side::Called, fresh.diverted);
  if (!added) {
    draft.drop(caller.id, added.error());
    return draft.finish({caller.id});
  }
  const Leg* called = call.leg(*added);  // null: in a queue, which answers the caller
  if (called && called->trunk && caller.device)
    call.conversations.front().type = CallType::Outbound;
  if (fresh.by_api)
    draft.dial(*call.leg(caller.id), fresh.dialled);
  else if (called)
    draft.dial(*called, caller.number, caller.name);
  else
    draft.effect(AnswerIncoming{caller.line});
  return draft.finish({caller.id});
}

Refusal refusal_of_dial(const Decision& ended, const std::string& destination) {
  for (const Effect& effect : ended.effects)
    if (const auto* drop = std::get_if<Drop>(&effect);
        drop && drop->cause != ReleaseCause::WrongNumber)
      return refusal_of_destination(drop->cause);
  return {RefusalCode::ParameterInvalid,
          "destination.phoneNumber: nobody can be called at " + destination};
}

Refusal not_possible(Operation operation, const Obstacle* obstacle) {
  std::string sentences{name_of(operation)};
  sentences.append(" is not possible now. ").append(obstacle->reason);
  if (!obstacle->remedy.empty()) sentences.append(" ").append(obstacle->remedy);
  return {RefusalCode::NotAllowedNow, std::move(sentences), obstacle};
}

Result<Decision, Refusal> decide(const Call& call, const Command& command,
                                 const Surroundings& around) {
  Draft draft{&call, call, around};
  if (const auto* operate = std::get_if<Operate>(&command)) {
    Leg* leg = draft.call().leg(operate->leg);
    if (!leg) return Error{Refusal{RefusalCode::NotFound, "You have no such call."}};
    const Operation operation = operate->request.operation;
    if (const Obstacle* obstacle = obstacle_to(call, *leg, operation, around.policy))
      return Error{not_possible(operation, obstacle)};
    std::vector<LegId> first{operate->leg};
    if (auto refusal = carry_out(draft, *leg, operate->request, first)) return Error{*refusal};
    return draft.finish(first);
  }
  return std::visit(
      [&](const auto& each) -> Decision {
        if constexpr (requires { happen(draft, each); }) happen(draft, each);
        std::vector<LegId> first;
        if constexpr (requires { each.line; })
          if (const Leg* leg = call.first_on(each.line)) first.push_back(leg->id);
        return draft.finish(first);
      },
      command);
}

}  // namespace earshot::core
