#include "core/recording.h"

#include <algorithm>

#include "core/seats.h"
#include "core/supervision.h"

namespace earshot::core {
namespace {

struct Stem {
  Record record;
  bool silent = false;
};

/// A supervisor is recorded while everybody may hear them, never as a coach.
bool is_audible(const Call& call, const Leg& leg) {
  return leg.in_mix() && !leg.muted &&
         (is_party(leg) ||
          (leg.monitoring->mode == SupervisorMode::BargeIn && is_served(call, leg)));
}

std::vector<Stem> stems_of(const Call& call) {
  std::vector<Stem> stems;
  for (const Leg& leg : call.legs) {
    const Conversation& conversation = call.conversation_of(leg);
    if (!conversation.recording || !leg.is_established()) continue;
    const std::string file =
        recording_name(conversation) + "-" + std::to_string(leg.line.value) + ".wav";
    stems.push_back({{leg.line, file, conversation.recording->since},
                     conversation.recording->paused || !is_audible(call, leg)});
  }
  return stems;
}

const Stem* stem_of(const std::vector<Stem>& stems, LineId line) {
  const auto found = std::find_if(stems.begin(), stems.end(),
                                  [&](const Stem& stem) { return stem.record.line == line; });
  return found == stems.end() ? nullptr : &*found;
}

}  // namespace

std::string recording_name(const Conversation& conversation) {
  return conversation.call.value + "/" + std::to_string(conversation.recordings);
}

bool is_recorded_elsewhere(const Call& call, const Conversation& conversation) {
  return std::any_of(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    if (leg.in != conversation.id) return false;
    const auto others = others_on_line(call, leg);
    return std::any_of(others.begin(), others.end(), [&](const Leg* other) {
      return call.conversation_of(*other).recording.has_value();
    });
  });
}

std::vector<Effect> recording_changes(const Call* before, const Call& after) {
  const auto was = before ? stems_of(*before) : std::vector<Stem>{};
  const auto is = stems_of(after);
  std::vector<Effect> changes;
  for (const Stem& stem : was) {
    const LineId line = stem.record.line;
    const bool line_lives = std::any_of(after.legs.begin(), after.legs.end(),
                                        [&](const Leg& leg) { return leg.line == line; });
    if (line_lives && !stem_of(is, line)) changes.push_back(StopRecording{line});
  }
  for (const Stem& stem : is) {
    const Stem* old = stem_of(was, stem.record.line);
    const bool begins = !old || old->record != stem.record;
    if (begins) changes.push_back(stem.record);
    if (begins ? stem.silent : old->silent != stem.silent)
      changes.push_back(PauseRecording{stem.record.line, stem.silent});
  }
  return changes;
}

}  // namespace earshot::core
