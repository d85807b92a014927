#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "base/ids.h"
#include "base/loop.h"
#include "base/result.h"
#include "model/media.h"
#include "net/udp.h"
#include "sim/phone_audio.h"
#include "wire/sip/transaction.h"

namespace earshot::sim {

using PhoneCallId = NumberId<struct PhoneCallTag>;

/// Which of the server's digest challenges a phone answers (RFC 8760): new phones the stronger one,
/// old ones know MD5 alone.
enum class DigestTaste { Sha256First, Md5Only };

/// How hold is written in SDP: RFC 3264 §8.4, or RFC 2543's 0.0.0.0.
enum class HoldStyle { SendOnly, Inactive, ZeroAddress };

struct PhoneSettings {
  std::string number;    ///< the user part of its address, and the digest's username
  std::string password;  ///< "": answers no challenge
  Endpoint local;        ///< host (and SIP port, 0: any free one) of the phone
  Endpoint server;       ///< where requests go: the registrar and proxy; for a trunk the peer
  std::string domain;    ///< the host of its address; "": the server's literal
  std::chrono::seconds expires{
      300};  ///< asked for; renewed at half of what was granted; 0: none named
  DigestTaste digest = DigestTaste::Sha256First;
  std::vector<Codec> codecs{Codec::Pcmu, Codec::Pcma};  ///< in order of preference
  bool telephone_event = true;

  Hertz tone = 440;  ///< what it hums, all through its calls
  double level_dbm0 = -13;
  bool sings = false;             ///< in place of the hum, for people: a melody around `tone`
  std::vector<Hertz> listen_for;  ///< the tones it tells apart; see listen_for()

  bool rings = true;  ///< 180 to an INVITE; false: nothing but 100 until the answer
  std::optional<Duration> answer_after;  ///< picks up by itself
  bool answers_talk = true;  ///< announces Allow-Events: talk, and picks up on NOTIFY Event: talk
  bool answers_header =
      true;  ///< picks up on Call-Info answer-after=0, Alert-Info alert-autoanswer
  std::optional<int> reject_with;  ///< answers every INVITE with this (486, 603…)
  bool hums_while_holding = false;
  sip::TransactionTimers timers = {};
};

enum class PhoneEventKind {
  Registered,
  RegistrationFailed,  ///< status: the answer, 408 for none
  Unregistered,
  Ringing,              ///< somebody calls us; `number`: who
  RemoteRinging,        ///< the far end of our call rings
  Answered,             ///< the call is up
  MediaChanged,         ///< a re-INVITE, ours or theirs, changed the call's media
  RenegotiationFailed,  ///< our re-INVITE was refused with `status`
  Digit,                ///< `number`: the digit
  Ended                 ///< status: the final answer that ended it, 200 for a BYE (ours or theirs)
};
std::string_view name_of(PhoneEventKind kind);

/// What a phone tells its owner. Never told inside a call to the phone, always later from the loop.
struct PhoneEvent {
  PhoneEventKind kind = PhoneEventKind::Registered;
  PhoneCallId call;
  std::string number;
  int status = 0;
};

enum class PhoneCallState { Dialling, RemoteRinging, Ringing, Up, Ended };

struct DialOptions {
  bool offerless =
      false;  ///< no SDP in the INVITE: the offer is the server's, our answer is in the ACK
  std::string from_number = {};  ///< shown in From; "": the phone's own (a trunk's callers differ)
  std::vector<sip::Header> headers = {};  ///< of the INVITE, besides
};

/// How a call looks from the phone.
struct PhoneCallStatus {
  PhoneCallState state = PhoneCallState::Ended;
  bool outgoing = false;
  std::string remote_number;  ///< dialled, or the caller's From user
  std::string call_id;        ///< SIP's
  int end_status = 0;         ///< as PhoneEventKind::Ended tells it
  bool we_hold = false;
  bool held_by_remote = false;  ///< their direction (or address) says that they do not listen to us
  std::optional<Codec> codec;
};

/// A SIP phone of our own, for tests and the demonstration: it registers, calls, answers, holds,
/// hums its tone and measures which tones it hears. Works on any Loop and UdpNetwork, a virtual or
/// a real one. Loop thread only. Where a call is not named, the newest one that has not ended is
/// meant; what makes no sense in its state is passed over.
class Phone {
 public:
  /// All three outlive the phone.
  Phone(Loop& loop, net::UdpNetwork& network, Entropy& entropy, PhoneSettings settings);
  ~Phone();
  Phone(const Phone&) = delete;

  /// Opens the SIP socket. @return the system's words where it cannot
  Status<std::string> start();
  /// Where it receives SIP, after start().
  Endpoint address() const;
  const PhoneSettings& settings() const;
  void on_event(std::function<void(const PhoneEvent&)> listener);

  /// REGISTER, renewed until unregister(). Failures are told, and tried again after 30 s.
  void register_with_server();
  void unregister();
  bool is_registered() const;

  /// @return the call, also when no socket was free for it (it has ended then, with status 503)
  PhoneCallId dial(const std::string& number, DialOptions options = {});
  void answer(PhoneCallId call = {});
  void reject(int status, PhoneCallId call = {});
  /// CANCEL, BYE or 603, as the state wants it.
  void hang_up(PhoneCallId call = {});
  void hold(HoldStyle style = HoldStyle::SendOnly, PhoneCallId call = {});
  void retrieve(PhoneCallId call = {});
  /// A re-INVITE without SDP: the server is to offer.
  void reinvite_without_offer(PhoneCallId call = {});
  void mute(bool muted, PhoneCallId call = {});
  void send_digits(const std::string& digits, PhoneCallId call = {});

  /// Answers nothing, sends nothing, hears nothing, as a phone without power.
  void vanish();
  void come_back();
  /// Stops only the RTP of a call; SIP lives on.
  void stop_sending_audio(PhoneCallId call = {});
  /// Sends one octet of that payload type each second in place of the hum.
  void send_keep_alives_only(std::uint8_t payload_type, PhoneCallId call = {});

  /// The newest call that has not ended; 0 for none.
  PhoneCallId current_call() const;
  /// Calls that have not ended, oldest first.
  std::vector<PhoneCallId> live_calls() const;
  PhoneCallStatus status(PhoneCallId call = {}) const;
  bool is_up(PhoneCallId call = {}) const { return status(call).state == PhoneCallState::Up; }
  bool is_ringing(PhoneCallId call = {}) const {
    return status(call).state == PhoneCallState::Ringing;
  }
  /// The audio of a call, also for a while after its end; null for none.
  const PhoneAudio* audio(PhoneCallId call = {}) const;

  /// The tones to tell apart from now on: those of everybody in the world, the own one included.
  void listen_for(std::vector<Hertz> tones);
  /// Levels and tones over the last `window` (up to 5 s), the loudest of all live calls;
  /// tone_meter.h says from which level on a tone counts.
  std::map<Hertz, double> levels(Duration window) const;
  std::set<Hertz> hears(Duration window) const;
  /// Starts counting again for ever_heard(), frames_heard() and received().
  void mark();
  /// In how many received 20 ms frames `tone` was since the last mark, all calls together, ended
  /// ones included.
  std::uint64_t frames_heard(Hertz tone) const;
  bool ever_heard(Hertz tone) const { return frames_heard(tone) > 0; }
  /// Continuity of what a call received since the last mark.
  RtpReport received(PhoneCallId call = {}) const;
  /// SIP transactions alive; 0 at the end of the world.
  std::size_t transactions() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace earshot::sim
