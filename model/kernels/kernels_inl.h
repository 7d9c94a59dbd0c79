// The text of the kernels. Included by one source file for each instruction set, which sets kLanes
// and kManyRegisters before; everything here has internal linkage, so that no two of them are ever
// merged by the linker. Vectors are those of GCC and Clang: the compiler makes of them what the
// processor has.
//
// No header of the standard library may be included here that defines functions, nor any of Eigen:
// the linker might keep the copy that was compiled for the newer processor, and a program on an
// older one would die of an illegal instruction.

#include <utility>  // integer_sequence: a type, no code

namespace rapport {
namespace {

constexpr size_t kGroup = kManyRegisters ? 8 : 4;  // entries that go through a pass together
constexpr size_t kAhead = 64;                      // entries whose rows are asked for before
constexpr size_t kTileRows = kManyRegisters ? 8 : 4;
constexpr size_t kTileVectors = 2;
constexpr size_t kPanel = kTileVectors * kLanes;  // columns of a packed panel
constexpr size_t kDualRows = kManyRegisters ? 4 : 2;

// Beyond this a matrix's condition costs single precision more than the third digit.
constexpr float kMostCondition = 1 << 14;
constexpr int kMostSteps = 60;

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float)), may_alias));
typedef double Doubles
    __attribute__((vector_size(kLanes * sizeof(double)), may_alias, aligned(sizeof(double))));
typedef float Vec4 __attribute__((vector_size(16), may_alias));

Vec Load(const float* from) { return *reinterpret_cast<const Vec*>(from); }
void Store(Vec value, float* to) { *reinterpret_cast<Vec*>(to) = value; }

// Halves are added until four lanes are left.
template <typename Wide>
Vec4 FoldToFour(Wide v) {
  if constexpr (sizeof(Wide) == sizeof(Vec4)) {
    return v;
  } else if constexpr (sizeof(Wide) == 2 * sizeof(Vec4)) {
    return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  } else {
    return FoldToFour(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
  }
}

float Sum(Vec v) {
  const Vec4 four = FoldToFour(v);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// In every four lanes: a0 b0 a1 b1, or with `first` 2: a2 b2 a3 b3.
template <int first, int... lane>
Vec Interleave(Vec a, Vec b, std::integer_sequence<int, lane...>) {
  return __builtin_shufflevector(
      a, b, (lane / 4 * 4 + first + lane % 4 / 2 + lane % 2 * static_cast<int>(kLanes))...);
}

// In every four lanes: a0 a1 b0 b1, or with `first` 2: a2 a3 b2 b3.
template <int first, int... lane>
Vec Pair(Vec a, Vec b, std::integer_sequence<int, lane...>) {
  return __builtin_shufflevector(
      a, b, (lane / 4 * 4 + first + lane % 2 + lane % 4 / 2 * static_cast<int>(kLanes))...);
}

// The sums of four vectors at once.
Vec4 Sums(Vec a, Vec b, Vec c, Vec d) {
  constexpr std::make_integer_sequence<int, kLanes> lanes;
  const Vec ab = Interleave<0>(a, b, lanes) + Interleave<2>(a, b, lanes);
  const Vec cd = Interleave<0>(c, d, lanes) + Interleave<2>(c, d, lanes);
  return FoldToFour(Pair<0>(ab, cd, lanes) + Pair<2>(ab, cd, lanes));
}

float Dot(const float* a, const float* b, size_t width) {
  Vec sum = {};
  for (size_t at = 0; at < width; at += kLanes) sum += Load(a + at) * Load(b + at);
  return Sum(sum);
}

size_t RoundUp(size_t count, size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

// ---- Gramian and products

// sum[column.., panel..] += the tile of rows^T rows that starts there.
template <size_t kVectors>
void AddGramianTile(const float* rows, size_t count, size_t stride, size_t column, size_t panel,
                    size_t width, double* sum) {
  Vec tile[kTileRows][kVectors] = {};
  for (size_t row = 0; row < count; ++row) {
    const float* values = rows + row * stride;
    Vec right[kVectors];
    for (size_t v = 0; v < kVectors; ++v) right[v] = Load(values + panel + v * kLanes);
#pragma GCC unroll 8
    for (size_t r = 0; r < kTileRows; ++r) {
      for (size_t v = 0; v < kVectors; ++v) tile[r][v] += values[column + r] * right[v];
    }
  }
  for (size_t r = 0; r < kTileRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) {
      double* to = sum + (column + r) * width + panel + v * kLanes;
      *reinterpret_cast<Doubles*>(to) += __builtin_convertvector(tile[r][v], Doubles);
    }
  }
}

// The rows are copied to a stride that is no power of two: else they would fight for the same few
// lines of the cache.
void AddGramian(const float* rows, size_t count, size_t width, float* scratch, double* sum) {
  const size_t stride = width + kPadding;
  for (size_t row = 0; row < count; ++row) {
    __builtin_memcpy(scratch + row * stride, rows + row * width, width * sizeof(float));
  }
  for (size_t panel = 0; panel < width; panel += kPanel) {
    const bool whole = panel + kPanel <= width;
    const size_t end = whole ? panel + kPanel : width;
    for (size_t column = 0; column < end; column += kTileRows) {
      (whole ? AddGramianTile<kTileVectors> : AddGramianTile<1>)(scratch, count, stride, column,
                                                                 panel, width, sum);
    }
  }
}

// Panel after panel; within a panel row after row.
void Pack(const float* matrix, size_t width, float* packed) {
  for (size_t panel = 0; panel < width; panel += kPanel) {
    const size_t columns = panel + kPanel <= width ? kPanel : width - panel;
    for (size_t row = 0; row < width; ++row, packed += columns) {
      __builtin_memcpy(packed, matrix + row * width + panel, columns * sizeof(float));
    }
  }
}

template <size_t kRows, size_t kVectors>
void MultiplyTile(const float* rows, size_t width, const float* panel, float* product) {
  Vec tile[kRows][kVectors] = {};
  for (size_t inner = 0; inner < width; ++inner, panel += kVectors * kLanes) {
    Vec right[kVectors];
    for (size_t v = 0; v < kVectors; ++v) right[v] = Load(panel + v * kLanes);
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t v = 0; v < kVectors; ++v) tile[r][v] += rows[r * width + inner] * right[v];
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) Store(tile[r][v], product + r * width + v * kLanes);
  }
}

