#include "edge/media/media_bridges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/fake_network.h"
#include "sim/seeded_entropy.h"
#include "sim/tone.h"
#include "sim/virtual_loop.h"
#include "wire/rtp/g711.h"
#include "wire/rtp/packet.h"
#include "wire/rtp/rtcp.h"

namespace earshot::media {
namespace {

/// A phone that hums, and keeps what it receives.
class Phone {
 public:
  struct Received {
    rtp::PacketView packet;  ///< its payload points into `bytes`
    Bytes bytes;
    TimePoint at;
  };

  Phone(sim::VirtualLoop& loop, sim::FakeNetwork& network, const Endpoint& address, sim::Hertz tone,
        Codec codec = Codec::Pcmu)
      : loop_(loop), codec_(codec), hum_(tone), ssrc_(static_cast<std::uint32_t>(tone)) {
    rtp_ = *network.open(address, [this](ByteView bytes, const Endpoint&) { keep(bytes); });
    rtcp_ = *network.open(address.with_port(static_cast<std::uint16_t>(address.port() + 1)),
                          [this](ByteView bytes, const Endpoint&) {
                            reports.emplace_back(bytes.begin(), bytes.end());
                          });
  }

  Endpoint address() const { return rtp_->local(); }
  RemoteMedia media(std::optional<std::uint8_t> telephone_event = 101) const {
    RemoteMedia media;
    media.rtp = address();
    media.codec = codec_;
    media.telephone_event = telephone_event;
    return media;
  }
  void send_to(const Endpoint& to) { to_ = to; }
  const Endpoint& sends_to() const { return to_; }

  /// One packet of `samples` of the hum.
  void talk(std::size_t samples = 160) {
    std::vector<std::int16_t> pcm(samples);
    hum_.fill(pcm);
    Bytes payload(samples);
    for (std::size_t i = 0; i < samples; ++i)
      payload[i] = codec_ == Codec::Pcmu ? rtp::ulaw_encode(pcm[i]) : rtp::alaw_encode(pcm[i]);
    send(codec_ == Codec::Pcmu ? 0 : 8, payload, timestamp);
    timestamp += static_cast<std::uint32_t>(samples);
  }
  void send(std::uint8_t payload_type, const Bytes& payload, std::uint32_t at,
            bool marker = false) {
    rtp::PacketView header;
    header.marker = marker;
    header.payload_type = payload_type;
    header.sequence = sequence++;
    header.timestamp = at;
    header.ssrc = ssrc_;
    Bytes bytes(rtp::kHeaderSize);
    rtp::write_header(header, bytes);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    rtp_->send(bytes, to_);
  }
  void send_raw(const Bytes& bytes) { rtp_->send(bytes, to_); }
  /// A receiver report, about nothing or about one stream.
  void report(std::optional<rtp::ReportBlock> block = std::nullopt) {
    Bytes bytes(rtp::kMaxReportSize);
    rtp::Report about;
    about.ssrc = ssrc_;
    about.block = block;
    about.cname = "phone";
    bytes.resize(rtp::write_report(about, bytes));
    rtcp_->send(bytes, to_.with_port(static_cast<std::uint16_t>(to_.port() + 1)));
  }
  void set_ssrc(std::uint32_t ssrc) { ssrc_ = ssrc; }
  void mute() { hum_.set_level(-90); }

  /// Everything of `payload_type` received, as linear samples in the order it came.
  std::vector<std::int16_t> heard() const {
    std::vector<std::int16_t> samples;
    for (const Received& one : received)
      if (one.packet.payload_type == 0 || one.packet.payload_type == 8)
        for (const std::uint8_t octet : one.packet.payload)
          samples.push_back(one.packet.payload_type == 0 ? rtp::ulaw_decode(octet)
                                                         : rtp::alaw_decode(octet));
    return samples;
  }
  /// The level of `tone` in the last `samples` heard, in dBm0.
  double level_of(sim::Hertz tone, std::size_t samples = 3200) const {
    const auto all = heard();
    if (all.size() < samples) return sim::kFloorDbm0;
    return sim::level_of(tone, std::span{all}.last(samples));
  }

  std::vector<Received> received;
  std::vector<Bytes> reports;
  std::uint16_t sequence = 65500;  // wraps soon
  std::uint32_t timestamp = 0xFFFFF000;

 private:
  void keep(ByteView bytes) {
    Received one{{}, {bytes.begin(), bytes.end()}, loop_.now()};
    const auto packet = rtp::parse_packet(one.bytes);
    ASSERT_TRUE(packet);
    one.packet = *packet;
    received.push_back(std::move(one));
  }

  sim::VirtualLoop& loop_;
  Codec codec_;
  sim::ToneGenerator hum_;
  std::uint32_t ssrc_;
  Endpoint to_;
  std::unique_ptr<net::UdpSocket> rtp_;
  std::unique_ptr<net::UdpSocket> rtcp_;
};

/// The port under test on one virtual loop, with phones at 192.0.2.x.
class MediaRig : public testing::Test, public MediaEvents {
 protected:
  static constexpr BridgeId kBridge{1};

