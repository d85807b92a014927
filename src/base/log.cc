#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <utility>

namespace earshot {
namespace {

std::atomic<LogLevel> lowest{LogLevel::Info};

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

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet == 0x7f) {
      out += "\\u00";
      out += hex[octet >> 4];
      out += hex[octet & 15];
    } else {
      out += c;
    }
  }
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

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < lowest.load(std::memory_order_relaxed)) return;
  std::string line =
      "{\"ts\":\"" + timestamp() + "\",\"level\":\"" + std::string(name_of(level)) + "\",\"msg\":";
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
  line += '}';
  {
    std::lock_guard lock{sink().mutex};
    if (sink().write) {
      sink().write(line);
      return;
    }
  }
  logger()->info(spdlog::string_view_t(line.data(), line.size()));
}

void set_log_level(LogLevel level) { lowest = level; }

void set_log_sink(std::function<void(std::string_view)> write) {
  std::lock_guard lock{sink().mutex};
  sink().write = std::move(write);
}

void flush_log() { logger()->flush(); }

}  // namespace earshot
