#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <utility>

#include "base/hex.h"
#include "base/utf8.h"

namespace earshot {
namespace {

std::atomic<LogLevel> lowest{LogLevel::Info};
std::atomic<LogFormat> format{LogFormat::Json};
std::atomic<bool> coloured{false};

struct Sink {
  std::mutex mutex;
  std::function<void(std::string_view)> write;
};
Sink& sink() {
  static Sink instance;
  return instance;
}

/// Dropping the newest line would hide the end of a story; the oldest waiting one is given up.
std::shared_ptr<spdlog::logger> logger() {
  static const auto instance = [] {
    spdlog::init_thread_pool(8192, 1);
    auto made = spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("earshot");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return instance;
}

/// U+0080 to U+009F: some terminals take them for commands.
bool is_c1(std::string_view text, std::size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

enum class Quotes { Escaped, AsTheyAre };

/// @param text  UTF-8; anything else is taken for Latin-1
void append_escaped(std::string& out, std::string_view text, Quotes quotes = Quotes::Escaped) {
  if (!is_utf8(text)) return append_escaped(out, utf8_of_latin1(text), quotes);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto octet = static_cast<unsigned char>(text[at]);
    if (quotes == Quotes::Escaped && (octet == '"' || octet == '\\')) {
      out += '\\';
      out += text[at];
    } else if (octet < 0x20 || octet == 0x7f || is_c1(text, at)) {
      if (octet == 0xC2) ++at;
      out.append("\\u00").append(hex(text.substr(at, 1)));
    } else {
      out += text[at];
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

std::string timestamp() {
  using namespace std::chrono;
  const auto now = time_point_cast<milliseconds>(system_clock::now());
  const std::time_t whole = system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  auto fraction = std::to_string(now.time_since_epoch().count() % 1000 + 1000);
  fraction[0] = '.';
  return std::string(text, length) + fraction + "Z";
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warn:
      return "warn";
    case LogLevel::Error:
      return "error";
  }
  return "error";
}

}  // namespace

namespace {

std::string json_line(std::string_view level, std::string_view message,
                      std::span<const LogField> fields) {
  std::string line =
      "{\"ts\":\"" + timestamp() + "\",\"level\":\"" + std::string{level} + "\",\"msg\":";
  append_quoted(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.is_number)
      line += field.value;
    else
      append_quoted(line, field.value);
  }
  return line += '}';
}

/// A value that needs no quotes to be told from the next field.
bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \"=\\") == std::string_view::npos;
}

/// Below the line, as it came, each line indented so that none looks like another message.
void append_below(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view one = text.substr(0, end);
    if (one.ends_with('\r')) one.remove_suffix(1);
    out += "\n    ";
    append_escaped(out, one, Quotes::AsTheyAre);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string text_line(std::string_view level, std::string_view message,
                      std::span<const LogField> fields) {
  const std::string when = timestamp();
  const bool stands_out = coloured.load(std::memory_order_relaxed);
  std::string line = when.substr(11, 12) + " ";
  if (stands_out && level == "error") line += "\x1b[31m";
  if (stands_out && level == "warn") line += "\x1b[33m";
  line += std::string{level} + std::string(6 - level.size(), ' ');
  append_escaped(line, message, Quotes::AsTheyAre);
  if (stands_out && (level == "error" || level == "warn")) line += "\x1b[0m";
  std::string below;
  bool first = true;
  for (const auto& field : fields) {
    if (field.value.find('\n') != std::string::npos) {
      append_below(below, field.value);
      continue;
    }
    line += std::exchange(first, false) ? "  " : " ";
    line += std::string{field.name} + '=';
    if (is_word(field.value))
      append_escaped(line, field.value);
    else
      append_quoted(line, field.value);
  }
  return line + below;
}

void write(std::string_view level, std::string_view message, std::span<const LogField> fields) {
  const std::string line = format.load(std::memory_order_relaxed) == LogFormat::Json
                               ? json_line(level, message, fields)
                               : text_line(level, message, fields);
  {
    std::lock_guard lock{sink().mutex};
    if (sink().write) {
      sink().write(line);
      return;
    }
  }
  logger()->info(spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void log(LogLevel level, std::string_view message, std::span<const LogField> fields) {
  if (level >= lowest.load(std::memory_order_relaxed)) write(name_of(level), message, fields);
}

void log_trace(std::string_view message, std::initializer_list<LogField> fields) {
  write("trace", message, std::span{fields.begin(), fields.size()});
}

void set_log_format(LogFormat wanted, bool with_colours) {
  format = wanted;
  coloured = with_colours;
}

void set_log_level(LogLevel level) { lowest = level; }

void set_log_sink(std::function<void(std::string_view)> write) {
  std::lock_guard lock{sink().mutex};
  sink().write = std::move(write);
}

void flush_log() { logger()->flush(); }

}  // namespace earshot
