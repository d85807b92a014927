#include "sim/world.h"

#include <stdexcept>
#include <utility>

#include "base/base64.h"
#include "edge/http/target.h"
#include "sim/fake_exchange.h"

namespace earshot::sim {
namespace {

constexpr std::array kNumbers{5000, 5001, 5002, 5005};
/// Tones that stay apart through G.711 and mixing, one a phone; the trunk's is the last.
/// Apart from those the server plays: 425 Hz, and its music from 1,046 to 1,760 Hz.
constexpr std::array<Hertz, 5> kTones{550, 700, 850, 2000, 2300};
/// What differs from the defaults of a file: the hosts of the fake network, and some patience.
constexpr std::pair<std::string_view, const char*> kSettings[] = {
    {"http.external_url", "\"http://127.0.0.1:8080/api/v2\""},
    {"sip.listen", "\"192.0.2.1:5060\""},
    {"media.address", "\"192.0.2.1\""},
    {"media.silence_timeout_s", "5"}};
const Endpoint kTrunk = *Endpoint::parse("192.0.2.9", 5060);

Hertz tone_of(int number) {
  for (std::size_t i = 0; i < kNumbers.size(); ++i)
    if (kNumbers[i] == number) return kTones[i];
  return kTones.back();
}

User user(const std::string& name, const std::string& id, int number, std::vector<Role> roles) {
  User made;
  made.id = UserId{id};
  made.user_name = name;
  made.password = "secret-" + name;
  made.roles = std::move(roles);
  made.default_device = DeviceId{"device-" + std::to_string(number)};
  return made;
}

DirectoryEntries story_directory() {
  DirectoryEntries directory;
  for (const int number : kNumbers) {
    Device device;
    device.id = DeviceId{"device-" + std::to_string(number)};
    device.phone_number = device.sip_user = std::to_string(number);
    device.sip_password = "sip-" + device.phone_number;
    directory.devices.push_back(std::move(device));
  }
  directory.users = {
      user("agent", "a1", 5001, {Role::Agent}),
      user("colleague", "a2", 5002, {Role::Agent}),
      user("supervisor", "a5", 5005, {Role::Agent, Role::Supervisor}),
  };
  Trunk trunk;
  trunk.id = TrunkId{"pstn"};
  trunk.address = kTrunk;
  trunk.prefixes = {"+"};
  directory.trunks = {trunk};
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  queue.agents = {DeviceId{"device-5001"}, DeviceId{"device-5002"}};
  queue.ring_time = seconds{5};
  queue.patience = seconds{30};
  queue.wrap_up = seconds{2};
  directory.queues = {queue};
  return directory;
}

}  // namespace

int Reply::status_code() const {
  const auto* object = body.if_object();
  const auto* code = object ? object->if_contains("statusCode") : nullptr;
  return code && code->is_int64() ? static_cast<int>(code->get_int64()) : -1;
}

std::string Reply::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (field == name) return value;
  return "";
}

// ---- Desk ----

Desk::Desk(World& world, std::string user_name) : world_(world), user_name_(std::move(user_name)) {}

http::Request Desk::request(std::string method, const std::string& path, std::string body) {
  http::Request made;
  made.method = std::move(method);
  const auto target = http::parse_target(path);
  if (!target) throw std::invalid_argument{"no request target: " + path};
  made.path = target->path;
  made.query = target->query;
  made.peer = *Endpoint::parse("198.51.100.7", 40000);
  if (cookie_.empty())
    made.headers.emplace_back("Authorization",
                              "Basic " + base64(user_name_ + ":secret-" + user_name_));
  else
    made.headers.emplace_back("Cookie", cookie_);
  made.headers.emplace_back("Content-Type", "application/json");
  made.body = std::move(body);
  return made;
}

std::shared_ptr<FakeRequest> Desk::send(http::Request request) {
  auto sent = std::make_shared<FakeRequest>();
  sent->request = std::move(request);
  world_.router_.handle(std::make_unique<FakeExchange>(sent));
  return sent;
}

namespace {

Reply reply_of(FakeRequest& sent) {
  Reply reply;
  if (!sent.response) return reply;
  reply.status = sent.response->status;
  if (auto body = json::parse(sent.response->body)) reply.body = *body;
  reply.headers = sent.response->headers;
  sent.finish(true);
  return reply;
}

}  // namespace

