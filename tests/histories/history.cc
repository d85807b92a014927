#include "tests/histories/history.h"

#include <algorithm>
#include <array>
#include <utility>

namespace earshot::histories {
namespace {

using enum Operation;

/// Those of calls, each with what it needs to be well-formed (History::request).
constexpr std::array kOperations{Hold,
                                 Retrieve,
                                 SwapCalls,
                                 Hangup,
                                 ClearCall,
                                 Answer,
                                 Reject,
                                 MuteCall,
                                 UnmuteCall,
                                 SendDtmf,
                                 InitiateTransfer,
                                 InitiateConference,
                                 SingleStepTransfer,
                                 SingleStepConference,
                                 CompleteTransfer,
                                 CompleteConference,
                                 RemoveParticipantFromConference,
                                 AttachUserData,
                                 DeleteUserData,
                                 StartCallRecording,
                                 StopCallRecording,
                                 PauseCallRecording,
                                 ResumeCallRecording,
                                 SwitchToListenIn,
                                 SwitchToBargeIn,
                                 SwitchToCoach,
                                 MuteMonitoredUser,
                                 UnmuteMonitoredUser};
constexpr std::array kSupervising{SwitchToListenIn, SwitchToBargeIn, SwitchToCoach,
                                  MuteMonitoredUser, UnmuteMonitoredUser};
constexpr std::array kTargets{"5000", "5001", "5002", "5005", "5006", "+4930123", "8000"};

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }

RemoteMedia media(MediaDirection direction) {
  RemoteMedia remote;
  remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
  remote.direction = direction;
  return remote;
}

}  // namespace

History::History(std::uint32_t seed) : random_(seed) {
  DirectoryEntries entries;
  for (const int number : {5000, 5001, 5002, 5005, 5006}) {
    Device each;
    each.id = device(number);
    each.phone_number = std::to_string(number);
    entries.devices.push_back(each);
    User owner;
    owner.id = UserId{"user-" + std::to_string(number)};
    owner.default_device = each.id;
    entries.users.push_back(owner);
  }
  Trunk trunk;
  trunk.id = TrunkId{"pstn"};
  trunk.prefixes = {"+"};
  entries.trunks.push_back(trunk);
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  queue.agents = {device(5001), device(5002)};
  entries.queues.push_back(queue);
  directory_ = std::make_shared<const Directory>(std::move(entries));

  const auto some = [&] { return draw(2) == 0; };
  policy_.supervision.monitor_internal_calls = draw(4) != 0;
  policy_.supervision.monitor_consult_calls = some();
  policy_.supervision.monitor_party_on_hold = some();
  policy_.supervision.notify_agent = some();
  policy_.supervision.free_mode_graph = some();
  policy_.calls.offers_mute = some();
  policy_.calls.offers_clear = some();
  policy_.calls.offers_recording = some();
  const auto watch = [&](int supervisor, int agent) {
    if (draw(4) == 0) return;
    watches_.push_back({device(supervisor),
                        {static_cast<SupervisorMode>(draw(3)), static_cast<MonitoringMode>(draw(2)),
                         static_cast<MonitoringScope>(draw(2)), device(agent)}});
  };
  watch(5005, 5001);
  watch(5006, 5002);

  core::NewCall fresh;
  fresh.id = CallId{"CALL"};
  fresh.conn_id = "0011223344556677";
  fresh.bridge = BridgeId{1};
  fresh.caller = LegId{1};
  const bool outside = draw(3) == 0;
  if (outside)
    fresh.from = TrunkId{"pstn"};
  else
    fresh.from = device(5000);
  fresh.caller_number = outside ? "+4930999" : "5000";
  fresh.dialled = std::array{"5001", "5001", "5002", "8000"}[draw(4)];
  fresh.by_api = !outside && draw(3) == 0;
  commit(core::begin(fresh, around()));
}

