#include "wire/sip/message.h"

#include <gtest/gtest.h>

#include <random>

namespace earshot::sip {
namespace {

const std::string kInvite =
    "INVITE sip:desk%201@pbx.example:5070;transport=udp SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bKq1;rport\r\n"
    "Via: SIP / 2.0 / TCP edge.example ;branch=z9hG4bKq0 , SIP/2.0/UDP [2001:db8::9]:5061\r\n"
    "Max-Forwards: 69\r\n"
    "Route: <sip:p1.example;lr>, <sip:p2.example;lr>\r\n"
    "Record-Route: \"Edge, one\" <sip:p3.example;lr>\r\n"
    "From: \"Olive \\\"O\\\" \" <sip:olive@example.net>;tag=f1\r\n"
    "To: Desk One <sip:desk1@pbx.example>\r\n"
    "Call-ID: 7f3a@192.0.2.7\r\n"
    "CSeq: 31 INVITE\r\n"
    "Contact: <sip:olive@192.0.2.7:5066>;q=0.5\r\n"
    "Supported: timer, Replaces\r\n"
    "X-Trace:  a b \r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 5\r\n"
    "\r\n"
    "v=0\r\n";

/// A small request with one line replaced or added.
std::string with_line(std::string_view line, std::string_view instead_of = "") {
  std::string text =
      "OPTIONS sip:b@example.org SIP/2.0\r\n"
      "Via: SIP/2.0/UDP host.example;branch=z9hG4bK1\r\n"
      "From: <sip:a@example.org>;tag=1\r\n"
      "To: <sip:b@example.org>\r\n"
      "Call-ID: c1\r\n"
      "CSeq: 1 OPTIONS\r\n";
  std::string added{line};
  if (!added.empty()) added += "\r\n";
  if (instead_of.empty()) return text + added + "\r\n";
  const std::size_t begin = text.find(std::string{instead_of} + ":");
  return text.replace(begin, text.find("\r\n", begin) + 2 - begin, added) + "\r\n";
}

std::string with_start_line(std::string_view line) {
  const std::string text = with_line("");
  return std::string{line} + text.substr(text.find("\r\n"));
}

/// A REGISTER with `line`: what is of no account elsewhere matters in it.
std::string registering(std::string_view line) {
  std::string text = with_line(line);
  for (std::size_t at = 0; (at = text.find("OPTIONS", at)) != std::string::npos;)
    text.replace(at, 7, "REGISTER");
  return text;
}

Request request_of(std::string_view text) {
  auto parsed = parse(text);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().reason) << "\n" << text;
  return parsed ? std::get<Request>(*parsed) : Request{};
}

TEST(SipMessage, reads_every_part_of_an_invite) {
  const Request invite = request_of(kInvite);
  EXPECT_EQ(invite.method, "INVITE");
  EXPECT_EQ(invite.uri.user, "desk 1");
  EXPECT_EQ(invite.uri.port, 5070);
  EXPECT_EQ(find_param(invite.uri.params, "Transport"), "udp");
  const Headers& headers = invite.headers;
  ASSERT_EQ(headers.via.size(), 3u);
  EXPECT_EQ(headers.via[0].branch(), "z9hG4bKq1");
  EXPECT_EQ(find_param(headers.via[0].params, "rport"), "");
  EXPECT_EQ(headers.via[1].transport, "TCP");
  EXPECT_EQ(headers.via[2].host, "2001:db8::9");
  EXPECT_EQ(headers.via[2].port, 5061);
  EXPECT_EQ(headers.max_forwards, 69u);
  ASSERT_EQ(headers.route.size(), 2u);
  EXPECT_EQ(headers.route[1].uri.host, "p2.example");
  ASSERT_EQ(headers.record_route.size(), 1u);
  EXPECT_EQ(headers.record_route[0].display, "Edge, one");
  EXPECT_EQ(headers.from.display, "Olive \"O\" ");
  EXPECT_EQ(headers.from.tag(), "f1");
  EXPECT_EQ(headers.to.display, "Desk One");
  EXPECT_EQ(headers.to.tag(), "");
  EXPECT_EQ(headers.call_id, "7f3a@192.0.2.7");
  EXPECT_EQ(headers.cseq, (CSeq{31, "INVITE"}));
  EXPECT_EQ(find_param(headers.contact.at(0).params, "q"), "0.5");
  EXPECT_TRUE(headers.has_token("supported", "replaces"));
  EXPECT_FALSE(headers.has_token("supported", "time"));
  EXPECT_EQ(headers.find("x-trace"), std::nullopt) << "nobody knows it";
  EXPECT_EQ(headers.content_type, "application/sdp");
  EXPECT_EQ(invite.body, "v=0\r\n");
}

TEST(SipMessage, printing_and_parsing_give_the_same) {
  const Request invite = request_of(kInvite);
  EXPECT_EQ(request_of(to_string(invite)), invite);
}

TEST(SipMessage, compact_names_folded_lines_and_odd_case_are_understood) {  // §7.3.1, §7.3.3
  const Request request = request_of(
      "MESSAGE SIPS:b@example.org sip/2.0\r\n"
      "v:SIP/2.0/TLS host.example\r\n"
      "f\t: <sip:a@example.org>\r\n ;tag=9\r\n"
      "T:\r\n\tsip:b@example.org;x=\"y;z\"\r\n"
      "i: c\r\n"
      "cSeQ: 7\r\n \r\n MESSAGE\r\n"
      "m: <sip:a@h>, sip:a2@h;expires=3\r\n"
      "k: a, b\r\n"
      "c: text/plain\r\n"
      "l: 2\r\n"
      "\r\nhi and more");
  EXPECT_TRUE(request.uri.secure);
  EXPECT_EQ(request.headers.from.tag(), "9");
  EXPECT_EQ(find_param(request.headers.to.params, "x"), "y;z");
  EXPECT_EQ(request.headers.contact.size(), 2u);
  EXPECT_EQ(request.headers.other.at(0).name, "Supported");
  EXPECT_EQ(request.body, "hi");
}

TEST(SipMessage, responses_are_read) {
  const auto parsed = parse(
      "\r\n\r\nSIP/2.0 183 \xC3\xA9t\xC3\xA9\r\n"
      "Via: SIP/2.0/UDP a\r\nFrom: sip:a@b;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\n"
      "CSeq: 2147483647 INVITE\r\n\r\n");
  ASSERT_TRUE(parsed);
  const auto& response = std::get<Response>(*parsed);
  EXPECT_EQ(response.status, 183);
  EXPECT_EQ(response.reason, "\xC3\xA9t\xC3\xA9");
  EXPECT_EQ(std::get<Response>(*parse(to_string(response))), response);
}

TEST(SipMessage, a_status_line_may_lack_its_phrase) {
  for (const std::string_view line : {"SIP/2.0 200", "SIP/2.0 200 "}) {
    const auto parsed = parse(with_start_line(line));
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(std::get<Response>(*parsed).status, 200);
    EXPECT_EQ(std::get<Response>(*parsed).reason, "");
  }
}

TEST(SipMessage, unusual_but_valid_requests_are_taken) {
  const std::string_view lines[] = {
      "Contact: *",
      "Contact: \"\" <sip:a@h>",
      "Contact: <sip:user;par=x%40y?z@h.example>",
      "Contact: <sip:a@[::1]:5060;lr>",
      "Contact: <sip:h.example;p=%41;q>;+sip.instance=\"<urn:uuid:1>\"",
      "Contact: <sip:null-%00-null@h>",
      "Contact: <sip:a:secret@h?Replaces=x%3Bto-tag%3D1>",
      "Contact:sip:a@h ; expires = 60",
      "Max-Forwards: 0",
      "Max-Forwards: 255",
      "Expires: 4294967295",
      "Content-Length: 0000",
      "Supported:",
      "extensionHeader-.!%*+_`'~: \xE6\x97\xA5\xE6\x9C\xAC",
  };
  for (const auto line : lines) {
    const Request request = request_of(with_line(line));
    EXPECT_EQ(request_of(to_string(request)), request) << line;
  }
  EXPECT_TRUE(request_of(with_line("m: *")).headers.contact_star);
  EXPECT_EQ(request_of(with_line("m: <sip:a%3ab@h>")).headers.contact.at(0).uri.user, "a:b");
}

TEST(SipMessage, what_nothing_depends_on_is_read_liberally) {  // decisions A12
  for (const std::string_view line :
       {"Subject: latin \xE9 here", "Subject: bare\rreturn", "X-Other: \xFF\xFE", "no colon here",
        "bad name: x", ": x", "Route: sip:,", "Expires: soon", "Contact: <http://example.org/>",
        "Contact: Bell, Ale <sip:a@b>", "Record-Route: <nonsense>", "Date: yesterday"})
    EXPECT_TRUE(parse(with_line(line))) << line;
  const Request request = request_of(with_line("Subject: latin \xE9 here"));
  EXPECT_EQ(request.headers.find("Subject"), "latin \xEF\xBF\xBD here");
}

TEST(SipMessage, from_and_to_are_text_but_for_their_tag) {
  const struct {
    std::string_view from, display, user, other;
  } cases[] = {
      {"From: <tel:+1-415-555-0123>;tag=7", "", "", "tel:+1-415-555-0123"},
      {"From: tel:5001;tag=7", "", "", "tel:5001"},
      {"From: J\xC3\xBCrgen <sip:5000@h>;tag=7", "J\xC3\xBCrgen", "5000", ""},
      {"From: J\xFCrgen <sip:5000@h>;tag=7", "J\xEF\xBF\xBDrgen", "5000", ""},
      {"From: Doe, Jane <sip:5000@h>;tag=7", "Doe, Jane", "5000", ""},
      {"From: \"Doe, J\" < sip:5000@h >;tag=7", "Doe, J", "5000", ""},
      {"From: <sip:bad user@h>;tag=7", "", "", "sip:bad user@h"},
      {"From: isbn:2983792873;;x=;tag=7", "", "", "isbn:2983792873"},
      {"From: <http://www.example.com>; ;tag=7", "", "", "http://www.example.com"},
  };
  for (const auto& [from, display, user, other] : cases) {
    const Request request = request_of(with_line(from, "From"));
    EXPECT_EQ(request.headers.from.display, display) << from;
    EXPECT_EQ(request.headers.from.uri.user, user) << from;
    EXPECT_EQ(request.headers.from.uri.other, other) << from;
    EXPECT_EQ(request.headers.from.tag(), "7") << from;
    const std::string answer = to_string(respond(request, 200, "t"));
    EXPECT_NE(answer.find(from), std::string::npos) << "as it came: " << answer;
    EXPECT_EQ(request_of(to_string(request)), request);
  }
}

TEST(SipMessage, an_answer_to_what_cannot_be_read_repeats_it) {
  const auto parsed = parse(
      "INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.15:5070;;branch=z9hG4bKx;,;,\r\n"
      "f: \"open <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: a b\r\nCSeq: seven INVITE\r\n\r\n");
  ASSERT_FALSE(parsed);
  ASSERT_TRUE(parsed.error().reply);
  const std::string text = to_string(*parsed.error().reply);
  for (const std::string_view line :
       {"SIP/2.0 400 Via cannot be read\r\n",
        "\r\nVia: SIP/2.0/UDP 192.0.2.15:5070;branch=z9hG4bKx\r\n",
        "\r\nFrom: \"open <sip:a@h>;tag=1\r\n", "\r\nTo: <sip:b@h>;tag=", "\r\nCall-ID: a b\r\n",
        "\r\nCSeq: seven INVITE\r\n", "\r\nWarning: 399 earshot \"Via cannot be read\"\r\n",
        "\r\nContent-Length: 0\r\n\r\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

TEST(SipMessage, text_that_leaves_the_parser_is_utf8) {
  const Request request = request_of(with_line("From: <sip:a%ffb@h;x=%fe>;tag=1", "From"));
  EXPECT_EQ(request.headers.from.uri.user,
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(to_string(*parse_uri("sip:PBX#1000@h")), "sip:PBX#1000@h");
  const auto uri = parse_uri("sip:%ffa@h");
  ASSERT_TRUE(uri);
  EXPECT_EQ(to_string(*uri), "sip:%ffa@h") << "a contact is called as it is written";
}

TEST(SipMessage, numbers_are_read_from_sip_and_tel_addresses) {  // RFC 3261 §19.1.6
  for (const std::string_view text :
       {"sip:+14155550123@h", "sip:+14155550123;phone-context=x@h;user=phone",
        "tel:+1-415-555-0123", "sip:+1-415-555-0123;npdi;rn=+1415@h",
        "TEL:+1(415)5550123;cpc=ordinary"})
    EXPECT_EQ(number_in(*parse_uri(text)), "+14155550123") << text;
  EXPECT_EQ(number_in(*parse_uri("http://h/1")), "");
  EXPECT_EQ(request_of(with_start_line("OPTIONS tel:5001 SIP/2.0")).uri.other, "tel:5001");
}

TEST(SipMessage, tags_and_branches_are_kept_as_they_are_written) {
  for (const std::string_view tag : {"ab==", "a/b@c", "x$1", "t\xC3\xA9g", "a=b&c#d"}) {
    const std::string line = "From: <sip:a@h>;tag=" + std::string{tag};
    const Request request = request_of(with_line(line, "From"));
    EXPECT_EQ(request.headers.from.tag(), tag);
    EXPECT_EQ(to_string(request.headers.from), "<sip:a@h>;tag=" + std::string{tag});
  }
  const Request request =
      request_of(with_line("Via: SIP/2.0/UDP h;branch=z9hG4bKab/c==;rport", "Via"));
  EXPECT_EQ(request.headers.via.front().branch(), "z9hG4bKab/c==");
  EXPECT_NE(to_string(respond(request, 200, "t")).find(";branch=z9hG4bKab/c==;rport\r\n"),
            std::string::npos);
}

TEST(SipMessage, an_odd_sent_by_is_repeated_and_what_cannot_be_read_is_answered_all_the_same) {
  for (const std::string_view sent_by : {"", "2001:db8::1", "a@b:5060", "h:99999", "[::1"}) {
    const auto parsed = parse(
        with_line("Via: SIP/2.0/UDP " + std::string{sent_by} + ";branch=z9hG4bK1;rport", "Via"));
    ASSERT_FALSE(parsed) << sent_by;
    ASSERT_TRUE(parsed.error().reply) << sent_by;
    EXPECT_NE(
        to_string(*parsed.error().reply)
            .find("\r\nVia: SIP/2.0/UDP " + std::string{sent_by} + ";branch=z9hG4bK1;rport\r\n"),
        std::string::npos)
        << to_string(*parsed.error().reply);
  }
  for (const std::string_view line : {" ACK sip:b@h SIP/2.0", "ACK", "ACK sip:\xFF@h SIP/2.0"}) {
    std::string text = with_line("CSeq: 1 ACK", "CSeq");
    text.replace(0, text.find("\r\n"), line);
    const auto parsed = parse(text);
    ASSERT_FALSE(parsed) << line;
    EXPECT_FALSE(parsed.error().reply) << "an ACK is never answered: " << line;
  }
}

TEST(SipMessage, lines_that_end_in_lf_alone_are_read) {
  std::string text = to_string(request_of(kInvite));
  const Request same = request_of(text);
  const std::size_t end = text.find("\r\n\r\n") + 4;
  std::string head = text.substr(0, end);
  std::erase(head, '\r');
  EXPECT_EQ(request_of(head + text.substr(end)), same);
  EXPECT_EQ(request_of("\n\n" + head + text.substr(end)), same);
  EXPECT_EQ(request_of(with_line("Subject: lone\nline feed")).headers.find("Subject"),
            "lone line feed");
}

struct Refusal {
  std::string text;
  int status;  ///< 0: no reply
};

TEST(SipMessage, malformed_requests_are_refused_and_answered) {
  const Refusal refusals[] = {
      {with_line("From: <sip:x@y>;tag=2"), 400},
      {with_line("To: <sip:x@y>"), 400},
      {with_line("Call-ID: other"), 400},
      {with_line("i: c1"), 400},
      {with_line("CSeq: 1 OPTIONS"), 400},
      {with_line("Max-Forwards: 1\r\nMax-Forwards: 1"), 400},
      {with_line("Content-Length: 0\r\nl: 0"), 400},
      {with_line("CSeq: 1 INVITE", "CSeq"), 400},
      {with_line("CSeq: 2147483648 OPTIONS", "CSeq"), 400},
      {with_line("CSeq: 99999999999999999999 OPTIONS", "CSeq"), 400},
      {with_line("CSeq: -1 OPTIONS", "CSeq"), 400},
      {with_line("CSeq: OPTIONS", "CSeq"), 400},
      {with_line("", "CSeq"), 400},
      {with_line("", "From"), 400},
      {with_line("", "To"), 400},
      {with_line("", "Call-ID"), 400},
      {with_line("", "Via"), 0},
      {with_line("Via: ", "Via"), 0},
      {with_line("Via: SIP/2.0/UDP h;;branch=1", "Via"), 400},
      {with_line("Via: SIP/2.0/UDP h,", "Via"), 400},
      {with_line("Via: SIP/2.0/UDP h:0", "Via"), 400},
      {with_line("Via: SIP/2.0/UDP h:65536", "Via"), 400},
      {with_line("Via: SIP/2.0/UDP h:", "Via"), 400},
      {with_line("Via: SIP/2.0/UDP h#1;branch=z9hG4bK1", "Via"), 400},
      {with_line("Via: HTTP/1.1/UDP h", "Via"), 0},
      {with_line("Via: SIP/3.0/UDP h", "Via"), 400},
      {with_line("Content-Length: 9999"), 400},
      {with_line("Content-Length: -999"), 400},
      {with_line("Content-Length: +1"), 400},
      {with_line("Content-Length: 0x0"), 400},
      {with_line("Content-Length: 99999999999999999999999"), 400},
      {with_line("Max-Forwards: 256"), 400},
      {with_line("Max-Forwards: seven"), 400},
      {registering("Contact: *\r\nContact: <sip:a@b>"), 400},
      {registering("Contact: <sip:a@b>, *"), 400},
      {registering("Contact:"), 400},
      {registering("Contact: <sip:a@b"), 400},
      {registering("Contact: \"open <sip:a@b>"), 400},
      {registering("Contact: Bell, Ale <sip:a@b>"), 400},
      {registering("Contact: <sip:@b>"), 400},
      {registering("Contact: <sip:a@b:>"), 400},
      {registering("Contact: <sip:a@b :5060>"), 400},
      {registering("Contact: <sip:a%4@b>"), 400},
      {registering("Contact: <sip:a@b;x;X>"), 400},
      {registering("Contact: <sip:a@b>;q=1;Q=2"), 400},
      {registering("Contact: <sip:a@b>;q="), 400},
      {registering("Contact: <sip:a@b>x"), 400},
      {registering("Contact: sip:a@b?Subject=x"), 400},
      {with_start_line("OPTIONS nobodyKnows:x SIP/2.0"), 416},
      {with_start_line("OPTIONS sip:b@example.org SIP/7.0"), 505},
      {with_start_line("OPTIONS sip:b@example.org SIP/2.0 "), 400},
      {with_start_line("OPTIONS  sip:b@example.org SIP/2.0"), 400},
      {with_start_line("OPTIONS sip:b@example.org; lr SIP/2.0"), 400},
      {with_start_line("OPTIONS <sip:b@example.org> SIP/2.0"), 400},
      {with_start_line("OPTIONS sip:b@example.org?Route=x SIP/2.0"), 400},
      {with_start_line("OPTIONS sip:b@[::g] SIP/2.0"), 400},
      {with_start_line("OPTIONS  SIP/2.0"), 400},
      {with_start_line("ACK sip:b@example.org SIP/2.0"), 0},
      {with_start_line("OPTIONS"), 400},
      {with_start_line(""), 0},
      {with_start_line("OPTIONS\tsip:b@example.org\tSIP/2.0"), 400},
      {with_start_line(" OPTIONS sip:b@example.org SIP/2.0"), 400},
      {with_start_line("\xEF\xBB\xBFOPTIONS sip:b@example.org SIP/2.0"), 400},
      {with_start_line("\xC3\x89T\xC3\x89 sip:b@example.org SIP/2.0"), 400},
      {with_start_line("OPTIONS sip:\xFF@example.org SIP/2.0"), 400},
      {with_start_line("OPTIONS sip:b@example.org;x=\xE9 SIP/2.0"), 400},
      {with_start_line("SIP/2.0 200 OK") + "x", -1},
      {with_start_line("SIP/2.0 99 Low"), 0},
      {with_start_line("SIP/2.0 700 High"), 0},
      {with_start_line("SIP/2.0 4294967301 Wide"), 0},
      {with_start_line("SIP/2.0 20"), 0},
      {with_start_line("SIP/2.0 2000"), 0},
      {with_start_line("SIP/7.0 200 OK"), 0},
      {with_line("").substr(0, with_line("").size() - 2), 400},
      {"", 0},
      {std::string(70'000, 'x'), 0},
      {"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 0},
  };
  for (const auto& refusal : refusals) {
    const auto parsed = parse(refusal.text);
    if (refusal.status < 0) {  // the frame of these tables is itself good
      EXPECT_TRUE(parsed);
      continue;
    }
    ASSERT_FALSE(parsed) << refusal.text;
    const auto& reply = parsed.error().reply;
    EXPECT_EQ(reply ? reply->status : 0, refusal.status) << refusal.text;
    EXPECT_FALSE(parsed.error().reason.empty());
    if (!reply) continue;
    EXPECT_FALSE(reply->reason.empty());
    EXPECT_NE(to_string(*reply).find("\r\nVia: SIP/2.0/UDP h"), std::string::npos);
  }
}

TEST(SipMessage, more_than_a_hundred_headers_or_values_are_refused) {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "X: y\r\n";
  EXPECT_FALSE(parse(with_line(lines + "X: y")));
  std::string routes = "Route: <sip:a@b>";
  for (int i = 0; i < 100; ++i) routes += ",<sip:a@b>";
  EXPECT_FALSE(parse(with_line(routes)));
  std::string params = "Contact: <sip:a@b>";
  for (int i = 0; i < 65; ++i) params += ";p" + std::to_string(i);
  EXPECT_FALSE(parse(registering(params)));
}

TEST(SipMessage, a_line_break_in_a_value_cannot_make_a_header) {
  Request request = request_of(kInvite);
  request.headers.from.display = "x\r\nRoute: <sip:evil@h>";
  request.headers.other.push_back({"X-Note", "a\r\nContact: <sip:evil@h>"});
  request.headers.other.push_back({"Bad\r\nName", "x"});
  request.headers.other.push_back({"Via", "SIP/2.0/UDP evil"});
  request.uri.user = "a\r\nb";
  const Request again = request_of(to_string(request));
  EXPECT_EQ(again.headers.route.size(), 2u);
  EXPECT_EQ(again.headers.contact.size(), 1u);
  EXPECT_EQ(again.headers.via.size(), 3u);
  EXPECT_EQ(again.uri.user, "a\r\nb");
}

TEST(SipMessage, a_response_copies_what_the_rfc_says) {  // §8.2.6.2
  const Request invite = request_of(kInvite);
  const Response trying = respond(invite, 100, "t1");
  EXPECT_EQ(trying.headers.to.tag(), "");
  EXPECT_TRUE(trying.headers.record_route.empty());
  const Response ok = respond(invite, 200, "t1");
  EXPECT_EQ(ok.reason, "OK");
  EXPECT_EQ(ok.headers.to.tag(), "t1");
  EXPECT_EQ(ok.headers.via, invite.headers.via);
  EXPECT_EQ(ok.headers.record_route, invite.headers.record_route);
  EXPECT_TRUE(respond(invite, 486, "t1").headers.record_route.empty());
  EXPECT_EQ(respond(invite, 486, "t1", "Gone fishing").reason, "Gone fishing");
  EXPECT_EQ(reason_phrase(699), "Unknown");
}

TEST(SipUri, prints_what_it_reads) {
  for (const std::string_view text :
       {"sip:example.org", "sips:a@example.org:5061", "sip:a@[2001:db8::1]:5060;lr",
        "sip:+49(30)1;x=1@h", "sip:a%40b@h;maddr=[::1];p%3D=%20"}) {
    const auto uri = parse_uri(text);
    ASSERT_TRUE(uri) << text;
    EXPECT_EQ(to_string(*uri), text);
  }
  EXPECT_EQ(to_string(*parse_name_addr("Bob <sip:b@h>;tag=\"a b\"")),
            "\"Bob\" <sip:b@h>;tag=\"a b\"");
  EXPECT_FALSE(parse_uri("sip:"));
  EXPECT_FALSE(parse_uri("sip:a b@h"));
  EXPECT_FALSE(parse_name_addr(""));
}

/// Whatever the bytes: no crash, and what is taken survives printing.
TEST(SipMessage, mutated_messages_never_break_the_parser) {
  std::mt19937 chance{20261122};
  const std::string seeds[] = {kInvite, with_line("Contact: <sip:a@[::1]>;q=\"\\\"\""),
                               with_start_line("SIP/2.0 200 OK")};
  const std::string_view pieces[] = {"\r\n", "\r\n ", "\"", "<", ">", ",", ";", "%00",
                                     "=",    "[",     "]",  ":", "@", "?", "*", "l: 1\r\n"};
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seeds[chance() % std::size(seeds)];
    for (auto changes = chance() % 3 + 1; changes > 0; --changes) {
      const std::size_t at = chance() % text.size();
      switch (chance() % 4) {
        case 0:
          text[at] = static_cast<char>(chance());
          break;
        case 1:
          text.insert(at, pieces[chance() % std::size(pieces)]);
          break;
        case 2:
          text.erase(at, chance() % 8);
          break;
        default:
          text.insert(at, text.substr(chance() % text.size(), chance() % 40));
          break;
      }
      if (text.empty()) text = "x";
    }
    const auto parsed = parse(text);
    if (!parsed) {
      if (const auto& reply = parsed.error().reply) {
        ASSERT_TRUE(to_string(*reply).starts_with("SIP/2.0 ")) << text;
      }
      continue;
    }
    ++taken;
    const auto printed = std::visit([](const auto& one) { return to_string(one); }, *parsed);
    const auto again = parse(printed);
    ASSERT_TRUE(again) << again.error().reason << "\n" << text << "\n" << printed;
    ASSERT_EQ(*again, *parsed) << text;
  }
  EXPECT_GT(taken, 1'000u);
}

}  // namespace
}  // namespace earshot::sip