  explicit MediaRig(std::uint16_t port_max = 10099) {
    network.set_dials({.delay = {}});
    settings.address = *Endpoint::parse("192.0.2.1", 0);
    settings.port_min = 10000;
    settings.port_max = port_max;
    settings.silence_timeout = seconds{30};
    media = std::make_unique<MediaBridges>(settings, loop, loop, loop, network, entropy, *this);
  }

  /// Opens and connects a leg whose phone hums `tone`.
  Phone& add(std::uint64_t leg, sim::Hertz tone, Codec codec = Codec::Pcmu) {
    const Endpoint address = *Endpoint::parse("192.0.2." + std::to_string(10 + leg), 4000);
    auto& phone = phones[leg] = std::make_unique<Phone>(loop, network, address, tone, codec);
    auto opened = media->open(kBridge, LineId{leg});
    EXPECT_TRUE(opened);
    phone->send_to(opened->rtp);
    media->connect(LineId{leg}, phone->media());
    loop.run_posted();
    return *phone;
  }

  using Edges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  ///< listener, source
  void apply(const Edges& edges, std::vector<ToneEdge> tones = {}) {
    MediaPlan plan{kBridge, ++revision, {}, std::move(tones)};
    for (const auto& [listener, source] : edges)
      plan.hears.push_back({LineId{listener}, LineId{source}});
    media->apply(plan);
    loop.run_posted();
  }

  /// All phones talk every 20 ms, each at its own time within the frame.
  void talk_for(Duration span) {
    for (const TimePoint end = loop.now() + span; loop.now() < end;) {
      for (auto& [leg, phone] : phones) {
        phone->talk();
        loop.run_for(milliseconds{3});
      }
      loop.run_for(milliseconds{20} - milliseconds{3} * static_cast<int>(phones.size()));
    }
  }
  void forget() {
    for (auto& [leg, phone] : phones) phone->received.clear();
  }

  void line_read(LineId line, const LineReading& reading) override {
    readings[line].push_back(reading);
  }
  void plan_applied(BridgeId bridge, std::uint64_t applied_revision, std::uint64_t tick) override {
    applied.emplace_back(bridge, applied_revision);
    applied_at.push_back(tick);
  }
  void recording_failed(LineId, const std::string& reason) override { ADD_FAILURE() << reason; }
  void line_silent(LineId leg, bool is_silent) override {
    (is_silent ? silent : back).push_back(leg);
  }
  void line_closed(LineId leg, LineQuality quality) override { closed[leg] = quality; }

  sim::VirtualLoop loop;
  sim::FakeNetwork network{loop, 1};
  sim::SeededEntropy entropy{1};
  MediaSettings settings;
  std::unique_ptr<MediaBridges> media;
  std::map<std::uint64_t, std::unique_ptr<Phone>> phones;
  std::uint64_t revision = 0;
  std::vector<std::pair<BridgeId, std::uint64_t>> applied;
  std::vector<LineId> silent;
  std::vector<LineId> back;
  std::map<LineId, LineQuality> closed;
  std::vector<std::uint64_t> applied_at;  ///< ticks
  std::map<LineId, std::vector<LineReading>> readings;
};

// The parties of supervision-and-devices.md §E and their tones (W-1).
constexpr std::uint64_t kCustomer = 1, kAgent = 2, kSupervisor = 3;
constexpr double kHeard = -16;      // a tone of -13 dBm0, less what companding and windows cost
constexpr double kForbidden = -45;  // sim/tone_meter.h on why not lower; W-5 shows the rest
constexpr Duration kFrame = milliseconds{20};

class MediaBridgesTest : public MediaRig {
 protected:
  void add_parties(Codec supervisor = Codec::Pcmu) {
    add(kCustomer, 400);
    add(kAgent, 700);
    add(kSupervisor, 1100, supervisor);
  }
  const Edges listen_in{
      {kCustomer, kAgent}, {kAgent, kCustomer}, {kSupervisor, kCustomer}, {kSupervisor, kAgent}};
  Edges coach() const {
    Edges edges = listen_in;
    edges.emplace_back(kAgent, kSupervisor);
    return edges;
  }
  Edges barge_in() const {
    Edges edges = coach();
    edges.emplace_back(kCustomer, kSupervisor);
    return edges;
  }
  Phone& phone(std::uint64_t leg) { return *phones.at(leg); }

