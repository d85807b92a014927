// The founding story with real SIP and RTP, played on the terminal: 5000 the customer calls 5001
// the agent, 5005 the supervisor barges in and switches to listening in. Every request, reply and
// notification is shown, and who hears whom is measured in the RTP that the phones receive.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/number.h"
#include "net/asio_udp.h"
#include "net/signals.h"
#include "sim/demo_stage.h"
#include "sim/live_centre.h"
#include "sim/terminal.h"

namespace earshot::sim {
namespace {

constexpr std::array kNumbers{"5000", "5001", "5005"};
const std::map<std::string, std::string> kParts{
    {"5000", "customer"}, {"5001", "agent"}, {"5005", "supervisor"}};
/// Listener to sources, as the robots report it.
using Hearing = std::map<std::string, std::set<std::string>>;
const Hearing kAll{
    {"5000", {"5001", "5005"}}, {"5001", {"5000", "5005"}}, {"5005", {"5000", "5001"}}};
const Hearing kListening{{"5000", {"5001"}}, {"5001", {"5000"}}, {"5005", {"5000", "5001"}}};

struct Options {
  bool exit = false;
  std::string http = "127.0.0.1:8080";
  std::string sip = "127.0.0.1:5060";
  double calls_per_minute = 12;
  std::vector<std::string> for_server;  ///< passed on as they are
};

// ---- the terminal ----

Terminal terminal;

void say(const std::string& text = "") { terminal.say(text); }
std::string bold(const std::string& text) { return terminal.bold(text); }
std::string dim(const std::string& text) { return terminal.dim(text); }
std::string green(const std::string& text) { return terminal.green(text); }
std::string red(const std::string& text) { return terminal.red(text); }
std::string blue(const std::string& text) { return terminal.blue(text); }

/// Where JSON is spread over lines.
std::size_t room() {
  return terminal.width() == 0 ? 90 : std::min<std::size_t>(90, terminal.width());
}

void headline(const std::string& text) {
  say();
  say(bold(text));
}

/// JSON to look at: objects spread over lines, lists of words wrapped into one block.
void spread(std::string& out, const json::value& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    std::size_t left = object->size();
    for (const auto& member : *object) {
      out += margin + "  \"" + std::string{member.key()} + "\": ";
      spread(out, member.value(), indent + 2);
      out += --left ? ",\n" : "\n";
    }
    out += margin + "}";
    return;
  }
  const auto* list = value.if_array();
  if (!list || json::serialize(value).size() + indent < room()) {
    out += json::serialize(value);
    return;
  }
  out += "[";
  std::size_t column = 200;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string word = json::serialize((*list)[i]) + (i + 1 < list->size() ? "," : "");
    if (column + word.size() > room() - 2) {
      out += "\n" + margin + "  ";
      column = indent + 2;
    }
    out += word + (i + 1 < list->size() ? " " : "");
    column += word.size() + 1;
  }
  out += "]";
}

void show_json(const json::value& value) {
  std::string text = "     ";
  spread(text, value, 5);
  say(dim(text));
}

/// A notification in one line.
std::string summary(const json::value& told) {
  const auto* call = told.as_object().if_contains("call");
  if (call) {
    std::string out = std::string{told.at("notificationType").as_string()} + "  " +
                      std::string{call->at("state").as_string()} + "  mute " +
                      std::string{call->at("mute").as_string()} + "  with";
    for (const auto& participant : call->at("participants").as_array())
      out += " " + std::string{participant.at("phoneNumber").as_string()};
    if (call->at("supervisorListeningIn").as_bool()) out += "  supervisorListeningIn";
    return out;
  }
  if (const auto* devices = told.as_object().if_contains("devices")) {
    const auto& device = devices->at(0);
    std::string out = "device " + std::string{device.at("phoneNumber").as_string()} + "  " +
                      std::string{device.at("userState").at("state").as_string()};
    if (const auto* monitoring = device.as_object().if_contains("supervisorMonitoringState"))
      out += "  monitoring " + std::string{monitoring->at("state").as_string()};
    return out;
  }
  if (const auto* channels = told.as_object().if_contains("channels"))
    return "channel voice  " + std::string{channels->at(0).at("userState").at("state").as_string()};
  return json::serialize(told);
}

// ---- the story ----

class Story {
 public:
  explicit Story(Options options) : options_(std::move(options)) {}
  int play();

