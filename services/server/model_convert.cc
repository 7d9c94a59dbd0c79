#include "services/server/model_convert.h"

#include <string>

#include "services/server/convert.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

v1::Training::State StateOf(TrainingState state) {
  switch (state) {
    case TrainingState::kRunning:
      return v1::Training::STATE_RUNNING;
    case TrainingState::kSucceeded:
      return v1::Training::STATE_SUCCEEDED;
    case TrainingState::kFailed:
      return v1::Training::STATE_FAILED;
    case TrainingState::kCancelled:
      return v1::Training::STATE_CANCELLED;
    case TrainingState::kRejected:
      return v1::Training::STATE_REJECTED;
    case TrainingState::kTooLittle:
      return v1::Training::STATE_TOO_LITTLE;
  }
  return v1::Training::STATE_UNSPECIFIED;
}

v1::Training::Stage StageOf(TrainingStage stage) {
  switch (stage) {
    case TrainingStage::kReading:
      return v1::Training::STAGE_READING;
    case TrainingStage::kTuning:
      return v1::Training::STAGE_TUNING;
    case TrainingStage::kFittingWeights:
      return v1::Training::STAGE_FITTING_WEIGHTS;
    case TrainingStage::kEvaluating:
      return v1::Training::STAGE_EVALUATING;
    case TrainingStage::kTraining:
      return v1::Training::STAGE_TRAINING;
    case TrainingStage::kPublishing:
      return v1::Training::STAGE_PUBLISHING;
  }
  return v1::Training::STAGE_UNSPECIFIED;
}

void Write(const DataSizes& data, v1::DataSizes* proto) {
  proto->set_customers(data.customers);
  proto->set_items(data.items);
  proto->set_orders(data.orders);
  proto->set_purchases(data.purchases);
  proto->set_pairs(data.pairs);
  if (data.purchases == 0) return;
  *proto->mutable_first_purchase_at() = ToProto(data.first_purchase);
  *proto->mutable_last_purchase_at() = ToProto(data.last_purchase);
}

void Write(const AlsOptions& options, v1::ModelOptions* proto) {
  proto->set_factors(options.factors);
  proto->set_alpha0(options.alpha0);
  proto->set_regularization(options.regularization);
  proto->set_nu(options.nu);
  proto->set_iterations(options.iterations);
  proto->set_half_life_days(options.half_life_days);
  proto->set_seed(options.seed);
  proto->set_neighbour_weight(options.neighbour_weight);
}

void Write(const PoolWeights& weights, v1::PoolWeights* proto) {
  for (const double taste : weights.tastes) proto->add_tastes(taste);
  for (size_t feature = 0; feature < kRepeatFeatures.size(); ++feature) {
    (*proto->mutable_repeat())[std::string(kRepeatFeatures[feature])] = weights.repeat[feature];
  }
  for (size_t feature = 0; feature < kPopularityFeatures.size(); ++feature) {
    (*proto->mutable_popularity())[std::string(kPopularityFeatures[feature])] =
        weights.popularity[feature];
  }
  proto->set_fitted(weights.fitted);
}

void Write(const EvaluationRow& row, v1::EvaluationRow* proto) {
  proto->set_method(row.method);
  proto->set_pool(ToProto(row.pool));
  proto->set_customers(row.customers);
  proto->set_recall_at_20(row.recall);
  proto->set_ndcg_at_20(row.ndcg);
  proto->set_hit_rate_at_20(row.hit_rate);
}

void Write(const MeanDifference& difference, v1::MeanDifference* proto) {
  proto->set_mean(difference.mean);
  proto->set_low(difference.low);
  proto->set_high(difference.high);
}

void Write(const CategoryPrior& prior, v1::CategoryPrior* proto) {
  proto->set_weight(prior.weight);
  proto->set_purchases(prior.purchases);
  Write(prior.gain, proto->mutable_log_likelihood_gain());
}

void Write(const Latency& latency, v1::Latency* proto) {
  proto->set_p50_seconds(latency.p50_seconds);
  proto->set_p99_seconds(latency.p99_seconds);
}

void Write(Pool pool, const CalibrationQuality& quality, v1::CalibrationQuality* proto) {
  proto->set_pool(ToProto(pool));
  proto->set_suggested(quality.samples);
  proto->set_expected(quality.expected);
  proto->set_bought(quality.bought);
  proto->set_brier(quality.brier);
  proto->set_brier_skill(quality.brier_skill);
  proto->set_ece(quality.ece);
}