core::Surroundings History::around() const {
  return {*directory_,
          policy_,
          {},
          watches_,
          {LegId{last_leg_ + 1}, LegId{last_leg_ + 2}, LegId{last_leg_ + 3}, LegId{last_leg_ + 4}},
          core::FreshConversation{CallId{"CONSULT" + std::to_string(last_leg_)}, "00c0"},
          now_,
          [this](const DeviceId& device) {
            const auto found = stations_.find(device);
            return found == stations_.end() ? nullptr : &found->second;
          }};
}

CallRequest History::request(Operation operation) const {
  CallRequest made;
  made.operation = operation;
  made.destination = kTargets[random_() % kTargets.size()];
  made.participant = kTargets[random_() % kTargets.size()];
  made.digits = "1";
  made.user_data = UserData{};
  return made;
}

Result<core::Decision, Refusal> History::ask(const Leg& leg, Operation operation) const {
  return core::decide(*call_, core::Operate{leg.id, request(operation)}, around());
}

/// Ends are rare, so that calls get somewhere.
core::Command History::phone_acts(const Leg& leg) {
  if (std::holds_alternative<Offered>(leg.state) && draw(2))
    return core::LineRang{leg.line, draw(3) > 0};
  if (!leg.is_established()) {
    if (draw(8)) return core::LineAnswered{leg.line, media(MediaDirection::SendRecv)};
    if (draw(2)) return core::RingTimedOut{leg.line};
    return core::LineEnded{leg.line, draw(2) ? ReleaseCause::Rejected : ReleaseCause::Busy};
  }
  if (draw(5)) return core::LineMediaChanged{leg.line, media(static_cast<MediaDirection>(draw(4)))};
  if (draw(2)) return core::LineMediaChanged{leg.line, media(MediaDirection::SendRecv)};
  return core::LineEnded{leg.line, ReleaseCause::Normal};
}

/// Another subscription of theirs, in place of the one they have.
core::Watch History::subscribe(const DeviceId& supervisor) {
  const core::Watch watch{
      supervisor,
      {static_cast<SupervisorMode>(draw(3)), static_cast<MonitoringMode>(draw(2)),
       static_cast<MonitoringScope>(draw(2)), device(draw(2) ? 5001 : 5002)}};
  std::erase_if(watches_, [&](const core::Watch& each) { return each.supervisor == supervisor; });
  watches_.push_back(watch);
  return watch;
}

core::Command History::next() {
  const Leg& leg = call_->legs[draw(static_cast<std::uint32_t>(call_->legs.size()))];
  for (const Conversation& conversation : call_->conversations)
    if (conversation.is_waiting() && draw(3) == 0)
      return core::AgentFound{conversation.id, device(draw(2) ? 5001 : 5002)};
  const auto supervisor = [&] { return device(draw(2) ? 5005 : 5006); };
  switch (draw(24)) {
    case 0:
      return core::WatchBegan{subscribe(supervisor())};
    case 1:
      if (draw(6) == 0) return core::DeviceRemoved{supervisor()};
      return draw(3) ? core::Command{core::WatchReplaced{supervisor(), std::nullopt}}
                     : core::Command{core::WatcherLeft{supervisor()}};
    case 2:
      return core::PatienceEnded{call_->conversations[0].id};
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return phone_acts(leg);
    default:
      break;
  }
  return core::Operate{leg.id, request(wish_of(leg))};
}

/// Mostly what is possible and not the end; a supervisor mostly supervises.
Operation History::wish_of(const Leg& leg) {
  const bool supervises = leg.monitoring && draw(3) > 0;
  Operation wish = kOperations[draw(kOperations.size())];
  for (int tries = 0; tries < 8 && draw(10) > 0; ++tries) {
    wish = supervises ? kSupervising[draw(kSupervising.size())]
                      : kOperations[draw(kOperations.size())];
    if (wish != Hangup && wish != ClearCall && ask(leg, wish)) break;
  }
  return wish;
}