  /// Each listener has exactly the tones `edges` say.
  void expect_hearing(const Edges& edges) {
    const std::map<std::uint64_t, double> tones{{1, 400}, {2, 700}, {3, 1100}, {4, 1600}};
    for (const auto& [listener, one] : phones)
      for (const auto& [source, other] : phones) {
        const double level = one->level_of(tones.at(source));
        if (std::find(edges.begin(), edges.end(), std::pair{listener, source}) != edges.end())
          EXPECT_GT(level, kHeard) << listener << " hears " << source;
        else
          EXPECT_LT(level, kForbidden) << listener << " must not hear " << source;
      }
  }
};

TEST_F(MediaBridgesTest, everybody_hears_whom_the_plan_says_in_each_mode) {
  add_parties();
  add(4, 1600);  // another party of the conference
  for (Edges edges : {listen_in, coach(), barge_in()}) {
    for (const std::uint64_t party : {kCustomer, kAgent, kSupervisor}) edges.emplace_back(party, 4);
    edges.insert(edges.end(), {{4, kCustomer}, {4, kAgent}});
    if (std::find(edges.begin(), edges.end(), std::pair{kCustomer, kSupervisor}) != edges.end())
      edges.emplace_back(4, kSupervisor);
    apply(edges);
    talk_for(milliseconds{700});
    expect_hearing(edges);
  }
  ASSERT_EQ(applied.size(), 3u);
  EXPECT_EQ(applied.back(), (std::pair{kBridge, std::uint64_t{3}}));
}

TEST_F(MediaBridgesTest, mixes_between_the_laws) {
  add_parties(Codec::Pcma);
  for (const Edges& edges :
       {barge_in(), listen_in, Edges{{kSupervisor, kAgent}, {kAgent, kSupervisor}}}) {
    apply(edges);
    talk_for(milliseconds{600});
    expect_hearing(edges);
    for (const auto& one : phone(kSupervisor).received) EXPECT_EQ(one.packet.payload_type, 8);
    for (const auto& one : phone(kAgent).received) EXPECT_EQ(one.packet.payload_type, 0);
  }
}

TEST_F(MediaBridgesTest, a_single_source_is_passed_on_as_it_comes_octet_by_octet) {
  Phone& customer = add(kCustomer, 400);
  Phone& agent = add(kAgent, 700);
  apply({{kCustomer, kAgent}, {kAgent, kCustomer}});
  loop.run_for(milliseconds{7});
  for (int i = 0; i < 50; ++i) {
    Bytes payload(160);
    entropy.fill(payload);
    agent.send(0, payload, static_cast<std::uint32_t>(i) * 160);
    const std::size_t before = customer.received.size();
    loop.run_for(Duration{});  // the clock does not move
    ASSERT_EQ(customer.received.size(), before + 1);
    EXPECT_EQ(customer.received.back().at, loop.now());
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(),
                           customer.received.back().packet.payload.begin(),
                           customer.received.back().packet.payload.end()));
    loop.run_for(kFrame);
  }
}

TEST_F(MediaBridgesTest, one_stream_for_life_through_a_hundred_changes) {
  add_parties();
  Phone& agent = phone(kAgent);
  std::mt19937 random{3};
  const std::vector<Edges> ways{listen_in, coach(), barge_in(), {}, {{kAgent, kSupervisor}}};
  for (int i = 0; i < 100; ++i) {
    apply(ways[random() % ways.size()]);
    talk_for(milliseconds{20 * (1 + random() % 10)});
  }
  ASSERT_GT(agent.received.size(), 400u);
  const auto& first = agent.received.front().packet;
  for (std::size_t i = 1; i < agent.received.size(); ++i) {
    const auto& before = agent.received[i - 1].packet;
    const auto& here = agent.received[i].packet;
    ASSERT_EQ(here.ssrc, first.ssrc);
    ASSERT_EQ(here.sequence, static_cast<std::uint16_t>(before.sequence + 1)) << i;
    const auto step = static_cast<std::int32_t>(here.timestamp - before.timestamp);
    ASSERT_GE(step, 160) << i;
    ASSERT_LE(step, 960) << i;
  }
  const auto spoken = agent.received.back().packet.timestamp - first.timestamp;
  const Duration passed = agent.received.back().at - agent.received.front().at;
  EXPECT_NEAR(spoken / 8.0, static_cast<double>(passed / milliseconds{1}), 60)
      << "no delay adds up";
}

/// What the customer receives while a coach talks, or not; the streams are random, but from one
/// seed.
class CoachedCustomer : public MediaBridgesTest {
 public:
  std::vector<Bytes> run(bool supervisor_talks) {
    add_parties();
    apply(coach());
    if (!supervisor_talks) phone(kSupervisor).mute();
    talk_for(seconds{2});
    apply(listen_in);
    talk_for(seconds{1});
    std::vector<Bytes> got;
    for (const auto& one : phone(kCustomer).received) got.push_back(one.bytes);
    return got;
  }
  void TestBody() override {}
};

TEST(MediaBridges, a_coached_customer_gets_the_same_octets_whether_the_coach_talks_or_not) {  // W-5
  const auto talking = CoachedCustomer{}.run(true);
  const auto silent = CoachedCustomer{}.run(false);
  ASSERT_GT(talking.size(), 140u);
  EXPECT_EQ(talking, silent);
}

TEST_F(MediaBridgesTest, the_customer_never_gets_a_frame_of_a_listener_or_coach) {  // W-2
  add_parties();
  std::mt19937 random{7};
  for (int i = 0; i < 300; ++i) {
    const auto way = random() % 3;
    apply(way == 0 ? listen_in : way == 1 ? coach() : barge_in());
    forget();
    // Another party's packets arrive at any time within the frame.
    loop.run_for(milliseconds{random() % 20});
    for (int frame = 0; frame < 4; ++frame) {
      for (auto& [leg, one] : phones) one->talk();
      loop.run_for(kFrame);
    }
    const auto heard = phone(kCustomer).heard();
    for (std::size_t at = 0; at + 160 <= heard.size() && way != 2; at += 160)
      ASSERT_LT(sim::level_of(1100, std::span{heard}.subspan(at, 160)), -38) << i;
  }
}

