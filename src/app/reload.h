#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace earshot::app {

/// A key of the file whose value is another than before.
struct KeyChange {
  std::string key;
  std::string from;
  std::string to;
};

/// A user, device, trunk, queue or group that is new, another than before, or gone.
struct EntryChange {
  std::string_view kind;  ///< "user", "device", "trunk", "queue", "group"
  std::string name;       ///< its login name, number or name; never a password
  std::string_view what;  ///< "added", "changed", "removed"
};

/// What reading the file again comes to.
struct Reload {
  Config config;                     ///< in force from now on
  std::vector<KeyChange> live;       ///< in it already
  std::vector<EntryChange> entries;  ///< of the directory, in it already
  std::vector<KeyChange> waiting;    ///< at the next start
};

/// Takes from `read` what a running server can change: who and what exists, how much it logs,
/// who may use it, how long phones ring. All else waits, for calls under way were judged by it.
Reload reload(const Config& in_force, const Config& read);

/// Whether `key` is among them.
bool is_live(std::string_view key);

}  // namespace earshot::app
