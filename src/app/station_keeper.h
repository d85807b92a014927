#pragma once

#include <vector>

#include "base/time.h"
#include "model/directory.h"
#include "model/ids.h"
#include "ports/event_sink.h"
#include "ports/kept_state.h"
#include "ports/voice_api.h"

namespace earshot::app {

/// Keeps which agents are logged in, their states and whom supervisors monitor, and brings it back
/// after a restart (docs/restart.md). Stands between the engine and whoever is told its events.
/// Control loop only.
class StationKeeper final : public EventSink {
 public:
  /// Both outlive it. @param kept  null: nothing is kept
  StationKeeper(EventSink& next, KeptState* kept) : next_(next), kept_(kept) {}

  void publish(const std::vector<Event>& events) override;
  /// Logs agents in, sets their states and subscribes supervisors, by the same rules as if they
  /// asked for it now. What is refused is told in the log and kept no more; so is everything where
  /// there was no server for longer than `grace`.
  /// @param grace  of an agent whose desktop is gone (DD-21); zero: no limit
  /// @return who is logged in again
  std::vector<UserId> bring_back(const RestoredState& restored, const Directory& directory,
                                 VoiceApi& voice, Duration grace);

 private:
  EventSink& next_;
  KeptState* kept_;
};

}  // namespace earshot::app
