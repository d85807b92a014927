#include "tests/signalling/exchange.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace earshot::test {

std::string sdp(const Endpoint& rtp, std::string_view formats, std::string_view direction,
                int version) {
  std::string text = "v=0\r\no=phone 1 " + std::to_string(version) + " IN IP4 " + rtp.address() +
                     "\r\ns=-\r\nc=IN IP4 " + rtp.address() + "\r\nt=0 0\r\nm=audio " +
                     std::to_string(rtp.port()) + " RTP/AVP ";
  text.append(formats).append("\r\na=");
  if (formats.find("101") != std::string_view::npos)
    text.append("rtpmap:101 telephone-event/8000\r\na=");
  return text.append(direction).append("\r\n");
}

Peer::Peer(sim::VirtualLoop& loop, sim::FakeNetwork& network, const Endpoint& address)
    : loop_(loop), address_(address) {
  auto opened = network.open(address, [this](ByteView datagram, const Endpoint&) {
    const std::string_view text = as_text(datagram);
    auto message = sip::parse(text);
    // The answer to what cannot be read repeats it, so it may be no better.
    const bool repeats = text.starts_with("SIP/2.0 4") || text.starts_with("SIP/2.0 505");
    if (!message && repeats && text.find("\r\nWarning: 399 ") != text.npos) return;
    ASSERT_TRUE(message.has_value()) << "unreadable: " << as_text(datagram);
    inbox_.push_back(std::move(*message));
  });
  socket_ = std::move(*opened);
}

template <class Kind, class Matches>
std::optional<Kind> Peer::take(const Matches& matches) {
  const auto find = [&] {
    return std::find_if(inbox_.begin(), inbox_.end(), [&](const sip::Message& message) {
      const Kind* kind = std::get_if<Kind>(&message);
      return kind && matches(*kind);
    });
  };
  if (!loop_.run_until([&] { return find() != inbox_.end(); }, seconds{40})) return std::nullopt;
  const auto found = find();
  Kind taken = std::get<Kind>(std::move(*found));
  inbox_.erase(found);
  return taken;
}

std::size_t Peer::take_response_now(int status) {
  return std::erase_if(inbox_, [&](const sip::Message& message) {
    const auto* response = std::get_if<sip::Response>(&message);
    return response && response->status == status;
  });
}

std::optional<sip::Request> Peer::take_request(std::string_view method) {
  return take<sip::Request>([&](const sip::Request& request) { return request.method == method; });
}

std::optional<sip::Response> Peer::take_response(int status) {
  return take<sip::Response>(
      [&](const sip::Response& response) { return response.status == status; });
}

std::string Peer::leftovers() const {
  std::string lines;
  for (const sip::Message& message : inbox_) {
    const auto* request = std::get_if<sip::Request>(&message);
    lines += request ? request->method : std::to_string(std::get<sip::Response>(message).status);
    lines += ' ';
  }
  return lines;
}

std::size_t Peer::count(std::string_view method) const {
  return static_cast<std::size_t>(
      std::count_if(inbox_.begin(), inbox_.end(), [&](const sip::Message& message) {
        const auto* request = std::get_if<sip::Request>(&message);
        return request && request->method == method;
      }));
}

sip::Request Peer::make(std::string_view method, std::string_view uri, std::string_view from_user,
                        std::string_view to_user) {
  const std::string serial = address_.address() + "-" + std::to_string(++serial_);
  sip::Request request;
  request.method = method;
  request.uri = *sip::parse_uri(uri);
  sip::Headers& headers = request.headers;
  headers.via.push_back({"UDP",
                         address_.address(),
                         address_.port(),
                         {{"branch", "z9hG4bK-" + serial}, {"rport", std::nullopt}}});
  headers.from = {"", {false, std::string{from_user}, "earshot", 0, {}}, {{"tag", "t" + serial}}};
  headers.to = {"", {false, std::string{to_user}, "earshot", 0, {}}, {}};
  headers.call_id = "call-" + serial;
  headers.cseq = {1, std::string{method}};
  headers.max_forwards = 70;
  headers.contact.push_back(
      {"", {false, std::string{from_user}, address_.address(), address_.port(), {}}, {}});
  return request;
}

sip::Request Peer::within(std::string_view method, const sip::Request& invite,
                          const sip::Response& answer, std::uint32_t cseq) {
  const std::string target = answer.headers.contact.empty()
                                 ? "sip:192.0.2.1"
                                 : sip::to_string(answer.headers.contact[0].uri);
  sip::Request request = make(method, target, "", "");
  request.headers.from = invite.headers.from;
  request.headers.to = answer.headers.to;
  request.headers.call_id = invite.headers.call_id;
  request.headers.cseq.number = cseq;
  request.headers.contact = invite.headers.contact;
  return request;
}

