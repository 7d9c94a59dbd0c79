#include "tests/support/allocations.h"

#include <atomic>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define RAPPORT_COUNTS_ALLOCATIONS 1
#else
#define RAPPORT_COUNTS_ALLOCATIONS 0
#endif

namespace rapport {
namespace {
std::atomic<size_t> allocations{0};
}  // namespace

bool AllocationsAreCounted() { return RAPPORT_COUNTS_ALLOCATIONS; }
size_t AllocationCount() { return allocations; }

}  // namespace rapport

#if RAPPORT_COUNTS_ALLOCATIONS
// The GNU library lets a program put its own in place of these, and has its own under these names.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(size_t size) {
  ++rapport::allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++rapport::allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  ++rapport::allocations;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++rapport::allocations;
  return __libc_memalign(alignment, size);
}
}
#endif