// Tiles of kRows rows, then those that are left in tiles of half the height, and so on.
template <size_t kRows, size_t kVectors>
void MultiplyPanel(const float* rows, size_t count, size_t width, const float* panel,
                   float* product) {
  size_t row = 0;
  for (; row + kRows <= count; row += kRows) {
    MultiplyTile<kRows, kVectors>(rows + row * width, width, panel, product + row * width);
  }
  if constexpr (kRows > 1) {
    MultiplyPanel<kRows / 2, kVectors>(rows + row * width, count - row, width, panel,
                                       product + row * width);
  }
}

void Multiply(const float* rows, size_t count, size_t width, const float* packed, float* product) {
  for (size_t panel = 0; panel < width; panel += kPanel) {
    (panel + kPanel <= width ? MultiplyPanel<kTileRows, kTileVectors>
                             : MultiplyPanel<kTileRows, 1>)(rows, count, width,
                                                            packed + panel * width,
                                                            product + panel);
  }
}

// Entries lie anywhere in memory. While one system is computed the memory is idle, so that
// meanwhile the rows of the entries that follow are asked for, those of the next system.
class Ahead {
 public:
  explicit Ahead(const RowSystem& system)
      : others_(system.others),
        width_(system.width),
        next_(system.entries + system.count),
        end_(next_ + (system.following < kAhead ? system.following : kAhead)) {}

  // Asks for the next of them.
  void Ask() {
    if (next_ == end_) return;
    const float* row = others_ + size_t{*next_++} * width_;
    for (size_t at = 0; at < width_; at += kPadding) __builtin_prefetch(row + at, 0, 2);
  }

 private:
  const float* others_;
  size_t width_;
  const uint32_t* next_;
  const uint32_t* end_;
};

