#include "sim/robots.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <system_error>

#include "base/number.h"

namespace earshot::sim {
namespace {

constexpr Duration kMostPatienceAtEnd = seconds{2};
constexpr int kShortestWindowMs = 200;
constexpr int kLongestWindowMs = 5000;  // PhoneAudioSettings::memory

std::optional<int> number_within(std::string_view text, int lowest, int highest) {
  const auto value = whole_number<int>(text);
  return value && *value >= lowest && *value <= highest ? value : std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, separator);) out.push_back(part);
  return out;
}

std::string_view name_of(PhoneCallState state) {
  switch (state) {
    case PhoneCallState::Dialling:
      return "dialling";
    case PhoneCallState::RemoteRinging:
      return "remote_ringing";
    case PhoneCallState::Ringing:
      return "ringing";
    case PhoneCallState::Up:
      return "up";
    case PhoneCallState::Ended:
      return "idle";
  }
  return {};
}

}  // namespace

Result<PhoneSettings, std::string> parse_robot(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 3 || parts.size() > 4 || parts[0].empty())
    return Error{std::string(text) + ": number:password:tone_hz[:answer_after_ms] is expected"};
  const auto tone = number_within(parts[2], 300, 3400);
  if (!tone) return Error{parts[2] + ": a tone lies between 300 and 3400 Hz"};
  PhoneSettings out;
  out.number = parts[0];
  out.password = parts[1];
  out.tone = *tone;
  if (parts.size() == 4) {
    const auto after = number_within(parts[3], 0, 600'000);
    if (!after) return Error{parts[3] + ": answer_after_ms lies between 0 and 600000"};
    out.answer_after = milliseconds{*after};
  }
  return out;
}

Robots::Robots(Loop& loop, net::UdpNetwork& network, Entropy& entropy,
               std::vector<PhoneSettings> phones, Report report)
    : loop_(loop), report_(std::move(report)) {
  std::vector<Hertz> tones;
  for (const auto& phone : phones) tones.push_back(phone.tone);
  std::sort(tones.begin(), tones.end());
  for (auto& settings : phones) {
    settings.listen_for = tones;
    const std::string number = settings.number;
    auto& phone = phones_[number];
    phone = std::make_unique<Phone>(loop, network, entropy, std::move(settings));
    phone->on_event([this, number](const PhoneEvent& event) { on_event(number, event); });
  }
}

Robots::~Robots() { loop_.cancel(give_up_); }

Status<std::string> Robots::start() {
  for (auto& [number, phone] : phones_)
    if (auto started = phone->start(); !started) return started;
  return Nothing{};
}

void Robots::report(json::object line) { report_(json::serialize(line)); }

void Robots::report_error(const std::string& message) {
  report({{"event", "error"}, {"message", message}});
}

void Robots::on_event(const std::string& number, const PhoneEvent& event) {
  json::object line{{"event", name_of(event.kind)}, {"phone", number}};
  if (!event.call.empty()) line["call"] = event.call.value;
  if (event.kind == PhoneEventKind::Digit)
    line["digit"] = event.number;
  else if (!event.number.empty())
    line["with"] = event.number;
  if (event.status != 0) line["status"] = event.status;
  report(std::move(line));
  if (event.kind == PhoneEventKind::Unregistered) look_whether_all_left();
}

void Robots::command(std::string_view line) {
  Words words;
  std::istringstream stream{std::string(line)};
  for (std::string word; stream >> word;) words.push_back(word);
  if (words.empty()) return;
  const std::string& verb = words[0];
  if ((verb == "register" || verb == "unregister") && words.size() == 1) {
    for (auto& [number, phone] : phones_)
      verb == "register" ? phone->register_with_server() : phone->unregister();
    return;
  }
  if (verb == "hears" && words.size() == 2) {
    const auto window = number_within(words[1], kShortestWindowMs, kLongestWindowMs);
    if (!window) return report_error("hears: expected 200 to 5000 milliseconds");
    loop_.wake_in(milliseconds{*window},
                  [this, lives = std::weak_ptr<int>(alive_), window = *window] {
                    if (!lives.expired()) report_hearing(milliseconds{window});
                  });
    return;
  }
  if (verb == "status" && words.size() == 1) return report_status();
  if (!on_one_phone(words)) report_error("not understood: " + std::string(line));
}

