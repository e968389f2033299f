// How long work says where it is, and how it is told to stop.
#pragma once

#include <cstdint>
#include <string>

namespace hipcuff {

/// Thread-safe in every implementation.
class Progress {
public:
  virtual ~Progress() = default;
  /// @param total number of steps; 0 where unknown
  virtual void start(const std::string& what, std::int64_t total) = 0;
  virtual void advance(std::int64_t steps = 1) = 0;
  virtual void finish() = 0;
  /// A line for the person that must not tear the bar apart.
  virtual void say(const std::string& line) = 0;
  /// Asked between steps: true once the person wants to stop.
  [[nodiscard]] virtual bool stopRequested() const = 0;
};

/// Says nothing, never stops.
class SilentProgress final : public Progress {
public:
  void start(const std::string&, std::int64_t) override {}
  void advance(std::int64_t) override {}
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return false; }
};

} // namespace hipcuff