Reply Desk::get(const std::string& path) {
  const Reply reply = reply_of(*send(request("GET", path, "")));
  if (const auto cookie = reply.header("Set-Cookie"); !cookie.empty())
    cookie_ = cookie.substr(0, cookie.find(';'));
  return reply;
}

Reply Desk::post(const std::string& path, const std::string& body, HttpHeaders headers) {
  http::Request made = request("POST", path, body);
  std::move(headers.begin(), headers.end(), std::back_inserter(made.headers));
  return reply_of(*send(std::move(made)));
}

Reply Desk::operate(const std::string& path, const std::string& operation) {
  return post(path, R"({"operationName":")" + operation + R"("})");
}

Reply Desk::on_call(const std::string& operation) {
  const json::array live = calls();
  if (live.size() != 1) return {404, {}};
  return operate("/api/v2/me/calls/" + std::string{live[0].at("id").as_string()}, operation);
}

std::string Desk::device_path() {
  return "/api/v2/me/devices/" + std::string{device().at("id").as_string()};
}

Reply Desk::monitor(const std::string& operation, const std::string& number) {
  return post(device_path(),
              R"({"operationName":")" + operation + R"(","phoneNumber":")" + number + R"("})");
}

json::value Desk::device() { return get("/api/v2/me/devices").body.at("devices").at(0); }

json::array Desk::calls() { return get("/api/v2/me/calls?fields=*").body.at("calls").as_array(); }

void Desk::log_in() {
  come_back();
  (void)post("/api/v2/me", R"({"operationName":"StartContactCenterSession","channels":["voice"]})");
}

void Desk::come_back() {
  cookie_.clear();
  listen();
}

void Desk::listen() {
  (void)get("/api/v2/me");
  auto sent = send(request("POST", "/api/v2/notifications",
                           R"([{"channel":"/meta/handshake","id":"1","version":"1.0",)"
                           R"("supportedConnectionTypes":["long-polling"]}])"));
  world_.loop.run_posted();
  if (!sent->response) return;
  client_id_ = std::string{json::parse(sent->response->body)->at(0).at("clientId").as_string()};
  for (const auto& [name, value] : sent->response->headers)
    if (name == "Set-Cookie") cookie_ += "; " + value.substr(0, value.find(';'));
  sent->finish(true);
  subscribe("/v2/me/*");
  poll(true);
}

void Desk::subscribe(const std::string& channel) {
  const auto sent = send(request("POST", "/api/v2/notifications",
                                 R"([{"channel":"/meta/subscribe","id":"2","clientId":")" +
                                     client_id_ + R"(","subscription":")" + channel + R"("}])"));
  world_.loop.run_posted();
  sent->finish(true);
}

/// One /meta/connect after the other, looked after by the loop as a client's network would.
void Desk::poll(bool at_once) {
  auto sent =
      send(request("POST", "/api/v2/notifications",
                   R"([{"channel":"/meta/connect","id":"3","connectionType":"long-polling",)"
                   R"("clientId":")" +
                       client_id_ + R"(")" + (at_once ? R"(,"advice":{"timeout":0})" : "") + "}]"));
  struct Watcher {
    static void look(Desk& desk, std::shared_ptr<FakeRequest> sent) {
      if (!desk.listens_) return sent->cut();
      if (sent->is_waiting()) {
        desk.world_.loop.wake_in(milliseconds{5}, [&desk, sent] { look(desk, sent); });
        return;
      }
      if (!sent->response) return;
      sent->finish(true);
      desk.take(sent->response->body);
    }
  };
  world_.loop.post([this, sent] { Watcher::look(*this, sent); });
}

void Desk::take(const std::string& batch) {
  const auto messages = json::parse(batch);
  if (!messages || !messages->is_array()) return;
  bool again = true;
  for (const json::value& message : messages->get_array()) {
    if (message.as_object().contains("data")) events.push_back(message);
    const auto* successful = message.as_object().if_contains("successful");
    if (successful && !successful->as_bool()) again = false;
  }
  if (again) poll(false);
}

namespace {

bool is_about_a_call(const json::value& event) {
  return event.at("channel") == "/v2/me/calls" && event.at("data").as_object().contains("call");
}

}  // namespace

