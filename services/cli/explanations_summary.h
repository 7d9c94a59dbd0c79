// From what several trainings and their studies gave to the figures that are reported. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/faithfulness/retraining.h"
#include "model/faithfulness/study.h"
#include "services/cli/evaluate_explanations.h"

namespace rapport::cli {

// One training, and everything that was found out about it.
struct StudiedTraining {
  std::vector<ExplainedCase> cases;
  std::vector<std::vector<size_t>> top;     // evidence of each case of the first training
  std::vector<std::vector<size_t>> listed;  // by customer: the items that are suggested
  RetrainingAgreement agreement;
};

// Everything in `result` that follows from the cases of these customers' suggestions by these
// methods. Requires: a training, and cases in each.
void Summarize(std::span<const StudiedTraining> trainings, size_t customers,
               std::span<const OrderMethod> methods, ExplanationsOfData& result);

// The part of a row that follows from the cases: by additive and cosine, which must be there.
TradeRow SummarizedTrade(const std::vector<ExplainedCase>& cases, size_t customers);

}  // namespace rapport::cli
