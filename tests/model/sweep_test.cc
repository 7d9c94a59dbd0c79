#include "model/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "model/flush_denormals.h"
#include "model/fold_in.h"
#include "tests/model/plain_sweep.h"
#include "tests/model/random_interactions.h"
#include "tests/model/scene.h"
#include "tests/support/allocations.h"

namespace rapport {
namespace {

const std::function<void(double)> kNoProgress;

// Solves cold, or from `start`.
FactorMatrix HalfSweep(const CompressedRows& rows, const FactorMatrix& others,
                       const AlsOptions& options, int threads = 2,
                       const FactorMatrix* start = nullptr,
                       const Kernels& kernels = ChosenKernels()) {
  TurnedFactors turned(others);
  TurnedFactors target = start ? TurnedFactors(*start)
                               : TurnedFactors(rows.rows(), static_cast<size_t>(options.factors));
  Sweep(options, threads, kernels).Solve(rows, start != nullptr, &turned, &target, kNoProgress, {});
  return target.ToMatrix();
}

// |x - x*|_A / |x*|_A of one row, in double.
double ErrorOf(const CompressedRows& rows, size_t row, const FactorMatrix& others,
               const Eigen::MatrixXd& gramian, const AlsOptions& options, const FactorMatrix& x,
               const FactorMatrix& referee) {
  const auto at = static_cast<Eigen::Index>(row);
  const auto square = [&](const Eigen::VectorXd& v) {
    double sum = options.alpha0 * v.dot(gramian * v) +
                 v.squaredNorm() * Regularization(options, rows.ColumnsOf(row).size(),
                                                  static_cast<size_t>(others.rows()));
    for (size_t entry = 0; entry < rows.ColumnsOf(row).size(); ++entry) {
      const double score = others.row(rows.ColumnsOf(row)[entry]).cast<double>().dot(v);
      sum += rows.WeightsOf(row)[entry] * score * score;
    }
    return sum;
  };
  const Eigen::VectorXd exact = referee.row(at).cast<double>();
  const double whole = square(exact);
  const double error = square(x.row(at).cast<double>().transpose() - exact);
  return whole > 0 ? std::sqrt(error / whole) : std::sqrt(error);
}

// The worst of all rows.
double WorstError(const CompressedRows& rows, const FactorMatrix& others, const AlsOptions& options,
                  const FactorMatrix& x) {
  const FactorMatrix referee = PlainHalfSweep(rows, others, options, 2);
  const Eigen::MatrixXd gramian = Gramian(others, 1);
  double worst = 0;
  for (size_t row = 0; row < rows.rows(); ++row) {
    const double error = ErrorOf(rows, row, others, gramian, options, x, referee);
    if (!(error <= worst)) worst = error;  // and keeps NaN
  }
  return worst;
}

// None, one, some, many, all; and enough of them that there are several blocks.
std::vector<size_t> AllSortsOfCounts(size_t columns) {
  std::vector<size_t> counts = {0, 1, columns, 2, 0, columns - 1};
  for (size_t row = 0; row < 70; ++row) counts.push_back(row % columns);
  counts.push_back(columns / 2);
  return counts;
}

double One(std::mt19937_64&) { return 1; }
double Decayed(std::mt19937_64& random) { return 3 * std::exp2(-8 * Uniform(random)); }
double Wild(std::mt19937_64& random) { return std::exp2(16 * Uniform(random) - 12); }

struct Weighting {
  std::string name;
  std::function<double(std::mt19937_64&)> weight;
};

class SweepOf : public testing::TestWithParam<int> {};

TEST_P(SweepOf, IsWithinItsToleranceOfTheRefereeForAllSortsOfRows) {
  const AlsOptions defaults{.factors = GetParam()};
  const FactorMatrix others =
      RandomFactors(300, static_cast<size_t>(GetParam()), 1 / std::sqrt(GetParam()), 1);
  for (const Weighting& weighting : {Weighting{"one", One}, {"decayed", Decayed}, {"wild", Wild}}) {
    const CompressedRows rows = RandomRows(AllSortsOfCounts(300), 300, 2, weighting.weight);
    for (const double alpha0 : {1e-4, 0.05, 1.0}) {
      AlsOptions options = defaults;
      options.alpha0 = alpha0;
      for (const Kernels* kernels : RunnableKernels()) {
        const FactorMatrix cold = HalfSweep(rows, others, options, 2, nullptr, *kernels);
        EXPECT_LT(WorstError(rows, others, options, cold), kSweepTolerance * 1.01)
            << weighting.name << " alpha0 " << alpha0 << " " << kernels->name;
      }
    }
  }
}

TEST_P(SweepOf, IsWithinItsToleranceWhereverItStarts) {
  const auto factors = static_cast<size_t>(GetParam());
  const AlsOptions options{.factors = GetParam()};
  const FactorMatrix others = RandomFactors(300, factors, 1 / std::sqrt(GetParam()), 1);
  const CompressedRows rows = RandomRows(AllSortsOfCounts(300), 300, 2, Decayed);
  for (const double deviation : {0.0, 0.1, 100.0}) {
    const FactorMatrix start = RandomFactors(rows.rows(), factors, deviation, 3);
    const FactorMatrix warm = HalfSweep(rows, others, options, 2, &start);
    EXPECT_LT(WorstError(rows, others, options, warm), kSweepTolerance * 1.01) << deviation;
  }
}

INSTANTIATE_TEST_SUITE_P(Factors, SweepOf, testing::Values(1, 5, 16, 40, 64, 100));

TEST(Sweep, IsExactForShortRows) {
  const AlsOptions options{.factors = 40};
  const FactorMatrix others = RandomFactors(200, 40, 0.2, 1);
  const CompressedRows rows = RandomRows({1, 2, 3, 4, 5, 6, 7, 8}, 200, 2, Decayed);
  EXPECT_LT(WorstError(rows, others, options, HalfSweep(rows, others, options)), 1e-5);
}

TEST(Sweep, GivesZeroToARowWithoutEntries) {
  const FactorMatrix start = RandomFactors(3, 20, 1, 1);
  const FactorMatrix solved = HalfSweep(RandomRows({0, 0, 0}, 50, 2, One),
                                        RandomFactors(50, 20, 1, 3), {.factors = 20}, 2, &start);
  EXPECT_EQ(solved, FactorMatrix::Zero(3, 20));
}

// One item ordered 50,000 times beside things bought once; nearly the same item twice, heavily.
TEST(Sweep, IsRightWhereSinglePrecisionIsNot) {
  const AlsOptions options{.factors = 32, .alpha0 = 1e-4, .regularization = 1e-6};
  FactorMatrix others = RandomFactors(120, 32, 1, 1);
  others.row(1) = others.row(0) * 1.0001f;
  for (const size_t count : {2u, 8u, 60u, 120u}) {
    CompressedRows rows = RandomRows({count}, 120, 2, One);
    rows.columns[0] = 0;
    rows.columns[1] = 1;
    std::sort(rows.columns.begin() + 2, rows.columns.end());
    rows.weights[0] = rows.weights[1] = 50'000;
    EXPECT_LT(WorstError(rows, others, options, HalfSweep(rows, others, options)), kSweepTolerance)
        << count;
  }
}

TEST(Sweep, FollowsFromOneHalfToTheNextWhicheverBasisTheyAreIn) {
  const AlsOptions options{.factors = 20};
  const CompressedRows customers = RandomRows(AllSortsOfCounts(90), 90, 2, Decayed);
  const CompressedRows items = Transpose(customers, 90);
  TurnedFactors y(RandomFactors(90, 20, 0.2, 1));
  TurnedFactors x(customers.rows(), 20);
  Sweep sweep(options, 2);
  for (int half = 0; half < 6; ++half) {
    const bool odd = half % 2 != 0;
    const CompressedRows& rows = odd ? items : customers;
    TurnedFactors& others = odd ? x : y;
    TurnedFactors& target = odd ? y : x;
    const FactorMatrix given = others.ToMatrix();
    sweep.Solve(rows, half > 1, &others, &target, kNoProgress, {});
    EXPECT_LT(WorstError(rows, given, options, target.ToMatrix()), kSweepTolerance * 1.01) << half;
    EXPECT_LT((others.ToMatrix() - given).norm(), 1e-5 * given.norm());
  }
}

TEST(Sweep, GivesTheSameBitsAtOneTwoAndSevenThreads) {
  const AlsOptions options{.factors = 40};
  const FactorMatrix others = RandomFactors(1500, 40, 0.2, 1);
  const CompressedRows rows = RandomRows(AllSortsOfCounts(1500), 1500, 2, Wild);
  const FactorMatrix start = RandomFactors(rows.rows(), 40, 0.1, 3);
  for (const FactorMatrix* from : {static_cast<const FactorMatrix*>(nullptr), &start}) {
    const FactorMatrix one = HalfSweep(rows, others, options, 1, from);
    EXPECT_EQ(one, HalfSweep(rows, others, options, 2, from));
    EXPECT_EQ(one, HalfSweep(rows, others, options, 7, from));
  }
}

size_t AllocationsOf(size_t repeats, const AlsOptions& options) {
  std::vector<size_t> counts;
  for (size_t repeat = 0; repeat < repeats; ++repeat) {
    for (const size_t count : {0, 1, 12, 30, 100, 100}) counts.push_back(count);
  }
  const CompressedRows rows = RandomRows(counts, 100, 1, Wild);
  TurnedFactors others(RandomFactors(100, static_cast<size_t>(options.factors), 1, 2));
  TurnedFactors target(rows.rows(), static_cast<size_t>(options.factors));
  Sweep sweep(options, 1);
  const size_t before = AllocationCount();
  sweep.Solve(rows, false, &others, &target, kNoProgress, {});
  sweep.Solve(rows, true, &others, &target, kNoProgress, {});
  return AllocationCount() - before;
}

TEST(Sweep, AllocatesNothingForARow) {
  if (!AllocationsAreCounted()) GTEST_SKIP() << "a sanitizer has the allocator";
  // The second goes through Cholesky in double.
  for (const AlsOptions& options :
       {AlsOptions{.factors = 40},
        AlsOptions{.factors = 200, .alpha0 = 1e-9, .regularization = 1e-9}}) {
    EXPECT_GT(AllocationsOf(1, options), 0u);
    EXPECT_EQ(AllocationsOf(1, options), AllocationsOf(20, options));
  }
}

// In whatever basis the solution was left, and the others are now.
TEST(Sweep, HasNothingToDoWhereItStartsFromTheSolution) {
  const AlsOptions options{.factors = 40};
  const FactorMatrix others = RandomFactors(200, 40, 0.2, 1);
  const CompressedRows rows = RandomRows(std::vector<size_t>(40, 90), 200, 2, Decayed);
  TurnedFactors turned(others);
  TurnedFactors target(PlainHalfSweep(rows, others, options, 1));
  Sweep sweep(options, 1);
  for (int time = 0; time < 2; ++time) {
    sweep.Solve(rows, true, &turned, &target, kNoProgress, {});
    EXPECT_LT(WorstError(rows, others, options, target.ToMatrix()), 1e-4) << time;
    turned = TurnedFactors(others);
  }
}

bool SeesDenormalNumbers() {
  const volatile float small = std::numeric_limits<float>::min();
  const volatile float half = small / 2;
  return half > 0;
}

TEST(Sweep, LeavesDenormalNumbersAsTheyWere) {
  ASSERT_TRUE(SeesDenormalNumbers());
  HalfSweep(RandomRows({3, 30, 60}, 60, 2, Wild), RandomFactors(60, 16, 1, 3), {.factors = 16}, 1);
  EXPECT_TRUE(SeesDenormalNumbers());
}

#ifdef __SSE2__
TEST(FlushDenormals, TakesThemForZeroWhileItLives) {
  {
    const FlushDenormals flush;
    EXPECT_FALSE(SeesDenormalNumbers());
  }
  EXPECT_TRUE(SeesDenormalNumbers());
}
#endif

TEST(Sweep, TellsProgressUpToOneAndNeverBack) {
  const AlsOptions options{.factors = 8};
  TurnedFactors others(RandomFactors(50, 8, 1, 1));
  const CompressedRows rows = RandomRows(std::vector<size_t>(4000, 20), 50, 2, One);
  TurnedFactors target(rows.rows(), 8);
  std::vector<double> fractions;
  Sweep(options, 2)
      .Solve(rows, false, &others, &target, [&](double part) { fractions.push_back(part); }, {});
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_GT(fractions.size(), 3u);
  EXPECT_EQ(fractions.back(), 1);
}

// Options and interactions of every kind, well past what makes sense.
TEST(Sweep, NeverGivesWhatIsNoNumber) {
  std::mt19937_64 random(11);
  const auto either = [&](std::initializer_list<double> values) {
    return *(values.begin() + static_cast<std::ptrdiff_t>(random() % values.size()));
  };
  for (int round = 0; round < 300; ++round) {
    const auto columns = static_cast<size_t>(either({1, 2, 40, 150}));
    const AlsOptions options{.factors = static_cast<int32_t>(either({1, 3, 16, 33})),
                             .alpha0 = either({1e-12, 1e-3, 1, 1e6}),
                             .regularization = either({1e-12, 1e-3, 1, 1e6}),
                             .nu = either({0, 0.5, 1, 2})};
    std::vector<size_t> counts;
    for (int row = 0; row < 40; ++row) counts.push_back(random() % (columns + 1));
    const double exponent = either({0, 10, 60, 120});
    const CompressedRows rows = RandomRows(counts, columns, random(), [&](std::mt19937_64& chance) {
      return std::exp2(exponent * (2 * Uniform(chance) - 1));
    });
    FactorMatrix others = RandomFactors(columns, static_cast<size_t>(options.factors),
                                        either({0, 1e-6, 1, 1e3}), random());
    if (random() % 3 == 0) others.bottomRows(others.rows() / 2).setZero();
    if (random() % 3 == 0) others.rowwise() = others.row(0).eval();  // all the same item
    const FactorMatrix first = HalfSweep(rows, others, options);
    EXPECT_TRUE(first.allFinite()) << round;
    EXPECT_TRUE(HalfSweep(Transpose(rows, columns), first, options, 2, &others).allFinite())
        << round;
  }
}

}  // namespace
}  // namespace rapport
