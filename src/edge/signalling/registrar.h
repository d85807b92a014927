#pragma once

#include <unordered_map>
#include <vector>

#include "edge/signalling/ground.h"

namespace earshot::signalling {

/// Where a device can be reached (RFC 3261 §10).
struct Binding {
  sip::Uri contact;   ///< the Request-URI of calls to it
  Endpoint source;    ///< where the REGISTER came from, and calls are sent to (RFC 3581)
  bool talk = false;  ///< its REGISTER said Allow-Events: talk
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires_at{};
  TimerId expiry = 0;
};

/// The registrar and location service of our own devices. Tells KeptState each change of a
/// device's bindings, so that they outlive the server.
class Registrar {
 public:
  explicit Registrar(Ground& ground) : ground_(ground) {}
  ~Registrar();
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  /// Answers a REGISTER that `device` proved to have sent. Tells device_registered on its first
  /// binding and its last. At most five bindings a device: the oldest gives way, so that phones
  /// which come back under a new contact do not lock themselves out.
  sip::Response on_register(const sip::Request& request, const Device& device, const Endpoint& from,
                            std::string_view to_tag);
  /// Ends the bindings of devices that are gone or have other credentials.
  void on_directory_changed(const Directory& before);
  /// What an earlier life kept of a phone: as if it had registered, without a word to it. What
  /// cannot be read, is of no device of the directory or of other credentials, or is expired, is
  /// passed over.
  void restore(const KeptPhone& phone);
  /// Newest first.
  std::vector<Binding> bindings(const DeviceId& device) const;
  /// Bindings, over all devices.
  std::size_t size() const;

 private:
  /// A Contact of a REGISTER; `expires` 0 takes its binding back.
  struct Wish {
    sip::Uri contact;
    seconds expires;
  };
  using Bindings = std::vector<Binding>;  // oldest first

  std::optional<std::vector<Wish>> read_wishes(const sip::Request& request) const;
  int refusal(const std::vector<Wish>& wishes, const Bindings& held,
              const sip::Request& request) const;
  void bind(const DeviceId& device, const Wish& wish, const sip::Request& request,
            const Endpoint& from);
  std::string number_of(const DeviceId& device) const;
  void unbind_all(const DeviceId& device, std::string_view cause);
  void add(const DeviceId& device, Binding binding);
  void keep(const DeviceId& device) const;
  void unbind(const DeviceId& device, Bindings::iterator binding, std::string_view cause);
  void expire(DeviceId device, sip::Uri contact);
  void tell_if_changed(const DeviceId& device, bool was_registered);
  sip::Response listing(const sip::Request& request, const DeviceId& device,
                        std::string_view to_tag) const;

  Ground& ground_;
  std::unordered_map<DeviceId, Bindings> devices_;
};

}  // namespace earshot::signalling
