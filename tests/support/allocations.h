// Counts what this program takes from the heap, for tests of what must take nothing.
#pragma once

#include <cstddef>

namespace rapport {

// False under a sanitizer, which has an allocator of its own.
bool AllocationsAreCounted();

// Calls of malloc and its kin so far, in all threads; operator new's are among them.
size_t AllocationCount();

}  // namespace rapport
