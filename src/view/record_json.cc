#include "view/record_json.h"

#include <cstdio>

#include "view/call_json.h"
#include "view/supervision_names.h"

namespace earshot::view {
namespace {

std::string_view wire_name(ReleaseCause cause) {
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
  return "Failure";
}

std::string_view wire_name(Segment::EndedBy by) {
  switch (by) {
    case Segment::EndedBy::Party:
      return "Party";
    case Segment::EndedBy::Other:
      return "Other";
    case Segment::EndedBy::Server:
      return "Server";
  }
  return "Server";
}

std::int64_t whole_ms(Duration span) { return std::chrono::round<milliseconds>(span).count(); }

json::object party_json(const Segment& segment) {
  json::object party{{"number", segment.number}};
  if (segment.device) party["deviceId"] = segment.device->value;
  if (segment.user) party["userId"] = segment.user->value;
  if (segment.trunk) party["trunk"] = segment.trunk->value;
  return party;
}

json::object media_json(const LineQuality& quality) {
  return {{"packetsReceived", quality.packets_received},
          {"packetsSent", quality.packets_sent},
          {"packetsLost", quality.packets_lost},
          {"packetsRefused", quality.packets_refused},
          {"jitterMs", whole_ms(quality.jitter)}};
}

}  // namespace

std::string iso_time(WallTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[40];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                   int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()),
                                   int(clock.seconds().count()), int(clock.subseconds().count()));
  return {text, std::size_t(length)};
}

json::object record_json(const Segment& segment, WallTime ended) {
  const auto day_time = [&](TimePoint at) {
    return iso_time(ended - std::chrono::round<milliseconds>(segment.end - at));
  };
  json::object out{{"record", "segment"}, {"callUuid", segment.call.value}};
  out["connId"] = segment.conn_id;
  if (segment.parent) out["parentCallUuid"] = segment.parent->value;
  if (segment.merged_into) out["mergedIntoCallUuid"] = segment.merged_into->value;
  out["callType"] = wire_name(segment.type);
  out["party"] = party_json(segment);
  const bool supervises = !segment.modes.empty();
  out["role"] = supervises ? "Supervisor" : segment.caller ? "Caller" : "Called";
  if (segment.monitored) out["monitored"] = *segment.monitored;
  if (supervises) {
    json::array modes;
    for (const auto& [mode, at] : segment.modes)
      modes.push_back(
          json::object{{"mode", mode ? wire_name(*mode) : "Party"}, {"since", day_time(at)}});
    out["modes"] = std::move(modes);
  }
  out["with"] = json::array(segment.with.begin(), segment.with.end());
  out["dnis"] = segment.dnis;
  if (segment.ani) out["ani"] = *segment.ani;
  if (segment.queue) out["queue"] = segment.queue->value;
  out["start"] = day_time(segment.start);
  if (segment.ring) out["ring"] = day_time(*segment.ring);
  if (segment.answer) out["answer"] = day_time(*segment.answer);
  out["end"] = day_time(segment.end);
  out["heldMs"] = whole_ms(segment.held);
  out["endedBy"] = wire_name(segment.ended_by);
  out["cause"] = wire_name(segment.cause);
  if (segment.disposition) out["disposition"] = *segment.disposition;
  if (segment.quality) out["media"] = media_json(*segment.quality);
  return out;
}

json::object record_json(const LateDisposition& late, WallTime at) {
  return {{"record", "disposition"},
          {"callUuid", late.call.value},
          {"userId", late.user.value},
          {"at", iso_time(at)},
          {"disposition", late.disposition}};
}

}  // namespace earshot::view