sip::Request Peer::within_received(std::string_view method, const sip::Request& invite,
                                   std::string_view tag, std::uint32_t cseq) {
  sip::Request request = make(method, sip::to_string(invite.headers.contact.at(0).uri), "", "");
  request.headers.from = invite.headers.to;
  request.headers.from.params.push_back({"tag", std::string{tag}});
  request.headers.to = invite.headers.from;
  request.headers.call_id = invite.headers.call_id;
  request.headers.cseq.number = cseq;
  return request;
}

sip::Response Peer::reply(const sip::Request& request, int status, std::string_view tag,
                          std::string body) {
  sip::Response response = sip::respond(request, status, tag);
  response.headers.contact.push_back(
      {"", {false, "phone", address_.address(), address_.port(), {}}, {}});
  if (!body.empty()) response.headers.content_type = "application/sdp";
  response.body = std::move(body);
  return response;
}

void Peer::acknowledge(const sip::Request& invite, const sip::Response& answer, std::string body) {
  sip::Request ack = within("ACK", invite, answer, invite.headers.cseq.number);
  if (answer.status >= 300) ack.headers.via = {invite.headers.via.front()};  // RFC 3261 §17.1.1.3
  if (!body.empty()) ack.headers.content_type = "application/sdp";
  ack.body = std::move(body);
  send(ack);
}

sip::Request Peer::prove(sip::Request request, const sip::Response& refusal, std::string_view user,
                         std::string_view password, std::string_view algorithm, std::uint32_t nc) {
  std::erase_if(request.headers.other,
                [](const sip::Header& header) { return header.name == "Authorization"; });
  for (const sip::Header& header : refusal.headers.other) {
    const auto challenge =
        header.name == "WWW-Authenticate" ? sip::parse_challenge(header.value) : std::nullopt;
    const auto wanted =
        algorithm == "MD5" ? sip::DigestAlgorithm::Md5 : sip::DigestAlgorithm::Sha256;
    if (!challenge || challenge->algorithm != wanted) continue;
    request.headers.other.push_back(
        {"Authorization", sip::answer_challenge(*challenge, user, password, request.method,
                                                sip::to_string(request.uri), nc, "c0ffee")});
  }
  ++request.headers.cseq.number;
  request.headers.via.front().params = {
      {"branch", "z9hG4bK-" + address_.address() + "-p" + std::to_string(++serial_)}};
  return request;
}

SipSettings Exchange::settings() {
  SipSettings settings;
  settings.listen = kServer;
  return settings;
}

Exchange::Exchange() {
  DirectoryEntries entries;
  entries.devices = {
      {DeviceId{"dev-ann"}, "2001", "ann", "secret-ann", false, ""},
      {DeviceId{"dev-bob"}, "2002", "bob", "secret-bob", false, ""},
      {DeviceId{"dev-eve"}, "2003", "eve", "secret-eve", true, ""},
  };
  entries.trunks = {{TrunkId{"carrier"}, at("198.51.100.1"), {""}}};
  directory_ = std::make_shared<const Directory>(std::move(entries));
}

void Exchange::SetUp() { restart(settings()); }

void Exchange::restart(SipSettings settings) {
  signalling_.reset();
  signalling_ = std::make_unique<SipSignalling>(directory_, loop_, entropy_, network_,
                                                std::move(settings), *this);
  const auto started = signalling_->start();
  ASSERT_TRUE(started.has_value()) << started.error();
}

void Exchange::TearDown() {
  if (!signalling_) return;
  loop_.run_for(seconds{140});  // a CANCEL's 64·T1 after an INVITE's, and what lingers after
  EXPECT_EQ(signalling_->legs(), 0u) << network_.story();
  EXPECT_EQ(signalling_->transactions(), 0u) << network_.story();
  EXPECT_EQ(loop_.timers(), signalling_->registrations()) << network_.story();
  for (const Told& told : told_) ADD_FAILURE() << "not looked at: " << told.what;
  signalling_.reset();
  EXPECT_EQ(loop_.timers(), 0u);
}

void Exchange::register_phone(Peer& phone, std::string_view user, bool talk) {
  sip::Request request = phone.make("REGISTER", "sip:earshot", user, user);
  if (talk) request.headers.other.push_back({"Allow-Events", "talk, hold"});
  phone.send(request);
  const auto refusal = phone.take_response(401);
  ASSERT_TRUE(refusal);
  phone.send(phone.prove(request, *refusal, user, "secret-" + std::string{user}));
  ASSERT_TRUE(phone.take_response(200)) << network_.story();
  EXPECT_EQ(next().what, "registered");
}

