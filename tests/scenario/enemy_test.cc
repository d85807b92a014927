// What an enemy, a broken peer or bad luck may do to a contact centre at work: the calls of the
// others go on, and nothing is left of it.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "sim/bayeux_client.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::Phone;
using sim::World;

constexpr const char* kListen = "5000< 5001; 5001< 5000; 5005< 5000 5001";
constexpr std::uint16_t kSipPort = 5060;

Endpoint server(std::uint16_t port) { return *Endpoint::parse("192.0.2.1", port); }

/// Hosts of an attacker, and what they sent for.
class Attacker {
 public:
  explicit Attacker(World& world, const char* host = "203.0.113.66")
      : world_(world), socket_(open(host, 0)) {}

  std::unique_ptr<net::UdpSocket> open(const char* host, std::uint16_t port) {
    return *world_.network.open(
        *Endpoint::parse(host, port),
        [this](ByteView datagram, const Endpoint&) { answers.emplace_back(as_text(datagram)); });
  }
  void send(std::string_view text, std::uint16_t port) {
    socket_->send(as_bytes(text), server(port));
  }
  void send(const Bytes& bytes, std::uint16_t port) { socket_->send(bytes, server(port)); }
  /// Answers with this status line.
  std::size_t answered(std::string_view status) const {
    std::size_t count = 0;
    for (const auto& answer : answers)
      count += answer.starts_with("SIP/2.0 " + std::string{status});
    return count;
  }

  std::vector<std::string> answers;

 private:
  World& world_;
  std::unique_ptr<net::UdpSocket> socket_;
};

/// Everything that went to the server so far: SIP messages to learn from, RTP ports to shoot at.
struct Overheard {
  std::vector<std::string> sip;
  std::set<std::uint16_t> media_ports;

  explicit Overheard(World& world) {
    world.network.set_tap([this](ByteView datagram, const Endpoint&, const Endpoint& to) {
      if (to == server(kSipPort))
        sip.emplace_back(as_text(datagram));
      else if (to.address() == server(0).address())
        media_ports.insert(to.port());
    });
  }
};

Bytes noise(std::mt19937& random, std::size_t most) {
  Bytes bytes(random() % (most + 1));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

/// A packet of PCMU, as any phone's; where only the source tells it from one.
Bytes rtp_packet(std::uint16_t sequence, std::uint32_t ssrc) {
  Bytes packet(172, 0x2A);
  const std::uint32_t timestamp = sequence * 160u;
  packet[0] = 0x80;
  packet[1] = 0;
  packet[2] = static_cast<std::uint8_t>(sequence >> 8);
  packet[3] = static_cast<std::uint8_t>(sequence);
  for (unsigned i = 0; i < 4; ++i) {
    packet[4 + i] = static_cast<std::uint8_t>(timestamp >> (24 - 8 * i));
    packet[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  }
  return packet;
}

/// What parsers of RTP and RTCP have stumbled over: lengths, counts and versions that lie.
std::vector<Bytes> odd_media(std::mt19937& random) {
  std::vector<Bytes> out{{}, {0x80}, Bytes(11, 0x80), Bytes(1500, 0xFF)};
  const auto headed = [&](std::initializer_list<std::uint8_t> head) {
    Bytes bytes{head};
    for (int i = 0; i < 40; ++i) bytes.push_back(static_cast<std::uint8_t>(random()));
    out.push_back(std::move(bytes));
  };
  headed({0x8F, 0x00});                          // fifteen contributors
  headed({0x90, 0x00});                          // an extension of any length
  headed({0xA0, 0x00});                          // padding of any length
  headed({0x00, 0x00});                          // version 0
  headed({0x80, 0x65});                          // a telephone-event
  headed({0x80, 0xC8, 0xFF, 0xFF});              // a sender report beyond its end
  headed({0x81, 0xC9, 0x00, 0x01});              // a receiver report cut short
  headed({0x9F, 0xCB, 0x00, 0x01});              // a BYE of 31 sources
  headed({0x81, 0xCA, 0x00, 0x06, 1, 2, 3, 4});  // SDES with items of any length
  return out;
}

/// `message` with a few octets changed, doubled or cut.
std::string mutated(std::string message, std::mt19937& random) {
  for (int change = 1 + static_cast<int>(random() % 4); change > 0 && !message.empty(); --change) {
    const std::size_t at = random() % message.size();
    switch (random() % 5) {
      case 0:
        message[at] = static_cast<char>(random());
        break;
      case 1:
        message.erase(at, 1 + random() % 20);
        break;
      case 2:
        message.insert(at, message.substr(random() % message.size(), random() % 60));
        break;
      case 3:
        message.resize(at);
        break;
      default:
        message.insert(at, std::string(random() % 300, static_cast<char>(random())));
    }
  }
  return message;
}

struct Enemy : testing::Test {
  void expect_empty(World& world, Duration limit = seconds{80}) {
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, limit)) << world.story();
  }
  void expect_a_new_call_works(World& world) {
    ASSERT_TRUE(world.connect()) << world.story();
    world.run(milliseconds{400});
    EXPECT_TRUE(world.hears(5000, 5001));
    EXPECT_TRUE(world.hears(5001, 5000));
    world.phone(5000).hang_up();
    expect_empty(world);
  }
};

