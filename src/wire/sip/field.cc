#include "wire/sip/field.h"

#include <array>
#include <cstdint>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

/// Header names and compact forms of the IANA registry that we may meet (RFC 3261 §7.3.3 and the
/// RFCs of the extensions).
constexpr std::array kNames{
    FieldName{"Via", Field::Via},
    FieldName{"From", Field::From},
    FieldName{"To", Field::To},
    FieldName{"Call-ID", Field::CallId},
    FieldName{"CSeq", Field::CSeq},
    FieldName{"Max-Forwards", Field::MaxForwards},
    FieldName{"Contact", Field::Contact},
    FieldName{"Route", Field::Route},
    FieldName{"Record-Route", Field::RecordRoute},
    FieldName{"Expires", Field::Expires},
    FieldName{"Content-Type", Field::ContentType},
    FieldName{"Content-Length", Field::ContentLength},
    FieldName{"Accept", Field::Other},
    FieldName{"Accept-Contact", Field::Other},
    FieldName{"Accept-Encoding", Field::Other},
    FieldName{"Accept-Language", Field::Other},
    FieldName{"Alert-Info", Field::Other},
    FieldName{"Allow", Field::Other},
    FieldName{"Allow-Events", Field::Other},
    FieldName{"Authentication-Info", Field::Other},
    FieldName{"Authorization", Field::Other},
    FieldName{"Call-Info", Field::Other},
    FieldName{"Content-Disposition", Field::Other},
    FieldName{"Content-Encoding", Field::Other},
    FieldName{"Content-Language", Field::Other},
    FieldName{"Date", Field::Other},
    FieldName{"Diversion", Field::Other},
    FieldName{"Error-Info", Field::Other},
    FieldName{"Event", Field::Other},
    FieldName{"History-Info", Field::Other},
    FieldName{"Identity", Field::Other},
    FieldName{"In-Reply-To", Field::Other},
    FieldName{"Join", Field::Other},
    FieldName{"MIME-Version", Field::Other},
    FieldName{"Min-Expires", Field::Other},
    FieldName{"Min-SE", Field::Other},
    FieldName{"Organization", Field::Other},
    FieldName{"P-Asserted-Identity", Field::Other},
    FieldName{"P-Preferred-Identity", Field::Other},
    FieldName{"Path", Field::Other},
    FieldName{"Priority", Field::Other},
    FieldName{"Privacy", Field::Other},
    FieldName{"Proxy-Authenticate", Field::Other},
    FieldName{"Proxy-Authorization", Field::Other},
    FieldName{"Proxy-Require", Field::Other},
    FieldName{"RAck", Field::Other},
    FieldName{"Reason", Field::Other},
    FieldName{"Refer-To", Field::Other},
    FieldName{"Referred-By", Field::Other},
    FieldName{"Reject-Contact", Field::Other},
    FieldName{"Remote-Party-ID", Field::Other},
    FieldName{"Replaces", Field::Other},
    FieldName{"Reply-To", Field::Other},
    FieldName{"Request-Disposition", Field::Other},
    FieldName{"Require", Field::Other},
    FieldName{"Retry-After", Field::Other},
    FieldName{"RSeq", Field::Other},
    FieldName{"Server", Field::Other},
    FieldName{"Service-Route", Field::Other},
    FieldName{"Session-Expires", Field::Other},
    FieldName{"Subject", Field::Other},
    FieldName{"Subscription-State", Field::Other},
    FieldName{"Supported", Field::Other},
    FieldName{"Timestamp", Field::Other},
    FieldName{"Unsupported", Field::Other},
    FieldName{"User-Agent", Field::Other},
    FieldName{"Warning", Field::Other},
    FieldName{"WWW-Authenticate", Field::Other},
};

struct Compact {
  char letter;
  std::string_view canonical;
};
constexpr std::array kCompact{
    Compact{'a', "Accept-Contact"},
    Compact{'b', "Referred-By"},
    Compact{'c', "Content-Type"},
    Compact{'d', "Request-Disposition"},
    Compact{'e', "Content-Encoding"},
    Compact{'f', "From"},
    Compact{'i', "Call-ID"},
    Compact{'j', "Reject-Contact"},
    Compact{'k', "Supported"},
    Compact{'l', "Content-Length"},
    Compact{'m', "Contact"},
    Compact{'o', "Event"},
    Compact{'r', "Refer-To"},
    Compact{'s', "Subject"},
    Compact{'t', "To"},
    Compact{'u', "Allow-Events"},
    Compact{'v', "Via"},
    Compact{'x', "Session-Expires"},
    Compact{'y', "Identity"},
};

constexpr std::size_t kBuckets = 256;
constexpr std::size_t bucket_of(std::string_view name) {
  const auto at = [name](std::size_t i) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(lower(name[i])));
  };
  return (name.size() * 31 + at(0) * 7 + at(name.size() / 2) * 13 + at(name.size() - 1)) % kBuckets;
}

/// Open addressing: where each name is, as its index plus one; 0 ends a search.
constexpr std::array<std::uint8_t, kBuckets> kTable = [] {
  std::array<std::uint8_t, kBuckets> table{};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::size_t bucket = bucket_of(kNames[i].canonical);
    while (table[bucket] != 0) bucket = (bucket + 1) % kBuckets;
    table[bucket] = static_cast<std::uint8_t>(i + 1);
  }
  return table;
}();

constexpr std::optional<FieldName> find_long(std::string_view name) {
  for (std::size_t bucket = bucket_of(name); kTable[bucket] != 0; bucket = (bucket + 1) % kBuckets)
    if (const FieldName& known = kNames[kTable[bucket] - 1u];
        equal_without_case(known.canonical, name))
      return known;
  return std::nullopt;
}

}  // namespace

std::optional<FieldName> known_field(std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (name.size() > 1) return find_long(name);
  for (const Compact& compact : kCompact)
    if (compact.letter == lower(name.front())) return find_long(compact.canonical);
  return std::nullopt;
}

}  // namespace earshot::sip
