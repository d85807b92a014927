#include "sim/live_centre.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace earshot::sim {
namespace {

constexpr std::size_t kCustomers = 20;
constexpr int kAtOnce = 4;                        // who call in the first seconds
constexpr Duration kStaysLoggedIn = seconds{60};  // within notifications.orphan_grace_s
constexpr Duration kEnd = milliseconds{600};      // for BYE and REGISTER to be confirmed

PhoneSettings singer(std::string number, Hertz pitch, const Endpoint& local,
                     const Endpoint& server) {
  PhoneSettings settings;
  settings.number = std::move(number);
  settings.local = local;
  settings.server = server;
  settings.tone = pitch;
  settings.level_dbm0 = -10;
  settings.sings = true;
  return settings;
}

std::string operation(std::string_view name) {
  return json::serialize(json::object{{"operationName", name}});
}

}  // namespace

LiveCentre::LiveCentre(net::AsioLoop& loop, net::UdpNetwork& network, Entropy& entropy,
                       Settings settings)
    : loop_(loop), settings_(std::move(settings)), random_(settings_.seed) {
  for (const app::DemoAgent& who : app::kDemoAgents) {
    auto agent = std::make_unique<Agent>();
    agent->who = who;
    // Agents sing low, customers high.
    PhoneSettings phone = singer(std::string{who.number}, 220 + 12 * double(agents_.size()),
                                 settings_.sip.with_port(0), settings_.sip);
    phone.password = "demo-" + phone.number;
    phone.answer_after = between(milliseconds{1200}, milliseconds{3000});
    agent->phone = std::make_unique<Phone>(loop, network, entropy, std::move(phone));
    agent->phone->on_event(
        [this, &agent = *agent](const PhoneEvent& event) { on_agent(agent, event); });
    HttpClientSettings desktop;
    desktop.login = HttpLogin{std::string{who.user_name}, "demo"};
    agent->desktop = std::make_unique<HttpClient>(loop, settings_.http, desktop);
    agents_.push_back(std::move(agent));
  }
  const Endpoint carrier = *Endpoint::parse(app::kDemoCarrier, 0);
  for (std::size_t i = 0; i < kCustomers; ++i) {
    auto customer = std::make_unique<Customer>();
    customer->number = "+49301234" + std::to_string(500 + 17 * i);
    customer->phone = std::make_unique<Phone>(
        loop, network, entropy,
        singer(customer->number, 480 + 15 * double(i), carrier, settings_.sip));
    customers_.push_back(std::move(customer));
  }
}

LiveCentre::~LiveCentre() = default;

void LiveCentre::after(Duration span, std::function<void()> work) {
  loop_.wake_in(span, [this, lives = std::weak_ptr<int>(alive_), work = std::move(work)] {
    if (!lives.expired() && !stopping_) work();
  });
}

Duration LiveCentre::between(Duration least, Duration most) {
  return least + Duration{static_cast<Duration::rep>(
                     random_() % static_cast<std::uint64_t>((most - least).count() + 1))};
}

bool LiveCentre::chance(double probability) {
  return std::uniform_real_distribution{}(random_) < probability;
}

Status<std::string> LiveCentre::start() {
  for (const auto& agent : agents_) {
    if (auto started = agent->phone->start(); !started) return started;
    agent->phone->register_with_server();
  }
  for (const auto& customer : customers_)
    if (auto started = customer->phone->start(); !started) return started;
  if (settings_.calls_per_minute <= 0) return Nothing{};
  for (int i = 0; i < kAtOnce; ++i)
    after(milliseconds{500} * (i + 1), [this] {
      for (const auto& customer : customers_)
        if (customer->phone->live_calls().empty()) return call(*customer);
    });
  after(seconds{4}, [this] { arrive(); });
  return Nothing{};
}

// ---- agents ----

void LiveCentre::ask(Agent& agent, const std::string& path, const std::string& body) {
  agent.desktop->send({"POST", "/api/v2/me" + path, body}, [](const HttpReply&) {});
}

