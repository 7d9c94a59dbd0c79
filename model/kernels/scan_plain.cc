// The scan for any processor.
#include "model/kernels/scan.h"
#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

constexpr size_t kVectorBytes = 16;

void Dots(const uint8_t* bytes, size_t width, const int8_t* query, int32_t* dots) {
  for (size_t item = 0; item < kScanItems; ++item) dots[item] = 0;
  for (size_t column = 0; column < width; column += kScanColumns) {
    for (size_t item = 0; item < kScanItems; ++item) {
      for (size_t of_four = 0; of_four < kScanColumns; ++of_four)
        dots[item] += query[column + of_four] * *bytes++;
    }
  }
}

}  // namespace
}  // namespace rapport

#include "model/kernels/scan.inc"

namespace rapport {

const ScanKernel kPlainScan = {.name = "plain", .levels = 127, .bounds = Bounds, .places = Places};

}  // namespace rapport