/// A verb, a robot, and what the verb wants besides.
bool Robots::on_one_phone(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return false;
  const auto found = phones_.find(words[1]);
  if (found == phones_.end()) return false;
  Phone& phone = *found->second;
  static const std::map<std::string, std::function<void(Phone&)>> kAlone{
      {"register", [](Phone& of) { of.register_with_server(); }},
      {"unregister", [](Phone& of) { of.unregister(); }},
      {"answer", [](Phone& of) { of.answer(); }},
      {"hangup", [](Phone& of) { of.hang_up(); }},
      {"hold", [](Phone& of) { of.hold(); }},
      {"retrieve", [](Phone& of) { of.retrieve(); }},
      {"mute", [](Phone& of) { of.mute(true); }},
      {"unmute", [](Phone& of) { of.mute(false); }}};
  if (words.size() == 2) {
    const auto verb = kAlone.find(words[0]);
    if (verb == kAlone.end()) return false;
    verb->second(phone);
    return true;
  }
  if (words[0] == "dial") {
    phone.dial(words[2]);
  } else if (words[0] == "digits") {
    phone.send_digits(words[2]);
  } else if (words[0] == "reject") {
    const auto status = number_within(words[2], 400, 699);
    if (!status) return false;
    phone.reject(*status);
  } else {
    return false;
  }
  return true;
}

void Robots::report_hearing(Duration window) {
  json::object matrix;
  json::object levels;
  for (const auto& [number, phone] : phones_) {
    const auto heard = phone->hears(window);
    const auto measured = phone->levels(window);
    json::array numbers;
    json::object level;
    for (const auto& [other, source] : phones_) {
      const Hertz tone = source->settings().tone;
      if (heard.contains(tone)) numbers.push_back(json::value(other));
      level[other] = std::lround(measured.at(tone));
    }
    matrix[number] = std::move(numbers);
    levels[number] = std::move(level);
  }
  report({{"event", "hears"},
          {"window_ms", std::chrono::duration_cast<milliseconds>(window).count()},
          {"matrix", std::move(matrix)},
          {"level_db", std::move(levels)}});
}

void Robots::report_status() {
  json::object robots;
  for (const auto& [number, phone] : phones_) {
    const auto status = phone->status();
    robots[number] = json::object{{"registered", phone->is_registered()},
                                  {"state", name_of(status.state)},
                                  {"with", status.remote_number},
                                  {"rtp_received", phone->received().packets}};
  }
  report({{"event", "status"}, {"robots", std::move(robots)}});
}

void Robots::stop(std::function<void()> done) {
  const bool already = done_ != nullptr;
  done_ = [before = std::move(done_), after = std::move(done)] {
    if (before) before();
    after();
  };
  if (already) return;
  for (auto& [number, phone] : phones_) {
    for (const auto call : phone->live_calls()) phone->hang_up(call);
    if (phone->is_registered()) phone->unregister();
  }
  give_up_ = loop_.wake_in(kMostPatienceAtEnd, [this] {
    if (auto finished = std::exchange(done_, nullptr)) finished();
  });
  loop_.post([this] { look_whether_all_left(); });
}

void Robots::look_whether_all_left() {
  if (!done_) return;
  for (const auto& [number, phone] : phones_)
    if (phone->is_registered() || !phone->live_calls().empty()) return;
  loop_.cancel(give_up_);
  report({{"event", "ended_all"}});
  std::exchange(done_, nullptr)();
}

}  // namespace earshot::sim
