#include "edge/signalling/registrar.h"

#include <algorithm>

#include "base/digest_hash.h"
#include "base/log.h"
#include "base/number.h"
#include "edge/signalling/answers.h"

namespace earshot::signalling {
namespace {

constexpr std::size_t kMaxBindings = 5;

/// RFC 3261 §19.1.4 as far as it tells two phones apart: parameters name instances and lines.
bool same_contact(const sip::Uri& a, const sip::Uri& b) { return a == b; }

/// A phone that restarted may come back under another user part or parameter, at the same place.
bool same_phone(const Binding& held, const sip::Uri& contact, const Endpoint& from) {
  return held.source == from && held.contact.host == contact.host &&
         held.contact.port == contact.port;
}

/// A malformed value counts as the default (RFC 3261 §20.19 says 3600, we say the setting).
std::optional<std::int64_t> expires_param(const sip::Params& params) {
  const auto text = sip::find_param(params, "expires");
  if (!text) return std::nullopt;
  return whole_number<std::uint32_t>(*text);
}

/// Tells whether they are still the same, and little else of them.
std::string digest_of_credentials(const Device& device) {
  return sha256_hex(device.sip_user + "\n" + device.sip_password).substr(0, 16);
}

}  // namespace

Registrar::~Registrar() {
  for (const auto& [device, bindings] : devices_)
    for (const Binding& binding : bindings) ground_.loop.cancel(binding.expiry);
}

std::optional<std::vector<Registrar::Wish>> Registrar::read_wishes(
    const sip::Request& request) const {
  const SipSettings& settings = ground_.settings;
  const sip::Headers& headers = request.headers;
  if (headers.contact.size() > kMaxBindings) return std::nullopt;
  std::vector<Wish> wishes;
  for (const sip::NameAddr& contact : headers.contact) {
    if (contact.uri.host.empty()) return std::nullopt;
    const std::int64_t wanted = expires_param(contact.params)
                                    .value_or(headers.expires.value_or(static_cast<std::uint32_t>(
                                        settings.default_expires.count())));
    wishes.push_back({contact.uri, std::min(seconds{wanted}, settings.max_expires)});
  }
  return wishes;
}

/// 0: all wishes can be granted. They are taken together or not at all (RFC 3261 §10.3).
int Registrar::refusal(const std::vector<Wish>& wishes, const Bindings& held,
                       const sip::Request& request) const {
  for (const Wish& wish : wishes) {
    if (wish.expires > seconds{0} && wish.expires < ground_.settings.min_expires) return 423;
    for (const Binding& binding : held)  // step 7: an older REGISTER overtaken by a newer
      if (same_contact(binding.contact, wish.contact) &&
          binding.call_id == request.headers.call_id && binding.cseq >= request.headers.cseq.number)
        return 500;
  }
  return 0;
}

sip::Response Registrar::on_register(const sip::Request& request, const Device& device,
                                     const Endpoint& from, std::string_view to_tag) {
  const sip::Headers& headers = request.headers;
  // Third parties may not register for others; the address of record is the device's own.
  if (headers.to.uri.user != device.sip_user)
    return answer_to(request, 403, to_tag,
                     {{"Warning", "399 earshot \"To names another than who proved to register\""}});
  const bool was_registered = devices_.contains(device.id);

  if (headers.contact_star) {
    if (headers.expires != 0u || !headers.contact.empty()) return answer_to(request, 400, to_tag);
    unbind_all(device.id, "unregistered");
    return listing(request, device.id, to_tag);
  }

  const auto wishes = read_wishes(request);
  if (!wishes) return answer_to(request, 400, to_tag);
  const auto found = devices_.find(device.id);
  const int refused = found == devices_.end() ? refusal(*wishes, {}, request)
                                              : refusal(*wishes, found->second, request);
  if (refused == 423)
    return answer_to(request, 423, to_tag,
                     {{"Min-Expires", std::to_string(ground_.settings.min_expires.count())}});
  if (refused != 0) return answer_to(request, refused, to_tag);
  for (const Wish& wish : *wishes) bind(device.id, wish, request, from);
  if (!wishes->empty()) keep(device.id);
  tell_if_changed(device.id, was_registered);
  return listing(request, device.id, to_tag);
}

void Registrar::bind(const DeviceId& device, const Wish& wish, const sip::Request& request,
                     const Endpoint& from) {
  if (const auto found = devices_.find(device); found != devices_.end()) {
    Bindings& held = found->second;
    auto place = std::find_if(held.begin(), held.end(), [&](const Binding& binding) {
      return same_contact(binding.contact, wish.contact);
    });
    if (place == held.end() && wish.expires > seconds{0})
      place = std::find_if(held.begin(), held.end(), [&](const Binding& binding) {
        return same_phone(binding, wish.contact, from);
      });
    if (place == held.end() && held.size() >= kMaxBindings && wish.expires > seconds{0})
      place = held.begin();
    if (place != held.end())
      unbind(device, place, wish.expires > seconds{0} ? "replaced" : "unregistered");
  }
  if (wish.expires <= seconds{0}) return;

  Binding binding;
  binding.contact = wish.contact;
  binding.source = from;
  binding.talk = request.headers.has_token("Allow-Events", "talk");
  binding.call_id = request.headers.call_id;
  binding.cseq = request.headers.cseq.number;
  binding.expires_at = ground_.loop.now() + wish.expires;
  add(device, std::move(binding));
  log(LogLevel::Debug, "binding",
      {{"device", device.value},
       {"number", number_of(device)},
       {"from", from.to_string()},
       {"expires", wish.expires.count()}});
}

void Registrar::add(const DeviceId& device, Binding binding) {
  binding.expiry = ground_.loop.wake_at(
      binding.expires_at, [this, device, contact = binding.contact] { expire(device, contact); });
  devices_[device].push_back(std::move(binding));
}

void Registrar::restore(const KeptPhone& phone) {
  const Device* device = ground_.directory->device(phone.device);
  if (!device || phone.credentials != digest_of_credentials(*device)) return;
  const bool was_registered = devices_.contains(phone.device);
  for (const KeptBinding& kept : phone.bindings) {
    auto contact = sip::parse_uri(kept.contact);
    const auto found = devices_.find(phone.device);
    const bool is_full = found != devices_.end() && found->second.size() >= kMaxBindings;
    if (!contact || contact->host.empty() || is_full || kept.expires_at <= ground_.loop.now())
      continue;
    add(phone.device, {.contact = std::move(*contact),
                       .source = kept.source,
                       .talk = kept.talk,
                       .call_id = kept.call_id,
                       .cseq = kept.cseq,
                       .expires_at = kept.expires_at});
  }
  tell_if_changed(phone.device, was_registered);
}

void Registrar::keep(const DeviceId& device) const {
  if (!ground_.kept) return;
  KeptPhone phone{device, {}, {}};
  if (const Device* known = ground_.directory->device(device))
    phone.credentials = digest_of_credentials(*known);
  if (const auto found = devices_.find(device); found != devices_.end())
    for (const Binding& binding : found->second)
      phone.bindings.push_back({sip::to_string(binding.contact), binding.source, binding.talk,
                                binding.call_id, binding.cseq, binding.expires_at});
  ground_.kept->keep(std::move(phone));
}

std::string Registrar::number_of(const DeviceId& device) const {
  const Device* found = ground_.directory->device(device);
  return found ? found->phone_number : "";
}

void Registrar::on_directory_changed(const Directory& before) {
  std::vector<DeviceId> over;
  for (const auto& [id, bindings] : devices_) {
    const Device* was = before.device(id);
    const Device* is = ground_.directory->device(id);
    if (!was || !is || was->sip_user != is->sip_user || was->sip_password != is->sip_password)
      over.push_back(id);
  }
  for (const DeviceId& device : over) unbind_all(device, "other credentials");
}

void Registrar::unbind_all(const DeviceId& device, std::string_view cause) {
  const bool was_registered = devices_.contains(device);
  while (devices_.contains(device)) unbind(device, devices_[device].begin(), cause);
  keep(device);
  tell_if_changed(device, was_registered);
}

void Registrar::unbind(const DeviceId& device, Bindings::iterator binding, std::string_view cause) {
  ground_.loop.cancel(binding->expiry);
  log(LogLevel::Debug, "binding gone",
      {{"device", device.value},
       {"number", number_of(device)},
       {"from", binding->source.to_string()},
       {"cause", cause}});
  Bindings& held = devices_[device];
  held.erase(binding);
  if (held.empty()) devices_.erase(device);
}

void Registrar::expire(DeviceId device, sip::Uri contact) {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return;
  const auto place =
      std::find_if(found->second.begin(), found->second.end(),
                   [&](const Binding& binding) { return same_contact(binding.contact, contact); });
  if (place == found->second.end()) return;
  unbind(device, place, "expired");
  keep(device);
  tell_if_changed(device, true);
}

void Registrar::tell_if_changed(const DeviceId& device, bool was_registered) {
  const bool is_registered = devices_.contains(device);
  if (is_registered == was_registered) return;
  log(LogLevel::Info, is_registered ? "device registered" : "device unregistered",
      {{"device", device.value}, {"number", number_of(device)}});
  if (!ground_.stopping) ground_.events.device_registered(device, is_registered);
}

sip::Response Registrar::listing(const sip::Request& request, const DeviceId& device,
                                 std::string_view to_tag) const {
  sip::Response response = answer_to(request, 200, to_tag);
  for (const Binding& binding : bindings(device)) {
    const auto left = std::chrono::ceil<seconds>(binding.expires_at - ground_.loop.now()).count();
    response.headers.contact.push_back(
        {"", binding.contact, {{"expires", std::to_string(std::max<std::int64_t>(left, 0))}}});
  }
  return response;
}

std::vector<Binding> Registrar::bindings(const DeviceId& device) const {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return {};
  return {found->second.rbegin(), found->second.rend()};
}

std::size_t Registrar::size() const {
  std::size_t total = 0;
  for (const auto& [device, held] : devices_) total += held.size();
  return total;
}

}  // namespace earshot::signalling