// ---- garbage ----

TEST_F(Enemy, garbage_to_every_port_changes_nothing_in_a_supervised_call) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::mt19937 random{static_cast<std::uint32_t>(seed)};
    World world{seed};
    Overheard overheard{world};
    ASSERT_TRUE(world.open());
    const auto sockets = world.network.open_sockets();
    ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
    world.run(milliseconds{400});
    ASSERT_EQ(overheard.media_ports.size(), 3u) << "three legs hum";
    auto ports = overheard.media_ports;
    for (const auto port : overheard.media_ports)
      ports.insert(static_cast<std::uint16_t>(port + 1));
    const auto messages = overheard.sip;
    world.network.set_tap({});
    Attacker attacker{world};
    const auto told = world.supervisor().told() + world.agent().told();
    const auto census = world.centre().census();
    for (const int number : {5000, 5001, 5005}) world.phone(number).mark();

    std::uint16_t sequence = 1;
    for (int round = 0; round < 100; ++round) {
      attacker.send(noise(random, 1400), kSipPort);
      for (int i = 0; i < 5; ++i)
        attacker.send(mutated(messages[random() % messages.size()], random), kSipPort);
      ++sequence;
      for (const auto port : ports) {
        attacker.send(noise(random, 300), port);
        for (const Bytes& odd : odd_media(random)) attacker.send(odd, port);
        for (int i = 0; i < 3; ++i) attacker.send(rtp_packet(sequence, 0xBADBAD), port);
      }
      world.run(milliseconds{20});
    }
    EXPECT_EQ(world.hearing(), kListen) << world.story();
    EXPECT_EQ(world.supervisor().told() + world.agent().told(), told) << world.story();
    for (const int number : {5000, 5001, 5005}) {
      const auto report = world.phone(number).received();
      EXPECT_TRUE(report.is_continuous()) << number << " " << to_string(report);
      EXPECT_EQ(report.lost, 0u) << number;
    }
    const auto now = world.centre().census();
    EXPECT_EQ(now.calls, census.calls);
    EXPECT_EQ(now.open_legs, census.open_legs);
    EXPECT_EQ(now.sip_legs, census.sip_legs);
    world.phone(5000).hang_up();
    expect_empty(world);
    EXPECT_TRUE(world.until(
        [&] {
          return world.centre().census().sip_transactions == 0 &&
                 world.network.open_sockets() == sockets + 1;  // the attacker's
        },
        seconds{120}));
  }
}

TEST_F(Enemy, a_stream_sprayed_at_all_media_ports_before_the_call_takes_no_leg_over) {
  World world;
  ASSERT_TRUE(world.open());
  Attacker attacker{world};
  std::uint16_t sequence = 0;
  const auto spray = [&](int frames) {
    for (; frames > 0; --frames) {
      ++sequence;
      const auto first = world.settings().media.port_min;
      for (std::uint16_t port = first; port < first + 20;
           port = static_cast<std::uint16_t>(port + 2))
        attacker.send(rtp_packet(sequence, 0xBADBAD), port);
      world.run(milliseconds{20});
    }
  };
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  world.phone(5000).dial("5001");
  spray(100);
  EXPECT_TRUE(world.phone(5005).is_up());
  EXPECT_EQ(world.hearing(), kListen);
  world.phone(5000).hang_up();
  expect_empty(world);
}

// ---- strangers ----

