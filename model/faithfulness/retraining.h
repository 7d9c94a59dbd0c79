// Whether what-ifs by fold-in agree with training again without what is taken away: the model is
// learned from everybody's purchases, these among them, and a fold-in alone does not unlearn them.
#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "model/faithfulness/explained_data.h"
#include "model/faithfulness/study.h"

namespace rapport {

struct RetrainingOptions {
  size_t cases = 60;        // as many of the study's, evenly
  size_t at_once = 20;      // so many customers' purchases are taken away in one training
  size_t list_length = 10;  // K
  int threads = 1;
};

// What one case has in its list, and how it scores, without some evidence.
struct RetrainedCase {
  size_t customer = 0;  // of data.customers()
  bool folded_listed = false, retrained_listed = false;
  double folded_change = 0, retrained_change = 0;  // of the score, from that with everything
};

struct RetrainingAgreement {
  std::vector<RetrainedCase> top_entry;  // without the entry of greatest contribution
  std::vector<RetrainedCase> smallest;   // without the smallest removal, where there is one
};

// `cases`: of a study of `model`. Trains in full, 2 x cases / at_once times. Errors are those of
// Retrain.
absl::StatusOr<RetrainingAgreement> AgreementWithRetraining(const ExplainedData& data,
                                                            const ModelSnapshot& model,
                                                            const std::vector<ExplainedCase>& cases,
                                                            const RetrainingOptions& options,
                                                            const Watch& watch = {});

}  // namespace rapport
