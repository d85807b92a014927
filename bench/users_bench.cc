// What the directory costs whoever asks for it: a request of the REST side, from the handler to the
// text of its answer, in memory, with everything the server has beside.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sim/fake_exchange.h"
#include "sim/world.h"

namespace earshot {
namespace {

/// `users` agents in ten groups, each with a phone and logged in, and an administrator.
class Centre {
 public:
  explicit Centre(std::size_t users) : world_(1, config(users)) {
    (void)world_.centre().start();
    world_.centre().mount(router_);
  }
  /// @return octets of the answer
  std::size_t get(const std::string& path, std::vector<std::pair<std::string, std::string>> query) {
    auto sent = std::make_shared<sim::FakeRequest>();
    sent->takes_at_once = true;
    sent->request.method = "GET";
    sent->request.path = path;
    sent->request.query = std::move(query);
    sent->request.headers = {{"Authorization", "Basic YWRtaW46c2VjcmV0"}};  // admin:secret
    if (!cookie_.empty()) sent->request.headers = {{"Cookie", cookie_}};
    router_.handle(std::make_unique<sim::FakeExchange>(sent));
    for (const auto& [name, value] : sent->response->headers)
      if (name == "Set-Cookie") cookie_ = value.substr(0, value.find(';'));
    return sent->response->status == 200 ? sent->response->body.size() : 0;
  }

 private:
  static app::Config config(std::size_t users) {
    app::Config config = sim::World::config();
    config.directory = {};
    for (std::size_t i = 0; i < users; ++i) {
      const std::string number = std::to_string(10'000 + i);
      Device device;
      device.id = DeviceId{"11111111-1111-8111-a111-1111111" + number};
      device.phone_number = device.sip_user = number;
      config.directory.devices.push_back(device);
      User user;
      user.id = UserId{"000000000000000000000000000" + number};
      user.user_name = "agent" + number + "@example.org";
      user.first_name = "Agent";
      user.last_name = number;
      user.roles = {Role::Agent};
      user.default_device = device.id;
      user.skills = {{{SkillId{"skill"}, "German"}, 7}};
      config.directory.users.push_back(user);
      if (i % (users / 10) == 0)
        config.directory.groups.push_back({GroupId{"2-" + number}, "Group " + number, {}, {}});
      config.directory.groups.back().users.push_back(user.id);
    }
    User admin;
    admin.id = UserId{"admin"};
    admin.user_name = "admin";
    admin.password = "secret";
    admin.roles = {Role::Admin};
    config.directory.users.push_back(admin);
    return config;
  }

  sim::World world_;
  http::PrefixRouter router_;
  std::string cookie_;
};

/// p50 and p99 in milliseconds over all iterations.
void ask(benchmark::State& state, const std::vector<std::pair<std::string, std::string>>& query,
         const std::string& path = "/api/v2/users") {
  Centre centre{static_cast<std::size_t>(state.range(0))};
  std::vector<double> took;
  std::size_t octets = centre.get(path, query);
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    octets = centre.get(path, query);
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::sort(took.begin(), took.end());
  state.counters["p50_ms"] = took[took.size() / 2];
  state.counters["p99_ms"] = took[took.size() * 99 / 100];
  state.counters["octets"] = static_cast<double>(octets);
}

void whole(benchmark::State& state) { ask(state, {{"subresources", "*"}}); }
void page(benchmark::State& state) {
  ask(state, {{"subresources", "*"}, {"limit", "50"}, {"offset", "100"}});
}
void sorted_page(benchmark::State& state) {
  ask(state, {{"fields", "*"}, {"limit", "50"}, {"sortBy", "userName"}});
}
void search(benchmark::State& state) {
  ask(state,
      {{"filterName", "NamesOrPhoneNumberMatches"}, {"filterParameters", "*42*"}, {"limit", "20"}},
      "/api/v2/contacts");
}

BENCHMARK(whole)->Arg(500)->Arg(5000)->Iterations(300)->Unit(benchmark::kMillisecond);
BENCHMARK(page)->Arg(500)->Arg(5000)->Iterations(300)->Unit(benchmark::kMillisecond);
BENCHMARK(sorted_page)->Arg(500)->Arg(5000)->Iterations(300)->Unit(benchmark::kMillisecond);
BENCHMARK(search)->Arg(500)->Arg(5000)->Iterations(300)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace earshot
