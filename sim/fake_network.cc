#include "sim/fake_network.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace earshot::sim {
namespace {

constexpr std::size_t kStoryLength = 120;
constexpr std::uint16_t kFirstEphemeralPort = 49152;  // RFC 6335 §6

/// SIP and its like; RTP starts with 0x80, STUN with 0.
bool is_text(ByteView datagram) {
  const auto head = datagram.first(std::min<std::size_t>(datagram.size(), 16));
  return !head.empty() && std::all_of(head.begin(), head.end(), [](std::uint8_t octet) {
    return (octet >= 0x20 && octet < 0x7f) || octet == '\r' || octet == '\n' || octet == '\t';
  });
}

bool covers(const Endpoint& rule, const Endpoint& actual) {
  if (rule == Endpoint{} || rule == actual) return true;
  return rule.port() == 0 && rule == actual.with_port(0);
}

int precision_of(const Endpoint& rule) {
  if (rule == Endpoint{}) return 0;
  return rule.port() == 0 ? 1 : 2;
}

}  // namespace

class FakeNetwork::Socket final : public net::UdpSocket {
 public:
  Socket(FakeNetwork& network, const Endpoint& local) : network_(network), local_(local) {}
  ~Socket() override { network_.bound_.erase(local_); }
  Endpoint local() const override { return local_; }
  void send(ByteView datagram, const Endpoint& to) override {
    const Endpoint from =
        local_.is_unspecified() ? Endpoint::v4({127, 0, 0, 1}, local_.port()) : local_;
    network_.send(from, datagram, to);
  }

 private:
  FakeNetwork& network_;  // outlives its sockets: the world owns it
  Endpoint local_;
};

FakeNetwork::FakeNetwork(VirtualLoop& loop, std::uint64_t seed) : loop_(loop), chance_(seed) {}

Result<std::unique_ptr<net::UdpSocket>, std::string> FakeNetwork::open(const Endpoint& local,
                                                                       net::OnDatagram receive,
                                                                       std::size_t) {
  const Endpoint bound = local.port() == 0 ? local.with_port(free_port(local)) : local;
  if (bound.port() == 0) return Error{local.to_string() + ": Address already in use"};
  if (!bound_.emplace(bound, std::make_shared<net::OnDatagram>(std::move(receive))).second)
    return Error{bound.to_string() + ": Address already in use"};
  return std::unique_ptr<net::UdpSocket>(std::make_unique<Socket>(*this, bound));
}

/// 0 where the host has none left.
std::uint16_t FakeNetwork::free_port(const Endpoint& host) {
  auto& next = next_port_.try_emplace(host.with_port(0), kFirstEphemeralPort).first->second;
  for (int tried = 0; tried <= 0xFFFF - kFirstEphemeralPort; ++tried) {
    const std::uint16_t port = next;
    next = port == 0xFFFF ? kFirstEphemeralPort : static_cast<std::uint16_t>(port + 1);
    if (!bound_.contains(host.with_port(port))) return port;
  }
  return 0;
}

void FakeNetwork::set_rule(const Endpoint& sender, const Endpoint& receiver, Dials dials) {
  for (auto& rule : rules_)
    if (rule.sender == sender && rule.receiver == receiver) {
      rule.dials = dials;
      return;
    }
  rules_.push_back({sender, receiver, dials});
  // The most particular first: path before receiver before sender, a port before a whole host.
  const auto rank = [](const Rule& rule) {
    const int to = precision_of(rule.receiver);
    const int from = precision_of(rule.sender);
    return std::tuple{to != 0 && from != 0, to, from};
  };
  std::stable_sort(rules_.begin(), rules_.end(),
                   [&](const Rule& a, const Rule& b) { return rank(a) > rank(b); });
}

void FakeNetwork::set_dials_from(const Endpoint& sender, Dials dials) {
  set_rule(sender, Endpoint{}, dials);
}
void FakeNetwork::set_dials_to(const Endpoint& receiver, Dials dials) {
  set_rule(Endpoint{}, receiver, dials);
}
void FakeNetwork::set_dials_between(const Endpoint& sender, const Endpoint& receiver, Dials dials) {
  set_rule(sender, receiver, dials);
}

