#include "model/purchase_timing.h"

#include <algorithm>
#include <array>
#include <span>

#include "model/chance_regression.h"
#include "model/parallel.h"

namespace rapport {
namespace {

using std::chrono::days;

constexpr size_t kWindows = 6;
constexpr size_t kLevelWindows = 2;  // shops sell more in some months than in others
constexpr int kWindowDays = 28;
constexpr std::array<int, 3> kHorizons = {7, 14, 28};
constexpr int kLeastHistoryDays = 28;                              // before a window
constexpr size_t kMostSubjects = 20'000, kMostCustomers = 20'000;  // in a window; of more, evenly
constexpr size_t kLeastEvents = 50;  // of either outcome; fewer teach no weights
constexpr double kMostShift = 5;     // of the constant, either way
constexpr double kDueRidge = 10, kLapseRidge = 1;

// What windows say: a constant and features, and whether it happened.
struct Examples {
  std::vector<double> features;  // row-major, with the constant
  std::vector<uint8_t> happened;

  template <size_t kCount>
  void Add(const std::array<double, kCount>& of, bool did) {
    features.push_back(1);
    features.insert(features.end(), of.begin(), of.end());
    happened.push_back(did ? 1 : 0);
  }
};

Examples Joined(std::span<const Examples> windows) {
  Examples all;
  for (const Examples& window : windows) {
    all.features.insert(all.features.end(), window.features.begin(), window.features.end());
    all.happened.insert(all.happened.end(), window.happened.begin(), window.happened.end());
  }
  return all;
}

bool Enough(const Examples& examples) {
  const auto happened = static_cast<size_t>(std::ranges::count(examples.happened, 1));
  return happened >= kLeastEvents && examples.happened.size() - happened >= kLeastEvents;
}

Eigen::VectorXd Fitted(const Examples& examples, const ChanceRegressionOptions& options) {
  const auto rows = static_cast<Eigen::Index>(examples.happened.size());
  return FitChances(
      Eigen::Map<const FeatureRows>(examples.features.data(), rows, options.prior.size()),
      examples.happened, options);
}

// Every how-many-th of so many is taken.
size_t Stride(size_t all, size_t most) { return std::max<size_t>(1, (all + most - 1) / most); }

// Whether there is a day from `cut` on that is less than `within` days later.
bool AnyWithin(std::span<const PurchaseDay> bought, PurchaseDay cut, int within) {
  const auto next = std::ranges::lower_bound(bought, cut);
  return next != bought.end() && *next < cut + days(within);
}

// As seen at the end of the day before `cut`.
DaySummary SummaryBefore(std::span<const PurchaseDay> bought, PurchaseDay cut) {
  return SummaryOf(Before(bought, cut), cut - days(1));
}

Examples DueExamples(const PurchaseDays& all, PurchaseDay cut, const Categories* categories) {
  const RepurchaseModel model{.gaps = GapsBefore(all, cut, categories)};
  const size_t stride = Stride(model.gaps.all.customers, kMostSubjects);
  Examples examples;
  size_t place = 0;
  for (size_t customer = 0; customer < all.customer_count(); ++customer) {
    std::optional<DaySummary> visits;
    for (const PurchaseDays::Subject& subject : all.SubjectsOf(CustomerIndex(customer))) {
      const auto bought = all.DaysOf(subject);
      if (bought.front() >= cut || place++ % stride != 0) continue;
      if (!visits) visits = SummaryBefore(all.VisitsOf(CustomerIndex(customer)), cut);
      const DaySummary own = SummaryBefore(bought, cut);
      for (const int horizon : kHorizons) {
        examples.Add(model.FeaturesOf(subject.row, own, *visits, horizon),
                     AnyWithin(bought, cut, horizon));
      }
    }
  }
  return examples;
}

Examples LapseExamples(const PurchaseDays& all, PurchaseDay cut) {
  const size_t stride = Stride(all.customer_count(), kMostCustomers);
  Examples examples;
  for (size_t customer = 0; customer < all.customer_count(); customer += stride) {
    const auto visits = all.VisitsOf(CustomerIndex(customer));
    if (visits.empty() || visits.front() >= cut) continue;
    double item_days = 0;
    for (const PurchaseDays::Subject& item : all.SubjectsOf(CustomerIndex(customer)))
      item_days += HalvedDays(Before(all.DaysOf(item), cut), cut - days(1), 90);
    examples.Add(LapseFeaturesOf(SummaryBefore(visits, cut), item_days),
                 !AnyWithin(visits, cut, kLapseDays));
  }
  return examples;
}

// Cuts with so many days between them and `end`, and further ones before; the latest first.
std::vector<PurchaseDay> CutsBefore(const PurchaseDays& all, PurchaseDay end, int window_days) {
  std::vector<PurchaseDay> cuts;
  for (size_t window = 0; window < kWindows; ++window) {
    const PurchaseDay cut = end - days(window_days + static_cast<int>(window) * kWindowDays);
    if (cut >= all.first() + days(kLeastHistoryDays)) cuts.push_back(cut);
  }
  return cuts;
}

template <typename ExamplesAt>
std::vector<Examples> ExamplesOf(const std::vector<PurchaseDay>& cuts, int threads,
                                 const Watch& watch, const ExamplesAt& examples_at) {
  std::vector<Examples> windows(cuts.size());
  ParallelFor(
      threads, cuts.size(),
      [&](size_t window, int) { windows[window] = examples_at(cuts[window]); }, watch);
  return windows;
}

// The constant with which as much is expected of the examples as happened, by bisection.
double Level(const Examples& examples, const Eigen::VectorXd& weights) {
  const auto rows = static_cast<Eigen::Index>(examples.happened.size());
  const Eigen::Map<const FeatureRows> features(examples.features.data(), rows, weights.size());
  const Eigen::VectorXd others = features * weights - Eigen::VectorXd::Constant(rows, weights[0]);
  const auto happened = static_cast<double>(std::ranges::count(examples.happened, 1));
  double low = weights[0] - kMostShift, high = weights[0] + kMostShift;
  for (int halving = 0; halving < 40; ++halving) {
    const double constant = (low + high) / 2;
    double expected = 0;
    for (const double other : others) expected += ChanceOfAny(constant + other);
    (expected < happened ? low : high) = constant;
  }
  return (low + high) / 2;
}

RepurchaseModel LearnRepurchase(const PurchaseDays& all, PurchaseDay end,
                                const Categories* categories, int threads, const Watch& watch) {
  RepurchaseModel model{.gaps = GapsBefore(all, end, categories)};
  const std::vector<Examples> windows =
      ExamplesOf(CutsBefore(all, end, kWindowDays), threads, watch,
                 [&](PurchaseDay cut) { return DueExamples(all, cut, categories); });
  const Examples examples = Joined(windows);
  if (!Enough(examples) || watch.Stopped()) return model;
  // Towards gaps alone. What rises with the days asked about may not fall.
  const Eigen::VectorXd weights =
      Fitted(examples, {.link = ChanceLink::kComplementaryLog,
                        .prior = Eigen::VectorXd::Unit(1 + kDueFeatures, 1),
                        .ridge = kDueRidge,
                        .never_negative = {1 + static_cast<size_t>(DueFeature::kGaps),
                                           1 + static_cast<size_t>(DueFeature::kDays)},
                        .threads = threads});
  const Examples latest = Joined(std::span(windows).first(std::min(kLevelWindows, windows.size())));
  model.weights.constant = Level(latest, weights);
  std::copy(weights.begin() + 1, weights.end(), model.weights.of.begin());
  return model;
}

LapseModel LearnLapse(const PurchaseDays& all, PurchaseDay end, int threads, const Watch& watch) {
  const Examples examples =
      Joined(ExamplesOf(CutsBefore(all, end, kLapseDays), threads, watch,
                        [&](PurchaseDay cut) { return LapseExamples(all, cut); }));
  LapseModel model;
  if (!Enough(examples) || watch.Stopped()) return model;
  const Eigen::VectorXd weights =
      Fitted(examples, {.link = ChanceLink::kLogit,
                        .prior = Eigen::VectorXd::Zero(1 + kLapseFeatures),
                        .ridge = kLapseRidge,
                        .threads = threads});
  model.constant = weights[0];
  std::copy(weights.begin() + 1, weights.end(), model.weights.begin());
  model.customers = static_cast<int64_t>(examples.happened.size());
  return model;
}

}  // namespace

PurchaseTiming LearnTiming(const PurchaseLog& log, Instant as_of, int threads, const Watch& watch) {
  const PurchaseDays items = PurchaseDays::OfItems(log, as_of);
  const PurchaseDay end = DayOf(as_of - std::chrono::microseconds(1)) + days(1);
  const bool has_categories = log.categories().size() > 0;
  const Categories* categories = has_categories ? &log.categories() : nullptr;
  const Watch stop{.stop = watch.stop};
  PurchaseTiming timing{.items = LearnRepurchase(items, end, categories, threads, stop)};
  watch.Tell(0.6);
  if (has_categories) {
    timing.categories =
        LearnRepurchase(PurchaseDays::OfCategories(log, as_of), end, nullptr, threads, stop);
    for (size_t item = 0; item < log.items().size(); ++item) {
      const auto category = log.categories().Of(ItemIndex(item));
      timing.category_of.push_back(category ? static_cast<uint32_t>(*category)
                                            : PurchaseTiming::kNoCategory);
    }
  }
  watch.Tell(0.9);
  timing.lapse = LearnLapse(items, end, threads, stop);
  watch.Tell(1);
  return timing;
}

}  // namespace rapport
