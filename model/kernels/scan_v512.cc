// The scan for x86-64-v4 with VNNI, which multiplies unsigned by signed bytes.
#include <immintrin.h>

#include "model/kernels/scan.h"
#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

constexpr size_t kVectorBytes = 64;

void Dots(const uint8_t* bytes, size_t width, const int8_t* query, int32_t* dots) {
  __m512i sums[4] = {};
  for (size_t column = 0; column < width; column += kScanColumns) {
    int32_t four;
    __builtin_memcpy(&four, query + column, sizeof(four));
    const __m512i wanted = _mm512_set1_epi32(four);
    for (size_t part = 0; part < 4; ++part) {
      sums[part] = _mm512_dpbusd_epi32(sums[part],
                                       _mm512_load_si512(bytes + part * sizeof(__m512i)), wanted);
    }
    bytes += kScanItems * kScanColumns;
  }
  for (size_t part = 0; part < 4; ++part) _mm512_store_si512(dots + part * 16, sums[part]);
}

}  // namespace
}  // namespace rapport

#include "model/kernels/scan.inc"

namespace rapport {

const ScanKernel kV512Scan = {.name = "v512", .levels = 127, .bounds = Bounds, .places = Places};

}  // namespace rapport