 private:
  struct Failed {
    std::string why;
  };
  void check(bool holds, const std::string& what);
  void require(bool holds, const std::string& what);
  void start_server();
  void start_phones();
  void open_desk(std::unique_ptr<DemoDesk>& desk, const std::string& user);
  json::value ask(DemoDesk& desk, const std::string& user, const std::string& method,
                  const std::string& path, const std::string& body, bool show_all = true);
  void on_told(const std::string& user, const std::string& channel, const json::value& told);
  void on_robot(const std::string& line);
  json::value await_call(const std::string& user, const std::string& state);
  void forget() {
    stage_.change([&] { told_.clear(); });
  }
  void measure(const Hearing& expected);
  void tell();
  void hang_up();
  void bring_to_life();
  void stay();
  void end();
  void on_signal();
  std::string last_words() const;

  Options options_;
  Stage stage_;
  net::StopSignals signals_{stage_.loop(), [this] { on_signal(); }};
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<ChildProcess> robots_;
  std::unique_ptr<DemoDesk> agent_;
  std::unique_ptr<DemoDesk> supervisor_;
  net::AsioUdpNetwork network_{stage_.loop()};
  SystemEntropy entropy_;
  std::unique_ptr<LiveCentre> live_;  ///< used on the stage's loop
  Endpoint http_;
  std::string sip_;
  std::string log_;  ///< the file that takes the server's log, so that it does not mix with ours
  int failed_ = 0;
  // Changed on the stage's loop, read by its until().
  std::string ready_;
  bool server_ended_ = false;
  std::set<std::string> registered_;
  std::set<std::string> up_;
  std::optional<json::value> heard_;
  std::vector<std::pair<std::string, json::value>> told_;  ///< user, call notification
};

void Story::check(bool holds, const std::string& what) {
  if (!holds) ++failed_;
  say((holds ? green("  ✓ ") : red("  ✗ ")) + what);
}

void Story::require(bool holds, const std::string& what) {
  if (!holds) throw Failed{what};
}

std::string beside(const std::string& program) {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const auto& folder : {here, here / ".." / "src", here / ".." / "sim"})
    if (std::filesystem::exists(folder / program))
      return std::filesystem::weakly_canonical(folder / program).string();
  return program;
}

/// Beside this program where that can be written, else where files may come and go.
std::string log_file() {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto folder =
      access(here.c_str(), W_OK) == 0 ? here : std::filesystem::temp_directory_path();
  return (folder / "earshot-demo.log").string();
}

/// What the server said last.
std::string Story::last_words() const {
  std::ifstream log{log_};
  std::string line, last;
  while (std::getline(log, line)) last += "  " + line + "\n";
  return last.substr(last.size() > 2000 ? last.find('\n', last.size() - 2000) + 1 : 0);
}

/// A second one is for whoever does not want to wait.
void Story::on_signal() {
  if (!stage_.is_over()) {
    say();
    say("Stopping. Press Ctrl-C again to stop immediately.");
    return stage_.curtain();
  }
  if (server_) server_->kill();
  if (robots_) robots_->kill();
  _exit(130);
}

void Story::start_server() {
  std::vector<std::string> command{beside("earshotd"), "--demo", "--http",
                                   options_.http,      "--sip",  options_.sip};
  command.insert(command.end(), options_.for_server.begin(), options_.for_server.end());
  log_ = log_file();
  server_ = std::make_unique<ChildProcess>(
      stage_.loop(), std::move(command),
      [this](const std::string& line) {
        if (line.starts_with("earshot ready ")) stage_.change([&] { ready_ = line; });
      },
      [this] { stage_.change([&] { server_ended_ = true; }); }, log_);
  stage_.until([&] { return !ready_.empty() || server_ended_; }, seconds{10});
  require(!ready_.empty(), "Earshot did not start:\n" + last_words() +
                               "If a port is taken, choose others:\n"
                               "  ./dev run --http 127.0.0.1:8081 --sip 127.0.0.1:5070");
  const auto word = [&](const std::string& name) {
    const auto at = ready_.find(name + "=") + name.size() + 1;
    return ready_.substr(at, ready_.find(' ', at) - at);
  };
  const std::string http = word("http");
  const auto colon = http.rfind(':');
  http_ = *Endpoint::parse(http.substr(0, colon),
                           static_cast<std::uint16_t>(std::stoi(http.substr(colon + 1))));
  sip_ = word("sip");
  say("  Earshot listens: HTTP " + http + ", SIP " + sip_ + " (UDP)");
  say("  its log: " + log_);
}

