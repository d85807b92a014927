#include "edge/signalling/release_codes.h"

#include <algorithm>
#include <array>

namespace earshot::signalling {

int status_of(ReleaseCause cause) {
  switch (cause) {
    case ReleaseCause::Normal:
      return 603;  // the called party hung up what still rang
    case ReleaseCause::Cancelled:
      return 487;
    case ReleaseCause::Rejected:
      return 603;
    case ReleaseCause::Busy:
      return 486;
    case ReleaseCause::NoAnswer:
    case ReleaseCause::TooManyForwards:
      return 480;
    case ReleaseCause::ForwardingLoop:
      return 482;
    case ReleaseCause::Unreachable:
      return 480;
    case ReleaseCause::WrongNumber:
      return 404;
    case ReleaseCause::NotAcceptable:
      return 488;
    case ReleaseCause::Overload:
      return 503;
    case ReleaseCause::PeerOverload:  // not 503: we have room (RFC 3261 §16.7 item 6)
    case ReleaseCause::Failure:
      return 500;
  }
  return 500;
}

ReleaseCause cause_of(int status, bool by_trunk, bool heard) {
  switch (status) {
    case 486:
    case 600:
      return ReleaseCause::Busy;
    case 480:
      return ReleaseCause::NoAnswer;
    case 408:  // the layer makes one for silence (RFC 3261 §8.1.3.1)
      return heard ? ReleaseCause::NoAnswer : ReleaseCause::Unreachable;
    case 404:
    case 410:
    case 484:
    case 604:
      return by_trunk ? ReleaseCause::WrongNumber : ReleaseCause::Unreachable;
    case 403:
    case 603:
      return ReleaseCause::Rejected;
    case 487:
      return ReleaseCause::Cancelled;
    case 415:
    case 488:
    case 606:
      return ReleaseCause::NotAcceptable;
    case 503:
      return ReleaseCause::PeerOverload;
    default:  // redirections too: following them would let a phone dial at its owner's expense
      return ReleaseCause::Failure;
  }
}

std::string_view name_of(ReleaseCause cause) {
  switch (cause) {
    case ReleaseCause::Normal:
      return "Normal";
    case ReleaseCause::Cancelled:
      return "Cancelled";
    case ReleaseCause::Rejected:
      return "Rejected";
    case ReleaseCause::Busy:
      return "Busy";
    case ReleaseCause::NoAnswer:
      return "NoAnswer";
    case ReleaseCause::Unreachable:
      return "Unreachable";
    case ReleaseCause::WrongNumber:
      return "WrongNumber";
    case ReleaseCause::NotAcceptable:
      return "NotAcceptable";
    case ReleaseCause::ForwardingLoop:
      return "ForwardingLoop";
    case ReleaseCause::TooManyForwards:
      return "TooManyForwards";
    case ReleaseCause::Overload:
      return "Overload";
    case ReleaseCause::PeerOverload:
      return "PeerOverload";
    case ReleaseCause::Failure:
      return "Failure";
  }
  return "";
}

ReleaseCause more_telling(ReleaseCause a, ReleaseCause b) {
  constexpr std::array kMostFirst{ReleaseCause::Rejected,       ReleaseCause::Busy,
                                  ReleaseCause::NoAnswer,       ReleaseCause::NotAcceptable,
                                  ReleaseCause::WrongNumber,    ReleaseCause::Cancelled,
                                  ReleaseCause::ForwardingLoop, ReleaseCause::TooManyForwards,
                                  ReleaseCause::Overload,       ReleaseCause::PeerOverload,
                                  ReleaseCause::Failure,        ReleaseCause::Unreachable};
  const auto rank = [&](ReleaseCause cause) {
    return std::find(kMostFirst.begin(), kMostFirst.end(), cause);
  };
  return rank(a) <= rank(b) ? a : b;
}

}  // namespace earshot::signalling
