// While one of these lives, this thread takes denormal numbers for zero: they are of no use in
// single precision factors and cost a hundred times a normal one.
#pragma once

#ifdef __SSE2__
#include <xmmintrin.h>
#endif

namespace rapport {

#ifdef __SSE2__
class FlushDenormals {
 public:
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero | kZeroIfDenormal); }
  ~FlushDenormals() { _mm_setcsr(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 0x8000;     // results
  static constexpr unsigned kZeroIfDenormal = 0x0040;  // operands
  unsigned before_;
};
#else
class FlushDenormals {
 public:
  FlushDenormals() {}  // elsewhere they are only slower
};
#endif

}  // namespace rapport