sip::Request Exchange::call(Peer& phone, std::string_view user, std::string_view number,
                            std::string body) {
  sip::Request invite =
      phone.make("INVITE", "sip:" + std::string{number} + "@earshot", user, number);
  if (!body.empty()) invite.headers.content_type = "application/sdp";
  invite.body = std::move(body);
  phone.send(invite);
  const auto refusal = phone.take_response(401);
  EXPECT_TRUE(refusal);
  if (!refusal) return invite;
  phone.acknowledge(invite, *refusal);
  invite = phone.prove(invite, *refusal, user, "secret-" + std::string{user});
  phone.send(invite);
  EXPECT_TRUE(phone.take_response(100));
  return invite;
}

OutgoingLine Exchange::outgoing(LineId leg, DialTarget to) const {
  return {leg, CallId{"CALL"}, std::move(to), "2001", media_};
}

sip::Request Exchange::dial(Peer& phone, LineId leg, std::string_view device) {
  signalling_->dial(outgoing(leg, DeviceId{std::string{device}}));
  auto invite = phone.take_request("INVITE");
  EXPECT_TRUE(invite) << network_.story();
  return invite.value_or(sip::Request{});
}

Told Exchange::next() {
  if (!loop_.run_until([&] { return !told_.empty(); }, seconds{100})) return {"nothing"};
  Told told = std::move(told_.front());
  told_.pop_front();
  return told;
}

NamedLine Exchange::line_offered(IncomingLine leg) {
  const LineId id{++last_leg_};
  Told told{"offered", id};
  told.incoming = std::move(leg);
  told_.push_back(std::move(told));
  return {id, CallId{"CALL" + std::to_string(id.value)}};
}
void Exchange::line_ringing(LineId leg, bool answerable) {
  told_.push_back({answerable ? "answerable" : "ringing", leg});
}
void Exchange::line_answered(LineId leg, RemoteMedia remote) {
  told_.push_back({"answered", leg, remote});
}
void Exchange::line_media_changed(LineId leg, RemoteMedia remote) {
  told_.push_back({"media", leg, remote});
}
void Exchange::line_ended(LineId leg, ReleaseCause cause, std::string why) {
  told_.push_back({"ended", leg, {}, cause, {}, {}, std::move(why)});
}
void Exchange::device_registered(DeviceId device, bool registered) {
  told_.push_back({registered ? "registered" : "unregistered", {}, {}, {}, {}, device.value});
}

TEST_F(Exchange, answers_options_of_anybody_with_what_it_can) {
  ann_.send(ann_.make("OPTIONS", "sip:earshot", "anybody", "earshot"));
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->headers.has_token("Allow", "INVITE"));
  EXPECT_TRUE(answer->headers.has_token("Accept", "application/sdp"));
  EXPECT_TRUE(answer->headers.find("Supported"));
}

struct Refused {
  const char* name;
  const char* method;
  std::vector<sip::Header> headers;
  std::optional<std::uint32_t> max_forwards;
  bool in_unknown_dialog;
  int status;
  const char* answered_header;  ///< the answer has it; "" for none
};

TEST_F(Exchange, refuses_what_nobody_may_ask) {
  const std::vector<Refused> table{
      {"foreign method", "PUBLISH", {}, 70, false, 405, "Allow"},
      {"transfer", "REFER", {}, 70, false, 405, "Allow"},
      {"unknown extension",
       "INVITE",
       {{"Require", "nothingSupportsThis"}},
       70,
       false,
       420,
       "Unsupported"},
      {"no extension at all", "OPTIONS", {{"Require", " , "}}, 70, false, 200, "Allow"},
      {"no hops left", "INVITE", {}, 0, false, 483, ""},
      {"BYE to nothing", "BYE", {}, 70, true, 481, ""},
      {"re-INVITE to nothing", "INVITE", {}, 70, true, 481, ""},
      {"BYE outside dialogs", "BYE", {}, 70, false, 481, ""},
      {"INFO outside dialogs", "INFO", {}, 70, false, 481, ""},
      {"NOTIFY nobody asked for", "NOTIFY", {{"Event", "refer"}}, 70, false, 489, ""},
      {"keep-alive", "NOTIFY", {{"Event", "keep-alive"}}, 70, false, 200, ""},
      {"stranger's call", "INVITE", {}, 70, false, 401, "WWW-Authenticate"},
      {"stranger's registration", "REGISTER", {}, 70, false, 401, "WWW-Authenticate"},
  };
  for (const Refused& row : table) {
    SCOPED_TRACE(row.name);
    sip::Request request = ann_.make(row.method, "sip:2002@earshot", "mallory", "2002");
    request.headers.other = row.headers;
    request.headers.max_forwards = row.max_forwards;
    if (row.in_unknown_dialog) request.headers.to.params.push_back({"tag", "unheard-of"});
    ann_.send(request);
    const auto answer = ann_.take_response(row.status);
    ASSERT_TRUE(answer) << ann_.leftovers();
    const bool named = *row.answered_header == 0 || answer->headers.find(row.answered_header);
    EXPECT_TRUE(named);
    if (request.method == "INVITE") ann_.acknowledge(request, *answer);
  }
  EXPECT_EQ(ann_.leftovers(), "");
}

