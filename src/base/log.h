#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace earshot {

/// How much a line matters; see set_log_level.
enum class LogLevel { Debug, Info, Warn, Error };

/// Json: an object {ts, level, msg, fields…} a line. Text: for people at a terminal,
/// `06:40:02.123 warn  what happened  number=5001 cause="no answer"`, UTC; a value of several lines
/// stands below, indented. Neither lets a value break a line or bring control characters along.
enum class LogFormat { Json, Text };

/// A named value of a log line. Names in use: call_id leg_id number user user_id device op mode
/// cause sip_code reason from to file key. leg_id is the number of a LineId: what the log calls a
/// leg is one phone's dialog and media.
struct LogField {
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, std::int64_t number)
      : name(field), value(std::to_string(number)), is_number(true) {}
  std::string_view name;
  std::string value;
  bool is_number = false;
};

/// Writes one line. Any thread; never blocks on the disk: lines wait in a bounded queue and are
/// counted when it is full. Digits sent and audio are never logged.
void log(LogLevel level, std::string_view message, std::span<const LogField> fields);
/// The same with the fields in braces: `log(LogLevel::Warn, "no answer", {{"number", "5001"}})`.
inline void log(LogLevel level, std::string_view message,
                std::initializer_list<LogField> fields = {}) {
  log(level, message, std::span{fields.begin(), fields.size()});
}
/// Writes a line that somebody asked for by an option, whatever the level: "trace" in its place.
void log_trace(std::string_view message, std::initializer_list<LogField> fields);

/// Lines below `level` are not written. Default: Info.
void set_log_level(LogLevel level);
/// How lines look. Default: Json. @param coloured  Text only: warnings and errors stand out
void set_log_format(LogFormat format, bool coloured = false);
/// Sends lines to `sink` instead of standard error, for tests. An empty function restores it.
void set_log_sink(std::function<void(std::string_view line)> sink);
/// Writes what waits. Call before the process ends.
void flush_log();

}  // namespace earshot
