#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/loop.h"
#include "base/result.h"
#include "sim/phone.h"

namespace earshot::sim {

/// One phone as a command line names it: "5000:demo-5000:500" or "5000:demo-5000:500:800": number,
/// password, tone in Hz and, where it picks up by itself, after how many milliseconds.
/// @return a sentence where `text` is no such thing
Result<PhoneSettings, std::string> parse_robot(std::string_view text);

/// Phones moved by lines of text: commands in, one JSON object a line out. Loop thread only.
///
/// Commands, words separated by spaces; `<n>` is a robot's number:
///   register [<n>]      unregister [<n>]      dial <n> <number>     answer <n>
///   reject <n> <status> hangup <n>            hold <n>              retrieve <n>
///   mute <n>            unmute <n>            digits <n> <digits>
///   hears <ms>          measures the next <ms> (200 to 5000), then reports the matrix
///   status              reports each robot's state at once
/// Reports: {"event":"registered","phone":"5000"}; likewise unregistered, registration_failed
/// (status), ringing and remote_ringing and answered and ended (call, with, status), media_changed,
/// renegotiation_failed (status), digit (digit);
/// {"event":"hears","window_ms":800,"matrix":{"5000":["5001"]}, "level_db":{"5000":{"5001":-13.1}}}
/// (dBm0; robots in no call hear nobody); {"event":"status",…};
/// {"event":"error","message":…}; {"event":"ended_all"} at the end.
class Robots {
 public:
  using Report = std::function<void(const std::string& line)>;
  /// Every robot tells the tones of all others apart. All references outlive the robots.
  Robots(Loop& loop, net::UdpNetwork& network, Entropy& entropy, std::vector<PhoneSettings> phones,
         Report report);
  ~Robots();

  /// Opens every phone's socket. @return the system's words where one cannot
  Status<std::string> start();
  /// Carries out one line. An empty line is nothing; nonsense is reported as an error.
  void command(std::string_view line);
  /// Hangs up, unregisters, and says `done` when the server has confirmed, or after 2 s.
  void stop(std::function<void()> done);

 private:
  using Words = std::vector<std::string>;
  void on_event(const std::string& number, const PhoneEvent& event);
  bool on_one_phone(const Words& words);
  void report_hearing(Duration window);
  void report_status();
  void report_error(const std::string& message);
  void report(json::object line);
  void look_whether_all_left();

  Loop& loop_;
  Report report_;
  std::map<std::string, std::unique_ptr<Phone>> phones_;  // by number
  std::function<void()> done_;                            // while stopping
  TimerId give_up_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // measurements under way look at it
};

}  // namespace earshot::sim
