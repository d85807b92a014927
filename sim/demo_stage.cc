#include "sim/demo_stage.h"

#include <future>

namespace earshot::sim {

Stage::Stage() : thread_([this] { loop_.run(); }) {}

Stage::~Stage() {
  loop_.stop();
  thread_.join();
}

void Stage::on_loop(std::function<void()> work) {
  std::promise<void> done;
  loop_.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Stage::change(const std::function<void()>& work) {
  {
    std::lock_guard lock{mutex_};
    work();
  }
  changed_.notify_all();
}

bool Stage::until(const std::function<bool()>& condition, Duration limit) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, limit, [&] { return over_ || condition(); });
  return !over_ && condition();
}

bool Stage::settle(const std::function<bool()>& condition, Duration limit) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, limit, condition);
}

void Stage::curtain() {
  change([this] { over_ = true; });
}

bool Stage::is_over() {
  std::lock_guard lock{mutex_};
  return over_;
}

DemoDesk::DemoDesk(Stage& stage, const Endpoint& server, const std::string& user,
                   const std::string& password,
                   std::function<void(const std::string&, const json::value&)> told)
    : stage_(stage) {
  stage_.on_loop([&] {
    HttpClientSettings settings;
    settings.login = HttpLogin{user, password};
    client_ = std::make_unique<HttpClient>(stage_.loop(), server, settings);
    listener_ = std::make_unique<BayeuxListener>(stage_.loop(), *client_, "/api/v2/notifications",
                                                 std::vector<std::string>{"/v2/me/*"});
    listener_->on_event([told = std::move(told)](const BayeuxListener::Event& event) {
      told(event.channel, event.data);
    });
  });
}

DemoDesk::~DemoDesk() {
  stage_.on_loop([&] {
    listener_.reset();
    client_.reset();
  });
}

bool DemoDesk::listen() {
  stage_.on_loop([&] { listener_->start(); });
  bool listening = false;
  for (int i = 0; i < 100 && !listening; ++i) {
    stage_.until([] { return false; }, milliseconds{50});
    if (stage_.is_over()) return false;
    stage_.on_loop([&] { listening = listener_->is_listening(); });
  }
  return listening;
}

void DemoDesk::leave() {
  stage_.on_loop([&] { listener_->stop(); });
}

DemoDesk::Reply DemoDesk::send(const std::string& method, const std::string& path,
                               const std::string& body) {
  auto reply = std::make_shared<std::optional<Reply>>();
  stage_.on_loop([&] {
    HttpAsk ask;
    ask.method = method;
    ask.target = path;
    ask.body = body;
    client_->send(std::move(ask), [this, reply](const HttpReply& came) {
      Reply made{came.status, {}, came.body};
      if (auto parsed = json::parse(came.body)) made.body = *parsed;
      stage_.change([&] { *reply = std::move(made); });
    });
  });
  stage_.until([&] { return reply->has_value(); }, seconds{10});
  std::optional<Reply> out;
  stage_.change([&] { out = *reply; });
  return out.value_or(Reply{0, {}, "no answer within 10 s"});
}

}  // namespace earshot::sim
