#include "app/toml_table.h"

#include <algorithm>
#include <charconv>

namespace earshot::app {

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

void TomlErrors::add(std::uint32_t line, std::string_view key, std::string_view what) {
  if (first_) return;
  first_ = file_ + ":" + std::to_string(line) + ": ";
  if (!key.empty()) *first_ += std::string{key} + ": ";
  *first_ += what;
}

TomlTable::TomlTable(TomlErrors& errors, const toml::table* node, std::string path,
                     std::initializer_list<std::string_view> known)
    : errors_(errors), node_(node), path_(std::move(path)) {
  if (!node_) return;
  // The table is in order of the alphabet; people read in the order of lines.
  const toml::key* first = nullptr;
  for (const auto& [key, value] : *node_)
    if (std::find(known.begin(), known.end(), key.str()) == known.end() &&
        (!first || key.source().begin.line < first->source().begin.line))
      first = &key;
  if (first)
    errors_.add(first->source().begin.line, path_of(first->str()),
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
  errors_.add(line_of(key), path_of(key), what);
}

std::string TomlTable::text(std::string_view key, std::string fallback) const {
  const auto* value = find(key);
  if (!value) return fallback;
  if (const auto* text = value->as_string()) return text->get();
  refuse(key, "expected a text in quotes");
  return fallback;
}

std::string TomlTable::needed_text(std::string_view key) const {
  if (!has(key)) refuse(key, "is missing");
  std::string value = text(key);
  if (value.empty()) refuse(key, "expected a text that is not empty");
  return value;
}

bool TomlTable::flag(std::string_view key, bool fallback) const {
  const auto* value = find(key);
  if (!value) return fallback;
  if (const auto* flag = value->as_boolean()) return flag->get();
  refuse(key, "expected true or false");
  return fallback;
}

std::int64_t TomlTable::number(std::string_view key, std::int64_t fallback, std::int64_t lowest,
                               std::int64_t highest) const {
  const auto* value = find(key);
  if (!value) return fallback;
  const auto* number = value->as_integer();
  if (number && number->get() >= lowest && number->get() <= highest) return number->get();
  refuse(key, "expected a whole number from " + std::to_string(lowest) + " to " +
                  std::to_string(highest));
  return fallback;
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
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (!text) {
      refuse(key, expected);
      return {};
    }
    out.push_back(text->get());
  }
  return out;
}

Endpoint TomlTable::endpoint(std::string_view key, const Endpoint& fallback,
                             int lowest_port) const {
  if (!has(key)) return fallback;
  const std::string value = text(key);
  const auto colon = value.rfind(':');
  if (colon != std::string::npos) {
    const std::string_view address = std::string_view{value}.substr(0, colon);
    const bool bare_v6 = address.find(':') != std::string_view::npos && !address.starts_with('[');
    int port = -1;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data() + colon + 1, end, port);
    const bool is_port =
        error == std::errc{} && stop == end && port >= lowest_port && port <= 65535;
    if (is_port && !bare_v6)
      if (const auto parsed = Endpoint::parse(address, static_cast<std::uint16_t>(port)))
        return *parsed;
  }
  refuse(key, "expected an IP address and a port from " + std::to_string(lowest_port) +
                  " to 65535, as in \"" + fallback.to_string() + "\"");
  return fallback;
}

std::size_t TomlTable::choice(std::string_view key, std::size_t fallback,
                              std::span<const std::string_view> names) const {
  const auto* value = find(key);
  if (!value) return fallback;
  const auto* text = value->as_string();
  const auto found =
      text ? std::find(names.begin(), names.end(), std::string_view{text->get()}) : names.end();
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  refuse(key, "expected one of " + listed(names));
  return fallback;
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
