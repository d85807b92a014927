#include "core/capabilities.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/supervision.h"

namespace earshot::core {
namespace {

using enum Operation;

// calls.md §3. EST of the pages, in their members; the order carries no meaning.
constexpr std::array kUserData{AttachUserData, UpdateUserData, DeleteUserData, DeleteUserDataPair};
constexpr std::array kDialing{Hangup, SendDtmf};
constexpr std::array kConversation{InitiateConference, InitiateTransfer, SingleStepConference,
                                   SingleStepTransfer};
constexpr std::array kEstablished{Hangup, Hold, SendDtmf};

void append(std::vector<Operation>& to, std::span<const Operation> more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// Whoever made a conference of the call may remove parties from it while there are others to stay.
bool owns_conference(const Call& call, const Leg& leg) {
  const auto parties = std::count_if(call.legs.begin(), call.legs.end(), [](const Leg& other) {
    return !other.monitoring && other.is_established();
  });
  return call.owner == leg.id && parties > 2;
}

struct Lister {
  const Call& call;
  const Leg& leg;
  const SupervisionSettings& settings;
  std::vector<Operation>& out;

  void operator()(const Offered&) const {}
  void operator()(const Dialing&) const {
    append(out, kUserData);
    append(out, kDialing);
  }
  void operator()(const Ringing& ringing) const {
    append(out, kUserData);
    if (ringing.answerable) out.push_back(Answer);
  }
  void operator()(const Established& established) const {
    append(out, kUserData);
    append(out, kConversation);
    if (established.held) {
      out.push_back(Hangup);
      if (*established.held == HeldBy::Api) out.push_back(Retrieve);
      return;
    }
    append(out, kEstablished);
    if (leg.monitoring || owns_conference(call, leg))
      out.push_back(RemoveParticipantFromConference);
    if (!leg.monitoring) return;
    for (const SupervisorRule& rule : kSupervisorRules)
      if (next_mode(leg.monitoring->mode, rule.operation, settings.free_mode_graph) &&
          rule.from == leg.monitoring->mode)
        out.push_back(rule.operation);
  }
};

}  // namespace

std::vector<Operation> capabilities(const Call& call, const Leg& leg,
                                    const SupervisionSettings& settings) {
  std::vector<Operation> out;
  std::visit(Lister{call, leg, settings, out}, leg.state);
  return out;
}

std::vector<Operation> capabilities(const Station& station, const User* owner) {
  if (!owner || !owner->has(Role::Supervisor) || !station.registered ||
      station.agent_state == AgentState::LoggedOut)
    return {};
  std::vector<Operation> out{ListenIn, Coach, BargeIn};
  if (station.monitoring) out.push_back(CancelSupervisorMonitoring);
  return out;
}

bool accepts(const Call& call, const Leg& leg, Operation operation,
             const SupervisionSettings& settings) {
  if (operation == Hangup && std::holds_alternative<Ringing>(leg.state)) return true;
  const auto listed = capabilities(call, leg, settings);
  return std::find(listed.begin(), listed.end(), operation) != listed.end();
}

}  // namespace earshot::core