void LiveCentre::log_in(Agent& agent) {
  agent.desktop->send({"POST", "/api/v2/me",
                       R"({"operationName":"StartContactCenterSession","channels":["voice"]})"},
                      [this, &agent](const HttpReply& reply) {
                        if (reply.status == 200) ask(agent, "/channels/voice", operation("Ready"));
                      });
  keep_logged_in(agent);
}

void LiveCentre::keep_logged_in(Agent& agent) {
  after(kStaysLoggedIn, [this, &agent] {
    agent.desktop->send({"GET", "/api/v2/me", ""}, [](const HttpReply&) {});
    keep_logged_in(agent);
  });
}

void LiveCentre::on_agent(Agent& agent, const PhoneEvent& event) {
  if (stopping_) return;
  if (event.kind == PhoneEventKind::Registered && !std::exchange(agent.logged_in, true))
    log_in(agent);
  if (event.kind == PhoneEventKind::Answered) {
    if (chance(0.3))
      after(between(seconds{6}, seconds{20}),
            [this, &agent, call = event.call] { hold_for_a_while(agent, call); });
    else if (chance(0.15))
      after(between(seconds{10}, seconds{25}), [this, &agent] { hand_over(agent); });
  }
  if (event.kind == PhoneEventKind::Ended && chance(0.12)) take_a_break(agent);
}

void LiveCentre::hold_for_a_while(Agent& agent, PhoneCallId call) {
  if (!agent.phone->is_up(call)) return;
  agent.phone->hold(HoldStyle::SendOnly, call);
  after(between(seconds{4}, seconds{10}), [&agent, call] {
    if (agent.phone->is_up(call)) agent.phone->retrieve(call);
  });
}

/// To the queue of the other group.
void LiveCentre::hand_over(Agent& agent) {
  agent.desktop->send(
      {"GET", "/api/v2/me/calls?fields=id", ""}, [this, &agent](const HttpReply& reply) {
        const auto body = json::parse(reply.body);
        if (!body || !body->is_object() || stopping_) return;
        const auto* calls = json::find(body->get_object(), "calls");
        if (!calls || !calls->is_array() || calls->get_array().size() != 1) return;
        const std::string id{calls->at(0).at("id").as_string()};
        const auto& queue =
            agent.who.group == app::kDemoSales.name ? app::kDemoService : app::kDemoSales;
        ask(agent, "/calls/" + id,
            json::serialize(json::object{{"operationName", "SingleStepTransfer"},
                                         {"destination", {{"phoneNumber", queue.number}}}}));
      });
}

void LiveCentre::take_a_break(Agent& agent) {
  ask(agent, "/channels/voice", operation("NotReady"));
  after(between(seconds{15}, seconds{40}),
        [this, &agent] { ask(agent, "/channels/voice", operation("Ready")); });
}

// ---- customers ----

/// One after the other, as chance has it: the times between two are exponential.
void LiveCentre::arrive() {
  const double mean = 60.0 / settings_.calls_per_minute;
  const double wait = std::exponential_distribution{1 / mean}(random_);
  for (std::size_t tries = 0; tries < customers_.size(); ++tries) {
    Customer& customer = *customers_[random_() % customers_.size()];
    if (!customer.phone->live_calls().empty()) continue;
    call(customer);
    break;
  }
  after(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(wait)),
        [this] { arrive(); });
}

/// Queues answer at once, with music: who still waits when their time is over has given up.
void LiveCentre::call(Customer& customer) {
  const auto& queue = chance(0.6) ? app::kDemoSales : app::kDemoService;
  const PhoneCallId call = customer.phone->dial(std::string{queue.number});
  after(between(seconds{25}, seconds{100}), [&customer, call] { customer.phone->hang_up(call); });
}

void LiveCentre::stop(std::function<void()> done) {
  stopping_ = true;
  for (const auto& customer : customers_)
    for (const PhoneCallId call : customer->phone->live_calls()) customer->phone->hang_up(call);
  for (const auto& agent : agents_) {
    for (const PhoneCallId call : agent->phone->live_calls()) agent->phone->hang_up(call);
    if (agent->phone->is_registered()) agent->phone->unregister();
  }
  loop_.wake_in(kEnd, std::move(done));
}

}  // namespace earshot::sim