void Write(const EvaluationReport& report, v1::Evaluation* proto) {
  *proto->mutable_cut() = ToProto(report.cut);
  proto->set_window_days(report.window_days);
  for (const EvaluationRow& row : report.rows) Write(row, proto->add_rows());
  for (const EvaluationComparison& comparison : report.comparisons) {
    auto* with = proto->add_comparisons();
    with->set_method(comparison.method);
    with->set_pool(ToProto(comparison.pool));
    Write(comparison.recall, with->mutable_recall_at_20());
    Write(comparison.ndcg, with->mutable_ndcg_at_20());
  }
  for (const Pool pool : kPools) {
    const CalibrationQuality& quality = report.calibration[static_cast<size_t>(pool)];
    if (quality.samples > 0) Write(pool, quality, proto->add_calibration());
  }
}

void Write(const RelayedAnswers& answers, v1::Model* proto) {
  for (size_t level = 0; level < answers.size(); ++level) {
    if (answers[level].answered() == 0) continue;
    const PurchaseChance share = AcceptanceOf(answers, static_cast<Confidence>(level));
    auto* of_level = proto->add_relayed_answers();
    of_level->set_level(static_cast<v1::ConfidenceLevel>(v1::CONFIDENCE_LEVEL_THIN + level));
    of_level->set_accepted(answers[level].accepted);
    of_level->set_declined(answers[level].declined);
    of_level->set_share(share.probability);
    of_level->set_low(share.low);
    of_level->set_high(share.high);
  }
}

}  // namespace

void Write(const TrainingStatus& status, v1::Training* proto) {
  proto->set_training_id(status.training_id);
  proto->set_state(StateOf(status.state));
  proto->set_stage(StageOf(status.stage));
  proto->set_fraction(status.fraction);
  proto->set_rows(status.rows);
  if (status.eta_seconds) proto->set_eta_seconds(*status.eta_seconds);
  proto->set_elapsed_seconds(status.elapsed_seconds);
  *proto->mutable_started_at() = ToProto(status.started_at);
  proto->set_model_version(status.model_version);
  proto->set_message(status.message);
  if (!status.evaluation.rows.empty()) Write(status.evaluation, proto->mutable_evaluation());
  if (status.rate) proto->set_rate(*status.rate);
}

void Write(const ModelSnapshot& model, v1::Model* proto) {
  proto->set_version(model.version);
  proto->set_kind(model.kind == ModelKind::kTrained ? v1::Model::KIND_TRAINED
                                                    : v1::Model::KIND_POPULARITY);
  if (model.trained_at != Instant{}) *proto->mutable_trained_at() = ToProto(model.trained_at);
  proto->set_training_seconds(model.training_seconds);
  proto->set_sequence(model.sequence);
  Write(model.data, proto->mutable_data());
  Write(model.prior, proto->mutable_category_prior());
  for (const Taste& taste : model.tastes) Write(taste.options, proto->add_tastes());
  for (const Pool pool : kPools) {
    v1::PoolWeights* weights = proto->add_weights();
    weights->set_pool(ToProto(pool));
    Write(model.WeightsOf(pool), weights);
  }
  if (!model.evaluation.rows.empty()) Write(model.evaluation, proto->mutable_evaluation());
  Write(model.calibration.answers, proto);
  proto->set_remark(model.remark);
}

void Write(const RealisedWeek& week, v1::RealisedWeek* proto) {
  *proto->mutable_begin() = ToProto(week.begin);
  *proto->mutable_end() = ToProto(week.end);
  for (const EvaluationRow& row : week.rows) Write(row, proto->add_rows());
}

void Write(const ShadowStatus& status, v1::Shadow* proto) {
  proto->set_model_version(status.model_version);
  proto->set_sample_rate(status.sample_rate);
  if (status.since != TimePoint{}) *proto->mutable_since() = ToProto(status.since);
  proto->set_compared(status.compared);
  proto->set_dropped(status.dropped);
  proto->set_failed(status.failed);
  proto->set_mean_overlap(status.mean_overlap);
  proto->set_mean_rank_biased_overlap(status.mean_rank_biased_overlap);
  proto->set_same_first(status.same_first);
  Write(status.running, proto->mutable_running_latency());
  Write(status.shadow, proto->mutable_shadow_latency());
  proto->set_note(status.note);
}

}  // namespace rapport::server
