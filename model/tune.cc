#include "model/tune.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/status/status.h"
#include "model/default_options.h"
#include "model/evaluation.h"
#include "model/interactions.h"

namespace rapport {
namespace {

// What a rung may cost, for each judging; the last one spares nothing.
struct Effort {
  size_t windows = std::numeric_limits<size_t>::max();
  size_t customers = std::numeric_limits<size_t>::max();  // of a window
  int32_t factors = std::numeric_limits<int32_t>::max();
  int32_t iterations = std::numeric_limits<int32_t>::max();
};
constexpr std::array<Effort, 3> kRungs = {
    {{.windows = 1, .customers = 500, .factors = 64, .iterations = 5},
     {.windows = 2, .customers = 2'000},
     {}}};

Recipe Lowered(Recipe recipe, const AlsOptions& resolved, const Effort& effort) {
  const int32_t factors = recipe.als.factors > 0 ? recipe.als.factors : resolved.factors;
  if (factors > effort.factors) recipe.als.factors = effort.factors;
  recipe.als.iterations = std::min(recipe.als.iterations, effort.iterations);
  return recipe;
}

// To three digits, as people would write it.
double Rounded(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return std::strtod(text.data(), nullptr);
}

// Between the two, evenly on a logarithmic scale; `part` is 0 to 1.
double Between(double least, double most, double part) {
  return least * std::pow(most / least, part);
}

// Points of [0, 1)^n that fill it evenly however many are taken: n * (1/p, 1/p^2, ...) mod 1, where
// p is the root of p^(n+1) = p + 1 (Roberts, "The unreasonable effectiveness of quasirandom
// sequences", 2018), moved by the seed.
class EvenPoints {
 public:
  static constexpr size_t kDimensions = 6;
  using Point = std::array<double, kDimensions>;

  explicit EvenPoints(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (double& coordinate : point_) coordinate = static_cast<double>(random() >> 11) * 0x1p-53;
    double root = 1;
    for (int step = 0; step < 50; ++step)
      root = std::pow(1 + root, 1 / (1 + static_cast<double>(kDimensions)));
    double power = 1;
    for (double& part : step_) part = power /= root;
  }

  Point Next() {
    for (size_t axis = 0; axis < kDimensions; ++axis) {
      point_[axis] += step_[axis];
      point_[axis] -= std::floor(point_[axis]);
    }
    return point_;
  }

 private:
  Point point_;
  Point step_;
};

// One in five has no second taste; of the others the memory is at least twice as long as the
// first's.
double LongHalfLife(double part, double half_life_days) {
  constexpr double kWithout = 0.2;
  if (part < kWithout) return 0;
  const double days = Between(120, 1'000, (part - kWithout) / (1 - kWithout));
  return std::round(std::max(days, 2 * half_life_days));
}

// The searches on purchases and on pairs have this in common: candidates, and what comes of them.
absl::StatusOr<Tuned> Search(std::vector<Recipe> candidates, const TuneOptions& options,
                             const Appraise& appraise, const TuneProgress& progress,
                             const std::stop_token& stop) {
  auto found = SuccessiveHalving({.candidates = candidates.size(),
                                  .rungs = kRungs.size(),
                                  .budget_seconds = options.budget_seconds,
                                  .seconds = options.seconds,
                                  .progress = progress},
                                 appraise, stop);
  if (!found.ok()) return found.status();
  Tuned tuned{.recipe = candidates[found->winner],
              .changed = found->winner != 0,
              .gain = found->gain,
              .rung = found->rung,
              .rungs = kRungs.size(),
              .in_time = found->in_time};
  if (found->appraisals[0].size() > found->rung) {
    const Appraisal& start = found->appraisals[0][found->rung];
    const Appraisal& won = found->appraisals[found->winner][found->rung];
    tuned.start_score = start.Score();
    tuned.start_rows = start.rows;
    tuned.score = won.Score();
    tuned.best_score = found->appraisals[found->best][found->rung].Score();
    tuned.rows = won.rows;
  }
  for (size_t candidate = 0; candidate < candidates.size(); ++candidate) {
    TriedRecipe tried{.recipe = candidates[candidate], .scores = {}};
    for (const Appraisal& appraisal : found->appraisals[candidate])
      tried.scores.push_back(appraisal.Score());
    tuned.tried.push_back(std::move(tried));
  }
  return tuned;
}

Instant DaysBefore(Instant time, double days) {
  return time - std::chrono::microseconds(static_cast<int64_t>(std::llround(days * 86'400e6)));
}

// The latest first. Each needs a window before it to fit weights on, and some history before that.
std::vector<Instant> CutsBefore(const PurchaseLog& log, Instant until, const TuneOptions& options) {
  std::vector<Instant> cuts;
  for (size_t window = 1; window <= options.cuts; ++window) {
    const Instant cut = DaysBefore(until, static_cast<double>(window) * options.window_days);
    if (DaysBefore(cut, options.window_days) <= log.first()) break;
    cuts.push_back(cut);
  }
  return cuts;
}

// `als` with nothing left open, and how many factors the customers of that time allow.
std::pair<AlsOptions, int32_t> ResolvedAt(const PurchaseLog& log, Instant cut,
                                          const AlsOptions& als) {
  const Interactions interactions = InteractionsAt(log, cut, als.half_life_days);
  return {Resolved(als, interactions), MostFactors(interactions.by_customer.rows())};
}

// Adds the part in the score of each of the window's customers: half their NDCG on all items, half
// that on new ones, where those who bought nothing new leave theirs to the others.
void AddParts(const HeldOut& held_out, const std::vector<RankingQuality>& on_new,
              const std::vector<RankingQuality>& on_any, std::vector<double>* parts) {
  const double share =
      static_cast<double>(on_any.size()) / static_cast<double>(std::max<size_t>(1, on_new.size()));
  size_t next_new = 0;
  for (size_t row = 0; row < held_out.customers.size(); ++row) {
    double part = on_any[row].ndcg;
    if (!held_out.customers[row].Relevant(Pool::kNewToCustomer).empty())
      part += share * on_new[next_new++].ndcg;
    parts->push_back(part / 2);
  }
}

// Means over the cuts at which there is somebody; each cut has its rows in the same order.
std::vector<EvaluationRow> MeansOf(const std::vector<std::vector<EvaluationRow>>& cuts) {
  std::vector<EvaluationRow> means;
  for (size_t place = 0; place < cuts.front().size(); ++place) {
    EvaluationRow& mean = means.emplace_back(cuts.front()[place]);
    mean.customers = 0;
    mean.recall = mean.ndcg = mean.hit_rate = 0;
    double judged = 0;
    for (const auto& rows : cuts) {
      const EvaluationRow& row = rows[place];
      judged += row.customers > 0 ? 1 : 0;
      mean.customers += row.customers;
      mean.recall += row.recall;
      mean.ndcg += row.ndcg;
      mean.hit_rate += row.hit_rate;
    }
    for (double* sum : {&mean.recall, &mean.ndcg, &mean.hit_rate}) *sum /= std::max(1.0, judged);
  }
  return means;
}

// A recipe's trials at some cuts, each as `rapport evaluate` would have it.
absl::StatusOr<Appraisal> AppraiseAt(const PurchaseLog& log, std::span<const Instant> cuts,
                                     const LearnOptions& learn,
                                     const std::function<void(double)>& progress,
                                     const std::stop_token& stop) {
  Appraisal appraisal;
  std::vector<std::vector<EvaluationRow>> rows;
  for (size_t index = 0; index < cuts.size(); ++index) {
    const auto part = [&](LearnStage stage, double fraction) {
      const double of_cut = (static_cast<double>(stage) + fraction) / kTrialStages;
      progress((static_cast<double>(index) + of_cut) / static_cast<double>(cuts.size()));
    };
    const auto trial = TrialAt(log, cuts[index], learn, part, stop);
    if (!trial.ok()) return trial.status();
    const Ranker ranker = ServedRanker(trial->model, trial->held_out);
    std::vector<Judgement> judged;
    for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
      judged.push_back(JudgeRanker(std::string(kOurMethod), trial->held_out, pool, ranker,
                                   learn.threads, {.stop = stop}));
    }
    if (stop.stop_requested()) return absl::CancelledError("tuning was stopped");
    AddParts(trial->held_out, judged[0].each, judged[1].each, &appraisal.parts);
    rows.push_back({RowOf(judged[0]), RowOf(judged[1])});
  }
  appraisal.rows = MeansOf(rows);
  return appraisal;
}

// The same split, judged by at most so many customers, evenly.
PairsSplit WithFewerJudged(PairsSplit split, size_t most) {
  size_t judged = 0;
  for (const auto& items : split.test) judged += items.empty() ? 0 : 1;
  size_t seen = 0;
  for (auto& items : split.test) {
    if (items.empty()) continue;
    const bool taken = (seen + 1) * most / judged > seen * most / judged;
    if (judged > most && !taken) items.clear();
    ++seen;
  }
  return split;
}

}  // namespace

std::vector<Recipe> CandidatesAround(const Recipe& start, const AlsOptions& resolved, bool timed,
                                     int32_t most_factors, size_t count, uint64_t seed) {
  constexpr double kApart = 8;
  std::vector<Recipe> candidates = {start};
  EvenPoints points(seed);
  const int32_t most = std::max(resolved.factors, most_factors);
  while (candidates.size() < count) {
    const auto [alpha0, regularization, factors, iterations, half_life, long_half_life] =
        points.Next();
    Recipe recipe{.als = resolved, .long_half_life_days = 0};
    AlsOptions& als = recipe.als;
    als.alpha0 = Rounded(resolved.alpha0 * Between(1 / kApart, kApart, alpha0));
    als.regularization =
        Rounded(resolved.regularization * Between(1 / kApart, kApart, regularization));
    als.factors = std::clamp(
        factors < 1.0 / 3 ? resolved.factors / 2 : resolved.factors * (factors < 2.0 / 3 ? 1 : 2),
        1, most);
    if (iterations >= 0.5) als.iterations += als.iterations / 2;
    if (timed) {
      als.half_life_days = std::round(Between(20, 180, half_life));
      recipe.long_half_life_days = LongHalfLife(long_half_life, als.half_life_days);
    }
    candidates.push_back(recipe);
  }
  return candidates;
}

absl::StatusOr<Tuned> Tune(const PurchaseLog& log, Instant until, const TuneOptions& options,
                           const TuneProgress& progress, const std::stop_token& stop) {
  const std::vector<Instant> cuts = CutsBefore(log, until, options);
  if (cuts.empty()) {
    return absl::FailedPreconditionError(
        "too little history to tune on: it takes more than two windows");
  }
  const auto [resolved, most_factors] = ResolvedAt(log, cuts.front(), options.start.als);
  std::vector<Recipe> candidates = CandidatesAround(options.start, resolved, true, most_factors,
                                                    options.candidates, options.seed);
  if (options.incumbent) candidates.push_back(*options.incumbent);
  const auto appraise = [&](size_t candidate, size_t rung, const std::function<void(double)>& part,
                            const std::stop_token& out_of_time) {
    const Effort& effort = kRungs[rung];
    LearnOptions learn{.tastes = Lowered(candidates[candidate], resolved, effort).Tastes(),
                       .window_days = options.window_days,
                       .most_held_out = std::min(options.most_held_out, effort.customers),
                       .threads = options.threads};
    return AppraiseAt(log, std::span(cuts).first(std::min(cuts.size(), effort.windows)), learn,
                      part, out_of_time);
  };
  auto tuned = Search(candidates, options, appraise, progress, stop);
  if (!tuned.ok()) return tuned;
  tuned->start = {.als = resolved, .long_half_life_days = options.start.long_half_life_days};
  tuned->cuts = cuts;
  return tuned;
}

absl::StatusOr<Tuned> TuneOnPairs(const PairsSplit& split, const TuneOptions& options,
                                  const TuneProgress& progress, const std::stop_token& stop) {
  if (split.test_pairs() == 0)
    return absl::FailedPreconditionError("too little history to tune on: no pair is held out");
  const AlsOptions resolved = Resolved(options.start.als, split.train);
  const std::vector<Recipe> candidates =
      CandidatesAround({.als = options.start.als, .long_half_life_days = 0}, resolved, false,
                       MostFactors(split.customers()), options.candidates, options.seed);
  std::vector<PairsSplit> judged;
  for (const Effort& effort : kRungs)
    judged.push_back(WithFewerJudged(split, std::min(options.most_held_out, effort.customers)));
  const auto appraise = [&](size_t candidate, size_t rung, const std::function<void(double)>& part,
                            const std::stop_token& out_of_time) -> absl::StatusOr<Appraisal> {
    const AlsOptions als = Lowered(candidates[candidate], resolved, kRungs[rung]).als;
    const auto model = TrainOnPairs(
        judged[rung], als, options.threads, [&](double done) { part(done / 2); }, out_of_time);
    if (!model.ok()) return model.status();
    const Judgement judgement{.method = std::string(kOurMethod),
                              .pool = Pool::kNewToCustomer,
                              .each = EvaluatePairs(judged[rung], *model, options.threads,
                                                    [&](double done) { part(0.5 + done / 2); })};
    Appraisal appraisal{.parts = {}, .rows = {RowOf(judgement)}};
    for (const RankingQuality& quality : judgement.each) appraisal.parts.push_back(quality.ndcg);
    return appraisal;
  };
  auto tuned = Search(candidates, options, appraise, progress, stop);
  if (tuned.ok()) tuned->start = {.als = resolved, .long_half_life_days = 0};
  return tuned;
}

}  // namespace rapport
