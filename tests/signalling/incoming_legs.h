#pragma once

#include <cstdint>

#include "tests/signalling/exchange.h"

namespace earshot::test {

inline const Endpoint kAnnRtp = at("192.0.2.10", 40000);

/// Legs that phones and trunks begin.
class IncomingLegs : public Exchange {
 protected:
  /// ann calls 2002 with an offer, and the leg is up.
  struct Up {
    LineId line;
    sip::Request invite;
    sip::Response answer;
  };
  Up up() {
    Up made;
    made.invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
    made.line = next().line;
    signalling_->answer(made.line, media_);
    made.answer = ann_.take_response(200).value_or(sip::Response{});
    ann_.acknowledge(made.invite, made.answer);
    EXPECT_EQ(next().what, "answered");
    return made;
  }
  void hang_up(const Up& made, std::uint32_t cseq = 50) {
    ann_.send(ann_.within("BYE", made.invite, made.answer, cseq));
    EXPECT_TRUE(ann_.take_response(200));
    const Told told = next();
    EXPECT_EQ(told.what, "ended");
    EXPECT_EQ(told.cause, ReleaseCause::Normal);
  }
};

}  // namespace earshot::test