std::string stranger_request(const std::string& method, const std::string& target, int n) {
  const std::string id = std::to_string(n);
  return method + " sip:" + target + "@192.0.2.1 SIP/2.0\r\n" +
         "Via: SIP/2.0/UDP 203.0.113.66:5060;branch=z9hG4bKflood" + id + method + ";rport\r\n" +
         "Max-Forwards: 70\r\nFrom: <sip:5001@192.0.2.1>;tag=t" + id + "\r\nTo: <sip:" + target +
         "@192.0.2.1>\r\nCall-ID: flood-" + id + method + "\r\nCSeq: 1 " + method +
         "\r\nContact: <sip:5001@203.0.113.66>\r\n" +
         (n % 2 ? "Authorization: Digest username=\"5001\", realm=\"earshot\", nonce=\"" + id +
                      "\", uri=\"sip:192.0.2.1\", response=\"0123456789abcdef0123456789abcdef\"\r\n"
                : "") +
         "Content-Length: 0\r\n\r\n";
}

TEST_F(Enemy, a_flood_of_strangers_is_challenged_and_holds_nobody_up) {
  World world;
  ASSERT_TRUE(world.open());
  Attacker attacker{world};
  world.phone(5000).dial("5001");
  for (int n = 0; n < 3000; ++n) {
    attacker.send(stranger_request("REGISTER", "5001", n), kSipPort);
    attacker.send(stranger_request("INVITE", "5001", n), kSipPort);
    if (n % 30 == 0) world.run(milliseconds{20});
    ASSERT_LE(world.centre().census().calls, 1u);
    ASSERT_LE(world.centre().census().sip_legs, 2u);
  }
  EXPECT_TRUE(world.phone(5000).is_up() && world.phone(5001).is_up());
  world.run(milliseconds{100});
  // One answer each; a wrong digest is mostly not even looked at.
  EXPECT_GE(attacker.answered("401"), 3000u);
  EXPECT_EQ(attacker.answered("401") + attacker.answered("503"), 6000u);
  EXPECT_TRUE(world.hears(5001, 5000));
  world.phone(5000).hang_up();
  expect_empty(world);
  EXPECT_TRUE(
      world.until([&] { return world.centre().census().sip_transactions == 0; }, seconds{120}))
      << world.centre().census().sip_transactions;
  expect_a_new_call_works(world);
}

TEST_F(Enemy, an_invite_to_a_wrong_target_gets_one_final_answer) {
  World world;
  ASSERT_TRUE(world.open());
  for (const std::string& target :
       {std::string{"7777"}, std::string{"5000"}, std::string{"anonymous"}, std::string{"500"},
        std::string{"50010"}, std::string{"device-5001"}, std::string{"%00"},
        std::string{"5001%20"}, std::string(2000, '5'), std::string{"*"},
        std::string{"50o1;x=y"}}) {
    int status = 0;
    int ends = 0;
    world.phone(5000).on_event([&](const sim::PhoneEvent& event) {
      if (event.kind != sim::PhoneEventKind::Ended) return;
      status = event.status;
      ++ends;
    });
    world.phone(5000).dial(target);
    ASSERT_TRUE(world.until([&] { return ends > 0; }, seconds{40})) << target << world.story();
    EXPECT_TRUE(status == 404 || status == 400 || status == 486 || status == 484)
        << target << status;
    expect_empty(world);
    EXPECT_EQ(ends, 1) << target;
  }
  world.phone(5000).on_event({});
  expect_a_new_call_works(world);
}

TEST_F(Enemy, a_trunk_cannot_call_through_to_a_trunk) {
  World world;
  ASSERT_TRUE(world.open());
  int status = 0;
  world.trunk().on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::Ended) status = event.status;
  });
  world.trunk().dial("+4930999", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return status != 0; }));
  EXPECT_EQ(status, 404);
  expect_empty(world);
}

// ---- phones that vanish ----

struct Stage {
  const char* name;
  std::vector<int> vanishing;
  bool supervised;
  std::function<bool(World&)> reached;
  std::function<void(World&)> after_vanishing = {};
};

