// Drift: what the models that served have achieved since, week by week; see model/drift.h. Measured
// by the trainer, read by anybody: any thread.
#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "data/records.h"
#include "model/drift.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"

namespace rapport {

class Drift {
 public:
  // Judges the weeks of `model` that are complete and not measured yet. A week is complete when
  // both the clock and the purchases are past its end. Gives up soon after `stop` is asked.
  void Measure(const PurchaseLog& log, const ModelSnapshot& model, TimePoint now, int threads,
               const std::stop_token& stop);

  // Whether Measure might find a week: cheap, where reading a log is not.
  bool MayHaveNews(const ModelSnapshot& model, TimePoint now) const;

  // Of one model, oldest first.
  std::vector<RealisedWeek> Of(std::string_view model_version) const;
  // The week that ended last, of whichever model, that had somebody to judge by.
  std::optional<RealisedWeek> Latest() const;

 private:
  std::vector<Instant> Unmeasured(const ModelSnapshot& model, Instant until) const;

  mutable std::mutex mutex_;
  std::vector<RealisedWeek> weeks_;  // guarded by mutex_: as measured, the latest last
};

}  // namespace rapport
