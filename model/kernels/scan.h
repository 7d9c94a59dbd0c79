// The hot loop of exact retrieval: upper bounds of 64 items' scores from one-byte copies of their
// vectors, compiled once for each instruction set from one text (scan.inc), as kernels.h says.
// Bounds differ between instruction sets, by how finely a query is rounded; what is found does not.
// May run in many threads at once; does not allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rapport {

constexpr size_t kScanItems = 64;   // of a block
constexpr size_t kScanColumns = 4;  // that lie together: width is a multiple of it
constexpr size_t kScanAlignment = 64;

// An item's vector c is scale * bytes, but for an error of length `error`; |c| <= norm.
struct ScanBlock {
  // By four columns, then by item, then by column of the four; 128 more than they stand for (1 to
  // 255), since processors multiply unsigned bytes by signed ones; 64-byte aligned.
  const uint8_t* bytes = nullptr;
  // kScanItems long each, 64-byte aligned.
  const float* scales = nullptr;
  const float* errors = nullptr;
  const float* norms = nullptr;
  const float* added = nullptr;  // what an item's score has beside the product
};

// A query u is scale * bytes, but for an error.
struct ScanQuery {
  const int8_t* bytes = nullptr;  // width long, -levels to levels; 4-byte aligned
  size_t first_column = 0;        // of the items' that they are for; a multiple of kScanColumns
  size_t width = 0;
  int32_t offset = 0;  // 128 * the sum of the bytes
  float scale = 0;
  float length = 0;  // >= |scale * bytes|
  float error = 0;   // >= |u - scale * bytes|, and some for rounding
};

// Of a block's items, a bit each.
struct ScanPlaces {
  uint64_t above = 0;  // those whose lower bound is above what they are compared with
  uint64_t near = 0;   // those whose bounds do not say
};

struct ScanKernel {
  std::string_view name;
  int levels = 127;  // of a query's bytes, either way

  // upper[i] = scale * item's scale * (bytes . item's bytes)
  //            + length * item's error + error * item's norm + added
  // for kScanItems items; 64-byte aligned. Bit i is set unless upper[i] < least.
  uint64_t (*bounds)(const ScanBlock& block, const ScanQuery& query, float least, float* upper);
  // Against a score between `least` and `most`, by the same upper bounds, and lower ones
  //   upper - 2 (length * item's error + error * item's norm + rounding * |added| + fuzz)
  ScanPlaces (*places)(const ScanBlock& block, const ScanQuery& query, float least, float most,
                       float rounding, float fuzz);
};

// Those that this processor can run, slowest first; never empty.
std::span<const ScanKernel* const> RunnableScanKernels();

// The one that the environment variable RAPPORT_KERNELS names (plain; v2: SSSE3; v3: AVX2; v512:
// AVX-512 with VNNI), else the fastest that can run here; the same for as long as we run.
const ScanKernel& ChosenScanKernel();

}  // namespace rapport
