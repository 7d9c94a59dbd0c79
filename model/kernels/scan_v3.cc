// The scan for x86-64-v3: AVX2. Sums of two products of 8-bit by 7-bit numbers fit 16 bits.
#include <immintrin.h>

#include "model/kernels/scan.h"
#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

constexpr size_t kVectorBytes = 32;

// Half a block at a time: as many sums as there are registers for.
void Dots(const uint8_t* bytes, size_t width, const int8_t* query, int32_t* dots) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (size_t half = 0; half < 2; ++half) {
    __m256i sums[4] = {};
    const uint8_t* from = bytes + half * 4 * sizeof(__m256i);
    for (size_t column = 0; column < width; column += kScanColumns) {
      int32_t four;
      __builtin_memcpy(&four, query + column, sizeof(four));
      const __m256i wanted = _mm256_set1_epi32(four);
      for (size_t part = 0; part < 4; ++part) {
        const auto* items = reinterpret_cast<const __m256i*>(from) + part;
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_load_si256(items), wanted);
        sums[part] = _mm256_add_epi32(sums[part], _mm256_madd_epi16(pairs, ones));
      }
      from += kScanItems * kScanColumns;
    }
    for (size_t part = 0; part < 4; ++part) {
      _mm256_store_si256(reinterpret_cast<__m256i*>(dots + half * 32) + part, sums[part]);
    }
  }
}

}  // namespace
}  // namespace rapport

#include "model/kernels/scan.inc"

namespace rapport {

const ScanKernel kV3Scan = {.name = "v3", .levels = 63, .bounds = Bounds, .places = Places};

}  // namespace rapport
