// Zeros to begin with, aligned for any vector; what is large lies in huge pages where the system
// has them, as rows are read in no order.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace rapport {

// T is a number.
template <typename T>
class Aligned {
 public:
  Aligned() = default;
  explicit Aligned(size_t size) : size_(size), values_(Allocate(size * sizeof(T))) {
    std::memset(values_.get(), 0, size * sizeof(T));
  }
  Aligned(const Aligned& other) : size_(other.size_), values_(Allocate(other.size_ * sizeof(T))) {
    if (size_ > 0) std::memcpy(values_.get(), other.values_.get(), size_ * sizeof(T));
  }
  Aligned& operator=(Aligned other) noexcept {
    std::swap(size_, other.size_);
    values_.swap(other.values_);
    return *this;
  }
  Aligned(Aligned&&) noexcept = default;
  ~Aligned() = default;

  size_t size() const { return size_; }
  T* data() { return values_.get(); }
  const T* data() const { return values_.get(); }
  T& operator[](size_t at) { return values_[at]; }
  const T& operator[](size_t at) const { return values_[at]; }

 private:
  static constexpr size_t kCacheLine = 64;
  static constexpr size_t kHugePage = size_t{2} << 20;

  static T* Allocate(size_t bytes) {
    const size_t alignment = bytes < kHugePage ? kCacheLine : kHugePage;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, rounded + (rounded == 0 ? alignment : 0));
    if (memory == nullptr) throw std::bad_alloc();
#ifdef __linux__
    if (alignment == kHugePage) madvise(memory, rounded, MADV_HUGEPAGE);  // a wish
#endif
    return static_cast<T*>(memory);
  }

  struct Free {
    void operator()(T* values) const { std::free(values); }
  };
  size_t size_ = 0;
  std::unique_ptr<T[], Free> values_;
};

}  // namespace rapport