void FakeNetwork::reset_dials() {
  rules_.clear();
  all_ = {};
}

const Dials& FakeNetwork::dials_for(const Endpoint& from, const Endpoint& to) const {
  for (const auto& rule : rules_)
    if (covers(rule.sender, from) && covers(rule.receiver, to)) return rule.dials;
  return all_;
}

void FakeNetwork::set_tap(std::function<void(ByteView, const Endpoint&, const Endpoint&)> tap) {
  tap_ = std::move(tap);
}

void FakeNetwork::send(const Endpoint& from, ByteView datagram, const Endpoint& to) {
  ++traffic_.sent;
  if (tap_) tap_(datagram, from, to);
  const Dials dials = dials_for(from, to);
  if (chance_.chance(dials.loss)) {
    ++traffic_.lost;
    note(from, datagram, to, "lost");
    return;
  }
  const bool twice = chance_.chance(dials.duplication);
  note(from, datagram, to, twice ? "twice" : "");
  const auto shared = std::make_shared<const Bytes>(datagram.begin(), datagram.end());
  schedule(from, shared, to, dials);
  if (!twice) return;
  ++traffic_.duplicated;
  schedule(from, shared, to, dials);
}

void FakeNetwork::schedule(const Endpoint& from, std::shared_ptr<const Bytes> datagram,
                           const Endpoint& to, const Dials& dials) {
  Duration after = dials.delay;
  if (dials.jitter > Duration{})
    after += Duration{chance_.below(static_cast<std::uint64_t>(dials.jitter.count()) + 1)};
  TimePoint at = loop_.now() + after;
  if (chance_.chance(dials.reordering)) {
    at += dials.held_back;
  } else {
    TimePoint& last = last_arrival_[{from, to}];
    at = last = std::max(last, at);
  }
  auto arrive = [this, from, to, datagram = std::move(datagram)] { deliver(from, *datagram, to); };
  if (at <= loop_.now())
    loop_.post(std::move(arrive));
  else
    loop_.wake_at(at, std::move(arrive));
}

FakeNetwork::Receive FakeNetwork::receiver_at(const Endpoint& to) const {
  for (const auto& address : {to, Endpoint::v4({}, to.port()), Endpoint::v6({}, to.port())})
    if (const auto found = bound_.find(address); found != bound_.end()) return found->second;
  return nullptr;
}

void FakeNetwork::deliver(const Endpoint& from, const Bytes& datagram, const Endpoint& to) {
  const Receive receive = receiver_at(to);  // shared: the receiver may close its socket meanwhile
  if (!receive) {
    ++traffic_.unbound;
    note(from, datagram, to, "nobody there");
    return;
  }
  ++traffic_.delivered;
  if (*receive) (*receive)(datagram, from);
}

void FakeNetwork::note(const Endpoint& from, ByteView datagram, const Endpoint& to,
                       std::string fate) {
  if (is_text(datagram)) {
    story_.push_back({loop_.now(), from, to, std::string(as_text(datagram)), std::move(fate), {}});
  } else {
    if (story_.empty() || !story_.back().text.empty())
      story_.push_back({loop_.now(), from, to, {}, {}, {}});
    ++story_.back().binary[{from, to}];
  }
  if (story_.size() > kStoryLength) story_.pop_front();
}

std::string FakeNetwork::story() const {
  std::string out;
  const auto line = [&](TimePoint at, const Endpoint& from, const Endpoint& to) {
    char time[32];
    std::snprintf(time, sizeof time, "%.3f s  ",
                  std::chrono::duration<double>(at.time_since_epoch()).count());
    out += time + from.to_string() + " > " + to.to_string() + "  ";
  };
  for (const auto& entry : story_) {
    if (!entry.text.empty()) {
      line(entry.at, entry.from, entry.to);
      out += (entry.fate.empty() ? "" : "[" + entry.fate + "]") + "\n" + entry.text + "\n";
      continue;
    }
    for (const auto& [path, count] : entry.binary) {
      line(entry.at, path.first, path.second);
      out += std::to_string(count) + " binary datagrams\n";
    }
  }
  return out;
}

}  // namespace earshot::sim
