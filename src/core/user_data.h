#pragma once

#include <cstddef>
#include <optional>

#include "model/refusal.h"
#include "model/user_data.h"

namespace earshot::core {

/// What the data takes at most as JSON, in octets, so that a bound on it bounds every notification.
std::size_t size_of(const UserData& data);

/// Adds `more` to `data`, key by key; what is there under a key is replaced (calls.md §4.3).
/// Refused, with `data` as it was, where it would then exceed `limit` (calls.max_user_data).
std::optional<Refusal> attach(UserData& data, const UserData& more, std::size_t limit);

/// Brings to `data` what changed between `before` and `after`: keys added, replaced and deleted.
/// A key deleted there stays where `data` has another value of it by now.
void merge_changes(UserData& data, const UserData& before, const UserData& after);

}  // namespace earshot::core