std::vector<Stage> stages() {
  const auto ringing = [](World& world) { return world.phone(5001).is_ringing(); };
  const auto up = [](World& world) {
    return world.phone(5000).is_up() && world.phone(5001).is_up();
  };
  const auto all_up = [up](World& world) { return up(world) && world.phone(5005).is_up(); };
  const auto supervisor_rings = [](World& world) { return world.phone(5005).is_ringing(); };
  const auto phone_holds = [up](World& world) {
    if (!up(world)) return false;
    if (!world.phone(5001).status().we_hold) world.phone(5001).hold(sim::HoldStyle::Inactive);
    return world.agent().told().ends_with("Held");
  };
  const auto desk_holds = [up](World& world) {
    return up(world) &&
           (world.agent().told().ends_with("Held") || (world.agent().on_call("Hold"), false));
  };
  const auto dialled = [](World& world) {
    return world.phone(5000).current_call() != sim::PhoneCallId{};
  };
  const auto remote_rings = [](World& world) {
    return world.phone(5000).status().state == sim::PhoneCallState::RemoteRinging;
  };
  // The called phone's 200 is on its way to the server, or the server's to the caller.
  const auto called_up = [](World& world) { return world.phone(5001).is_up(); };
  const auto hang_up_5000 = [](World& world) { world.phone(5000).hang_up(); };
  return {
      {"called, before it rings", {5001}, false, dialled},
      {"caller, before it rings", {5000}, false, dialled},
      {"both, before it rings", {5000, 5001}, false, dialled},
      {"called, ringing", {5001}, false, ringing},
      {"called, ringing, and the caller gives up", {5001}, false, ringing, hang_up_5000},
      {"caller, ringing", {5000}, false, remote_rings},
      {"both, ringing", {5000, 5001}, false, remote_rings},
      {"called, before the ACK", {5001}, false, called_up},
      {"caller, before the ACK", {5000}, false, called_up},
      {"both, before the ACK", {5000, 5001}, false, called_up},
      {"called, established", {5001}, false, up},
      {"caller, established", {5000}, false, up},
      {"called, holding", {5001}, false, phone_holds, hang_up_5000},
      {"caller, held by the other's phone", {5000}, false, phone_holds},
      {"called, held by its desk", {5001}, false, desk_holds},
      {"caller, held by the other's desk", {5000}, false, desk_holds},
      {"called, the supervisor rings", {5001}, true, supervisor_rings},
      {"caller, the supervisor rings", {5000}, true, supervisor_rings},
      {"supervisor, ringing", {5005}, true, supervisor_rings, hang_up_5000},
      {"supervisor, listening", {5005}, true, all_up},
      {"all, listening", {5000, 5001, 5005}, true, all_up},
  };
}

TEST_F(Enemy, a_phone_may_vanish_at_every_stage) {
  for (const Stage& stage : stages()) {
    SCOPED_TRACE(stage.name);
    World world;
    ASSERT_TRUE(world.open());
    const auto sockets = world.network.open_sockets();
    if (stage.supervised) {
      ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
    }
    world.phone(5000).dial("5001");
    ASSERT_TRUE(world.until([&] { return stage.reached(world); })) << world.story();
    for (const int number : stage.vanishing) world.phone(number).vanish();
    if (stage.after_vanishing) stage.after_vanishing(world);
    world.run(milliseconds{100});  // what was on its way has come
    const bool supervisor_alone = stage.vanishing == std::vector{5005};
    if (supervisor_alone && !stage.after_vanishing) {
      ASSERT_TRUE(world.until([&] { return world.supervisor().told().ends_with("Released"); },
                              seconds{60}));
      world.run(milliseconds{300});
      EXPECT_TRUE(world.hears(5000, 5001)) << "the call goes on";
      world.phone(5000).hang_up();
    }
    expect_empty(world, seconds{110});
    world.run(milliseconds{100});
    const auto told = world.agent().told();
    EXPECT_TRUE(told.empty() || told.ends_with("Released")) << told;
    EXPECT_TRUE(world.agent().calls().empty());
    EXPECT_TRUE(world.supervisor().calls().empty());

    for (const int number : {5000, 5001, 5005}) {
      world.phone(number).come_back();
      for (const auto call : world.phone(number).live_calls()) world.phone(number).hang_up(call);
    }
    (void)world.supervisor().operate(world.supervisor().device_path(),
                                     "CancelSupervisorMonitoring");
    EXPECT_TRUE(world.until([&] { return world.network.open_sockets() == sockets; }, seconds{40}))
        << world.network.open_sockets() << " of " << sockets;
    expect_a_new_call_works(world);
  }
}

TEST_F(Enemy, a_caller_may_give_up_at_every_moment) {
  World world;
  ASSERT_TRUE(world.open());
  for (int after_ms = 0; after_ms <= 420; after_ms += after_ms < 20 || after_ms > 290 ? 1 : 20) {
    world.phone(5000).dial("5001");
    world.run(milliseconds{after_ms});
    world.phone(5000).hang_up();
    ASSERT_TRUE(world.until([&] { return world.is_empty(); }, seconds{80})) << after_ms << " ms\n"
                                                                            << world.story();
    ASSERT_TRUE(world.until(
        [&] {
          return world.phone(5000).live_calls().empty() && world.phone(5001).live_calls().empty();
        },
        seconds{40}))
        << after_ms << " ms\n"
        << world.story();
    ASSERT_TRUE(world.agent().calls().empty()) << after_ms;
  }
  EXPECT_TRUE(
      world.until([&] { return world.centre().census().sip_transactions == 0; }, seconds{120}));
}