// ---- Short rows: the dual. With G's row j = sqrt(w_j) R^-1/2 y_j, R the ridge, and s_j =
// sqrt(w_j),  x = A^-1 b = R^-1/2 G^T (I + G G^T)^-1 s.

struct DualWorkspace {
  float* scale;  // width: R^-1/2
  float* rows;   // kMostShort x width: G
  float*
      system;   // kMostShort x kMostShort: I + G G^T, the upper triangle; then its Cholesky factor
  float* rest;  // kMostShort: s, less what is solved
  float* half;  // kMostShort: U^-T s
  float* inverse;   // kMostShort: of U's diagonal
  float* solution;  // kMostShort: (I + G G^T)^-1 s
};

DualWorkspace DualIn(float* workspace, size_t width) {
  DualWorkspace in{};
  in.scale = workspace;
  in.rows = in.scale + width;
  in.system = in.rows + kMostShort * width;
  in.rest = in.system + kMostShort * kMostShort;
  in.half = in.rest + kMostShort;
  in.inverse = in.half + kMostShort;
  in.solution = in.inverse + kMostShort;
  return in;
}

// Rows of zeros fill the last group of four.
void ScaleRows(const RowSystem& system, const DualWorkspace& dual) {
  const size_t width = system.width;
  for (size_t at = 0; at < width; ++at) {
    dual.scale[at] = 1 / __builtin_sqrtf(system.spectrum[at] + system.lambda);
  }
  const size_t padded = RoundUp(system.count, 4);
  for (size_t entry = 0; entry < padded; ++entry) {
    float* to = dual.rows + entry * width;
    if (entry >= system.count) {
      __builtin_memset(to, 0, width * sizeof(float));
      continue;
    }
    const float* from = system.others + size_t{system.entries[entry]} * width;
    const float root = dual.rest[entry] = __builtin_sqrtf(system.weights[entry]);
    for (size_t at = 0; at < width; at += kLanes) {
      Store(root * Load(dual.scale + at) * Load(from + at), to + at);
    }
  }
}

void FillDualTile(const float* rows, size_t width, size_t row, size_t column, float* system) {
  Vec tile[kDualRows][4] = {};
  for (size_t at = 0; at < width; at += kLanes) {
    Vec right[4];
    for (size_t c = 0; c < 4; ++c) right[c] = Load(rows + (column + c) * width + at);
    for (size_t r = 0; r < kDualRows; ++r) {
      const Vec left = Load(rows + (row + r) * width + at);
      for (size_t c = 0; c < 4; ++c) tile[r][c] += left * right[c];
    }
  }
  for (size_t r = 0; r < kDualRows; ++r) {
    *reinterpret_cast<Vec4*>(system + (row + r) * kMostShort + column) =
        Sums(tile[r][0], tile[r][1], tile[r][2], tile[r][3]);
  }
}

// What is left of the diagonal, or beyond the last column, in a vector that is used: zeros.
void FillDual(size_t count, size_t width, const DualWorkspace& dual) {
  const size_t end = RoundUp(count, kLanes);
  for (size_t row = 0; row < count; row += kDualRows) {
    for (size_t r = row; r < row + kDualRows; ++r) {
      for (size_t at = r / kLanes * kLanes; at < end; at += kLanes) {
        Store(Vec{}, dual.system + r * kMostShort + at);
      }
    }
    for (size_t column = row / 4 * 4; column < count; column += 4) {
      FillDualTile(dual.rows, width, row, column, dual.system);
    }
  }
  for (size_t row = 0; row < count; ++row) dual.system[row * kMostShort + row] += 1;
}

