#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "edge/media/leg.h"
#include "model/media.h"

namespace earshot::media {

/// The mix of one call: what each listener gets follows from the plan in force, and from it alone.
///
/// Who hears exactly one source is handed its packets as they come (decision B2); after 200 ms
/// without one, silence at each tick until they come again. Who hears several, or one and the
/// plan's tone, gets a sum of their own at each tick. Who hears nobody gets the plan's tone, or
/// silence, at each tick: it keeps the stream and the ways through NATs alive. Telephone events go
/// to whoever hears their sender, never into a sum.
///
/// A source that is not among a listener's is never read for them. Media loop only.
class Bridge {
 public:
  /// New legs hear silence until a plan names them.
  void add(Leg& leg, TimePoint now);
  /// Its listeners hear the others on; it hears nobody, and may go.
  void remove(Leg& leg, TimePoint now);
  /// No leg is here: the bridge may go.
  bool empty() const { return legs_.empty(); }

  /// Everything sent from here on follows `plan`, unless a newer one is in force.
  /// @return the revision in force
  std::uint64_t follow(MediaPlan plan, TimePoint now);

  /// A datagram that came to `leg`; what is passed through leaves before this returns.
  void on_rtp(Leg& leg, ByteView datagram, const Endpoint& from, TimePoint now);

  /// Everything 20 ms are due for.
  /// @param due  when they were; `now` may be later
  /// @param tell_life called with each leg whose peer fell silent, or is back
  template <class TellLife>
  void tick(TimePoint due, TimePoint now, TellLife&& tell_life) {
    read_sources();
    for (Leg* leg : legs_) {
      play_digits(*leg, now);
      serve(*leg, now);
      if (leg->tap) leg->tap->read(due);
      if (const auto life = leg->look_after(now); life != Leg::Life::AsBefore)
        tell_life(leg->id(), life == Leg::Life::Silent);
    }
  }

 private:
  void lay_routes(TimePoint now);
  Leg* find(LineId id) const;
  void read_sources();
  void play_digits(Leg& leg, TimePoint now);
  void serve(Leg& listener, TimePoint now);

  std::vector<Leg*> legs_;  // each removed before it dies
  MediaPlan plan_;
  bool has_plan_ = false;
};

}  // namespace earshot::media
