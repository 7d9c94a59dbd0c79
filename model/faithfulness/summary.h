// Summary: what studies of several trainings come to: means over customers, each of whom counts
// once with the mean of their cases, with 95 % intervals of the bootstrap over customers. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "model/bootstrap.h"
#include "model/faithfulness/retraining.h"
#include "model/faithfulness/study.h"

namespace rapport {

// A figure of each customer; none: they have none.
using PerCustomer = std::vector<std::optional<double>>;

// A mean over those who have one, with its interval; the spread of the trainings' own means.
struct MeanOverCustomers {
  MeanDifference mean;
  size_t customers = 0;
  double least = 0, greatest = 0;  // of one training's
};

// For one training: by customer the mean over their cases of what `value` gives for it.
PerCustomer CustomerMeans(std::span<const ExplainedCase> cases, size_t customers,
                          const std::function<std::optional<double>(const ExplainedCase&)>& value);
// Over trainings: by customer the mean of what they have in each.
PerCustomer MeanOfTrainings(std::span<const PerCustomer> trainings);

MeanOverCustomers Summarized(std::span<const PerCustomer> trainings);
// The ratio of two means over the customers who have both, with its interval.
MeanDifference RatioOfMeans(const PerCustomer& numerators, const PerCustomer& denominators);

// How much two sets of entries have in common: shared / the longer; 1 if both are empty.
double SharedEvidence(std::span<const size_t> a, std::span<const size_t> b);

// How often fold-in and retraining say the same, and what they say; over all trainings.
struct AgreementSummary {
  size_t cases = 0;
  MeanOverCustomers same_list;                 // both have the item in the list, or neither has
  MeanOverCustomers same_direction;            // of the score
  double folded_left = 0, retrained_left = 0;  // shares of the cases
  double kappa = 0;  // Cohen's, of having left: agreement beyond what chance gives
};
// Of each training its cases.
AgreementSummary SummarizedAgreement(std::span<const std::vector<RetrainedCase>> trainings,
                                     size_t customers);

}  // namespace rapport
