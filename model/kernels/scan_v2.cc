// The scan for x86-64-v2: SSSE3. Sums of two products of 8-bit by 7-bit numbers fit 16 bits.
#include <immintrin.h>

#include "model/kernels/scan.h"
#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

constexpr size_t kVectorBytes = 16;

// A quarter of a block at a time: as many sums as there are registers for.
void Dots(const uint8_t* bytes, size_t width, const int8_t* query, int32_t* dots) {
  const __m128i ones = _mm_set1_epi16(1);
  for (size_t quarter = 0; quarter < 4; ++quarter) {
    __m128i sums[4] = {};
    const uint8_t* from = bytes + quarter * 4 * sizeof(__m128i);
    for (size_t column = 0; column < width; column += kScanColumns) {
      int32_t four;
      __builtin_memcpy(&four, query + column, sizeof(four));
      const __m128i wanted = _mm_set1_epi32(four);
      for (size_t part = 0; part < 4; ++part) {
        const auto* items = reinterpret_cast<const __m128i*>(from) + part;
        const __m128i pairs = _mm_maddubs_epi16(_mm_load_si128(items), wanted);
        sums[part] = _mm_add_epi32(sums[part], _mm_madd_epi16(pairs, ones));
      }
      from += kScanItems * kScanColumns;
    }
    for (size_t part = 0; part < 4; ++part) {
      _mm_store_si128(reinterpret_cast<__m128i*>(dots + quarter * 16) + part, sums[part]);
    }
  }
}

}  // namespace
}  // namespace rapport

#include "model/kernels/scan.inc"

namespace rapport {

const ScanKernel kV2Scan = {.name = "v2", .levels = 63, .bounds = Bounds, .places = Places};

}  // namespace rapport
