#include "wire/sip/dialog.h"

#include <gtest/gtest.h>

namespace earshot::sip {
namespace {

Request invite() {
  return std::get<Request>(
      *parse("INVITE sip:b@h2 SIP/2.0\r\n"
             "Via: SIP/2.0/UDP h1;branch=z9hG4bK1\r\n"
             "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n"
             "From: \"A\" <sip:a@h1>;tag=a1\r\nTo: <sip:b@h2>\r\nCall-ID: c\r\nCSeq: 10 INVITE\r\n"
             "Contact: <sip:a@192.0.2.1:5070>\r\n\r\n"));
}

Request later(const Dialog& dialog, std::uint32_t cseq, std::string_view method) {
  Request request;
  request.method = method;
  request.headers.call_id = dialog.id().call_id;
  request.headers.cseq = {cseq, request.method};
  return request;
}

TEST(SipDialog, the_callee_turns_the_invite_round) {  // §12.1.1
  Dialog dialog = Dialog::as_callee(invite(), "b1");
  EXPECT_EQ(dialog.id(), (DialogId{"c", "b1", "a1"}));
  EXPECT_EQ(dialog.remote().display, "A");
  EXPECT_EQ(dialog.next_hop().host, "p2");
  const Request bye = dialog.make_request("BYE");
  EXPECT_EQ(to_string(bye.uri), "sip:a@192.0.2.1:5070");
  EXPECT_EQ(bye.headers.from.tag(), "b1");
  EXPECT_EQ(bye.headers.to.tag(), "a1");
  EXPECT_EQ(bye.headers.cseq, (CSeq{1, "BYE"}));
  EXPECT_EQ(bye.headers.max_forwards, 70u);
  ASSERT_EQ(bye.headers.route.size(), 2u);
  EXPECT_EQ(bye.headers.route[1].uri.host, "p1");
  EXPECT_TRUE(bye.headers.via.empty());
  EXPECT_EQ(dialog.make_request("INFO").headers.cseq.number, 2u);
}

TEST(SipDialog, the_caller_reverses_the_route_and_counts_on) {  // §12.1.2
  Response ok = respond(invite(), 200, "b1");
  ok.headers.contact.push_back(*parse_name_addr("<sip:b@198.51.100.2>"));
  Dialog dialog = Dialog::as_caller(invite(), ok);
  EXPECT_EQ(dialog.id(), (DialogId{"c", "a1", "b1"}));
  EXPECT_EQ(dialog.id(), dialog_id_of_answer(ok.headers));
  EXPECT_EQ(dialog.next_hop().host, "p1");
  EXPECT_EQ(dialog.make_request("BYE").headers.cseq.number, 11u);
  const Request ack = dialog.make_ack(10);
  EXPECT_EQ(ack.headers.cseq, (CSeq{10, "ACK"}));
  EXPECT_EQ(ack.uri.host, "198.51.100.2");
  EXPECT_EQ(dialog_id_of_received(ack.headers), (DialogId{"c", "b1", "a1"}));
}

TEST(SipDialog, only_a_rising_cseq_is_in_order) {  // §12.2.2
  Dialog dialog = Dialog::as_callee(invite(), "b1");
  EXPECT_EQ(dialog.take(later(dialog, 10, "ACK")), Dialog::Order::InOrder);
  EXPECT_EQ(dialog.take(later(dialog, 10, "INFO")), Dialog::Order::Repeated);
  EXPECT_EQ(dialog.take(later(dialog, 12, "INFO")), Dialog::Order::InOrder);
  EXPECT_EQ(dialog.take(later(dialog, 11, "BYE")), Dialog::Order::Repeated);
  EXPECT_EQ(dialog.take(later(dialog, 13, "BYE")), Dialog::Order::InOrder);
  Dialog caller = Dialog::as_caller(invite(), respond(invite(), 200, "b1"));
  EXPECT_EQ(caller.take(later(caller, 0, "BYE")), Dialog::Order::InOrder);
}

TEST(SipDialog, a_new_contact_moves_the_target) {
  Dialog dialog = Dialog::as_callee(invite(), "b1");
  Headers headers;
  dialog.refresh_target(headers);
  EXPECT_EQ(dialog.make_ack(1).uri.port, 5070);
  headers.contact.push_back(*parse_name_addr("<sip:a@192.0.2.9>"));
  dialog.refresh_target(headers);
  EXPECT_EQ(dialog.make_ack(1).uri.host, "192.0.2.9");
}

}  // namespace
}  // namespace earshot::sip
