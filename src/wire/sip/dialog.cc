#include "wire/sip/dialog.h"

#include <utility>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

constexpr std::uint32_t kMaxForwards = 70;

void set_tag(NameAddr& address, const std::string& tag) {
  std::erase_if(address.params,
                [](const Param& param) { return equal_without_case(param.name, "tag"); });
  if (!tag.empty()) address.params.push_back({"tag", tag});
}

/// A Contact that is no SIP URI leads nowhere.
const Uri& target_in(const Headers& headers, const Uri& otherwise) {
  const bool usable = !headers.contact.empty() && headers.contact.front().uri.is_sip();
  return usable ? headers.contact.front().uri : otherwise;
}

}  // namespace

DialogId dialog_id_of_received(const Headers& request) {
  return {request.call_id, std::string{request.to.tag()}, std::string{request.from.tag()}};
}

DialogId dialog_id_of_answer(const Headers& response) {
  return {response.call_id, std::string{response.from.tag()}, std::string{response.to.tag()}};
}

Dialog Dialog::as_callee(const Request& invite, std::string local_tag) {
  const Headers& headers = invite.headers;
  Dialog dialog;
  dialog.id_ = {headers.call_id, std::move(local_tag), std::string{headers.from.tag()}};
  dialog.local_ = headers.to;
  set_tag(dialog.local_, dialog.id_.local_tag);
  dialog.remote_ = headers.from;
  dialog.remote_target_ = target_in(headers, headers.from.uri);
  dialog.route_set_ = headers.record_route;
  dialog.remote_cseq_ = headers.cseq.number;
  return dialog;
}

Dialog Dialog::as_caller(const Request& invite, const Response& answer) {
  const Headers& headers = answer.headers;
  Dialog dialog;
  dialog.id_ = dialog_id_of_answer(headers);
  dialog.local_ = headers.from;
  dialog.remote_ = headers.to;
  dialog.remote_target_ = target_in(headers, invite.uri);
  dialog.route_set_.assign(headers.record_route.rbegin(), headers.record_route.rend());
  dialog.local_cseq_ = invite.headers.cseq.number;
  return dialog;
}

const Uri& Dialog::next_hop() const {
  return route_set_.empty() ? remote_target_ : route_set_.front().uri;
}

Request Dialog::make_request(std::string_view method) {
  Request request = make_ack(++local_cseq_);
  request.method = method;
  request.headers.cseq.method = method;
  return request;
}

/// §12.2.1.1 and, but for the credentials, §13.2.2.4.
Request Dialog::make_ack(std::uint32_t invite_cseq) const {
  Request ack;
  ack.method = "ACK";
  ack.uri = remote_target_;
  ack.headers.from = local_;
  ack.headers.to = remote_;
  ack.headers.call_id = id_.call_id;
  ack.headers.cseq = {invite_cseq, ack.method};
  ack.headers.max_forwards = kMaxForwards;
  ack.headers.route = route_set_;
  return ack;
}

/// An ACK has its INVITE's number, and so has a CANCEL (§12.2.2, §9.1).
Dialog::Order Dialog::take(const Request& request) {
  const std::uint32_t number = request.headers.cseq.number;
  if (request.method == "ACK" || request.method == "CANCEL") return Order::InOrder;
  if (remote_cseq_ && number <= *remote_cseq_) return Order::Repeated;
  remote_cseq_ = number;
  return Order::InOrder;
}

void Dialog::refresh_target(const Headers& headers) {
  remote_target_ = target_in(headers, remote_target_);
}

}  // namespace earshot::sip
