#include "edge/http/refusal.h"

#include "base/json.h"

namespace earshot::http {

Response refusal(int status, std::string_view message) {
  const int code = status >= 500 ? 4 : status == 404 ? 6 : 2;
  Response response;
  response.status = status;
  response.body = json::serialize(json::object{{"statusCode", code}, {"statusMessage", message}});
  return response;
}

}  // namespace earshot::http
