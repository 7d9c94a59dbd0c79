#include "model/faithfulness/summary.h"

#include <algorithm>

namespace rapport {
namespace {

std::vector<double> Present(const PerCustomer& all) {
  std::vector<double> present;
  for (const std::optional<double>& one : all) {
    if (one) present.push_back(*one);
  }
  return present;
}

// Sums and counts on the way to means.
class Means {
 public:
  explicit Means(size_t customers) : sums_(customers, 0.0), counts_(customers, 0) {}
  void Add(size_t customer, double value) {
    sums_[customer] += value;
    ++counts_[customer];
  }
  PerCustomer Get() const {
    PerCustomer means(sums_.size());
    for (size_t row = 0; row < sums_.size(); ++row) {
      if (counts_[row] > 0) means[row] = sums_[row] / static_cast<double>(counts_[row]);
    }
    return means;
  }

 private:
  std::vector<double> sums_;
  std::vector<size_t> counts_;
};

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

PerCustomer CustomerMeans(std::span<const ExplainedCase> cases, size_t customers,
                          const std::function<std::optional<double>(const ExplainedCase&)>& value) {
  Means means(customers);
  for (const ExplainedCase& one : cases) {
    if (const std::optional<double> figure = value(one)) means.Add(one.customer, *figure);
  }
  return means.Get();
}

PerCustomer MeanOfTrainings(std::span<const PerCustomer> trainings) {
  Means means(trainings.empty() ? 0 : trainings.front().size());
  for (const PerCustomer& training : trainings) {
    for (size_t row = 0; row < training.size(); ++row) {
      if (training[row]) means.Add(row, *training[row]);
    }
  }
  return means.Get();
}

MeanOverCustomers Summarized(std::span<const PerCustomer> trainings) {
  const std::vector<double> pooled = Present(MeanOfTrainings(trainings));
  MeanOverCustomers summary{.customers = pooled.size()};
  if (pooled.empty()) return summary;
  summary.mean = PairedBootstrap(pooled, std::vector<double>(pooled.size(), 0.0));
  bool first = true;
  for (const PerCustomer& training : trainings) {
    const std::vector<double> own = Present(training);
    if (own.empty()) continue;
    const double mean = Mean(own);
    summary.least = first ? mean : std::min(summary.least, mean);
    summary.greatest = first ? mean : std::max(summary.greatest, mean);
    first = false;
  }
  return summary;
}

MeanDifference RatioOfMeans(const PerCustomer& numerators, const PerCustomer& denominators) {
  std::vector<double> above, below;
  for (size_t row = 0; row < numerators.size(); ++row) {
    if (!numerators[row] || !denominators[row]) continue;
    above.push_back(*numerators[row]);
    below.push_back(*denominators[row]);
  }
  return RatioBootstrap(above, below);
}

double SharedEvidence(std::span<const size_t> a, std::span<const size_t> b) {
  const size_t longer = std::max(a.size(), b.size());
  if (longer == 0) return 1;
  const auto shared = std::ranges::count_if(
      a, [&](size_t entry) { return std::ranges::find(b, entry) != b.end(); });
  return static_cast<double>(shared) / static_cast<double>(longer);
}

AgreementSummary SummarizedAgreement(std::span<const std::vector<RetrainedCase>> trainings,
                                     size_t customers) {
  AgreementSummary summary;
  std::vector<PerCustomer> same_list, same_direction;
  double folded = 0, retrained = 0, same = 0;
  for (const std::vector<RetrainedCase>& cases : trainings) {
    Means list(customers), direction(customers);
    for (const RetrainedCase& one : cases) {
      const bool agree = one.folded_listed == one.retrained_listed;
      list.Add(one.customer, agree ? 1 : 0);
      direction.Add(one.customer, (one.folded_change < 0) == (one.retrained_change < 0) ? 1 : 0);
      ++summary.cases;
      same += agree ? 1 : 0;
      folded += one.folded_listed ? 0 : 1;
      retrained += one.retrained_listed ? 0 : 1;
    }
    same_list.push_back(list.Get());
    same_direction.push_back(direction.Get());
  }
  if (summary.cases == 0) return summary;
  const auto count = static_cast<double>(summary.cases);
  summary.same_list = Summarized(same_list);
  summary.same_direction = Summarized(same_direction);
  summary.folded_left = folded / count;
  summary.retrained_left = retrained / count;
  const double by_chance = summary.folded_left * summary.retrained_left +
                           (1 - summary.folded_left) * (1 - summary.retrained_left);
  summary.kappa = by_chance < 1 ? (same / count - by_chance) / (1 - by_chance) : 1;
  return summary;
}

}  // namespace rapport
