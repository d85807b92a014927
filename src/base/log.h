#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace earshot {

enum class LogLevel { Debug, Info, Warn, Error };

/// A named value of a log line. Names in use: call_id leg_id user_id device op mode cause sip_code.
struct LogField {
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, std::int64_t number)
      : name(field), value(std::to_string(number)), is_number(true) {}
  std::string_view name;
  std::string value;
  bool is_number = false;
};

/// Writes one line: a JSON object {ts, level, msg, fields…}. Any thread; never blocks on the disk:
/// lines wait in a bounded queue and are counted when it is full. Digits sent and audio are never
/// logged.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

/// Lines below `level` are not written. Default: Info.
void set_log_level(LogLevel level);
/// Sends lines to `sink` instead of standard error, for tests. An empty function restores it.
void set_log_sink(std::function<void(std::string_view line)> sink);
/// Writes what waits. Call before the process ends.
void flush_log();

}  // namespace earshot