TEST_F(MediaBridgesTest, a_sum_that_is_too_loud_is_clamped) {
  add_parties();
  apply(barge_in());
  for (int i = 0; i < 10; ++i) {
    for (auto& [leg, one] : phones) {
      one->send(0, Bytes(160, 0x80), one->timestamp);  // the loudest positive sample
      one->timestamp += 160;
    }
    loop.run_for(kFrame);
  }
  EXPECT_EQ(phone(kSupervisor).heard().back(), 32124);
}

TEST_F(MediaBridgesTest, a_mixed_source_that_loses_packets_fades_and_comes_back) {
  add_parties();
  apply(listen_in);
  talk_for(milliseconds{600});
  for (int i = 0; i < 30; ++i) {  // the agent falls silent on the wire
    phone(kCustomer).talk();
    loop.run_for(kFrame);
  }
  EXPECT_GT(phone(kSupervisor).level_of(400), kHeard);
  EXPECT_LT(phone(kSupervisor).level_of(700), kForbidden);
  phone(kAgent).timestamp += 30 * 160;
  talk_for(milliseconds{600});
  EXPECT_GT(phone(kSupervisor).level_of(700), kHeard);
}

TEST_F(MediaBridgesTest, who_hears_nobody_gets_silence_or_the_tone_at_each_tick) {
  Phone& customer = add(kCustomer, 400);
  Phone& agent = add(kAgent, 700);
  talk_for(seconds{1});
  EXPECT_EQ(customer.received.size(), 50u) << "no plan yet";
  EXPECT_LT(sim::level_of_all(customer.heard()), -80);
  apply({{kAgent, kCustomer}}, {{LineId{kCustomer}, Tone::HoldMusic}});
  forget();
  talk_for(seconds{2});
  EXPECT_NEAR(static_cast<double>(customer.received.size()), 100, 1);
  EXPECT_GT(sim::level_of_all(customer.heard()), -40);
  EXPECT_LT(sim::level_of_all(customer.heard()), -20) << "quiet";
  EXPECT_LT(customer.level_of(700), kForbidden);
  EXPECT_GT(agent.level_of(400), kHeard);
  apply({{kAgent, kCustomer}, {kCustomer, kAgent}}, {{LineId{kCustomer}, Tone::Ringback}});
  forget();
  talk_for(milliseconds{980});
  EXPECT_GT(customer.level_of(425), -22);
  EXPECT_GT(customer.level_of(700), kHeard) << "beside whom they hear";
  forget();
  talk_for(seconds{1});
  EXPECT_LT(customer.level_of(425), -60) << "four seconds of pause";
  EXPECT_GT(customer.level_of(700), kHeard);
  EXPECT_NEAR(static_cast<double>(customer.received.size()), 50, 1) << "one stream";
  apply({{kAgent, kCustomer}, {kCustomer, kAgent}});
  forget();
  talk_for(seconds{4});
  EXPECT_LT(customer.level_of(425), -60);
  EXPECT_GT(customer.level_of(700), kHeard) << "passed through again";
}

TEST_F(MediaBridgesTest, a_single_source_that_sends_nothing_leaves_no_dead_stream) {
  Phone& customer = add(kCustomer, 400);
  add(kAgent, 700);
  apply({{kCustomer, kAgent}});
  loop.run_for(seconds{2});
  EXPECT_GT(customer.received.size(), 85u);
  phone(kAgent).talk();
  loop.run_posted();
  const auto& last = customer.received.back().packet;
  EXPECT_TRUE(last.marker);
  const auto& before = customer.received[customer.received.size() - 2].packet;
  EXPECT_EQ(last.sequence, static_cast<std::uint16_t>(before.sequence + 1));
  EXPECT_EQ(last.timestamp, before.timestamp + 160);
}

TEST_F(MediaBridgesTest, the_peer_s_direction_decides_what_is_sent_and_heard) {
  struct Row {
    MediaDirection direction;
    bool sends;  // the peer's statement of itself
    bool receives;
  };
  Phone& customer = add(kCustomer, 400);
  Phone& agent = add(kAgent, 700);
  apply({{kCustomer, kAgent}, {kAgent, kCustomer}});
  for (const Row row :
       {Row{MediaDirection::SendOnly, true, false}, Row{MediaDirection::RecvOnly, false, true},
        Row{MediaDirection::Inactive, false, false}, Row{MediaDirection::SendRecv, true, true}}) {
    RemoteMedia remote = customer.media();
    remote.direction = row.direction;
    media->connect(LineId{kCustomer}, remote);
    loop.run_posted();
    forget();
    talk_for(milliseconds{600});
    EXPECT_EQ(!customer.received.empty(), row.receives);
    EXPECT_EQ(agent.level_of(400) > kHeard, row.sends);
  }
  RemoteMedia nowhere = customer.media();
  nowhere.rtp = *Endpoint::parse("0.0.0.0", 4000);  // RFC 2543 hold
  media->connect(LineId{kCustomer}, nowhere);
  loop.run_posted();
  forget();
  talk_for(milliseconds{600});
  EXPECT_TRUE(customer.received.empty());
  EXPECT_LT(agent.level_of(400), kForbidden);
}