// Cholesky by rows, right-looking: system = U^T U, and half = U^-T s on the way. False if a pivot
// tells that rounding may have spoiled it; all are >= 1 but for rounding.
bool FactorDual(size_t count, const DualWorkspace& dual, Ahead* ahead) {
  const size_t end = RoundUp(count, kLanes);
  for (size_t pivot = 0; pivot < count; ++pivot) {
    float* row = dual.system + pivot * kMostShort;
    const float square = row[pivot];
    if (!(square > 0.5f && square <= kMostCondition)) return false;
    ahead->Ask();
    const float inverse = dual.inverse[pivot] = 1 / __builtin_sqrtf(square);
    const float solved = dual.half[pivot] = dual.rest[pivot] * inverse;
    for (size_t at = pivot / kLanes * kLanes; at < end; at += kLanes) {
      const Vec scaled = inverse * Load(row + at);
      Store(scaled, row + at);
      Store(Load(dual.rest + at) - solved * scaled, dual.rest + at);
    }
    for (size_t below = pivot + 1; below < count; ++below) {
      const float factor = row[below];
      float* target = dual.system + below * kMostShort;
      for (size_t at = below / kLanes * kLanes; at < end; at += kLanes) {
        Store(Load(target + at) - factor * Load(row + at), target + at);
      }
    }
  }
  return true;
}

// solution = U^-1 half, from the last to the first. What is not solved yet is zero, so that whole
// vectors can be multiplied.
void SolveDual(size_t count, const DualWorkspace& dual) {
  const size_t end = RoundUp(count, kLanes);
  for (size_t at = 0; at < end; at += kLanes) Store(Vec{}, dual.solution + at);
  for (size_t entry = count; entry-- > 0;) {
    const float* row = dual.system + entry * kMostShort;
    const size_t begin = entry / kLanes * kLanes;
    const float known = Dot(row + begin, dual.solution + begin, end - begin);
    dual.solution[entry] = (dual.half[entry] - known) * dual.inverse[entry];
  }
}

// x = scale G^T solution.
void FromDual(const RowSystem& system, const DualWorkspace& dual, float* x) {
  const size_t width = system.width;
  for (size_t at = 0; at < width; at += kLanes) {
    Vec even = {};
    Vec odd = {};
    for (size_t entry = 0; entry < system.count; entry += 2) {
      const float* rows = dual.rows + entry * width + at;
      even += dual.solution[entry] * Load(rows);
      odd += dual.solution[entry + 1] * Load(rows + width);
    }
    Store(Load(dual.scale + at) * (even + odd), x + at);
  }
}

bool SolveShort(const RowSystem& system, float* workspace, float* x) {
  const DualWorkspace dual = DualIn(workspace, system.width);
  ScaleRows(system, dual);
  FillDual(system.count, system.width, dual);
  Ahead ahead(system);
  if (!FactorDual(system.count, dual, &ahead)) return false;
  SolveDual(system.count, dual);
  FromDual(system, dual, x);
  return true;
}

// ---- Long rows: conjugate gradients, preconditioned with the ridge R (Hestenes, Stiefel 1952).
//
// When to stop. As A >= R, the error's square |x - A^-1 b|_A^2 = r^T A^-1 r is at most r^T R^-1 r,
// which every step computes anyway. And |A^-1 b|_A^2 is at least `energy` = 2 b^T x - x^T A x,
// which grows by alpha r^T R^-1 r in every step.

struct GradientWorkspace {
  float* inverse;    // width: R^-1
  float* residual;   // width: b - A x
  float* direction;  // width
  float* image;      // width: A direction
  float* rows;       // kGathered and a group: the entries' rows, if they fit
};

GradientWorkspace GradientIn(float* workspace, size_t width) {
  return {workspace, workspace + width, workspace + 2 * width, workspace + 3 * width,
          workspace + 4 * width};
}

// The entries' rows, copied together if `copied`; what lies in many pages is read once only.
struct EntryRows {
  const RowSystem& system;
  const float* copied;

  const float* At(size_t entry) const {
    return copied ? copied + entry * system.width
                  : system.others + size_t{system.entries[entry]} * system.width;
  }
};

