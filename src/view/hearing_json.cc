#include "view/hearing_json.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "view/call_json.h"
#include "view/record_json.h"
#include "view/supervision_names.h"

namespace earshot::view {
namespace {

std::string_view name_of(HearingRole role) {
  switch (role) {
    case HearingRole::Agent:
      return "Agent";
    case HearingRole::Customer:
      return "Customer";
    case HearingRole::Colleague:
      return "Colleague";
    case HearingRole::Outsider:
      return "Outsider";
    case HearingRole::Supervisor:
      return "Supervisor";
    case HearingRole::Guest:
      return "Guest";
  }
  return "";
}

struct RuleText {
  std::string_view code;
  std::string_view sentence;
};

RuleText text_of(HearingRule rule) {
  switch (rule) {
    case HearingRule::SpeakerNotConnected:
      return {"SpeakerNotConnected", "The speaker's phone has not answered yet"};
    case HearingRule::ListenerNotConnected:
      return {"ListenerNotConnected", "The listener's phone has not answered yet"};
    case HearingRule::SpeakerHolds:
      return {"SpeakerHolds", "The speaker holds the call"};
    case HearingRule::ListenerHolds:
      return {"ListenerHolds", "The listener holds the call"};
    case HearingRule::SpeakerMuted:
      return {"SpeakerMuted", "The speaker has muted themselves"};
    case HearingRule::MutedBySupervisor:
      return {"MutedBySupervisor", "Muted by the supervisor"};
    case HearingRule::ListensOnly:
      return {"ListensOnly", "Who listens in is heard by nobody"};
    case HearingRule::CoachesAgentOnly:
      return {"CoachesAgentOnly", "Coach reaches the agent only"};
    case HearingRule::NobodyServes:
      return {"NobodyServes", "No agent serves the customer, so the supervisor is heard by nobody"};
    case HearingRule::PrivateOnHold:
      return {"PrivateOnHold", "A party on hold is private"};
    case HearingRule::Conversation:
      return {"Conversation", "They talk to each other"};
    case HearingRule::CoachReachesAgent:
      return {"CoachReachesAgent", "Coach reaches the agent"};
    case HearingRule::BargedIn:
      return {"BargedIn", "Barge-in: everybody hears the supervisor"};
    case HearingRule::SupervisorListens:
      return {"SupervisorListens", "A supervisor hears every party"};
  }
  return {};
}

std::string_view name_of(Tone tone) { return tone == Tone::HoldMusic ? "HoldMusic" : "Ringback"; }

std::string id_of(LegId leg) { return std::to_string(leg.value); }

double tenths(double value) { return std::round(value * 10) / 10; }

double ms_of(Duration span) {
  return tenths(std::chrono::duration<double, std::milli>(span).count());
}

json::object quality_json(const LineReading& reading) {
  const LineQuality& counted = reading.quality;
  const double sent = double(counted.packets_received + counted.packets_lost);
  json::object out;
  out["lossPercent"] = sent > 0 ? tenths(100.0 * double(counted.packets_lost) / sent) : 0.0;
  out["jitterMs"] = ms_of(counted.jitter);
  if (reading.round_trip) out["roundTripMs"] = ms_of(*reading.round_trip);
  return out;
}

json::object party_json(const HearingParty& party, LegId viewer,
                        const std::optional<LineReading>& reading) {
  json::object out;
  out["id"] = id_of(party.leg);
  out["phoneNumber"] = party.number;
  out["displayName"] = party.name;
  out["role"] = name_of(party.role);
  out["state"] = wire_name(party.state);
  if (party.mode) out["mode"] = wire_name(*party.mode);
  if (party.leg == viewer) out["isMe"] = true;
  if (party.tone) out["hearsTone"] = name_of(*party.tone);
  if (reading) {
    out["level"] = level_of(reading->peak);
    out["quality"] = quality_json(*reading);
  }
  return out;
}

json::object way_json(const HearingWay& way, const ViewSettings& settings) {
  const RuleText text = text_of(way.rule);
  json::object out;
  out["speaker"] = id_of(way.speaker);
  out["listener"] = id_of(way.listener);
  out["open"] = way.open;
  out["since"] = iso_time(settings.day_time(way.since));
  out["ruleCode"] = text.code;
  out["rule"] = text.sentence;
  return out;
}

}  // namespace

int level_of(std::uint16_t peak) {
  constexpr double kFloor = -60;  // dB
  if (peak == 0) return 0;
  const double decibels = 20 * std::log10(double(peak) / 32768);
  return int(std::lround(std::clamp(100 * (1 - decibels / kFloor), 0.0, 100.0)));
}

json::object hearing_json(const HearingView& hearing,
                          const std::vector<std::optional<LineReading>>& readings,
                          const ViewSettings& settings) {
  json::array parties;
  for (std::size_t at = 0; at < hearing.parties.size(); ++at)
    parties.push_back(party_json(hearing.parties[at], hearing.viewer,
                                 at < readings.size() ? readings[at] : std::nullopt));
  json::array ways;
  for (const HearingWay& way : hearing.ways) ways.push_back(way_json(way, settings));
  json::object out;
  out["callUuid"] = hearing.call.value;
  out["callUri"] = call_uri(hearing.call, settings);
  out["revision"] = hearing.revision;
  out["tick"] = hearing.tick;
  out["parties"] = std::move(parties);
  out["ways"] = std::move(ways);
  return out;
}

}  // namespace earshot::view
