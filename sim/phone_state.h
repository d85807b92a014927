#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/phone.h"
#include "sim/phone_sdp.h"
#include "wire/sip/dialog.h"
#include "wire/sip/digest.h"
#include "wire/sip/message.h"
#include "wire/sip/transaction_layer.h"

/// The inside of Phone: for phone.cc, phone_calls.cc and phone_renegotiation.cc alone.
namespace earshot::sim {

struct PhoneCall {
  PhoneCallId id;
  PhoneCallState state = PhoneCallState::Dialling;
  bool outgoing = false;
  std::string remote_number;
  std::string local_tag;
  sip::Request invite;  // the first one: as we sent it, or as it came
  sip::ClientTransactionId invite_client;
  sip::ServerTransactionId invite_server;
  std::optional<sip::Dialog> dialog;
  bool confirmed = false;  // the dialog was made by a 2xx
  bool over_when_answered =
      false;  // hung up while dialling: a 2xx that crosses the CANCEL gets a BYE
  bool answer_is_in_ack = false;          // our 2xx carried an offer
  bool reinviting = false;                // ours, waiting for its final answer
  std::optional<HoldStyle> hold;          // what we want
  std::optional<HoldStyle> offered_hold;  // in the re-INVITE under way
  std::optional<HoldStyle> agreed_hold;
  std::unique_ptr<PhoneAudio> audio;
  std::uint64_t sdp_session = 0;
  std::uint64_t sdp_version = 0;
  std::optional<RemoteSdp> remote;
  TimerId answer_timer = 0;  // picks up; after a CANCEL: gives up
  TimerId glare_timer = 0;
  int end_status = 0;
};

struct Phone::State final : sip::TransactionUser {
  enum class Purpose { Register, Unregister, Invite, Reinvite, Other };
  struct Pending {
    sip::Request request;
    Endpoint to;
    Purpose purpose = Purpose::Other;
    PhoneCallId call;
    int challenges = 0;
    std::optional<sip::Request> ack;  // sent for its 2xx, again for each repeat
  };

  State(Loop& loop, net::UdpNetwork& network, Entropy& entropy, PhoneSettings settings);
  ~State() override;

  // sip::TransactionUser
  void on_refused(std::string_view, int, const Endpoint&) override {}
  void send(std::string_view datagram, const Endpoint& to) override;
  void on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                  const Endpoint& from) override;
  void on_ack(const sip::Request& ack, const Endpoint& from) override;
  void on_cancel(sip::ServerTransactionId invite) override;
  void on_no_ack(sip::ServerTransactionId invite) override;
  void on_response(sip::ClientTransactionId transaction, const sip::Response& response) override;

  // phone.cc: requests and registration
  std::string domain() const;
  sip::NameAddr contact() const;
  sip::Request make_request(std::string_view method, const sip::Uri& uri,
                            const std::string& from_number) const;
  sip::ClientTransactionId send_request(sip::Request request, const Endpoint& to, Purpose purpose,
                                        PhoneCallId call);
  bool authorize(sip::Request& request);
  bool take_challenge(const sip::Response& response);
  void send_again(Pending pending);
  void send_register(bool leaving);
  void on_register_answer(const sip::Response& response, bool leaving);
  Endpoint destination(const sip::Dialog& dialog) const;
  void respond(sip::ServerTransactionId transaction, const sip::Request& request, int status,
               const std::string& tag);
  void tell(PhoneEventKind kind, PhoneCallId call = {}, std::string number = {}, int status = 0);
  std::string new_tag() { return entropy.hex(5); }

  // phone_calls.cc: a call's life, from ring or dial to end
  PhoneCall* find(PhoneCallId id);  // 0: the newest live one
  const PhoneCall* find(PhoneCallId id) const;
  PhoneCall* find_dialog(const sip::Request& request);
  PhoneCall& new_call();
  bool open_audio(PhoneCall& call);
  PhoneMedia media_of(const PhoneCall& call) const;
  std::string next_offer(PhoneCall& call);
  void follow_remote(PhoneCall& call);
  void on_invite(sip::ServerTransactionId transaction, const sip::Request& request);
  void ring(PhoneCall& call);
  void answer(PhoneCall& call);
  void reject(PhoneCall& call, int status);
  void hang_up(PhoneCall& call);
  void send_bye(PhoneCall& call);
  void end(PhoneCall& call, int status);
  void on_invite_answer(Pending& pending, const sip::Response& response);
  void on_invite_success(Pending& pending, const sip::Response& response);
  void drop_fork(const Pending& pending, const sip::Response& response);
  void on_dialog_request(PhoneCall& call, sip::ServerTransactionId transaction,
                         const sip::Request& request);
  void on_notify(PhoneCall* call, sip::ServerTransactionId transaction,
                 const sip::Request& request);

  // phone_renegotiation.cc: hold, retrieve, re-INVITE
  void renegotiate(PhoneCall& call);
  void reinvite(PhoneCall& call, std::string offer);
  void on_reinvite(PhoneCall& call, sip::ServerTransactionId transaction,
                   const sip::Request& request);
  void on_reinvite_answer(Pending& pending, const sip::Response& response);
  bool take_answer(PhoneCall& call, const std::string& body);
  sip::Request acknowledge(PhoneCall& call, const sip::Request& invite,
                           const sip::Response& response);

  Loop& loop;  // outlive us, as the phone's
  net::UdpNetwork& network;
  Entropy& entropy;
  PhoneSettings settings;
  std::unique_ptr<net::UdpSocket> socket;
  std::unique_ptr<sip::TransactionLayer> layer;
  std::function<void(const PhoneEvent&)> listener;
  std::shared_ptr<int> alive = std::make_shared<int>(0);  // events on their way look whether we are
  bool vanished = false;

  std::map<sip::ClientTransactionId, Pending> pending;
  std::optional<sip::DigestChallenge> challenge;  // the last one, used ahead for later requests
  bool challenge_is_proxy = false;
  std::uint32_t nonce_count = 0;

  bool wants_registration = false;
  bool registered = false;
  TimerId register_timer = 0;
  std::string register_call_id;
  std::string register_tag;
  std::uint32_t register_cseq = 0;

  std::map<PhoneCallId, PhoneCall> calls;  // the ended ones too, up to kCallsRemembered
  std::uint64_t last_call = 0;
};

}  // namespace earshot::sim
