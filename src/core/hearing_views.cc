#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/hearing.h"
#include "core/seats.h"
#include "core/supervision.h"
#include "core/views.h"

namespace earshot::core {
namespace {

/// Who may be shown who hears whom: a supervisor, by the leg that supervises.
bool may_look(const Leg& leg) { return leg.monitoring && !leg.monitoring->guest && is_shown(leg); }

bool is_brought_by(const Leg& leg, const Leg& supervisor) {
  return leg.monitoring && leg.monitoring->guest && leg.invited && leg.invited->by == supervisor.id;
}

HearingRole role_of(const Call& call, const Leg& viewer, const Leg& leg) {
  if (leg.monitoring) return leg.monitoring->guest ? HearingRole::Guest : HearingRole::Supervisor;
  if (monitored_by(call, viewer) == &leg) return HearingRole::Agent;
  if (leg.device) return HearingRole::Colleague;
  return leg.side == viewer.side ? HearingRole::Outsider : HearingRole::Customer;
}

std::string name_of(const Leg& leg, const Directory& directory) {
  const User* user = leg.device ? directory.owner_of(*leg.device) : nullptr;
  if (!user) return leg.name;
  const bool both = !user->first_name.empty() && !user->last_name.empty();
  std::string name = user->first_name + (both ? " " : "") + user->last_name;
  return name.empty() ? user->user_name : name;
}

HearingParty party_of(const Call& call, const Leg& viewer, const Leg& leg, const MediaPlan& plan,
                      const Directory& directory) {
  HearingParty party;
  party.leg = leg.id;
  party.line = leg.line;
  party.number = leg.number;
  party.name = name_of(leg, directory);
  party.role = role_of(call, viewer, leg);
  party.state = shown_state(leg);
  if (leg.monitoring) party.mode = leg.monitoring->mode;
  // A line plays to whichever of its legs takes part.
  if (leg.in_mix() || !leg.is_established())
    for (const ToneEdge& edge : plan.tones)
      if (edge.listener == leg.line) party.tone = edge.tone;
  return party;
}

}  // namespace

std::vector<HearingView> hearing_views(const Call& call, const MediaPlan& plan,
                                       const SupervisionSettings& settings,
                                       const Directory& directory) {
  std::vector<HearingView> views;
  if (std::none_of(call.legs.begin(), call.legs.end(), may_look)) return views;
  const std::set<HearingEdge> heard{plan.hears.begin(), plan.hears.end()};
  for (const Leg& viewer : call.legs) {
    if (!may_look(viewer)) continue;
    std::vector<const Leg*> shown;
    for (const Leg& leg : call.legs)
      if (leg.in == viewer.in &&
          (leg.id == viewer.id || is_shown_to_others(leg) || is_brought_by(leg, viewer)))
        shown.push_back(&leg);
    HearingView& view = views.emplace_back();
    view.call = viewer.known_as;
    view.device = *viewer.device;
    view.viewer = viewer.id;
    view.revision = plan.revision;
    for (const Leg* leg : shown)
      view.parties.push_back(party_of(call, viewer, *leg, plan, directory));
    for (const Leg* speaker : shown)
      for (const Leg* listener : shown) {
        if (speaker == listener) continue;
        const HearingRule rule = hearing_rule(call, *listener, *speaker, settings);
        const bool takes_part = speaker->in_mix() && listener->in_mix();
        view.ways.push_back({speaker->id, listener->id,
                             takes_part && heard.contains({listener->line, speaker->line}), rule});
      }
  }
  return views;
}

void date_ways(HearingView& view, const HearingView* before, TimePoint now) {
  std::map<std::pair<LegId, LegId>, const HearingWay*> known;
  if (before)
    for (const HearingWay& was : before->ways) known[{was.speaker, was.listener}] = &was;
  for (HearingWay& way : view.ways) {
    const auto was = known.find({way.speaker, way.listener});
    const bool stays = was != known.end() && was->second->open == way.open;
    way.since = stays ? was->second->since : now;
  }
}

}  // namespace earshot::core
