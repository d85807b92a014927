#include "app/toml_table.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "base/number.h"

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

void TomlReading::ask(const std::string& path, std::string_view key) {
  auto& asked = tables_[path].asked;
  if (std::find(asked.begin(), asked.end(), key) == asked.end()) asked.emplace_back(key);
}

void TomlReading::refuse_unasked() {
  for (const auto& [path, table] : tables_) {
    if (!table.node) continue;
    const std::vector<std::string_view> asked{table.asked.begin(), table.asked.end()};
    for (const auto& [key, value] : *table.node)
      if (std::find(asked.begin(), asked.end(), key.str()) == asked.end())
        add(key.source().begin.line, (path.empty() ? "" : path + ".") + std::string{key.str()},
            "unknown key; expected one of " + listed(asked));
  }
}

TomlTable::TomlTable(TomlReading& reading, const toml::table* node, std::string path)
    : reading_(reading), node_(node), path_(std::move(path)) {
  reading_.open(path_, node_);
}

const toml::node* TomlTable::find(std::string_view key) const {
  reading_.ask(path_, key);
  return node_ ? node_->get(key) : nullptr;
}

void TomlTable::note(std::string_view key, std::string value) const {
  reading_.note(path_of(key), std::move(value));
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

void TomlTable::text(std::string_view key, std::string& into) const {
  const auto* value = find(key);
  const auto* text = value ? value->as_string() : nullptr;
  if (value && !text) refuse(key, "expected a text in quotes");
  if (text) into = text->get();
  note(key, into);
}

std::string TomlTable::text(std::string_view key) const {
  std::string value;
  text(key, value);
  return value;
}

std::string TomlTable::needed_text(std::string_view key) const {
  if (!has(key)) refuse(key, "is missing");
  std::string value = text(key);
  if (value.empty()) refuse(key, "expected a text that is not empty");
  return value;
}

std::string TomlTable::word(std::string_view key) const {
  const auto* value = find(key);
  const auto* text = value ? value->as_string() : nullptr;
  return text ? text->get() : "";
}

void TomlTable::flag(std::string_view key, bool& into) const {
  const auto* value = find(key);
  const auto* flag = value ? value->as_boolean() : nullptr;
  if (value && !flag) refuse(key, "expected true or false");
  if (flag) into = flag->get();
  note(key, into ? "true" : "false");
}

std::int64_t TomlTable::whole_number(std::string_view key, std::int64_t fallback,
                                     std::int64_t lowest, std::int64_t highest) const {
  const auto* value = find(key);
  const auto* number = value ? value->as_integer() : nullptr;
  const bool is_good = number && number->get() >= lowest && number->get() <= highest;
  if (value && !is_good)
    refuse(key, "expected a whole number from " + std::to_string(lowest) + " to " +
                    std::to_string(highest));
  const std::int64_t taken = is_good ? number->get() : fallback;
  note(key, std::to_string(taken));
  return taken;
}

std::vector<std::string> TomlTable::texts(std::string_view key, std::string_view expected) const {
  std::vector<std::string> out;
  const auto* value = find(key);
  const auto* array = value ? value->as_array() : nullptr;
  if (value && !array) refuse(key, expected);
  std::string noted;
  for (std::size_t at = 0; array && at < array->size(); ++at) {
    const auto* text = array->get(at)->as_string();
    if (!text) {
      refuse(key, expected);
      return {};
    }
    out.push_back(text->get());
    noted += (noted.empty() ? "" : ", ") + text->get();
  }
  note(key, noted);
  return out;
}

void TomlTable::endpoint(std::string_view key, Endpoint& into, int lowest_port) const {
  const auto read = [&]() -> std::optional<Endpoint> {
    const std::string value = text(key);
    const auto colon = value.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    const std::string_view address = std::string_view{value}.substr(0, colon);
    const bool bare_v6 = address.find(':') != std::string_view::npos && !address.starts_with('[');
    const auto port =
        earshot::whole_number<std::uint16_t>(std::string_view{value}.substr(colon + 1));
    if (!port || *port < lowest_port || bare_v6) return std::nullopt;
    return Endpoint::parse(address, *port);
  };
  const auto given = has(key) ? read() : into;
  if (!given)
    refuse(key, "expected an IP address and a port from " + std::to_string(lowest_port) +
                    " to 65535, as in \"" + into.to_string() + "\"");
  into = given.value_or(into);
  note(key, into.to_string());
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
