#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/call_view.h"
#include "model/ids.h"
#include "model/media.h"
#include "model/supervision.h"

namespace earshot {

/// Why a speaker is heard by a listener of the same conversation, or is not: the first that is true
/// of the two, in this order (supervision-and-devices.md §E.1).
enum class HearingRule {
  // Closed.
  SpeakerNotConnected,   ///< dials, or rings
  ListenerNotConnected,  ///< dials, or rings
  SpeakerHolds,          ///< on hold, by operation or by the phone itself
  ListenerHolds,
  SpeakerMuted,       ///< by their own MuteCall
  MutedBySupervisor,  ///< MuteMonitoredUser
  ListensOnly,        ///< a supervisor in ListenIn: nobody hears them
  CoachesAgentOnly,   ///< a supervisor in Coach: nobody but the agent hears them
  NobodyServes,       ///< a supervisor while no agent serves the customer (DD-23)
  PrivateOnHold,      ///< supervision.monitor_party_on_hold is off
  // Open.
  Conversation,       ///< two parties who talk
  CoachReachesAgent,  ///< the monitored agent hears their coach
  BargedIn,           ///< everybody hears a supervisor in BargeIn
  SupervisorListens,  ///< a supervisor hears every party, in any mode
};

/// Whether the speaker is heard.
constexpr bool is_open(HearingRule rule) { return rule >= HearingRule::Conversation; }

/// What a party is to the supervisor who looks.
enum class HearingRole {
  Agent,       ///< whom they monitor
  Customer,    ///< an outside party at the other end
  Colleague,   ///< another device of ours
  Outsider,    ///< an outside party at the agent's end: consulted, or transferred to
  Supervisor,  ///< they themselves, or another who is barged in
  Guest,       ///< brought along by a supervisor, in the supervisor's mode
};

/// One party of the conversation.
struct HearingParty {
  LegId leg;
  LineId line;
  std::string number;
  std::string name;  ///< of the device's user, or as its phone said; or ""
  HearingRole role = HearingRole::Customer;
  CallViewState state = CallViewState::Established;
  std::optional<SupervisorMode> mode;  ///< of supervisors and guests
  std::optional<Tone> tone;            ///< what the bridge plays to them
  bool operator==(const HearingParty&) const = default;
};

/// From one party to another.
struct HearingWay {
  LegId speaker;
  LegId listener;
  bool open = false;  ///< as the media plan says; `rule` says why
  HearingRule rule = HearingRule::Conversation;
  TimePoint since{};  ///< open, or closed, since then
  bool operator==(const HearingWay&) const = default;
};

/// Who hears whom in a supervisor's conversation, as the media plan in force has it.
struct HearingView {
  CallId call;  ///< as the viewer knows it
  DeviceId device;
  LegId viewer;
  std::uint64_t revision = 0;         ///< of the media plan
  std::uint64_t tick = 0;             ///< of the media loop, when the plan came into force
  std::vector<HearingParty> parties;  ///< in order of joining
  std::vector<HearingWay> ways;       ///< each ordered pair of them
  bool operator==(const HearingView&) const = default;
};

/// What the media loop measured of a line's peer within about a second.
struct LineReading {
  std::uint16_t peak = 0;                ///< largest sample, linear, 0 to 32768
  LineQuality quality;                   ///< since the line was opened
  std::optional<Duration> round_trip{};  ///< by RTCP, where the peer reports (RFC 3550 §6.4.1)
};

/// The same with what is known of the parties' voices, in their order: nothing where nothing was
/// measured within the last seconds.
struct HeardCall {
  HearingView view;
  std::vector<std::optional<LineReading>> readings;
};

}  // namespace earshot
