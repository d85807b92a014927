#pragma once

#include "core/draft.h"

namespace earshot::core {

// What the world tells of the call in `draft`. Nothing of it is ever refused; what is too late or
// about a line that is gone changes nothing.

void happen(Draft& draft, const LineRang& rang);
void happen(Draft& draft, const LineAnswered& answered);
void happen(Draft& draft, const LineMediaChanged& changed);
void happen(Draft& draft, const LineEnded& ended);
void happen(Draft& draft, const RingTimedOut& timed_out);
void happen(Draft& draft, const WatchBegan& began);
void happen(Draft& draft, const WatchReplaced& replaced);
void happen(Draft& draft, const WatcherLeft& left);
void happen(Draft& draft, const DeviceRemoved& removed);
void happen(Draft& draft, const AgentFound& found);
void happen(Draft& draft, const PatienceEnded& ended);
void happen(Draft& draft, const RecordingFailed& failed);
void happen(Draft& draft, const ServerEnds& ends);

/// An agent has not taken the call a queue brought to `leg`, which is to be dropped: who declined
/// is asked again later, whose phone did not answer is Ready no more.
void decline(Draft& draft, const Leg& leg, ReleaseCause cause);

}  // namespace earshot::core
