#include "core/segments.h"

#include <algorithm>

#include "core/seats.h"
#include "core/views.h"

namespace earshot::core {
namespace {

void name_party(Segment& segment, const Directory& directory) {
  const User* owner = segment.device ? directory.owner_of(*segment.device) : nullptr;
  if (owner) segment.user = owner->id;
}

Segment begin_segment(const Call& call, const Leg& leg, const Surroundings& around) {
  const Conversation& conversation = call.conversation_of(leg);
  Segment segment;
  segment.leg = leg.id;
  segment.line = leg.line;
  segment.call = leg.known_as;
  segment.conn_id = conversation.conn_id;
  segment.type = conversation.type;
  segment.number = leg.number;
  segment.device = leg.device;
  segment.trunk = leg.trunk;
  segment.caller = std::holds_alternative<Dialing>(leg.state);
  segment.start = leg.since;
  if (conversation.consultation)
    if (const Leg* from = call.leg(conversation.consultation->from))
      segment.parent = from->known_as;
  name_party(segment, around.directory);
  return segment;
}

void follow_mode(Segment& segment, const Call& call, const Leg& leg, TimePoint now) {
  if (leg.monitoring) {
    if (const Leg* target = call.leg(leg.monitoring->target)) segment.monitored = target->number;
    if (segment.modes.empty() || segment.modes.back().mode != leg.monitoring->mode)
      segment.modes.push_back({leg.monitoring->mode, now});
  } else if (!segment.modes.empty() && segment.modes.back().mode) {
    segment.modes.push_back({std::nullopt, now});
  }
}

void follow_hold(Segment& segment, bool is_held, TimePoint now) {
  if (is_held && !segment.held_since) segment.held_since = now;
  if (is_held || !segment.held_since) return;
  segment.held += now - *segment.held_since;
  segment.held_since.reset();
}

void follow_leg(Segment& segment, const Call& call, const Leg& leg, const Surroundings& around) {
  const Conversation& conversation = call.conversation_of(leg);
  if (conversation.conn_id != segment.conn_id) segment.merged_into = conversation.call;
  if (!segment.merged_into) {
    segment.type = conversation.type;  // known when the called party is
    segment.dnis = conversation.dnis;
    segment.ani = conversation.ani;
  }
  if (conversation.queueing) segment.queue = conversation.queueing->queue;
  for (const Leg& other : call.legs)
    if (other.in == leg.in && other.id != leg.id && is_shown_to_others(other) &&
        std::find(segment.with.begin(), segment.with.end(), other.number) == segment.with.end())
      segment.with.push_back(other.number);
  if (std::holds_alternative<Ringing>(leg.state) && !segment.ring) segment.ring = around.now;
  if (leg.is_established() && !segment.answer) segment.answer = around.now;
  follow_mode(segment, call, leg, around.now);
  follow_hold(segment, leg.is_held(), around.now);
  const auto& data = conversation.user_data;
  const auto disposition = data.find(around.policy.calls.disposition_key);
  const std::string* text =
      disposition == data.end() ? nullptr : std::get_if<std::string>(&disposition->second.value);
  segment.disposition = text ? std::optional{*text} : std::nullopt;
}

/// What ended the line, if it ended: a leg may leave while its phone stays.
const Drop* drop_of(const std::vector<Effect>& effects, LineId line) {
  for (const Effect& effect : effects)
    if (const auto* drop = std::get_if<Drop>(&effect); drop && drop->line == line) return drop;
  return nullptr;
}

void end_segment(Segment& segment, const std::vector<Effect>& effects, const Command* command,
                 TimePoint now) {
  follow_hold(segment, false, now);
  segment.end = now;
  if (const Drop* drop = drop_of(effects, segment.line)) segment.cause = drop->cause;
  segment.ended_by = Segment::EndedBy::Server;
  if (!command) return;
  if (const auto* ended = std::get_if<LineEnded>(command)) {
    const bool itself = ended->line == segment.line;
    segment.ended_by = itself ? Segment::EndedBy::Party : Segment::EndedBy::Other;
    if (itself) segment.cause = ended->cause;  // the decision tells the others of no failure
  } else if (const auto* operate = std::get_if<Operate>(command)) {
    const bool itself = operate->leg == segment.leg;
    segment.ended_by = itself ? Segment::EndedBy::Party : Segment::EndedBy::Other;
  } else if (std::holds_alternative<LineAnswered>(*command) &&
             segment.cause == ReleaseCause::Normal) {  // a transfer is complete
    const bool follows = !segment.modes.empty();       // a supervisor, after who asked for it
    segment.ended_by = follows ? Segment::EndedBy::Other : Segment::EndedBy::Party;
  }
}

}  // namespace

std::vector<Segment> follow_segments(std::vector<Segment>& open, const Call* after,
                                     const std::vector<Effect>& effects, const Command* command,
                                     const Surroundings& around) {
  std::vector<Segment> ended;
  std::erase_if(open, [&](Segment& segment) {
    if (after && after->leg(segment.leg)) return false;
    end_segment(segment, effects, command, around.now);
    ended.push_back(std::move(segment));
    return true;
  });
  if (!after) return ended;
  for (const Leg& leg : after->legs) {
    auto segment = std::find_if(open.begin(), open.end(),
                                [&](const Segment& each) { return each.leg == leg.id; });
    if (segment == open.end())
      segment = open.insert(open.end(), begin_segment(*after, leg, around));
    follow_leg(*segment, *after, leg, around);
  }
  return ended;
}

Segment segment_of_failed(const NewCall& call, const std::vector<Effect>& effects,
                          const Surroundings& around) {
  Segment segment;
  segment.leg = call.caller;
  segment.line = own_line_of(call.caller);
  segment.call = call.id;
  segment.conn_id = call.conn_id;
  segment.number = call.caller_number;
  segment.caller = true;
  segment.dnis = call.dialled;
  if (const auto* device = std::get_if<DeviceId>(&call.from)) {
    segment.device = *device;
  } else {
    segment.trunk = std::get<TrunkId>(call.from);
    segment.type = CallType::Inbound;
    segment.ani = call.caller_number;
  }
  name_party(segment, around.directory);
  segment.start = around.now;
  end_segment(segment, effects, nullptr, around.now);
  return segment;
}

}  // namespace earshot::core