TEST_F(Enemy, a_supervisor_who_never_answers_is_given_up_and_the_call_goes_on) {
  World world;
  ASSERT_TRUE(world.open());
  world.phone(5005).unregister();
  ASSERT_TRUE(world.until([&] { return !world.phone(5005).is_registered(); }));
  auto settings = world.phone(5005).settings();
  settings.local = *Endpoint::parse("198.51.100.55", 5060);
  settings.answer_after.reset();
  Phone lazy{world.loop, world.network, world.entropy, settings};
  ASSERT_TRUE(lazy.start());
  lazy.register_with_server();
  ASSERT_TRUE(world.until([&] { return lazy.is_registered(); }));
  ASSERT_EQ(world.supervisor().monitor("BargeIn", "5001").status, 200);
  ASSERT_TRUE(world.connect()) << world.story();
  ASSERT_TRUE(world.until([&] { return lazy.is_ringing(); }));
  ASSERT_TRUE(world.until([&] { return !lazy.is_ringing(); }, seconds{35})) << world.story();
  world.run(milliseconds{300});
  EXPECT_EQ(world.supervisor().told(), "Ringing, Released");
  EXPECT_TRUE(world.supervisor().calls().empty());
  EXPECT_EQ(world.agent().told(), "Ringing, Established");
  EXPECT_TRUE(world.hears(5000, 5001));
  world.phone(5000).hang_up();
  expect_empty(world);
}

TEST_F(Enemy, a_registration_that_runs_out_leaves_the_call_alone) {
  auto config = World::config();
  config.sip.max_expires = seconds{60};
  World world{1, config};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect()) << world.story();
  sim::Dials cut;
  cut.loss = 1;
  const Endpoint phone = world.phone(5001).address();
  world.network.set_dials_between(phone, server(kSipPort), cut);
  ASSERT_TRUE(world.until(
      [&] {
        return world.agent().device().at("capabilities").is_array() &&
               !world.phone(5001).is_registered();
      },
      seconds{90}));
  world.run(seconds{5});
  ASSERT_EQ(world.agent().calls().size(), 1u) << world.story();
  EXPECT_TRUE(world.hears(5000, 5001));
  EXPECT_EQ(world.agent().on_call("Hold").status, 200) << "the API rules the call as before";
  EXPECT_EQ(world.agent().on_call("Retrieve").status, 200);
  int status = 0;
  world.phone(5002).on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::Ended) status = event.status;
  });
  world.phone(5002).dial("5001");
  ASSERT_TRUE(world.until([&] { return status != 0; }));
  EXPECT_EQ(status, 480) << "nobody is registered there";
  world.network.reset_dials();
  EXPECT_EQ(world.agent().on_call("Hangup").status, 200);
  expect_empty(world);
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_registered(); }, seconds{60}));
  expect_a_new_call_works(world);
}

// ---- too little of everything ----

TEST_F(Enemy, without_a_free_port_a_call_gets_503_and_the_next_one_works) {
  auto config = World::config();
  config.media.port_max = static_cast<std::uint16_t>(config.media.port_min + 3);  // two legs
  World world{1, config};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world.connect()) << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(world.supervisor().told(), "") << "no port is left to call the supervisor from";
  int status = 0;
  world.phone(5002).on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::Ended) status = event.status;
  });
  for (int attempt = 0; attempt < 5; ++attempt) {
    status = 0;
    world.phone(5002).dial("5005");
    ASSERT_TRUE(world.until([&] { return status != 0; }));
    EXPECT_EQ(status, 503);
  }
  world.run(milliseconds{100});
  world.desk("colleague").forget();
  EXPECT_EQ(world.desk("colleague")
                .post(world.desk("colleague").device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5005"}})")
                .status,
            200);
  world.run(milliseconds{100});
  EXPECT_EQ(world.desk("colleague").told(), "Dialing, Error, Released");
  EXPECT_TRUE(world.hears(5000, 5001));
  world.phone(5000).hang_up();
  expect_empty(world);
  expect_a_new_call_works(world);
}

TEST_F(Enemy, a_port_for_one_leg_alone_is_not_kept_by_half_a_call) {
  auto config = World::config();
  config.media.port_max = static_cast<std::uint16_t>(config.media.port_min + 1);  // one leg
  World world{1, config};
  ASSERT_TRUE(world.open());
  int status = 0;
  world.phone(5000).on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::Ended) status = event.status;
  });
  for (int attempt = 0; attempt < 5; ++attempt) {
    status = 0;
    world.phone(5000).dial("5001");
    ASSERT_TRUE(world.until([&] { return status != 0; }));
    EXPECT_EQ(status, 503) << "there is none for the caller once the called has answered";
    expect_empty(world);
    ASSERT_TRUE(world.until([&] { return !world.phone(5001).is_up(); }));
  }
}

