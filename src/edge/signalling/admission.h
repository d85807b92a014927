#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"
#include "base/log_gate.h"
#include "edge/signalling/doorkeeper.h"
#include "edge/signalling/ground.h"
#include "edge/signalling/legs.h"
#include "edge/signalling/pace.h"
#include "edge/signalling/registrar.h"
#include "edge/signalling/source_gates.h"

namespace earshot::signalling {

/// Which requests are let in, and whose they are (decision 0004). Who is nobody's phone and no
/// trunk gets no further than a challenge. Whoever is known, a device, a trunk, or a line for what
/// comes within its dialog, has an account with room for so many open requests. What is not let in
/// is answered without a transaction, and told to the log.
class Admission {
 public:
  Admission(Ground& ground, const Registrar& registrar, const Legs& legs)
      : ground_(ground), legs_(legs), doorkeeper_(ground, registrar) {}

  /// Who sent a request that is let in. Neither device nor trunk: a party to the dialog it names.
  struct Sender {
    std::string account;  ///< to charge the transaction to
    const Device* device = nullptr;
    const Trunk* trunk = nullptr;
  };
  /// The sender, or the answer where it is not let in.
  std::variant<Sender, sip::Response> judge(const sip::Request& request, const Endpoint& from);

  /// Logs why `request` was refused. Challenges, lack of room and what comes late are told
  /// elsewhere, or no fault.
  void tell_refusal(const sip::Request& request, const sip::Response& refusal,
                    const Endpoint& from);
  /// Logs a message that cannot be read.
  /// @param status  of the answer; 0: none
  void tell_unread(std::string_view reason, int status, const Endpoint& from);

 private:
  using Verdict = std::variant<Sender, sip::Response>;
  /// How many requests of an account may be open, and how the log says that there are too many.
  struct Bound {
    std::size_t most;
    std::string_view refusal;
    bool is_paced = true;
  };

  Verdict judge_within(const sip::Request& request, const Endpoint& from);
  Verdict judge_trunk(const sip::Request& invite, const Endpoint& from, std::string_view tag,
                      const Trunk& trunk);
  Verdict judge_device(const sip::Request& request, const Endpoint& from, std::string_view tag);
  Verdict charge(const sip::Request& request, const Endpoint& from, std::string_view tag,
                 Sender sender, const Bound& bound);
  const Trunk* trunk_of(const sip::Request& invite, const Endpoint& from) const;
  sip::Response refuse_for_now(const sip::Request& request, const Endpoint& from,
                               std::string_view tag, std::string_view why);
  sip::Response busy(const sip::Request& request, std::string_view tag) const;
  void tell(LogLevel level, std::string_view what, const sip::Request& request,
            const Endpoint& from, LogGate& gate, std::initializer_list<LogField> more);

  Ground& ground_;
  const Legs& legs_;
  Doorkeeper doorkeeper_;
  Pace pace_;
  SourceGates overloads_;
  SourceGates crowds_{1};
  SourceGates refused_;
};

}  // namespace earshot::signalling
