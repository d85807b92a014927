#include "edge/api/operation.h"

#include "base/digest_hash.h"
#include "edge/api/request_headers.h"

namespace earshot::api {
namespace {

/// Existence before If-Match, If-Match before parameters (RFC 9110 §13.2.1).
view::Outcome attempt(const Asking& asking, Operate operate, TagOf tag_of, Run run) {
  const auto condition = read_condition(asking.request);
  if (!condition) return Error{condition.error()};
  if (!condition->any) {
    asking.voice.catch_up();  // the version compared is the one that is operated on
    const auto tag = tag_of(asking);
    if (tag && tag->empty())
      return Error{Refusal{RefusalCode::VersionMismatch, "If-Match: only calls have versions"}};
    if (tag && !condition->holds_for(*tag))
      return Error{Refusal{RefusalCode::VersionMismatch,
                           "If-Match: the call has changed since that version"}};
  }
  return operate(asking, run);
}

http::Response response_of(const view::Outcome& outcome) {
  http::Response response;
  if (!outcome) response.status = view::fault_of(outcome.error().code).http_status;
  response.body = view::outcome_json(outcome);
  return response;
}

http::Response dry_run(view::Outcome outcome) {
  http::Response response = response_of(outcome);
  response.body = view::dry_run_json(std::move(outcome));
  return response;
}

http::Response replay(const KeptAnswer& kept) {
  http::Response response;
  response.status = kept.status;
  response.body = kept.body;
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

/// Failures on our side and missed versions changed nothing and may come out otherwise next time.
bool is_to_be_kept(const http::Response& response) {
  return response.status < 500 && response.status != 412;
}

http::Response keyed(const Asking& asking, Operate operate, TagOf tag_of, const std::string& key) {
  const UserId& user = asking.user.id;
  std::string request = sha256_hex(std::to_string(asking.path.size()) + ' ' +
                                   std::string{asking.path} + asking.request.body);
  if (const KeptAnswer* kept = asking.kept.find(user, key, asking.now)) {
    if (kept->request == request) return replay(*kept);
    return refused({RefusalCode::KeyReused,
                    "Idempotency-Key: this key belongs to a request with another path or body"});
  }
  if (!asking.kept.has_room(user, asking.now))
    return refused({RefusalCode::TooManyKeys,
                    "Idempotency-Key: too many keys within ten minutes; nothing was done"});
  http::Response response = response_of(attempt(asking, operate, tag_of, Run::Real));
  if (is_to_be_kept(response))
    asking.kept.keep(user, key, {std::move(request), response.status, response.body}, asking.now);
  return response;
}

}  // namespace

http::Response answer_operation(const Asking& asking, Operate operate, TagOf tag_of) {
  const auto run = read_run(asking.request);
  if (!run) return refused(run.error());
  const auto key = read_key(asking.request);
  if (!key) return refused(key.error());
  if (*run == Run::Dry) return dry_run(attempt(asking, operate, tag_of, Run::Dry));
  if (*key) return keyed(asking, operate, tag_of, **key);
  return response_of(attempt(asking, operate, tag_of, Run::Real));
}

}  // namespace earshot::api