// ---- desks ----

struct BadBody {
  const char* path;  ///< {call} and {device} are the supervisor's own
  const char* body;
  int status;
  int status_code;
};

constexpr const char* kCall = "/api/v2/me/calls/{call}";
constexpr const char* kDevice = "/api/v2/me/devices/{device}";
constexpr const char* kDial = "/api/v2/me/devices/{device}/calls";
constexpr const char* kMe = "/api/v2/me";
constexpr const char* kVoice = "/api/v2/me/channels/voice";

constexpr std::array kBadBodies{
    BadBody{kCall, "", 400, 2},
    BadBody{kCall, "{", 400, 2},
    BadBody{kCall, "null", 400, 2},
    BadBody{kCall, "[]", 400, 2},
    BadBody{kCall, "\"Hangup\"", 400, 2},
    BadBody{kCall,
            R"({"operationName":"Hangup"} )"
            "x",
            400, 2},
    BadBody{kCall, "{\"operationName\":\"Hang\xFFup\"}", 400, 2},
    BadBody{kCall, "{}", 400, 1},
    BadBody{kCall, R"({"operationname":"Hangup"})", 400, 1},
    BadBody{kCall, R"({"operationName":null})", 400, 1},
    BadBody{kCall, R"({"operationName":7})", 400, 2},
    BadBody{kCall, R"({"operationName":""})", 400, 2},
    BadBody{kCall, R"({"operationName":"hangup"})", 400, 2},
    BadBody{kCall, R"({"operationName":"Explode"})", 400, 2},
    BadBody{kCall, R"({"operationName":"Dial"})", 400, 2},
    BadBody{kCall, R"({"operationName":"Ready"})", 400, 2},
    BadBody{kCall, R"({"operationName":"SingleStepTransfer"})", 400, 1},
    BadBody{kCall, R"({"operationName":"SingleStepTransfer","destination":"5002"})", 400, 2},
    BadBody{kCall, R"({"operationName":"SingleStepTransfer","destination":{}})", 400, 1},
    BadBody{kCall, R"({"operationName":"SingleStepTransfer","destination":{"phoneNumber":5002}})",
            400, 2},
    BadBody{kCall, R"({"operationName":"SingleStepTransfer","destination":{"phoneNumber":"a b"}})",
            400, 2},
    BadBody{kCall,
            R"({"operationName":"SingleStepConference","destination":{"phoneNumber":"7777"}})", 400,
            2},
    BadBody{kCall, R"({"operationName":"AttachUserData"})", 400, 1},
    BadBody{kCall, R"({"operationName":"AttachUserData","userData":[]})", 400, 2},
    BadBody{kCall, R"({"operationName":"AttachUserData","userData":{"a":null}})", 400, 2},
    BadBody{kCall, R"({"operationName":"DeleteUserDataPair"})", 400, 1},
    BadBody{kCall, R"({"operationName":"DeleteUserDataPair","key":1})", 400, 2},
    BadBody{kCall, R"({"operationName":"SwitchToCoach"})", 403, 3},
    BadBody{kCall, R"({"operationName":"SwitchToListenIn"})", 403, 3},
    BadBody{kCall, R"({"operationName":"Answer"})", 403, 3},
    BadBody{kCall, R"({"operationName":"Retrieve"})", 403, 3},
    BadBody{"/api/v2/me/calls/NOSUCHCALL", R"({"operationName":"Hangup"})", 404, 6},
    BadBody{"/api/v2/me/calls/NOSUCHCALL", "{", 404, 6},
    BadBody{"/api/v2/me/calls/{call}/more", R"({"operationName":"Hangup"})", 404, 6},
    BadBody{"/api/v2/nowhere", "{}", 404, 6},
    BadBody{kDevice, "", 400, 2},
    BadBody{kDevice, "{}", 400, 1},
    BadBody{kDevice, R"({"operationName":"ListenIn"})", 400, 1},
    BadBody{kDevice, R"({"operationName":"ListenIn","phoneNumber":5001})", 400, 2},
    BadBody{kDevice, R"({"operationName":"ListenIn","phoneNumber":"7777"})", 404, 6},
    BadBody{kDevice, R"({"operationName":"ListenIn","phoneNumber":"5005"})", 400, 2},
    BadBody{kDevice, R"({"operationName":"ListenIn","targetDeviceUri":7})", 400, 2},
    BadBody{kDevice, R"({"operationName":"ListenIn","targetDeviceUri":"/"})", 400, 2},
    BadBody{kDevice, R"({"operationName":"ListenIn","targetDeviceUri":"x/nobody"})", 404, 6},
    BadBody{
        kDevice,
        R"({"operationName":"ListenIn","phoneNumber":"5001","supervisorMonitoringMode":"Never"})",
        400, 2},
    BadBody{kDevice,
            R"({"operationName":"ListenIn","phoneNumber":"5001","supervisorMonitoringScope":1})",
            400, 2},
    BadBody{kDevice, R"({"operationName":"Hangup"})", 400, 2},
    BadBody{"/api/v2/me/devices/device-5001",
            R"({"operationName":"ListenIn","phoneNumber":"5001"})", 404, 6},
    BadBody{kDial, "{}", 400, 1},
    BadBody{kDial, R"({"operationName":"Dial"})", 400, 1},
    BadBody{kDial, R"({"operationName":"Dial","destination":{"phoneNumber":""}})", 400, 2},
    BadBody{kDial, R"({"operationName":"Dial","destination":{"phoneNumber":"5005"}})", 400, 2},
    BadBody{kDial, R"({"operationName":"Dial","destination":{"phoneNumber":"5002"},"userData":3})",
            400, 2},
    BadBody{"/api/v2/me/devices/device-5001/calls",
            R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})", 404, 6},
    BadBody{kMe, "[1,2", 400, 2},
    BadBody{kMe, R"({"operationName":"StartContactCenterSession"})", 400, 1},
    BadBody{kMe, R"({"operationName":"StartContactCenterSession","channels":"voice"})", 400, 2},
    BadBody{kMe, R"({"operationName":"StartContactCenterSession","channels":[1]})", 400, 2},
    BadBody{kMe, R"({"operationName":"StartContactCenterSession","channels":["chat"]})", 500, 4},
    BadBody{
        kMe,
        R"({"operationName":"StartContactCenterSession","channels":["voice"],"devicePath":"x/device-5001"})",
        400, 2},
    BadBody{kVoice, "{}", 400, 1},
    BadBody{kVoice, R"({"operationName":"Hangup"})", 400, 2},
};