TEST_F(MediaBridgesTest, a_phone_behind_nat_is_followed_and_a_stranger_is_not) {
  Phone& customer = add(kCustomer, 400);
  Phone& agent = add(kAgent, 700);
  apply({{kCustomer, kAgent}, {kAgent, kCustomer}});
  RemoteMedia private_address = customer.media();
  private_address.rtp = *Endpoint::parse("10.0.0.5", 4000);
  private_address.sip_host = customer.address().with_port(5060);
  media->connect(LineId{kCustomer}, private_address);
  loop.run_posted();
  Phone robber{loop, network, *Endpoint::parse("203.0.113.6", 4000), 2600};
  robber.send_to(customer.sends_to());
  for (int i = 0; i < 50; ++i) {  // before the phone has said anything
    robber.talk();
    phone(kAgent).talk();
    loop.run_for(kFrame);
  }
  EXPECT_TRUE(robber.received.empty());
  EXPECT_LT(agent.level_of(2600, 160), kForbidden);
  talk_for(milliseconds{600});
  EXPECT_GT(agent.level_of(400), kHeard);
  EXPECT_GT(customer.level_of(700), kHeard);

  Phone stranger{loop, network, *Endpoint::parse("203.0.113.5", 4000), 2000};
  for (const std::uint64_t leg : {kCustomer, kAgent}) {
    stranger.send_to(phone(leg).sends_to());
    for (int i = 0; i < 20; ++i) {
      stranger.talk();
      phone(kCustomer).talk();
      phone(kAgent).talk();
      loop.run_for(kFrame);
    }
  }
  EXPECT_LT(agent.level_of(2000), kForbidden);
  EXPECT_LT(customer.level_of(2000), kForbidden);
  EXPECT_TRUE(stranger.received.empty());
  media->close(LineId{kAgent});
  loop.run_posted();
  EXPECT_EQ(closed.at(LineId{kAgent}).packets_refused, 20u);
}

TEST_F(MediaBridgesTest, digits_go_where_the_voice_goes_and_nowhere_else) {  // W-6
  add_parties();
  RemoteMedia agent = phone(kAgent).media(96);
  media->connect(LineId{kAgent}, agent);
  loop.run_posted();
  struct Row {
    Edges edges;
    bool customer, agent;
  };
  const auto digits_of = [](const Phone& one, std::uint8_t type) {
    return std::count_if(one.received.begin(), one.received.end(),
                         [&](const auto& got) { return got.packet.payload_type == type; });
  };
  for (const Row& row :
       {Row{listen_in, false, false}, Row{coach(), false, true}, Row{barge_in(), true, true}}) {
    apply(row.edges);
    talk_for(milliseconds{100});
    forget();
    Phone& supervisor = phone(kSupervisor);
    const std::uint32_t began = supervisor.timestamp;
    for (std::uint8_t i = 0; i < 5; ++i) {
      supervisor.send(101, {5, 10, 0, static_cast<std::uint8_t>(i * 32)}, began, i == 0);
      phone(kCustomer).talk();
      phone(kAgent).talk();
      loop.run_for(kFrame);
    }
    supervisor.timestamp += 800;
    EXPECT_EQ(digits_of(phone(kCustomer), 101), row.customer ? 5 : 0);
    EXPECT_EQ(digits_of(phone(kAgent), 96), row.agent ? 5 : 0);
    EXPECT_EQ(digits_of(phone(kSupervisor), 101), 0);
    for (const auto& [leg, one] : phones) {
      std::set<std::uint32_t> timestamps;
      for (std::size_t i = 0; i < one->received.size(); ++i) {
        const auto& got = one->received[i].packet;
        if (got.payload_type >= 96) timestamps.insert(got.timestamp);
        if (i == 0) continue;
        EXPECT_EQ(got.sequence,
                  static_cast<std::uint16_t>(one->received[i - 1].packet.sequence + 1));
      }
      EXPECT_LE(timestamps.size(), 1u) << leg;
    }
  }
}

TEST_F(MediaBridgesTest, digits_are_left_out_for_who_did_not_agree_to_them) {
  Phone& customer = add(kCustomer, 400);
  Phone& agent = add(kAgent, 700);
  media->connect(LineId{kCustomer}, customer.media(std::nullopt));
  apply({{kCustomer, kAgent}});
  for (int i = 0; i < 20; ++i) {
    agent.talk();
    if (i % 4 == 0) agent.send(101, {5, 10, 0, 160}, agent.timestamp);
    loop.run_for(kFrame);
  }
  ASSERT_EQ(customer.received.size(), 20u);
  for (std::size_t i = 1; i < 20; ++i)
    EXPECT_EQ(customer.received[i].packet.sequence,
              static_cast<std::uint16_t>(customer.received[i - 1].packet.sequence + 1));
}

TEST_F(MediaBridgesTest, an_older_plan_changes_nothing_and_is_answered_with_the_one_in_force) {
  add_parties();
  revision = 10;
  apply(listen_in);
  revision = 4;
  apply(barge_in());
  talk_for(milliseconds{600});
  expect_hearing(listen_in);
  ASSERT_EQ(applied.size(), 2u);
  EXPECT_EQ(applied[0].second, 11u);
  EXPECT_EQ(applied[1].second, 11u);
  media->apply({BridgeId{77}, 3, {}, {}});
  loop.run_posted();
  EXPECT_EQ(applied.back(), (std::pair{BridgeId{77}, std::uint64_t{3}})) << "nobody hears anything";
}

