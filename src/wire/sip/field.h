#pragma once

#include <optional>
#include <string_view>

namespace earshot::sip {

/// The headers with a typed home in Headers, or that frame the message.
enum class Field {
  Via,
  From,
  To,
  CallId,
  CSeq,
  MaxForwards,
  Contact,
  Route,
  RecordRoute,
  Expires,
  ContentType,
  ContentLength,
  Other
};

/// What a header name, long or compact and in any case, stands for.
struct FieldName {
  std::string_view canonical;  ///< the long form as its RFC spells it
  Field field;
};
/// Nothing for a name we do not know: an `other` header that keeps its spelling.
std::optional<FieldName> known_field(std::string_view name);

}  // namespace earshot::sip