void Story::on_robot(const std::string& line) {
  const auto parsed = json::parse(line);
  if (!parsed || !parsed->is_object()) return;
  const json::object& report = parsed->get_object();
  const auto* event = json::find_string(report, "event");
  const auto* phone = json::find_string(report, "phone");
  if (!event) return;
  stage_.change([&] {
    if (*event == "hears") heard_ = *parsed;
    if (!phone) return;
    if (*event == "registered") registered_.insert(std::string{*phone});
    if (*event == "answered") up_.insert(std::string{*phone});
    if (*event == "ended") up_.erase(std::string{*phone});
  });
}

void Story::start_phones() {
  robots_ = std::make_unique<ChildProcess>(
      stage_.loop(),
      std::vector<std::string>{beside("earshot-robots"), "--server", sip_, "--phone",
                               "5000:demo-5000:400", "--phone", "5001:demo-5001:700:400", "--phone",
                               "5005:demo-5005:1000:400"},
      [this](const std::string& line) { on_robot(line); }, [] {});
  robots_->write("register");
  require(stage_.until([&] { return registered_.size() == kNumbers.size(); }, seconds{10}),
          "the phones did not register");
  say("  5000 (customer, hums 400 Hz), 5001 (agent, 700 Hz), 5005 (supervisor, 1000 Hz): "
      "registered by digest");
}

void Story::on_told(const std::string& user, const std::string& channel, const json::value& told) {
  say(blue("  ⇐ " + user + "'s desktop, " + channel + "  ") + summary(told));
  if (channel == "/v2/me/calls") stage_.change([&] { told_.emplace_back(user, told); });
}

json::value Story::ask(DemoDesk& desk, const std::string& user, const std::string& method,
                       const std::string& path, const std::string& body, bool show_all) {
  say("  → " + user + "  " + method + " " + path + (body.empty() ? "" : "  " + body));
  const auto reply = method == "GET" ? desk.get(path) : desk.post(path, body);
  say("  ← " + std::to_string(reply.status) + "  " +
      (show_all ? reply.text : reply.text.substr(0, reply.text.rfind(',', 60)) + ",…"));
  check(reply.status == 200 && reply.body.is_object() && reply.body.at("statusCode") == 0,
        "accepted");
  return reply.body;
}

void Story::open_desk(std::unique_ptr<DemoDesk>& desk, const std::string& user) {
  desk =
      std::make_unique<DemoDesk>(stage_, http_, user, "demo",
                                 [this, user](const std::string& channel, const json::value& told) {
                                   on_told(user, channel, told);
                                 });
  (void)ask(*desk, user, "GET", "/api/v2/me?subresources=*", "", false);
  require(desk->listen(), user + "'s CometD client is not subscribed");
  say("  " + user + "'s CometD client: handshake, subscribed to /v2/me/*, polling");
  (void)ask(*desk, user, "POST", "/api/v2/me",
            R"({"operationName":"StartContactCenterSession","channels":["voice"]})");
}

/// The latest call notification of that state to that user.
json::value Story::await_call(const std::string& user, const std::string& state) {
  json::value found;
  require(stage_.until(
              [&] {
                for (const auto& [to, told] : told_)
                  if (to == user && told.at("call").at("state").as_string() == state) found = told;
                return !found.is_null();
              },
              seconds{10}),
          user + "'s desktop was not told of a call in state " + state);
  return found;
}

void Story::measure(const Hearing& expected) {
  // What is on the wire, and in the phones' jitter buffers, is let through first.
  stage_.until([] { return false; }, milliseconds{200});
  stage_.change([&] { heard_.reset(); });
  robots_->write("hears 800");
  require(stage_.until([&] { return heard_.has_value(); }, seconds{5}), "the phones do not answer");
  Hearing heard;
  for (const auto& row : heard_->at("matrix").as_object())
    for (const auto& source : row.value().as_array())
      heard[std::string{row.key()}].insert(std::string{source.as_string()});
  say();
  say("    measured in RTP       5000 customer   5001 agent   5005 supervisor");
  for (const std::string listener : kNumbers) {
    std::string row = "    " + listener + " " + kParts.at(listener);
    row.resize(20, ' ');
    row += "hears ";
    for (const std::string source : kNumbers) {
      const bool hears = heard[listener].contains(source);
      const bool right = hears == expected.at(listener).contains(source);
      const std::string cell = source == listener ? "    ·" : hears ? "    ●" : "    –";
      row += (source == listener ? dim(cell)
              : right            ? green(cell)
                                 : red(cell)) +
             std::string(9, ' ');
    }
    say(row);
  }
  bool as_expected = true;
  for (const auto& [listener, sources] : expected)
    as_expected = as_expected && heard[listener] == sources;
  check(as_expected, "everybody hears whom they should, and nobody else");
}

