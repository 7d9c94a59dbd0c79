// The scan for x86-64-v4 with VNNI, which multiplies unsigned by signed bytes.
#include <immintrin.h>

#include "model/kernels/scan.h"
#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

constexpr int32_t kOffset = 128;
constexpr size_t kVectorBytes = 64;

void Dots(const int8_t* bytes, size_t width, const int8_t* query, int32_t* dots) {
  const __m512i offset = _mm512_set1_epi8(static_cast<char>(0x80));
  __m512i sums[4] = {};
  for (size_t column = 0; column < width; column += kScanColumns) {
    int32_t four;
    __builtin_memcpy(&four, query + column, sizeof(four));
    // Adding 128 to a byte is flipping its highest bit.
    const __m512i shifted = _mm512_xor_si512(_mm512_set1_epi32(four), offset);
    for (size_t part = 0; part < 4; ++part) {
      sums[part] = _mm512_dpbusd_epi32(sums[part], shifted,
                                       _mm512_load_si512(bytes + part * sizeof(__m512i)));
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