TEST_F(MediaBridgesTest, edges_of_legs_that_are_not_there_count_once_they_are) {
  add(kCustomer, 400);
  apply(listen_in);
  add(kAgent, 700);
  talk_for(milliseconds{600});
  EXPECT_GT(phone(kAgent).level_of(400), kHeard);
  EXPECT_GT(phone(kCustomer).level_of(700), kHeard);
}

TEST_F(MediaBridgesTest, a_leg_that_closes_is_gone_from_every_ear) {
  add_parties();
  apply(barge_in());
  talk_for(milliseconds{600});
  media->close(LineId{kSupervisor});
  media->close(LineId{kSupervisor});
  loop.run_posted();
  ASSERT_EQ(closed.size(), 1u);
  const LineQuality quality = closed.at(LineId{kSupervisor});
  EXPECT_EQ(quality.packets_received, 30u);
  EXPECT_EQ(quality.packets_lost, 0u);
  EXPECT_EQ(quality.packets_refused, 0u);
  EXPECT_NEAR(static_cast<double>(quality.packets_sent), 30, 2);
  EXPECT_EQ(quality.jitter, Duration{});
  const std::size_t got = phone(kSupervisor).received.size();
  talk_for(milliseconds{600});
  EXPECT_EQ(phone(kSupervisor).received.size(), got);
  EXPECT_LT(phone(kCustomer).level_of(1100), kForbidden);
  EXPECT_GT(phone(kCustomer).level_of(700), kHeard);
  ASSERT_FALSE(phone(kSupervisor).reports.empty());
  const auto goodbye = rtp::parse_rtcp(phone(kSupervisor).reports.back());
  ASSERT_TRUE(goodbye);
  EXPECT_EQ(goodbye->bye, phone(kSupervisor).received.back().packet.ssrc);
}

TEST_F(MediaBridgesTest, reports_go_out_about_every_five_seconds_and_answer_the_peer_s) {
  Phone& customer = add(kCustomer, 400);
  add(kAgent, 700);
  apply({{kCustomer, kAgent}});
  talk_for(seconds{21});
  EXPECT_GE(customer.reports.size(), 3u);
  EXPECT_LE(customer.reports.size(), 5u);
  const auto report = rtp::parse_rtcp(customer.reports.back());
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->sender);
  EXPECT_EQ(report->ssrc, customer.received.back().packet.ssrc);
  EXPECT_NEAR(report->sender->packets, 1050, 300);
  ASSERT_EQ(report->block_count, 1u);
  EXPECT_EQ(report->blocks[0].ssrc, 400u);
  EXPECT_EQ(report->blocks[0].fraction_lost, 0);
  EXPECT_FALSE(report->cname.empty());
}

