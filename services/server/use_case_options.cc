#include "services/server/use_case_options.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace rapport::server {

TrainerOptions TrainerOptionsOf(const Config& config) {
  TrainerOptions options;
  options.als = {.factors = static_cast<int32_t>(config.model.factors),
                 .alpha0 = config.model.alpha0,
                 .regularization = config.model.regularization,
                 .nu = config.model.nu,
                 .iterations = static_cast<int32_t>(config.model.iterations),
                 .half_life_days = config.model.half_life_days,
                 .seed = static_cast<uint64_t>(config.model.seed),
                 .neighbour_weight = config.model.neighbour_weight};
  options.long_half_life_days = config.model.long_half_life_days;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  options.threads = config.training.threads > 0 ? static_cast<int>(config.training.threads)
                                                : std::max(1, cores - 1);
  options.window_days = config.training.window_days;
  options.interval = std::chrono::seconds(config.training.interval);
  options.after_events = static_cast<uint64_t>(config.training.after_purchases);
  options.pause = std::chrono::seconds(config.training.pause);
  options.gate = config.training.gate;
  options.tune_interval = std::chrono::seconds(config.training.tune_interval);
  options.tune_budget = std::chrono::seconds(config.training.tune_budget);
  options.drift_interval = std::chrono::seconds(config.training.drift_interval);
  return options;
}

clienteling::MomentOptions MomentOptionsOf(const Config& config) {
  const Config::Moments& moments = config.moments;
  const auto days = [](int64_t count) { return static_cast<int>(count); };
  return {
      .candidates = {.milestones = ReadMilestones(moments.milestones).value_or(std::vector<int>()),
                     .fresh_days = days(moments.fresh_days),
                     .due_days = days(moments.due_days),
                     .least_due = moments.least_due,
                     .least_lapsed = moments.least_lapsed,
                     .follow_up_days = days(moments.follow_up_days),
                     .anniversaries = moments.anniversaries,
                     .horizon_days = config.talk.horizon_days},
      .contact = {.most_contacts = static_cast<int>(moments.most_contacts),
                  .contact_days = days(moments.contact_days),
                  .days_between = days(moments.days_between_contacts),
                  .declined_days = days(moments.declined_days)}};
}

}  // namespace rapport::server
