#pragma once

#include <optional>
#include <vector>

#include "model/directory.h"
#include "model/refusal.h"

namespace earshot {

// Who looks after whom: the one place that says so (supervision-and-devices.md §C.6, DD-24).
//
//                            sees            monitors, and sets the state of
//  administrator, API user   everybody       nobody
//  supervisor                their groups    their groups; everybody where no group is configured
//  both                      everybody       everybody
//  anybody                   themselves      nobody
//
// "Their groups" are the users of the groups whose supervisor they are, and where no group is
// configured at all everybody.

/// Whether `user` is an administrator, or an API user, who may the same (rest-and-sessions.md
/// §C.3).
bool administers(const User& user);

/// Whether `supervisor` may monitor `agent` and set their state.
bool may_supervise(const Directory& directory, const User& supervisor, const User& agent);

/// Why `supervisor` may not: RoleMissing. Nothing: they may.
std::optional<Refusal> refusal_to_supervise(const Directory& directory, const User& supervisor,
                                            const User& agent);

/// Whether `user` may see what `other` does now: state, device, calls.
bool may_see(const Directory& directory, const User& user, const User& other);

/// Those whom `user` may see, in the order of the file.
std::vector<const User*> seen_by(const Directory& directory, const User& user);

}  // namespace earshot
