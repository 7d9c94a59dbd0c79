// Drift: how a model does in the weeks after those that it learned from. For each complete week its
// suggestions are made again with what was known when the week began, and judged by what was bought
// in it. Nothing of a week can have shaped the model, so this is what it truly achieved. Plain
// functions; any thread.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "model/model_snapshot.h"
#include "model/purchase_log.h"

namespace rapport {

struct RealisedWeek {
  std::string model_version;
  Instant begin{};
  Instant end{};
  // Method "realised", for new and any; none if nobody bought both before the week and in it.
  std::vector<EvaluationRow> rows;
};

// When the weeks began that are complete by `until`, counted from the last purchase that `model`
// learned from; oldest first, the latest 12.
std::vector<Instant> CompleteWeeks(const ModelSnapshot& model, Instant until);

// Judges the week that began at `begin`. An item that the model does not know yet counts as missed.
// Returns soon after `stop` is asked, and then means nothing. Requires: the log holds all purchases
// of the week, and `model` learned from none of them; threads >= 1, most_customers >= 1.
RealisedWeek RealisedIn(const PurchaseLog& log, const ModelSnapshot& model, Instant begin,
                        size_t most_customers, int threads, const std::stop_token& stop);

}  // namespace rapport
