// What the network says of a frame, asked for by several stages and computed once.
#pragma once

#include "network.h"
#include "picture.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace hipcuff::onnx {

inline constexpr std::size_t mapClassCount = 4;

/// Probabilities on the network's grid. Where the model has no map of "other", that is what the rest leave of 1.
struct ClassMaps {
  double spacingMm = 0.2;
  Point originMm; ///< frame mm of pixel (0, 0)
  std::array<FloatImage, mapClassCount> planes;
  bool hasTendon = true; ///< whether the model tells tendon at all

  [[nodiscard]] const FloatImage& of(MapClass c) const noexcept { return planes[static_cast<std::size_t>(c)]; }
  /// Whether the picture reaches there.
  [[nodiscard]] bool covers(Point mm) const noexcept;
  /// Linear between pixels; at the border that of the border's pixel.
  [[nodiscard]] float at(MapClass c, Point mm) const noexcept;
};

/// One value for each key, made when it is first asked for; who asks meanwhile waits for it. The longest unused is
/// forgotten beyond `most`.
template <class T>
class Cache {
public:
  explicit Cache(std::size_t most)
      : most_(most) {}

  [[nodiscard]] std::shared_ptr<const T> get(const std::string& key,
                                             const std::function<std::shared_ptr<const T>()>& make) {
    std::promise<std::shared_ptr<const T>> promise;
    std::shared_future<std::shared_ptr<const T>> other;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = entries_.find(key); found != entries_.end()) {
        order_.splice(order_.begin(), order_, found->second.place);
        other = found->second.value;
      } else {
        order_.push_front(key);
        entries_.emplace(key, Entry{promise.get_future().share(), order_.begin()});
        if (entries_.size() > most_) {
          entries_.erase(order_.back());
          order_.pop_back();
        }
      }
    }
    if (other.valid())
      return other.get();
    try {
      auto value = make();
      promise.set_value(value);
      return value;
    } catch (...) {
      promise.set_exception(std::current_exception());
      const std::lock_guard lock(mutex_); // a failure is no value: the next one tries again
      if (const auto found = entries_.find(key); found != entries_.end()) {
        order_.erase(found->second.place);
        entries_.erase(found);
      }
      throw;
    }
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

private:
  struct Entry {
    std::shared_future<std::shared_ptr<const T>> value;
    std::list<std::string>::iterator place;
  };
  std::size_t most_;
  mutable std::mutex mutex_;
  std::list<std::string> order_; ///< last used first
  std::unordered_map<std::string, Entry> entries_;
};

/// Frames to class maps. Safe from several threads; one forward pass for each frame, however many stages ask for it.
class Mapper {
public:
  /// @throws ConfigError as Network does
  explicit Mapper(ModelFile model);
  [[nodiscard]] const ModelFile& model() const noexcept { return network_.model(); }
  [[nodiscard]] const Network& network() const noexcept { return network_; }
  /// @throws std::runtime_error as Network::run does
  [[nodiscard]] std::shared_ptr<const ClassMaps> maps(const Frame& frame) const;
  /// Frames that went through the network so far.
  [[nodiscard]] std::size_t passes() const noexcept { return passes_; }

private:
  [[nodiscard]] std::shared_ptr<const ClassMaps> computed(const Frame& frame) const;
  Network network_;
  mutable Cache<ClassMaps> cache_;
  mutable std::atomic<std::size_t> passes_{0};
};

} // namespace hipcuff::onnx
