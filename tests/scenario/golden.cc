#include "tests/scenario/golden.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <vector>

namespace earshot::scenario {
namespace {

using Bindings = std::map<std::string, std::string>;

bool matches(std::string_view pattern, const std::string& text, Bindings& bindings) {
  std::string expression;
  std::vector<std::string> names;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('<');
    const std::size_t close = open == pattern.npos ? pattern.npos : pattern.find('>', open);
    for (const char c : pattern.substr(0, close == pattern.npos ? pattern.size() : open))
      expression +=
          std::isalnum(static_cast<unsigned char>(c)) ? std::string{c} : std::string{'\\', c};
    if (close == pattern.npos) break;
    names.emplace_back(pattern.substr(open + 1, close - open - 1));
    expression += names.back() == "base" ? "(.+)" : "([^/]+)";
    pattern.remove_prefix(close + 1);
  }
  std::smatch found;
  if (!std::regex_match(text, found, std::regex{expression})) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [bound, fresh] = bindings.emplace(names[i], found[i + 1]);
    if (!fresh && bound->second != found[i + 1]) return false;
  }
  return true;
}

std::string compare(const std::string& at, const json::value& expected, const json::value& actual,
                    std::string_view also_allowed, Bindings& bindings);

std::string compare(const std::string& at, const json::object& expected, const json::object& actual,
                    std::string_view also_allowed, Bindings& bindings) {
  for (const auto& member : expected) {
    const json::value* found = actual.if_contains(member.key());
    if (!found) return at + ": " + std::string{member.key()} + " is missing";
    const auto wrong = compare(at + "." + std::string{member.key()}, member.value(), *found,
                               also_allowed, bindings);
    if (!wrong.empty()) return wrong;
  }
  for (const auto& member : actual)
    if (!expected.contains(member.key()) && member.key() != also_allowed)
      return at + ": " + std::string{member.key()} + " is too many";
  return "";
}

/// Capabilities are a set; every other list is in order.
std::string compare_lists(const std::string& at, const json::array& expected,
                          const json::array& actual, std::string_view also_allowed,
                          Bindings& bindings) {
  if (expected.size() != actual.size())
    return at + ": " + json::serialize(expected) + " expected, got " + json::serialize(actual);
  if (at.ends_with(".capabilities")) {
    std::multiset<std::string> wanted, given;
    for (const auto& each : expected) wanted.insert(json::serialize(each));
    for (const auto& each : actual) given.insert(json::serialize(each));
    if (wanted == given) return "";
    return at + ": " + json::serialize(expected) + " expected, got " + json::serialize(actual);
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto wrong =
        compare(at + "[" + std::to_string(i) + "]", expected[i], actual[i], also_allowed, bindings);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string compare(const std::string& at, const json::value& expected, const json::value& actual,
                    std::string_view also_allowed, Bindings& bindings) {
  if (expected.is_object() && actual.is_object())
    return compare(at, expected.get_object(), actual.get_object(), also_allowed, bindings);
  if (expected.is_array() && actual.is_array())
    return compare_lists(at, expected.get_array(), actual.get_array(), also_allowed, bindings);
  const bool same = expected.is_string() && actual.is_string()
                        ? matches(std::string_view{expected.get_string()},
                                  std::string{actual.get_string()}, bindings)
                        : expected.kind() == actual.kind() && expected == actual;
  if (same) return "";
  return at + ": " + json::serialize(expected) + " expected, got " + json::serialize(actual);
}

}  // namespace

json::value golden(const std::string& operation, const std::string& part) {
  std::ifstream file{EARSHOT_SOURCE_DIR "/tests/golden/" + operation + "/" + part + ".json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto value = json::parse(text);
  return value ? *value : json::value{};
}

std::string difference(const json::value& expected, const json::value& actual,
                       std::string_view also_allowed) {
  Bindings bindings;
  return compare("$", expected, actual, also_allowed, bindings);
}

}  // namespace earshot::scenario