// to += sum_j w_j (target - y_j^T v) y_j. Returns sum_j w_j y_j^T v. With kCopies the rows are
// copied to `copies` on the way, together with those that fill the last group.
template <bool kCopies>
float AddEntries(const EntryRows& rows, float target, const float* v, float* to, float* copies,
                 Ahead* ahead) {
  const RowSystem& system = rows.system;
  const size_t width = system.width;  // a store might change the other, for all the compiler knows
  float total = 0;
  for (size_t begin = 0; begin < system.count; begin += kGroup) {
    const float* row[kGroup];
    float weight[kGroup];
    for (size_t r = 0; r < kGroup; ++r) {  // entries that weigh nothing fill the last group
      const bool there = begin + r < system.count;
      row[r] = rows.At(there ? begin + r : begin);
      weight[r] = there ? system.weights[begin + r] : 0;
    }
    if constexpr (!kCopies) {
      for (size_t r = 0; r < kGroup; ++r) ahead->Ask();
    }
    Vec products[kGroup] = {};
    for (size_t at = 0; at < width; at += kLanes) {
      const Vec value = Load(v + at);
#pragma GCC unroll 8
      for (size_t r = 0; r < kGroup; ++r) {
        const Vec part = Load(row[r] + at);
        if constexpr (kCopies) Store(part, copies + r * width + at);
        products[r] += value * part;
      }
    }
    float factor[kGroup];
    for (size_t r = 0; r < kGroup; r += 4) {
      const Vec4 dots = Sums(products[r], products[r + 1], products[r + 2], products[r + 3]);
      for (size_t lane = 0; lane < 4; ++lane) {
        total += weight[r + lane] * dots[lane];
        factor[r + lane] = weight[r + lane] * (target - dots[lane]);
      }
    }
    for (size_t at = 0; at < width; at += kLanes) {
      Vec sum = Load(to + at);
#pragma GCC unroll 8
      for (size_t r = 0; r < kGroup; ++r) sum += factor[r] * Load(row[r] + at);
      Store(sum, to + at);
    }
    if constexpr (kCopies) copies += kGroup * width;
  }
  return total;
}

bool SolveLong(const RowSystem& system, float tolerance, float* workspace, float* x) {
  const size_t width = system.width;
  const GradientWorkspace in = GradientIn(workspace, width);

  for (size_t at = 0; at < width; at += kLanes) {
    const Vec ridge = Load(system.spectrum + at) + system.lambda;
    Store(1 / ridge, in.inverse + at);
    Store(-ridge * Load(x + at), in.residual + at);
  }
  Ahead ahead(system);
  const bool copies = system.count * width <= kGathered;
  const EntryRows scattered = {system, nullptr};
  const float projection = copies
                               ? AddEntries<true>(scattered, 1, x, in.residual, in.rows, &ahead)
                               : AddEntries<false>(scattered, 1, x, in.residual, nullptr, &ahead);
  const EntryRows rows = {system, copies ? in.rows : nullptr};
  for (size_t at = 0; at < width; at += kLanes) {
    Store(Load(in.inverse + at) * Load(in.residual + at), in.direction + at);
  }
  float energy = projection + Dot(x, in.residual, width);
  float square = Dot(in.residual, in.direction, width);
  float growth = 0;  // beta / alpha of the step before
  for (int step = 0; step < kMostSteps; ++step) {
    if (square <= tolerance * tolerance * energy) return true;
    for (size_t at = 0; at < width; at += kLanes) {
      Store(-(Load(system.spectrum + at) + system.lambda) * Load(in.direction + at), in.image + at);
    }
    AddEntries<false>(rows, 0, in.direction, in.image, nullptr, &ahead);  // now -A direction
    const float alpha = -square / Dot(in.direction, in.image, width);
    // The diagonal of Lanczos' tridiagonal matrix: no more than the condition of R^-1 A.
    if (!(1 / alpha + growth <= kMostCondition)) return false;
    Vec sum = {};
    for (size_t at = 0; at < width; at += kLanes) {
      Store(Load(x + at) + alpha * Load(in.direction + at), x + at);
      const Vec residual = Load(in.residual + at) + alpha * Load(in.image + at);
      Store(residual, in.residual + at);
      sum += residual * residual * Load(in.inverse + at);
    }
    energy += alpha * square;
    const float before = square;
    square = Sum(sum);
    const float beta = square / before;
    growth = beta / alpha;
    for (size_t at = 0; at < width; at += kLanes) {
      Store(Load(in.inverse + at) * Load(in.residual + at) + beta * Load(in.direction + at),
            in.direction + at);
    }
  }
  return false;
}

constexpr Kernels kKernels = {kName, AddGramian, Pack, Multiply, SolveShort, SolveLong};

}  // namespace
}  // namespace rapport
