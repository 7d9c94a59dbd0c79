// Zeros to begin with, aligned for any vector; what is large lies in huge pages where the system
// has them, as rows are read in no order.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace rapport {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(size_t size) : size_(size), values_(Allocate(size * sizeof(float))) {}

  size_t size() const { return size_; }
  float* data() { return values_.get(); }
  const float* data() const { return values_.get(); }

 private:
  static constexpr size_t kCacheLine = 64;
  static constexpr size_t kHugePage = size_t{2} << 20;

  static float* Allocate(size_t bytes) {
    const size_t alignment = bytes < kHugePage ? kCacheLine : kHugePage;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, rounded + (rounded == 0 ? alignment : 0));
    if (memory == nullptr) throw std::bad_alloc();
#ifdef __linux__
    if (alignment == kHugePage) madvise(memory, rounded, MADV_HUGEPAGE);  // a wish
#endif
    std::memset(memory, 0, bytes);
    return static_cast<float*>(memory);
  }

  struct Free {
    void operator()(float* values) const { std::free(values); }
  };
  size_t size_ = 0;
  std::unique_ptr<float[], Free> values_;
};

}  // namespace rapport
