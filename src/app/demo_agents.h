#pragma once

#include <array>
#include <string_view>

namespace earshot::app {

/// A robot agent of the demo contact centre: a user with the password "demo", whose phone has the
/// SIP password "demo-<number>".
struct DemoAgent {
  std::string_view user_name;
  std::string_view number;
  std::string_view first_name;
  std::string_view last_name;
  std::string_view group;
};

/// A queue of the demo, served by the agents of the group of the same name.
struct DemoQueue {
  std::string_view name;
  std::string_view number;
};

inline constexpr DemoQueue kDemoSales{"Sales", "8001"};
inline constexpr DemoQueue kDemoService{"Service", "8002"};

inline constexpr std::array kDemoAgents{
    DemoAgent{"amara", "5101", "Amara", "Okafor", kDemoSales.name},
    DemoAgent{"bruno", "5102", "Bruno", "Silva", kDemoSales.name},
    DemoAgent{"chiara", "5103", "Chiara", "Rossi", kDemoSales.name},
    DemoAgent{"david", "5104", "David", "Novak", kDemoSales.name},
    DemoAgent{"elif", "5105", "Elif", "Yilmaz", kDemoSales.name},
    DemoAgent{"farid", "5106", "Farid", "Haddad", kDemoSales.name},
    DemoAgent{"greta", "5201", "Greta", "Lindqvist", kDemoService.name},
    DemoAgent{"hugo", "5202", "Hugo", "Martin", kDemoService.name},
    DemoAgent{"ines", "5203", "Ines", "Pereira", kDemoService.name},
    DemoAgent{"jonas", "5204", "Jonas", "Weber", kDemoService.name},
    DemoAgent{"keiko", "5205", "Keiko", "Tanaka", kDemoService.name},
    DemoAgent{"liam", "5206", "Liam", "Byrne", kDemoService.name},
};

/// Where the demo's customers call from: a carrier's trunk.
inline constexpr std::string_view kDemoCarrier = "127.0.0.9";

}  // namespace earshot::app