void Story::tell() {
  headline("1  The server and three phones");
  start_server();
  start_phones();

  headline("2  Two desktops log in");
  open_desk(agent_, "agent");
  (void)ask(*agent_, "agent", "POST", "/api/v2/me/channels/voice", R"({"operationName":"Ready"})");
  open_desk(supervisor_, "supervisor");

  headline("3  The supervisor asks to barge in on the agent's calls");
  const auto agents = agent_->get("/api/v2/me/devices").body;
  const auto own = supervisor_->get("/api/v2/me/devices").body;
  require(agents.is_object() && own.is_object(), "the devices cannot be read");
  const std::string target{agents.at("devices").at(0).at("uri").as_string()};
  const std::string device{own.at("devices").at(0).at("id").as_string()};
  (void)ask(*supervisor_, "supervisor", "POST", "/api/v2/me/devices/" + device,
            R"({"operationName":"BargeIn","targetDeviceUri":")" + target + R"("})");

  headline("4  5000 calls 5001; all answer");
  robots_->write("dial 5000 5001");
  const auto joined = await_call("supervisor", "Established");
  require(stage_.until([&] { return up_.size() == kNumbers.size(); }, seconds{5}),
          "not every phone is up");
  check(joined.at("call").at("mute") == "Off", "BargeIn: mute is \"Off\"");
  measure(kAll);

  headline("5  SwitchToListenIn");
  forget();
  const std::string id{joined.at("call").at("id").as_string()};
  (void)ask(*supervisor_, "supervisor", "POST", "/api/v2/me/calls/" + id,
            R"({"operationName":"SwitchToListenIn"})");
  const auto switched = await_call("supervisor", "Established");
  show_json(switched);
  const auto& call = switched.at("call").as_object();
  std::set<std::string> listed;
  for (const auto& each : call.at("capabilities").as_array())
    listed.insert(std::string{each.as_string()});
  check(call.at("mute") == "On", "ListenIn: mute is \"On\"");
  check(listed.size() == 13 && listed.contains("SwitchToBargeIn") &&
            !listed.contains("SwitchToListenIn"),
        "thirteen capabilities; of the modes only BargeIn is left");
  measure(kListening);
}

void Story::hang_up() {
  headline("6  The agent hangs up");
  forget();
  const auto calls = agent_->get("/api/v2/me/calls?fields=id").body;
  require(calls.is_object() && calls.at("calls").as_array().size() == 1, "the agent has no call");
  const std::string id{calls.at("calls").at(0).at("id").as_string()};
  (void)ask(*agent_, "agent", "POST", "/api/v2/me/calls/" + id, R"({"operationName":"Hangup"})");
  (void)await_call("agent", "Released");
  (void)await_call("supervisor", "Released");
  check(stage_.until([&] { return up_.empty(); }, seconds{5}), "every phone is idle again");
}

/// Robot agents and customers, where phones and customers can reach the server.
void Story::bring_to_life() {
  const auto colon = sip_.rfind(':');
  const auto sip = Endpoint::parse(sip_.substr(0, colon),
                                   static_cast<std::uint16_t>(std::stoi(sip_.substr(colon + 1))));
  if (options_.calls_per_minute <= 0 || !sip || !sip->address().starts_with("127.")) return;
  Status<std::string> started = Nothing{};
  stage_.on_loop([&] {
    LiveCentre::Settings settings;
    settings.http = http_;
    settings.sip = *sip;
    settings.calls_per_minute = options_.calls_per_minute;
    live_ = std::make_unique<LiveCentre>(stage_.loop(), network_, entropy_, settings);
    started = live_->start();
  });
  require(bool(started), "the contact centre's phones: " + (started ? "" : started.error()));
  headline("7  A contact centre comes to life");
  say("  " + std::to_string(app::kDemoAgents.size()) + " robot agents in two groups, " +
      "queues 8001 (Sales) and 8002 (Service), customers who call them");
}