std::string filled(std::string path, const std::string& name, const std::string& value) {
  if (const auto at = path.find(name); at != std::string::npos)
    path.replace(at, name.size(), value);
  return path;
}

TEST_F(Enemy, a_bad_request_is_refused_in_the_documented_form_and_changes_nothing) {
  World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  sim::Desk& desk = world.supervisor();
  world.run(milliseconds{100});
  desk.forget();
  world.agent().forget();
  const std::string call{desk.calls().at(0).at("id").as_string()};
  std::vector<BadBody> all(kBadBodies.begin(), kBadBodies.end());
  const std::string deep = R"({"operationName":)" + std::string(20000, '[') + "}";
  const std::string large = R"({"operationName":")" + std::string(300000, 'x') + "\"}";
  all.push_back({kCall, deep.c_str(), 400, 2});
  all.push_back({kCall, large.c_str(), 400, 2});
  for (const BadBody& bad : all) {
    const std::string path = filled(filled(bad.path, "{call}", call), "{device}", "device-5005");
    const auto reply = desk.post(path, bad.body);
    const std::string what =
        path + " " + std::string{bad.body}.substr(0, 200) + " → " + json::serialize(reply.body);
    EXPECT_EQ(reply.status, bad.status) << what;
    EXPECT_EQ(reply.status_code(), bad.status_code) << what;
    ASSERT_TRUE(reply.body.is_object()) << what;
    EXPECT_EQ(reply.body.get_object().size(), 2u) << what;
    ASSERT_TRUE(reply.body.get_object().contains("statusMessage")) << what;
    EXPECT_TRUE(reply.body.at("statusMessage").is_string()) << what;
  }
  world.run(milliseconds{400});
  EXPECT_TRUE(desk.events.empty()) << json::serialize(desk.events.at(0));
  EXPECT_TRUE(world.agent().events.empty());
  EXPECT_EQ(world.hearing(), kListen);
}