/// A user says how new calls to them are to go.
void History::change_wishes() {
  const DeviceId of = device(std::array{5000, 5001, 5002, 5005, 5006}[draw(5)]);
  Station& station = stations_[of];
  station.do_not_disturb = draw(4) == 0;
  station.forward_to = draw(3) ? "" : kTargets[draw(kTargets.size())];
  story_ += of.value + (station.do_not_disturb ? " is not to be disturbed" : " can be disturbed") +
            (station.forward_to.empty() ? "" : ", forwards to " + station.forward_to) + "\n";
}

/// Of whom a number leads to; not of monitoring, the own phone of who dials by API, and a queue's
/// agent, who is the floor's choice.
void History::check_calling(const core::DialOut& dial) {
  const auto* to = std::get_if<DeviceId>(&dial.to);
  const Leg* leg = call_ ? call_->first_on(dial.line) : nullptr;
  if (!leg || !std::holds_alternative<Offered>(leg->state) || leg->from_queue) return;
  if (leg->monitoring && !leg->invited) return;
  if (dial.diverted.count() > 5) wrongly_called_ += dial.number + " after too many diversions\n";
  if (!to) return;
  const Station& station = stations_[*to];
  if (station.do_not_disturb || !station.forward_to.empty()) wrongly_called_ += to->value + "\n";
}

void History::step() {
  now_ += seconds{1};
  if (draw(12) == 0) change_wishes();
  take(next());
}

void History::take(const core::Command& command) {
  struct Teller {
    std::string operator()(const core::Operate& each) const {
      return "leg " + std::to_string(each.leg.value) + " " +
             std::string{name_of(each.request.operation)} + " to " +
             each.request.destination.value_or("") + ", participant " +
             each.request.participant.value_or("");
    }
    std::string operator()(const core::LineRang& each) const {
      return "line " + std::to_string(each.line.value) + " rings";
    }
    std::string operator()(const core::LineAnswered& each) const {
      return "line " + std::to_string(each.line.value) + " answers";
    }
    std::string operator()(const core::LineMediaChanged& each) const {
      return "line " + std::to_string(each.line.value) + " changes its media to " +
             std::to_string(static_cast<int>(each.remote.direction));
    }
    std::string operator()(const core::LineEnded& each) const {
      return "line " + std::to_string(each.line.value) + " ends";
    }
    std::string operator()(const core::RingTimedOut& each) const {
      return "line " + std::to_string(each.line.value) + " rang too long";
    }
    std::string operator()(const core::WatchBegan& each) const {
      return each.watch.supervisor.value + " watches " + each.watch.subscription.target.value +
             " in mode " + std::to_string(static_cast<int>(each.watch.subscription.state));
    }
    std::string operator()(const core::WatchReplaced& each) const {
      return each.supervisor.value + " watches no more";
    }
    std::string operator()(const core::DeviceRemoved& each) const {
      return each.device.value + " is removed";
    }
    std::string operator()(const core::WatcherLeft& each) const {
      return each.supervisor.value + " logs out";
    }
    std::string operator()(const core::AgentFound& each) const {
      return "the queue finds " + each.agent.value;
    }
    std::string operator()(const core::PatienceEnded&) const { return "patience ends"; }
    std::string operator()(const core::RecordingFailed&) const { return "a recording fails"; }
    std::string operator()(const core::ServerEnds&) const { return "the server ends"; }
  };
  story_ += std::visit(Teller{}, command);
  auto decided = core::decide(*call_, command, around());
  story_ += decided ? "\n" : ": refused, " + decided.error().message + "\n";
  if (decided) commit(*std::move(decided));
}

void History::commit(core::Decision decision) {
  last_leg_ += 4;
  call_ = std::move(decision.call);
  for (const core::Effect& effect : decision.effects)
    if (const auto* dial = std::get_if<core::DialOut>(&effect)) check_calling(*dial);
  for (const core::Effect& effect : decision.effects)
    if (const auto* apply = std::get_if<core::Apply>(&effect)) plan_ = apply->plan;
}

}  // namespace earshot::histories