TEST_F(MediaBridgesTest, a_silent_peer_is_told_of_after_each_silence_time_and_when_it_is_back) {
  Phone& customer = add(kCustomer, 400);
  loop.run_for(milliseconds{29'900});
  EXPECT_TRUE(silent.empty());
  loop.run_for(milliseconds{200});
  EXPECT_EQ(silent, std::vector{LineId{kCustomer}});
  loop.run_for(seconds{61});
  EXPECT_EQ(silent.size(), 3u) << "again after each such time";
  EXPECT_TRUE(back.empty());
  customer.talk();
  loop.run_for(milliseconds{100});
  EXPECT_EQ(back, std::vector{LineId{kCustomer}});
  loop.run_for(seconds{16});
  media->connect(LineId{kCustomer}, customer.media());  // what the engine says proves nothing
  loop.run_for(seconds{13});
  EXPECT_EQ(silent.size(), 3u);
  loop.run_for(seconds{2});
  EXPECT_EQ(silent.size(), 4u);
}

/// Two phones that vanish while both hold must be found out too.
TEST_F(MediaBridgesTest, who_holds_and_sends_nothing_is_told_of_as_well) {
  Phone& customer = add(kCustomer, 400);
  for (const MediaDirection direction :
       {MediaDirection::SendOnly, MediaDirection::Inactive, MediaDirection::RecvOnly}) {
    RemoteMedia remote = customer.media();
    remote.direction = direction;
    media->connect(LineId{kCustomer}, remote);
    silent.clear();
    customer.talk();
    loop.run_for(seconds{29});
    EXPECT_TRUE(silent.empty());
    loop.run_for(seconds{2});
    EXPECT_EQ(silent.size(), 1u);
  }
  RemoteMedia nowhere = customer.media();
  nowhere.rtp = *Endpoint::parse("0.0.0.0", 4000);
  media->connect(LineId{kCustomer}, nowhere);
  silent.clear();
  loop.run_for(seconds{30});
  EXPECT_EQ(silent.size(), 1u) << "RFC 2543 hold";
}

TEST_F(MediaBridgesTest, whatever_comes_from_the_peer_is_a_sign_of_life) {
  Phone& customer = add(kCustomer, 400);
  const std::map<std::string, std::function<void()>> signs{
      {"voice", [&] { customer.talk(); }},
      {"comfort noise (RFC 3389)", [&] { customer.send(13, {60}, customer.timestamp); }},
      {"a payload type nobody agreed to", [&] { customer.send(126, {0}, customer.timestamp); }},
      {"the codec that was not chosen", [&] { customer.send(8, Bytes(160), customer.timestamp); }},
      {"an empty packet", [&] { customer.send(0, {}, customer.timestamp); }},
      {"a digit",
       [&] {
         customer.send(101, {5, 10, 0, 160}, customer.timestamp);
       }},
      {"two octets for a NAT",
       [&] {
         customer.send_raw({13, 10});
       }},
      {"an empty datagram (RFC 6263)", [&] { customer.send_raw({}); }},
      {"a report", [&] { customer.report(); }},
  };
  for (const auto& [what, send] : signs)
    for (int i = 0; i < 4; ++i) {
      send();
      loop.run_for(seconds{20});
      EXPECT_TRUE(silent.empty()) << what;
    }
  loop.run_for(seconds{11});
  EXPECT_EQ(silent, std::vector{LineId{kCustomer}});
}

TEST_F(MediaBridgesTest, what_comes_from_elsewhere_is_no_sign_of_life) {
  Phone& customer = add(kCustomer, 400);
  Phone stranger{loop, network, *Endpoint::parse("203.0.113.9", 4000), 700};
  stranger.send_to(customer.sends_to());
  for (int i = 0; i < 31; ++i) {
    stranger.send_raw({13, 10});
    stranger.report();
    loop.run_for(seconds{1});
  }
  EXPECT_EQ(silent, std::vector{LineId{kCustomer}});
}

TEST_F(MediaBridgesTest, garbage_is_counted_and_changes_nothing) {
  add_parties();
  apply(barge_in());
  Phone& agent = phone(kAgent);
  std::mt19937 random{13};
  talk_for(milliseconds{100});
  for (int i = 0; i < 5000; ++i) {
    Bytes bytes(random() % 1500);
    for (auto& octet : bytes) octet = static_cast<std::uint8_t>(random());
    if (!bytes.empty() && random() % 2) bytes[0] = 0x80;
    if (bytes.size() > 1 && random() % 2) bytes[1] = random() % 2 ? 0 : 101;
    agent.send_raw(bytes);
    if (i % 50 == 0) talk_for(kFrame);
  }
  media->close(LineId{kAgent});
  loop.run_posted();
  EXPECT_GT(closed.at(LineId{kAgent}).packets_refused, 2000u);
  talk_for(milliseconds{600});
  EXPECT_GT(phone(kCustomer).level_of(1100), kHeard);
}

TEST_F(MediaBridgesTest, an_ssrc_change_and_odd_frame_lengths_are_heard_all_the_same) {
  add_parties();
  for (const Edges& edges : {barge_in(), Edges{{kCustomer, kAgent}}}) {
    apply(edges);
    talk_for(milliseconds{300});
    for (const std::size_t ptime : {10u, 30u, 40u, 20u}) {
      phone(kAgent).set_ssrc(static_cast<std::uint32_t>(9000 + ptime));
      for (std::size_t ms = 0; ms < 1200; ms += 10) {
        if (ms % ptime == 0) phone(kAgent).talk(ptime * 8);
        loop.run_for(milliseconds{10});
      }
      EXPECT_GT(phone(kCustomer).level_of(700), kHeard) << ptime;
    }
  }
}

class FewPorts : public MediaRig {
 protected:
  FewPorts() : MediaRig(10005) {}
};

TEST_F(FewPorts, ports_come_in_pairs_are_refused_when_all_are_taken_and_come_back) {
  const auto taken = *network.open(*Endpoint::parse("192.0.2.1", 10003), {});  // somebody else's
  std::set<std::uint16_t> given;
  for (const std::uint64_t leg : {1u, 2u}) {
    const auto opened = media->open(kBridge, LineId{leg});
    ASSERT_TRUE(opened) << opened.error();
    EXPECT_EQ(opened->rtp.address(), "192.0.2.1");
    given.insert(opened->rtp.port());
  }
  EXPECT_EQ(given, (std::set<std::uint16_t>{10000, 10004}));
  const auto refused = media->open(kBridge, LineId{3});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().starts_with("no free RTP port in 10000-10005")) << refused.error();
  EXPECT_FALSE(media->open(kBridge, LineId{1})) << "open already";
  media->close(LineId{1});
  loop.run_posted();
  EXPECT_EQ(network.open_sockets(), 3u);
  EXPECT_TRUE(media->open(kBridge, LineId{3}));
  media->close(LineId{2});
  media->close(LineId{3});
  loop.run_posted();
  EXPECT_EQ(closed.size(), 3u);
  EXPECT_EQ(network.open_sockets(), 1u);
  EXPECT_EQ(loop.timers(), 0u) << "no tick without a bridge";
}

/// Every port is somebody else's.
class FullNetwork final : public net::UdpNetwork {
 public:
  Result<std::unique_ptr<net::UdpSocket>, std::string> open(const Endpoint& local, net::OnDatagram,
                                                            std::size_t) override {
    tried.insert(local.port());
    ++tries;
    return Error{local.to_string() + ": Address already in use"};
  }
  std::set<std::uint16_t> tried;
  std::size_t tries = 0;
};

TEST_F(MediaBridgesTest, a_bounded_number_of_ports_is_tried_each_once) {
  FullNetwork full;
  MediaBridges bridges{settings, loop, loop, loop, full, entropy, *this};
  EXPECT_FALSE(bridges.open(kBridge, LineId{1}));
  EXPECT_EQ(full.tries, 16u);
  EXPECT_EQ(full.tried.size(), 16u);
  loop.run_posted();
}

TEST_F(MediaBridgesTest, stop_closes_everything_and_then_says_so) {
  add_parties();
  apply(barge_in());
  talk_for(milliseconds{100});
  applied.clear();
  bool stopped = false;
  media->stop([&] { stopped = true; });
  apply(listen_in);
  loop.run_posted();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(media->open(kBridge, LineId{9}));
  EXPECT_EQ(network.open_sockets(), 6u) << "the phones' own";
  EXPECT_EQ(loop.timers(), 0u);
  EXPECT_TRUE(closed.empty());
  EXPECT_TRUE(applied.empty());
  media->close(LineId{1});
  media->connect(LineId{1}, {});
  loop.run_for(seconds{60});
  EXPECT_TRUE(silent.empty());
}

TEST_F(MediaBridgesTest, who_is_watched_is_measured_once_a_second_for_fifteen_seconds) {
  add_parties();
  apply(listen_in);
  talk_for(seconds{3});
  EXPECT_TRUE(readings.empty()) << "nobody asked";
  phone(kAgent).mute();
  media->watch(LineId{kCustomer});
  media->watch(LineId{kAgent});
  talk_for(seconds{10});
  EXPECT_EQ(readings[LineId{kCustomer}].size(), 10u);
  EXPECT_EQ(readings[LineId{kAgent}].size(), 10u);
  EXPECT_FALSE(readings.contains(LineId{kSupervisor}));
  for (const LineReading& reading : readings[LineId{kCustomer}]) {
    // A sine of -13 dBm0: 3.17 dBm0 is the loudest of µ-law's sines, at 32124.
    EXPECT_NEAR(reading.peak, 32124 * std::pow(10, (-13 - 3.17) / 20), 400);
    EXPECT_GT(reading.quality.packets_received, 100u);
  }
  for (const LineReading& reading : readings[LineId{kAgent}]) EXPECT_LT(reading.peak, 16);
  talk_for(seconds{20});
  EXPECT_NEAR(double(readings[LineId{kCustomer}].size()), 15, 1) << "nobody asked again";
}

TEST_F(MediaBridgesTest, who_asks_again_is_told_on_and_of_no_peak_twice) {
  add_parties();
  apply(listen_in);
  media->watch(LineId{kCustomer});
  talk_for(seconds{5});
  phone(kCustomer).mute();
  media->watch(LineId{kCustomer});
  talk_for(seconds{14});
  const auto& told = readings[LineId{kCustomer}];
  ASSERT_EQ(told.size(), 19u);
  EXPECT_GT(told[3].peak, 1000);
  EXPECT_LT(told[8].peak, 16);
  EXPECT_LT(told.back().peak, 16);
}

TEST_F(MediaBridgesTest, a_watched_line_that_is_closed_is_told_of_no_more) {
  add_parties();
  apply(listen_in);
  media->watch(LineId{kCustomer});
  media->watch(LineId{99});  // there is none
  talk_for(milliseconds{1500});
  ASSERT_EQ(readings[LineId{kCustomer}].size(), 1u);
  phones.erase(kCustomer);
  media->close(LineId{kCustomer});
  loop.run_for(seconds{5});
  EXPECT_EQ(readings[LineId{kCustomer}].size(), 1u);
  EXPECT_EQ(readings.size(), 1u);
}

TEST_F(MediaBridgesTest, a_peer_s_report_tells_how_long_the_way_is) {
  add_parties();
  apply(listen_in);
  talk_for(seconds{8});  // a report of ours has gone out
  Phone& customer = phone(kCustomer);
  ASSERT_FALSE(customer.reports.empty());
  const auto ours = rtp::parse_rtcp(customer.reports.back());
  ASSERT_TRUE(ours && ours->sender);
  media->watch(LineId{kCustomer});
  talk_for(milliseconds{1100});
  ASSERT_FALSE(readings[LineId{kCustomer}].empty());
  EXPECT_FALSE(readings[LineId{kCustomer}].back().round_trip) << "its reports were about nothing";
  const std::uint32_t now = rtp::middle_of(rtp::ntp_of(loop.now()));
  const std::uint32_t sent = rtp::middle_of(ours->sender->ntp);
  rtp::ReportBlock block;
  block.ssrc = ours->ssrc;
  block.last_sr = sent;
  block.delay_since_last_sr = now - sent - 6554;  // 100 ms on the way
  customer.report(block);
  block.ssrc += 1;  // of somebody else's stream
  block.delay_since_last_sr -= 6554;
  customer.report(block);
  talk_for(milliseconds{1100});
  ASSERT_TRUE(readings[LineId{kCustomer}].back().round_trip);
  EXPECT_NEAR(double(readings[LineId{kCustomer}].back().round_trip->count()) / 1e6, 100, 1);
}

TEST_F(MediaBridgesTest, a_plan_is_dated_by_the_ticks_mixed_before_it) {
  add_parties();
  apply(listen_in);
  loop.run_for(seconds{2});
  apply(coach());
  ASSERT_EQ(applied_at.size(), 2u);
  EXPECT_EQ(applied_at[1] - applied_at[0], 100u);
}

}  // namespace
}  // namespace earshot::media