TEST_F(Exchange, what_is_refused_is_logged_with_its_reason_and_not_without_end) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  const auto says = [&](std::string_view reason) {
    run(milliseconds{10});
    const auto holds = [&](const std::string& line) {
      return line.find("\"SIP request refused\"") != line.npos && line.find(reason) != line.npos &&
             line.find("198.51.100.1:5060") != line.npos;
    };
    return std::count_if(lines.begin(), lines.end(), holds);
  };
  const auto invite = [&](std::string body, const char* type = "application/sdp") {
    sip::Request request = trunk_.make("INVITE", "sip:2002@earshot", "+4930", "2002");
    request.headers.content_type = type;
    request.body = std::move(body);
    return request;
  };
  trunk_.send(invite("v=0\r\nrubbish"));
  EXPECT_EQ(says("SDP: line 2: "), 1);
  trunk_.send(invite(sdp(trunk_.address(), "18")));
  EXPECT_EQ(says("nor PCMA (8) is among its formats: 18"), 1);
  trunk_.send(invite("x", "text/plain"));
  EXPECT_EQ(says("must be understood and is not"), 1);
  sip::Request required = invite(sdp(trunk_.address()));
  required.headers.other.push_back({"Require", "100rel"});
  trunk_.send(required);
  EXPECT_EQ(says("Bad Extension: 100rel"), 1);
  sip::Request lost = invite(sdp(trunk_.address()));
  lost.headers.contact.clear();
  trunk_.send(lost);
  EXPECT_EQ(says("Contact must be"), 1);
  EXPECT_EQ(says("\"number\":\"+4930\""), 5);
  for (int i = 0; i < 300; ++i)
    trunk_.send(trunk_.make("SUBSCRIBE", "sip:2002@earshot", "+4930", "2002"));
  EXPECT_EQ(says("Method Not Allowed"), 5) << "ten lines of one host in ten seconds";
  EXPECT_EQ(signalling_->transactions(), 0u);
  set_log_sink({});
}

TEST_F(Exchange, what_cannot_be_read_is_logged_ten_times_a_host_and_hides_no_other_host) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 300; ++i) ann_.send_text("no SIP at all");
  bob_.send_text("no SIP at all");
  run(milliseconds{10});
  set_log_sink({});
  const auto of = [&](std::string_view host) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find("\"SIP message dropped\"") != line.npos && line.find(host) != line.npos;
    });
  };
  EXPECT_EQ(of("192.0.2.10:"), 10);
  EXPECT_EQ(of("192.0.2.20:"), 1);
}

TEST_F(Exchange, outlives_garbage) {
  const sip::Request good = ann_.make("INVITE", "sip:2002@earshot", "ann", "2002");
  const std::string text = sip::to_string(good);
  for (int round = 0; round < 400; ++round) {
    std::string broken = text;
    for (int hits = 0; hits < 1 + round % 8; ++hits)
      broken[entropy_.below(broken.size())] = static_cast<char>(entropy_.below(256));
    if (round % 5 == 0) broken.resize(entropy_.below(broken.size()));
    ann_.send_text(broken);
  }
  ann_.send_text("\r\n\r\n");
  ann_.send_text("");
  run(seconds{1});
  ann_.clear();
  ann_.send(ann_.make("OPTIONS", "sip:earshot", "ann", "earshot"));
  EXPECT_TRUE(ann_.take_response(200));
}

TEST_F(Exchange, needs_an_address_to_advertise) {
  SipSettings anywhere = settings();
  anywhere.listen = at("0.0.0.0", 5070);
  SipSignalling mute{directory_, loop_, entropy_, network_, anywhere, *this};
  EXPECT_FALSE(mute.start().has_value());
  anywhere.advertised = at("192.0.2.1", 0);
  SipSignalling heard{directory_, loop_, entropy_, network_, anywhere, *this};
  EXPECT_TRUE(heard.start().has_value());
  SipSignalling second{directory_, loop_, entropy_, network_, anywhere, *this};
  EXPECT_FALSE(second.start().has_value());  // the port is taken
}

}  // namespace earshot::test
