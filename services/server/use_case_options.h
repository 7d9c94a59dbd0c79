// What the settings mean to the use cases. Pure functions; any thread.
#pragma once

#include "services/clienteling/moment_finder.h"
#include "services/recommender/trainer.h"
#include "services/server/config.h"

namespace rapport::server {

TrainerOptions TrainerOptionsOf(const Config& config);
clienteling::MomentOptions MomentOptionsOf(const Config& config);

}  // namespace rapport::server
