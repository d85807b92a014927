#include "app/toml_table.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace earshot::app {

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

std::string ConfigErrors::text() const {
  std::string out;
  for (const ConfigError& each : all) {
    if (!out.empty()) out += '\n';
    out += file + ": ";
    if (each.line > 0) out.insert(out.size() - 1, std::to_string(each.line) + ":");
    if (!each.key.empty()) out += each.key + ": ";
    out += each.what;
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const ConfigErrors& errors) {
  return out << errors.text();
}

void TomlReading::add(std::uint32_t line, std::string_view key, std::string_view what) {
  auto& all = errors_.all;
  if (!key.empty() &&
      std::any_of(all.begin(), all.end(), [&](const ConfigError& each) { return each.key == key; }))
    return;
  all.push_back({line, std::string{key}, std::string{what}});
}

ConfigErrors TomlReading::errors() const {
  ConfigErrors sorted = errors_;
  std::stable_sort(sorted.all.begin(), sorted.all.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return sorted;
}

TomlTable::TomlTable(TomlReading& reading, const toml::table* node, std::string path,
                     std::initializer_list<std::string_view> known)
    : reading_(reading), node_(node), path_(std::move(path)) {
  if (!node_) return;
  for (const auto& [key, value] : *node_)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      reading_.add(key.source().begin.line, path_of(key.str()),
                   "unknown key; expected one of " +
                       listed(std::span<const std::string_view>{known.begin(), known.size()}));
}

const toml::node* TomlTable::find(std::string_view key) const {
  return node_ ? node_->get(key) : nullptr;
}

std::string TomlTable::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

std::uint32_t TomlTable::line_of(std::string_view key) const {
  if (const auto* value = find(key)) return value->source().begin.line;
  return node_ ? std::max(node_->source().begin.line, std::uint32_t{1}) : 1;
}

void TomlTable::refuse(std::string_view key, std::string_view what) const {
  reading_.add(line_of(key), path_of(key), what);
}

std::string TomlTable::text(std::string_view key, std::string fallback) const {
  const auto* value = find(key);
  const auto* text = value ? value->as_string() : nullptr;
  if (value && !text) refuse(key, "expected a text in quotes");
  std::string taken = text ? text->get() : std::move(fallback);
  reading_.note(path_of(key), taken);
  return taken;
}

std::string TomlTable::needed_text(std::string_view key) const {
  if (!has(key)) refuse(key, "is missing");
  std::string value = text(key);
  if (value.empty()) refuse(key, "expected a text that is not empty");
  return value;
}

bool TomlTable::flag(std::string_view key, bool fallback) const {
  const auto* value = find(key);
  const auto* flag = value ? value->as_boolean() : nullptr;
  if (value && !flag) refuse(key, "expected true or false");
  const bool taken = flag ? flag->get() : fallback;
  reading_.note(path_of(key), taken ? "true" : "false");
  return taken;
}

std::int64_t TomlTable::number(std::string_view key, std::int64_t fallback, std::int64_t lowest,
                               std::int64_t highest) const {
  const auto* value = find(key);
  const auto* number = value ? value->as_integer() : nullptr;
  const bool is_good = number && number->get() >= lowest && number->get() <= highest;
  if (value && !is_good)
    refuse(key, "expected a whole number from " + std::to_string(lowest) + " to " +
                    std::to_string(highest));
  const std::int64_t taken = is_good ? number->get() : fallback;
  reading_.note(path_of(key), std::to_string(taken));
  return taken;
}

seconds TomlTable::span(std::string_view key, seconds fallback, seconds lowest,
                        seconds highest) const {
  return seconds{number(key, fallback.count(), lowest.count(), highest.count())};
}

std::vector<std::string> TomlTable::texts(std::string_view key, std::string_view expected) const {
  std::vector<std::string> out;
  const auto* value = find(key);
  if (!value) return out;
  const auto* array = value->as_array();
  if (!array) {
    refuse(key, expected);
    return out;
  }
  std::string noted;
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (!text) {
      refuse(key, expected);
      return {};
    }
    out.push_back(text->get());
    noted += (noted.empty() ? "" : ", ") + text->get();
  }
  reading_.note(path_of(key), noted);
  return out;
}

Endpoint TomlTable::endpoint(std::string_view key, const Endpoint& fallback,
                             int lowest_port) const {
  const auto read = [&]() -> std::optional<Endpoint> {
    const std::string value = text(key);
    const auto colon = value.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    const std::string_view address = std::string_view{value}.substr(0, colon);
    const bool bare_v6 = address.find(':') != std::string_view::npos && !address.starts_with('[');
    int port = -1;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data() + colon + 1, end, port);
    const bool is_port =
        error == std::errc{} && stop == end && port >= lowest_port && port <= 65535;
    if (!is_port || bare_v6) return std::nullopt;
    return Endpoint::parse(address, static_cast<std::uint16_t>(port));
  };
  const auto given = has(key) ? read() : fallback;
  if (!given)
    refuse(key, "expected an IP address and a port from " + std::to_string(lowest_port) +
                    " to 65535, as in \"" + fallback.to_string() + "\"");
  const Endpoint taken = given.value_or(fallback);
  reading_.note(path_of(key), taken.to_string());
  return taken;
}

std::size_t TomlTable::choice(std::string_view key, std::size_t fallback,
                              std::span<const std::string_view> names) const {
  const auto* value = find(key);
  const auto* text = value ? value->as_string() : nullptr;
  const auto found =
      text ? std::find(names.begin(), names.end(), std::string_view{text->get()}) : names.end();
  if (value && found == names.end()) refuse(key, "expected one of " + listed(names));
  const std::size_t taken =
      found == names.end() ? fallback : static_cast<std::size_t>(found - names.begin());
  reading_.note(path_of(key), std::string{names[taken]});
  return taken;
}

const toml::table* TomlTable::table(std::string_view key) const {
  const auto* value = find(key);
  if (!value) return nullptr;
  if (const auto* table = value->as_table()) return table;
  refuse(key, "expected a table, [" + path_of(key) + "]");
  return nullptr;
}

std::vector<const toml::table*> TomlTable::tables(std::string_view key) const {
  std::vector<const toml::table*> out;
  const auto* value = find(key);
  if (!value) return out;
  const auto* array = value->as_array();
  if (!array) {
    refuse(key, "expected tables, each headed [[" + path_of(key) + "]]");
    return out;
  }
  for (const auto& element : *array) {
    const auto* table = element.as_table();
    if (!table) {
      refuse(key, "expected tables, each headed [[" + path_of(key) + "]]");
      return {};
    }
    out.push_back(table);
  }
  return out;
}

}  // namespace earshot::app
