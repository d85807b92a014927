#pragma once

#include "core/draft.h"

namespace earshot::core {

// What the world tells of the call in `draft`. Nothing of it is ever refused; what is too late or
// about a line that is gone changes nothing.

/// A leg that was Offered is Ringing, and whoever called is told. The own phone of a Dial is told
/// to pick up.
void happen(Draft& draft, const LineRang& rang);
/// The leg is Established, and so is whoever waited for it. A caller in a queue has reached nobody
/// yet; after the own phone of a Dial the other one is called.
void happen(Draft& draft, const LineAnswered& answered);
/// A phone of ours that stops listening holds its legs.
void happen(Draft& draft, const LineMediaChanged& changed);
/// All legs on the line leave. Of one that was never up, whoever asked for it is told why.
void happen(Draft& draft, const LineEnded& ended);
/// As if it had ended with NoAnswer; nothing once it was answered.
void happen(Draft& draft, const RingTimedOut& timed_out);
/// Brings the supervisor in, if the subscription still stands.
void happen(Draft& draft, const WatchBegan& began);
/// Concerns what still rings; whoever is in stays.
void happen(Draft& draft, const WatchReplaced& replaced);
/// The supervisor's monitoring leg leaves, answered or not.
void happen(Draft& draft, const WatcherLeft& left);
/// All of the device's legs leave, as if its phone were gone.
void happen(Draft& draft, const DeviceRemoved& removed);
/// Calls the agent's phone, if the conversation still waits.
void happen(Draft& draft, const AgentFound& found);
/// The call overflows; without anywhere to go it ends, unless others talk in it.
void happen(Draft& draft, const PatienceEnded& ended);
/// The recording stops, and its parties are told.
void happen(Draft& draft, const RecordingFailed& failed);
/// Every leg leaves; one that has reached nobody is told to try elsewhere.
void happen(Draft& draft, const ServerEnds& ends);

/// An agent has not taken the call a queue brought to `leg`, which is to be dropped: who declined
/// is asked again later, whose phone did not answer is Ready no more.
void decline(Draft& draft, const Leg& leg, ReleaseCause cause);

}  // namespace earshot::core
