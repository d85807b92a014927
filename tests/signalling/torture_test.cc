// Messages of the kinds RFC 4475 lists, each with the answer it gets from a server that knows its
// sender as little as it knows a stranger. They lie in tests/fuzz/corpus/sip, one a file.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

std::string message_in(const std::string& name) {
  std::ifstream file(std::string{EARSHOT_SOURCE_DIR} + "/tests/fuzz/corpus/sip/torture_" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

class Torture : public Exchange {
 protected:
  /// The first answer to `message` from a host nobody knows; "" where none came.
  std::string answer_to(const std::string& message) {
    std::string answer;
    const auto stranger = network_.open(at("203.0.113.9"), [&](ByteView datagram, const Endpoint&) {
      if (answer.empty()) answer = as_text(datagram);
    });
    (*stranger)->send(as_bytes(message), kServer);
    run(seconds{40});
    return answer;
  }
};

struct Case {
  const char* name;
  int status;  ///< 0: no answer
};

TEST_F(Torture, each_message_gets_its_right_answer) {
  const Case cases[] = {
      // RFC 4475 §3.1.1, valid: nothing is wrong with them but that their sender is unknown
      {"wsinv", 481},
      {"intmeth", 405},
      {"esc01", 401},
      {"escnull", 401},
      {"esc02", 405},
      {"lwsdisp", 200},
      {"longreq", 401},
      {"dblreq", 401},
      {"semiuri", 200},
      {"transports", 200},
      {"mpart01", 405},
      {"unreason", 0},
      {"noreason", 0},
      // §3.1.2, invalid
      {"badinv01", 400},
      {"clerr", 400},
      {"ncl", 400},
      {"scalar02", 400},
      {"scalarlg", 0},
      {"quotbal", 400},
      {"ltgtruri", 400},
      {"lwsruri", 400},
      {"lwsstart", 400},
      {"trws", 400},
      {"escruri", 400},
      {"baddate", 401},
      {"regbadct", 400},
      {"badaspec", 200},
      {"baddn", 200},
      {"badvers", 505},
      {"mismatch01", 400},
      {"mismatch02", 400},
      {"bigcode", 0},
      // §3.2 to §3.4
      {"badbranch", 400},
      {"insuf", 400},
      {"unkscm", 416},
      {"novelsc", 416},
      {"unksm2", 400},
      {"bext01", 420},
      {"invut", 415},
      {"regaut01", 401},
      {"multi01", 400},
      {"mcl01", 400},
      {"bcast", 0},
      {"zeromf", 483},
      {"cparam01", 401},
      {"cparam02", 401},
      {"regescrt", 401},
      {"sdp01", 406},
      {"inv2543", 401},
      // of the field
      {"field_from_0", 200},
      {"field_from_1", 200},
      {"field_from_2", 200},
      {"field_from_3", 200},
      {"field_from_4", 200},
      {"field_from_5", 200},
      {"field_latin1", 401},
      {"field_isup", 401},
      {"field_tel", 401},
      {"field_lf", 200},
      {"field_sent_by", 400},
      {"field_uri_latin1", 400},
      {"field_lead_space", 400},
      {"field_bom", 400},
      {"field_tag", 401},
      {"field_alternative", 401},
  };
  for (const auto& [name, status] : cases) {
    const std::string answer = answer_to(message_in(name));
    const int got = answer.size() < 12 ? 0 : std::stoi(answer.substr(8, 3));
    EXPECT_EQ(got, status) << name << "\n" << answer;
    if (got >= 400 && got != 481 && got != 483 && got != 401 && got != 405 && got != 420 &&
        got != 415) {
      EXPECT_NE(answer.find("\r\nWarning: 399 "), std::string::npos) << name << "\n" << answer;
    }
  }
}

/// Decisions A12: whatever is wrong, who can be answered is.
TEST_F(Torture, every_method_is_answered_whichever_line_is_odd) {
  const std::vector<std::pair<std::string, std::string>> good{
      {"", "METHOD sip:2002@h SIP/2.0"},
      {"Via", "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1;rport"},
      {"From", "From: <sip:5000@h>;tag=1"},
      {"To", "To: <sip:2002@h>"},
      {"Call-ID", "Call-ID: c1"},
      {"CSeq", "CSeq: 1 METHOD"},
      {"Max-Forwards", "Max-Forwards: 70"},
      {"Contact", "Contact: <sip:5000@203.0.113.9>"},
      {"Content-Length", "Content-Length: 0"}};
  const std::vector<std::pair<std::string, std::string>> odd{
      {"", "METHOD sip:\xFF@h SIP/2.0"},
      {"", "METHOD\tsip:2002@h\tSIP/2.0"},
      {"", "  METHOD sip:2002@h SIP/2.0"},
      {"", "METHOD sip:2002@h"},
      {"Via", "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK\xFF;rport"},
      {"Via", "Via: SIP/2.0/UDP h:99999;branch=z9hG4bK1;rport"},
      {"Via", "Via: SIP/2.0/UDP [::1;branch=z9hG4bK1;rport"},
      {"From", "From: \"\xFF\" <sip:\xFE@h>;tag=1;x=\xFF"},
      {"From", "From: \"open <sip:a@h>"},
      {"From", "From: <tel:+1-415>;tag=1"},
      {"To", "To: \xFF <sip:\xFE@h>"},
      {"To", "To: <sip:a@h>;tag=\xFF"},
      {"Call-ID", "Call-ID: \xFF"},
      {"Call-ID", "Call-ID:\r\n\tc 1"},
      {"CSeq", "CSeq: 1 \xFF"},
      {"CSeq", "CSeq: one"},
      {"Max-Forwards", "Max-Forwards: \xFF"},
      {"Contact", "Contact: <sip:\xFF@h>;x=\xFF"},
      {"Content-Length", "Content-Length: 99"},
      {"Content-Length", "Authorization: Digest username=\"\xFF\", realm=\"earshot\""}};
  for (const std::string method :
       {"INVITE", "REGISTER", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "NOTIFY", "SUBSCRIBE",
        "MESSAGE", "REFER", "PRACK", "UNHEARD"})
    for (const auto& [header, line] : odd) {
      std::string message;
      for (const auto& [name, usual] : good) message += (name == header ? line : usual) + "\r\n";
      message += "\r\n";
      for (std::size_t at = 0; (at = message.find("METHOD", at)) != std::string::npos;)
        message.replace(at, 6, method);
      EXPECT_TRUE(answer_to(message).starts_with("SIP/2.0 ")) << message;
    }
  EXPECT_EQ(signalling_->transactions(), 0u);
}

TEST_F(Torture, what_no_extension_is_known_for_is_named) {
  const std::string answer = answer_to(message_in("bext01"));
  for (const std::string_view token : {"nothingSupportsThis", "nothingSupportsThisEither",
                                       "noProxiesSupportThis", "norDoAnyProxiesSupportThis"})
    EXPECT_NE(answer.find(token), std::string::npos) << answer;
}

TEST_F(Torture, answers_repeat_the_lines_as_they_came) {
  const std::string unread = answer_to(message_in("scalar02"));
  EXPECT_NE(unread.find("\r\nCSeq: 36893488147419103232 REGISTER\r\n"), std::string::npos)
      << unread;
  const std::string latin1 = answer_to(message_in("field_from_0"));
  EXPECT_NE(latin1.find("\r\nFrom: J\xFCrgen <sip:5000@h>;tag=1\r\n"), std::string::npos) << latin1;
  const std::string insufficient = answer_to(message_in("insuf"));
  EXPECT_NE(insufficient.find("\r\nCSeq: 193942 INVITE\r\n"), std::string::npos) << insufficient;
  EXPECT_EQ(insufficient.find("\r\nFrom:"), std::string::npos);
}

}  // namespace
}  // namespace earshot::test
