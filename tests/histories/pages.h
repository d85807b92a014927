#pragma once

#include <set>
#include <string>

#include "core/policy.h"
#include "model/call.h"
#include "model/directory.h"
#include "model/operation.h"
#include "model/station.h"

/// What the pages say of a call, written down from them (calls.md §3; supervision-and-devices.md
/// §A.5 to §A.9, §E.1, DD-13 to DD-17), for tests to compare with. Nothing here asks core: a call
/// is read as the value it is.
namespace earshot::pages {

using Set = std::set<Operation>;

inline Set operator+(Set a, const Set& b) {
  a.insert(b.begin(), b.end());
  return a;
}
inline Set operator-(Set a, const Set& b) {
  for (const Operation each : b) a.erase(each);
  return a;
}
inline std::string text(const Set& set) {
  std::string out;
  for (const Operation each : set) out.append(name_of(each)).append(" ");
  return out;
}

// The named sets of calls.md §3.
inline const Set UD{Operation::AttachUserData, Operation::UpdateUserData, Operation::DeleteUserData,
                    Operation::DeleteUserDataPair};
inline const Set EST = UD + Set{Operation::Hangup,
                                Operation::Hold,
                                Operation::SendDtmf,
                                Operation::InitiateConference,
                                Operation::InitiateTransfer,
                                Operation::SingleStepConference,
                                Operation::SingleStepTransfer};
inline const Set DIAL = UD + Set{Operation::Hangup, Operation::SendDtmf};
inline const Set HELD = UD + Set{Operation::Hangup,
                                 Operation::Retrieve,
                                 Operation::InitiateConference,
                                 Operation::InitiateTransfer,
                                 Operation::SingleStepConference,
                                 Operation::SingleStepTransfer};

/// The list of calls.md §3 for the leg. Precondition: it has a device and is shown.
Set listed(const Call& call, const Leg& leg, const core::Policy& policy);
/// The list of supervision-and-devices.md §A.6, §B.3 for the device of `owner` (DD-29).
Set listed(const Station& station, const User& owner);
/// What is accepted beside what is listed (decisions A3, A4): Hangup of a call that rings,
/// SetCallDisposition, and MuteMonitoredUser or UnmuteMonitoredUser in BargeIn.
Set accepted_unlisted(const Call& call, const Leg& leg);

/// Why `listener` does not hear `source`, or "" where they do (§E.1 to §E.3).
std::string silence(const Call& call, const Leg& listener, const Leg& source,
                    const SupervisionSettings& settings);

/// What the resource shows of supervision, and who is among the participants.
struct Shown {
  bool mute = false;
  bool supervisor_listening_in = false;
  bool monitored_user_muted = false;
  bool monitoring = false;
  std::multiset<std::string> participants;  ///< numbers
  bool operator==(const Shown&) const = default;
};
/// DD-13 to DD-17.
Shown shown(const Call& call, const Leg& leg, const SupervisionSettings& settings);
std::string text(const Shown& shown);

}  // namespace earshot::pages
