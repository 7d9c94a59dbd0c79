// What ModelService shows: trainings, models, weeks and the shadow as messages. Pure functions; any
// thread.
#pragma once

#include "model/drift.h"
#include "model/model_snapshot.h"
#include "rapport/v1/model_service.pb.h"
#include "services/recommender/shadow.h"
#include "services/recommender/trainer.h"

namespace rapport::server {

void Write(const TrainingStatus& status, v1::Training* proto);
// All that the snapshot itself knows.
void Write(const ModelSnapshot& model, v1::Model* proto);
void Write(const RealisedWeek& week, v1::RealisedWeek* proto);
void Write(const ShadowStatus& status, v1::Shadow* proto);

}  // namespace rapport::server
