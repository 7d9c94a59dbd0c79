// iALS: alternating solves of customers and items (Hu, Koren, Volinsky 2008; Rendle et al., RecSys
// 2022), by sweeps as of sweep.h. Item factors come out; customers are folded in when they are
// served.
#pragma once

#include <functional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Item factors, items x f. The same bits for any number of threads. `progress` gets the fraction
// done, 0 to 1, often and from the calling thread; may be empty. CANCELLED soon after `stop` is
// asked; OUT_OF_RANGE instead of what is no number. Requires: threads >= 1.
absl::StatusOr<FactorMatrix> TrainAls(const Interactions& interactions, const AlsOptions& options,
                                      int threads, const std::function<void(double)>& progress,
                                      const std::stop_token& stop);

// A taste from such factors; options that are open are chosen from the data (default_options.h).
// Errors as above.
absl::StatusOr<Taste> LearnTaste(const Interactions& interactions, const AlsOptions& options,
                                 int threads, const std::function<void(double)>& progress,
                                 const std::stop_token& stop);

}  // namespace rapport
