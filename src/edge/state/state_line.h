#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "model/segment.h"
#include "ports/kept_state.h"

namespace earshot::state {

/// One moment on both clocks: the loop's begins again with each start of the server.
struct Moment {
  TimePoint loop;
  WallTime day;
};

/// A line of the state file: a checksum, a space, a JSON object, and '\n'. The latest line of a
/// phone or a station holds; an empty one takes back what was before it.
///
///     5f2b0c1e {"phone":"device-5001","at":1796035200000,"bindings":[{"contact":"sip:5001@…",…}]}
///     03d7c9aa {"station":"device-5001","at":1796035200000,"state":"Ready"}
///     c40e11b7 {"at":1796035230000}
///
/// Times are milliseconds since 1970, UTC. The third kind says that the server was alive then, as
/// every line does.
std::string line_of(const KeptPhone& phone, const Moment& written);
/// The second kind.
std::string line_of(const KeptStation& station, const Moment& written);
/// The third kind.
std::string alive_line(WallTime now);

/// What a line says, and when it was written; Nothing is the third kind.
struct Line {
  std::variant<Nothing, KeptPhone, KeptStation> what;
  WallTime written;
};
/// @param text  without '\n'
/// @param now   when it is read. Bindings that have expired by then are left out. None lasts longer
///              than it was granted for, whatever the wall clock did meanwhile
/// @return a reason where it is damaged: the checksum, a member's type or range
Result<Line, std::string> read_line(std::string_view text, const Moment& now);

}  // namespace earshot::state
