#pragma once

#include <optional>
#include <string_view>

#include "model/supervision.h"

namespace earshot::view {

// The enums of a monitoring subscription as on the wire (supervision-and-devices.md §A.2, §A.3).

/// The mode as operations, subscriptions and call records name it.
constexpr std::string_view wire_name(SupervisorMode mode) {
  switch (mode) {
    case SupervisorMode::Coach:
      return "Coach";
    case SupervisorMode::ListenIn:
      return "ListenIn";
    case SupervisorMode::BargeIn:
      return "BargeIn";
  }
  return "";
}

/// `supervisorMonitoringMode`.
constexpr std::string_view wire_name(MonitoringMode mode) {
  return mode == MonitoringMode::NextCall ? "NextCall" : "AllCalls";
}

/// `supervisorMonitoringScope`.
constexpr std::string_view wire_name(MonitoringScope scope) {
  return scope == MonitoringScope::Agent ? "Agent" : "Call";
}

/// In the case written; nothing for another word.
constexpr std::optional<SupervisorMode> supervisor_mode_named(std::string_view name) {
  for (const auto mode : {SupervisorMode::Coach, SupervisorMode::ListenIn, SupervisorMode::BargeIn})
    if (wire_name(mode) == name) return mode;
  return std::nullopt;
}

/// In the case written; nothing for another word.
constexpr std::optional<MonitoringMode> monitoring_mode_named(std::string_view name) {
  for (const auto mode : {MonitoringMode::NextCall, MonitoringMode::AllCalls})
    if (wire_name(mode) == name) return mode;
  return std::nullopt;
}

/// In the case written; nothing for another word.
constexpr std::optional<MonitoringScope> monitoring_scope_named(std::string_view name) {
  for (const auto scope : {MonitoringScope::Agent, MonitoringScope::Call})
    if (wire_name(scope) == name) return scope;
  return std::nullopt;
}

}  // namespace earshot::view