std::string Desk::told() const {
  std::string out;
  for (const json::value& event : events) {
    if (!is_about_a_call(event)) continue;
    const auto& type = event.at("data").at("notificationType").as_string();
    const auto& word =
        type == "StatusChange" ? event.at("data").at("call").at("state").as_string() : type;
    out += (out.empty() ? "" : ", ") + std::string{word};
  }
  return out;
}

const json::value* Desk::last_call() const {
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if (is_about_a_call(*event)) return &event->at("data").at("call");
  return nullptr;
}

// ---- World ----

app::Config World::config(const std::string& settings) {
  std::string text;
  for (const auto& [key, value] : kSettings)
    if (settings.find(key) == std::string::npos) text += std::string{key} + " = " + value + "\n";
  const auto read = app::parse_config(text + settings, "earshot.toml");
  if (!read) throw std::invalid_argument{read.error().text()};
  app::Config config = *read;
  if (config.directory.devices.empty()) config.directory = story_directory();
  return config;
}

World::World(std::uint64_t seed) : World(seed, config()) {}

World::World(std::uint64_t seed, app::Config config)
    : entropy(seed), network(loop, seed), config_(std::move(config)) {
  make_centre();
  std::uint8_t host = 10;
  const auto settings_for = [&](const std::string& number, Hertz tone) {
    PhoneSettings settings;
    settings.number = number;
    settings.password = "sip-" + number;
    settings.local = Endpoint::v4({198, 51, 100, ++host}, 5060);
    settings.server = config_.sip.listen;
    settings.tone = tone;
    settings.listen_for = {kTones.begin(), kTones.end()};
    settings.answer_after = milliseconds{300};
    return settings;
  };
  for (const int number : kNumbers) {
    const auto settings = settings_for(std::to_string(number), tone_of(number));
    phones_[number] = std::make_unique<Phone>(loop, network, entropy, settings);
  }
  PhoneSettings peer = settings_for("+4930123456", kTones.back());
  peer.local = kTrunk;
  trunk_ = std::make_unique<Phone>(loop, network, entropy, peer);
  for (const User& user : config_.directory.users)
    desks_[user.user_name] = std::make_unique<Desk>(*this, user.user_name);
}

World::~World() = default;

void World::make_centre() {
  centre_ = std::make_unique<app::Centre>(
      config_,
      app::Ground{loop, loop, loop, entropy, network, network, [this] { return wall_time(); }});
  centre_->mount(router_);
}

bool World::restart(Duration down) {
  loop.run_posted();  // it is killed between two turns
  router_ = {};
  centre_.reset();
  run(down);
  make_centre();
  return centre_->start().has_value();
}

WallTime World::wall_time() const {
  constexpr std::chrono::sys_days kBegin = std::chrono::year{2026} / 1 / 1;
  return kBegin + std::chrono::floor<milliseconds>(loop.now().time_since_epoch());
}

bool World::open() {
  if (!centre_->start() || !trunk_->start()) return false;
  for (auto& [number, phone] : phones_) {
    if (!phone->start()) return false;
    phone->register_with_server();
  }
  const bool registered = until([&] {
    for (auto& [number, phone] : phones_)
      if (!phone->is_registered()) return false;
    return true;
  });
  for (auto& [name, desk] : desks_) desk->log_in();
  run(milliseconds{50});
  for (auto& [name, desk] : desks_) desk->forget();
  return registered;
}

bool World::connect() {
  phone(5000).dial("5001");
  return until([&] { return phone(5000).is_up() && phone(5001).is_up(); });
}

bool World::supervise(const std::string& operation) {
  return supervisor().monitor(operation, "5001").status == 200 && connect() && until([&] {
           const json::value* call = supervisor().last_call();
           return call && call->at("state") == "Established";
         });
}

bool World::hears(int listener, int source) {
  return phone(listener).hears(milliseconds{200}).contains(tone_of(source));
}

std::string World::hearing() {
  std::string out;
  for (const int listener : {5000, 5001, 5005}) {
    out += (out.empty() ? "" : "; ") + std::to_string(listener) + "<";
    for (const int source : {5000, 5001, 5005})
      if (hears(listener, source)) out += " " + std::to_string(source);
  }
  return out;
}

bool World::is_empty() const {
  const auto census = centre_->census();
  return census.calls == 0 && census.open_legs == 0 && census.sip_legs == 0;
}

}  // namespace earshot::sim
