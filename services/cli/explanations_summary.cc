#include "services/cli/explanations_summary.h"

#include <algorithm>
#include <functional>

namespace rapport::cli {
namespace {

using Value = std::function<std::optional<double>(const ExplainedCase&)>;

std::optional<double> CoveredValue(const ExplainedCase& one) { return one.covered ? 1 : 0; }
std::optional<double> SmallestValue(const ExplainedCase& one) { return one.smallest_removal; }
Value MeasureValue(OrderMethod method, Measure measure) {
  return [=](const ExplainedCase& one) {
    return Of(one.measures[static_cast<size_t>(method)], measure);
  };
}

class Summarizer {
 public:
  Summarizer(std::span<const StudiedTraining> trainings, size_t customers)
      : trainings_(trainings), customers_(customers) {}

  // By customer, of each training.
  std::vector<PerCustomer> Each(const Value& value) const {
    std::vector<PerCustomer> each;
    for (const StudiedTraining& training : trainings_)
      each.push_back(CustomerMeans(training.cases, customers_, value));
    return each;
  }
  MeanOverCustomers Mean(const Value& value) const { return Summarized(Each(value)); }
  MeanDifference Ratio(const Value& ours, const Value& theirs) const {
    return RatioOfMeans(MeanOfTrainings(Each(ours)), MeanOfTrainings(Each(theirs)));
  }

  void Count(ExplanationsOfData& result) const {
    std::vector<double> entries;
    std::vector<ExplainedCase> all;
    for (const StudiedTraining& training : trainings_) {
      for (const ExplainedCase& one : training.cases) {
        result.additivity_error = std::max(result.additivity_error, one.additivity_error);
        result.stated += one.statements.made();
        result.true_stated += one.statements.true_ones();
        entries.push_back(static_cast<double>(one.entries));
        all.push_back(one);
      }
    }
    result.cases = all.size();
    result.profile = ProfileOf(all);
    std::sort(entries.begin(), entries.end());
    result.median_entries = entries[entries.size() / 2];
  }

  void Methods(std::span<const OrderMethod> methods, ExplanationsOfData& result) const {
    for (const OrderMethod method : methods) {
      MethodFigures& row = result.methods.emplace_back();
      row.method = kOrderMethodNames[static_cast<size_t>(method)];
      for (size_t measure = 0; measure < kMeasures; ++measure)
        row.measures[measure] = Mean(MeasureValue(method, Measure{measure}));
    }
    MethodFigures smallest{.method = std::string(kSmallestRemoval), .measures = {}};
    smallest.measures[static_cast<size_t>(Measure::kCe)] = Mean(SmallestValue);
    result.methods.insert(result.methods.begin(), std::move(smallest));
  }

  // Between every two trainings: the same lines for the same suggestion, the same suggestions.
  void Stability(ExplanationsOfData& result) const {
    std::vector<PerCustomer> evidence, lists;
    const std::vector<ExplainedCase>& cases = trainings_.front().cases;
    for (size_t one = 0; one < trainings_.size(); ++one) {
      for (size_t other = one + 1; other < trainings_.size(); ++other) {
        PerCustomer& lines = evidence.emplace_back(customers_);
        for (size_t row = 0; row < cases.size(); ++row) {
          lines[cases[row].customer] =
              SharedEvidence(trainings_[one].top[row], trainings_[other].top[row]);
        }
        PerCustomer& list = lists.emplace_back(customers_);
        for (size_t row = 0; row < customers_; ++row)
          list[row] = SharedEvidence(trainings_[one].listed[row], trainings_[other].listed[row]);
        ++result.stability_pairs;
      }
    }
    result.same_evidence = Summarized(evidence);
    result.same_list = Summarized(lists);
  }

  void Agreement(ExplanationsOfData& result) const {
    std::vector<std::vector<RetrainedCase>> top, smallest;
    for (const StudiedTraining& training : trainings_) {
      top.push_back(training.agreement.top_entry);
      smallest.push_back(training.agreement.smallest);
    }
    result.top_entry = SummarizedAgreement(top, customers_);
    result.smallest = SummarizedAgreement(smallest, customers_);
  }

 private:
  const std::span<const StudiedTraining> trainings_;
  const size_t customers_;
};

}  // namespace

void Summarize(std::span<const StudiedTraining> trainings, size_t customers,
               std::span<const OrderMethod> methods, ExplanationsOfData& result) {
  const Summarizer summarizer(trainings, customers);
  result.customers = customers;
  summarizer.Count(result);
  summarizer.Methods(methods, result);
  result.pos_to_cosine = summarizer.Ratio(MeasureValue(OrderMethod::kAdditive, Measure::kPos),
                                          MeasureValue(OrderMethod::kCosine, Measure::kPos));
  result.ce_to_cosine =
      summarizer.Ratio(SmallestValue, MeasureValue(OrderMethod::kCosine, Measure::kCe));
  result.ce_to_lime =
      summarizer.Ratio(SmallestValue, MeasureValue(OrderMethod::kLime, Measure::kCe));
  result.covered = summarizer.Mean(CoveredValue);
  summarizer.Stability(result);
  summarizer.Agreement(result);
}

TradeRow SummarizedTrade(const std::vector<ExplainedCase>& cases, size_t customers) {
  const StudiedTraining training{.cases = cases};
  const Summarizer summarizer({&training, 1}, customers);
  const auto additive = [](Measure measure) {
    return MeasureValue(OrderMethod::kAdditive, measure);
  };
  return {.accuracy = std::nullopt,
          .pos = summarizer.Mean(additive(Measure::kPos)),
          .neg = summarizer.Mean(additive(Measure::kNeg)),
          .ce = summarizer.Mean(additive(Measure::kCe)),
          .smallest_removal = summarizer.Mean(SmallestValue),
          .covered = summarizer.Mean(CoveredValue),
          .pos_to_cosine = summarizer.Ratio(additive(Measure::kPos),
                                            MeasureValue(OrderMethod::kCosine, Measure::kPos))};
}

}  // namespace rapport::cli
