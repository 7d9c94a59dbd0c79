// Numbers and text to bytes and back, as they lie in memory: little-endian, without padding.
// Values; any thread.
#pragma once

#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "model/ids.h"

namespace rapport {

static_assert(std::endian::native == std::endian::little,
              "model files are little-endian, and written as they lie");

class ByteWriter {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T>
  void Put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void Put(std::string_view text) {
    Put(static_cast<uint32_t>(text.size()));
    bytes_.append(text);
  }
  void Put(Instant time) { Put(static_cast<int64_t>(time.time_since_epoch().count())); }
  template <typename T>
  void PutAll(const T* values, size_t count) {
    if (count > 0) bytes_.append(reinterpret_cast<const char*>(values), count * sizeof(T));
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. After the first shortfall every read gives zeros and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_arithmetic_v<T>
  void Get(T* value) {
    *value = T{};
    GetAll(value, 1);
  }
  void Get(double* value) {
    GetAll(value, 1);
    ok_ = ok_ && std::isfinite(*value);
  }
  void Get(std::string* text) {
    uint32_t size = 0;
    Get(&size);
    const std::string_view taken = Take(size);
    text->assign(taken);
  }
  void Get(Instant* time) {
    int64_t micros = 0;
    Get(&micros);
    *time = Instant(std::chrono::microseconds(micros));
  }
  template <typename T>
  void GetAll(T* values, size_t count) {
    const std::string_view taken = Take(count * sizeof(T));
    if (!taken.empty()) std::memcpy(values, taken.data(), taken.size());
  }
  void Fail() { ok_ = false; }
  bool ok() const { return ok_; }
  size_t left() const { return rest_.size(); }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string_view Take(size_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace rapport
