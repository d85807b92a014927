// What the hub costs: events told to held polls, each answered, written and polled again.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot {
namespace {

Event event_of(const std::string& user) {
  CallEvent event;
  event.user = UserId{user};
  event.call.id = CallId{"UJ40A0TR1D0VF7PPM0000000000001AB"};
  event.call.phone_number = "6101";
  event.call.participants = {{"6102", true}, {"+4930123456", false}};
  event.call.capabilities = {Operation::Hangup, Operation::Hold, Operation::SendDtmf,
                             Operation::AttachUserData, Operation::InitiateTransfer};
  return event;
}

/// One event for each of `users`, `sessions` sessions a user, all polling. Items: deliveries.
void deliver(benchmark::State& state) {
  const auto users = static_cast<int>(state.range(0));
  const auto sessions = static_cast<int>(state.range(1));
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  notify::Hub hub{loop, entropy, callers, {}, {}};
  struct Seat {
    sim::BayeuxClient client;
    sim::Poll poll;
  };
  std::vector<Seat> seats;
  std::vector<Event> events;
  for (int user = 0; user < users; ++user) {
    const std::string name = "user" + std::to_string(user);
    events.push_back(event_of(name));
    for (int session = 0; session < sessions; ++session) {
      seats.push_back({sim::BayeuxClient{hub, name}, nullptr});
      seats.back().client.settle("/v2/me/*");
      seats.back().poll = seats.back().client.connect();
    }
  }
  for (auto _ : state) {
    hub.publish(events);
    loop.run_posted();
    for (auto& seat : seats) {
      if (!seat.poll->response) return state.SkipWithError("an event did not arrive");
      seat.poll->finish(true);
      seat.poll = seat.client.connect();
    }
    callers.touched.clear();
  }
  state.SetItemsProcessed(state.iterations() * users * sessions);
}
BENCHMARK(deliver)->ArgNames({"users", "sessions"})->Args({1000, 1})->Args({1000, 3});

/// Events queued by a burst and fetched with one poll. Items: events.
void burst(benchmark::State& state) {
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  notify::Hub hub{loop, entropy, callers, {}, {}};
  sim::BayeuxClient client{hub, "ann"};
  client.settle("/v2/me/*");
  const std::vector<Event> events(static_cast<std::size_t>(state.range(0)), event_of("ann"));
  for (auto _ : state) {
    const auto poll = client.connect();
    hub.publish(events);
    loop.run_posted();
    poll->finish(true);
    callers.touched.clear();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(burst)->Arg(10)->Arg(100);

}  // namespace
}  // namespace earshot