void Story::stay() {
  bring_to_life();
  const std::string base = "http://" + http_.to_string() + "/api/v2";
  headline("It stays up. Try it:");
  say("  curl -u supervisor:demo '" + base + "/me?subresources=*'");
  say("  curl -u supervisor:demo '" + base + "/me/calls?fields=*'");
  const auto calls = supervisor_->get("/api/v2/me/calls?fields=id").body;
  const bool has_call = calls.is_object() && !calls.at("calls").as_array().empty();
  const std::string id =
      has_call ? std::string{calls.at("calls").at(0).at("id").as_string()} : "ID";
  say("  curl -u supervisor:demo \\");  // two lines more, for neither fits beside the other
  say("    " + base + "/me/calls/" + id + " \\");
  say(R"(    -d '{"operationName":"SwitchToBargeIn"}')");
  say();
  say("  the desk     http://" + http_.to_string() + "/, in your browser");
  say("  API          " + base);
  say("  CometD       " + base + "/notifications");
  say("  users        supervisor, agent, agent2, and the robots (amara, bruno, …); password demo");
  say("  your phone   SIP server " + sip_ + " (UDP), user 5002, password demo-5002; call 5001");
  say("  the log      " + log_);
  say();
  say("  Press Ctrl-C to stop.");
  stage_.until([&] { return server_ended_; }, std::chrono::hours{24 * 365});
  say();
}

void Story::end() {
  if (supervisor_ && !stage_.is_over()) supervisor_->leave();
  if (agent_ && !stage_.is_over()) agent_->leave();
  supervisor_.reset();
  agent_.reset();
  if (live_) {
    bool stopped = false;
    stage_.on_loop([&] { live_->stop([&] { stage_.change([&] { stopped = true; }); }); });
    stage_.settle([&] { return stopped; }, seconds{2});
    stage_.on_loop([&] { live_.reset(); });
  }
  if (robots_) {
    robots_->terminate();
    robots_->wait(seconds{5});
  }
  if (server_) {
    server_->terminate();
    const int status = server_->wait(seconds{12});
    if (status != 0 && !ready_.empty()) {
      ++failed_;
      say(red("  ✗ ") + "Earshot ended with status " + std::to_string(status));
    }
  }
}

int Story::play() {
  try {
    say(bold("Earshot: the founding story, with real SIP and RTP"));
    tell();
    options_.exit ? hang_up() : stay();
  } catch (const Failed& failed) {
    if (!stage_.is_over()) {
      ++failed_;
      say(red("  ✗ ") + failed.why);
    }
  }
  end();
  if (options_.exit)
    headline(failed_ == 0 ? green("Everything was as it should be.")
                          : red(std::to_string(failed_) + " things were not as they should be."));
  return failed_ == 0 ? 0 : 1;
}

}  // namespace

int demo_main(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool takes_value = word == "--origin" || word == "--log-level" || word == "--log-format";
    if (word == "--exit") {
      options.exit = true;
    } else if (word == "--calls-per-minute" && i + 1 < count) {
      const auto calls = whole_number<unsigned>(std::string_view{words[++i]});
      if (!calls || *calls > 60) {
        std::cerr << "earshot-demo: --calls-per-minute " << words[i]
                  << ": a number from 0 (nobody calls) to 60 is expected\n";
        return 2;
      }
      options.calls_per_minute = *calls;
    } else if ((word == "--http" || word == "--sip") && i + 1 < count) {
      (word == "--http" ? options.http : options.sip) = words[++i];
    } else if (takes_value && i + 1 < count) {
      options.for_server.insert(options.for_server.end(), {word, words[++i]});
    } else if (word == "--trace-sip" || word.starts_with("--trace-sip=")) {
      options.for_server.push_back(word);
    } else {
      std::cerr << "earshot-demo: " << word << " is not an option, or its value is missing; "
                << "./dev run --help lists the options\n";
      return 2;
    }
  }
  return Story{std::move(options)}.play();
}

}  // namespace earshot::sim

int main(int count, char** words) { return earshot::sim::demo_main(count, words); }