/// A second window of a user, whose connection breaks as the test wants it: it polls, keeps what
/// reached it, and polls again where a poll broke.
class BrokenWindow {
 public:
  BrokenWindow(World& world, const std::string& credentials) : client_(router_, "") {
    world.centre().mount(router_);
    client_.headers.emplace_back("Authorization", "Basic " + credentials);
    const auto hello = client_.send(R"([{"channel":"/meta/handshake","id":"1","version":"1.0",)"
                                    R"("supportedConnectionTypes":["long-polling"]}])");
    hello->finish(true);
    client_.client_id = std::string{client_.last(hello).at("clientId").as_string()};
    for (const auto& [name, value] : hello->response->headers)
      if (name == "Set-Cookie")
        client_.cookie += (client_.cookie.empty() ? "" : "; ") + value.substr(0, value.find(';'));
    client_.headers.clear();
    client_.subscribe("/v2/me/*")->finish(true);
    poll_ = client_.connect(R"(,"advice":{"timeout":0})");
    look(true);
  }

  /// Takes an answer that is there; `arrives`: its write succeeds. A client asks again in any case.
  void look(bool arrives) {
    if (!poll_ || poll_->is_waiting()) return;
    if (poll_->dropped) return ask();
    poll_->finish(arrives);
    if (arrives) {
      for (const auto& message : client_.messages(poll_)) {
        if (message.contains("data")) events.push_back(message.at("data"));
        const auto* successful = message.if_contains("successful");
        if (successful && !successful->as_bool()) ended = true;
      }
    }
    ask();
  }
  void cut() {
    poll_->cut();
    poll_.reset();
  }
  void ask() {
    if (!ended) poll_ = client_.connect();
  }
  bool is_asking() const { return poll_ != nullptr; }

  std::vector<json::value> events;
  bool ended = false;

 private:
  http::PrefixRouter router_;
  sim::BayeuxClient client_;
  sim::Poll poll_;
};

/// base64 of agent:secret-agent
constexpr const char* kAgentCredentials = "YWdlbnQ6c2VjcmV0LWFnZW50";

TEST_F(Enemy, polls_cut_and_writes_that_fail_lose_no_event_and_double_none) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    std::mt19937 random{seed};
    World world{seed};
    ASSERT_TRUE(world.open());
    BrokenWindow window{world, kAgentCredentials};
    world.agent().forget();
    ASSERT_TRUE(world.connect()) << world.story();
    for (int step = 0; step < 150; ++step) {
      switch (random() % 6) {
        case 0:
          if (window.is_asking()) window.cut();
          break;
        case 1:
          window.ask();  // also while an older one waits
          break;
        case 2:
          window.look(random() % 2 == 0);
          break;
        case 3:
          (void)world.agent().on_call(step % 2 ? "Hold" : "Retrieve");
          break;
        case 4:
          (void)world.agent().on_call(random() % 2 ? "Hold" : "Retrieve");
          break;
        default:
          window.look(true);
      }
      world.run(milliseconds{static_cast<int>(random() % 60)});
    }
    (void)world.agent().on_call("Hangup");
    for (int i = 0; i < 5; ++i) {
      world.run(milliseconds{100});
      if (!window.is_asking()) window.ask();
      window.look(true);
    }
    ASSERT_FALSE(window.ended) << "seed " << seed;
    ASSERT_EQ(window.events.size(), world.agent().events.size()) << "seed " << seed;
    EXPECT_GT(window.events.size(), 10u);
    for (std::size_t i = 0; i < window.events.size(); ++i)
      EXPECT_EQ(window.events[i], world.agent().events[i].at("data")) << "seed " << seed;
    expect_empty(world);
  }
}

TEST_F(Enemy, a_window_that_never_comes_back_is_forgotten) {
  World world;
  ASSERT_TRUE(world.open());
  const auto sessions = world.centre().census().bayeux_sessions;
  const auto timers = world.loop.timers();
  {
    std::vector<std::unique_ptr<BrokenWindow>> windows;
    for (int i = 0; i < 5; ++i) {
      windows.push_back(std::make_unique<BrokenWindow>(world, kAgentCredentials));
      if (i % 2) windows.back()->cut();
    }
    EXPECT_EQ(world.centre().census().bayeux_sessions, sessions + 5);
    ASSERT_TRUE(world.connect());
    world.phone(5000).hang_up();
    world.run(seconds{1});
    for (auto& window : windows) window->look(false);
    for (auto& window : windows)
      if (window->is_asking()) window->cut();
    expect_empty(world);
  }
  EXPECT_TRUE(world.until(
      [&] {
        return world.centre().census().bayeux_sessions == sessions && world.loop.timers() <= timers;
      },
      seconds{120}))
      << world.centre().census().bayeux_sessions << " of " << sessions << " sessions, "
      << world.loop.timers() << " of " << timers << " timers";
}

}  // namespace
}  // namespace earshot::scenario
