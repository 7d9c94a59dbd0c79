#include "model/successive_halving.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "model/bootstrap.h"

namespace rapport {
namespace {

// One in so many goes on to the next rung.
constexpr size_t kOneOf = 3;

class Search {
 public:
  Search(const HalvingOptions& options, const Appraise& appraise, const std::stop_token& stop)
      : options_(options), appraise_(appraise), stop_(stop) {
    result_.appraisals.resize(options.candidates);
  }

  absl::StatusOr<Halving> Run() {
    std::vector<size_t> contenders(options_.candidates);
    std::iota(contenders.begin(), contenders.end(), size_t{0});
    for (rung_ = 0; rung_ < options_.rungs; ++rung_) {
      if (absl::Status judged = JudgeAll(contenders); !judged.ok()) return judged;
      if (judged_.size() < 2) break;  // nobody to compare with
      result_.rung = rung_;
      contenders = BestOfJudged();
    }
    Decide();
    return std::move(result_);
  }

 private:
  double ScoreOf(size_t candidate) const { return result_.appraisals[candidate][rung_].Score(); }

  // Candidate 0 is always judged first; the others in order of the rung before.
  absl::Status JudgeAll(const std::vector<size_t>& contenders) {
    judged_.clear();
    in_rung_ = contenders.size();
    for (const size_t candidate : contenders) {
      if (TimeIsUp()) break;
      std::stop_source out_of_time;
      const std::stop_callback end_with_all(stop_, [&] { out_of_time.request_stop(); });
      const auto progress = [&](double fraction) {
        if (TimeIsUp()) out_of_time.request_stop();
        Report(fraction);
      };
      auto appraisal = appraise_(candidate, rung_, progress, out_of_time.get_token());
      if (stop_.stop_requested()) return absl::CancelledError("tuning was stopped");
      if (absl::IsCancelled(appraisal.status())) break;
      if (!appraisal.ok()) return appraisal.status();
      result_.appraisals[candidate].push_back(*std::move(appraisal));
      judged_.push_back(candidate);
      Report(0);
    }
    if (judged_.size() < contenders.size()) result_.in_time = false;
    return absl::OkStatus();
  }

  // Two at least are needed to choose, whatever the rung's share of the time.
  bool TimeIsUp() const {
    if (!options_.seconds) return false;
    const double share = judged_.size() < 2 ? 1 : RungsDone(1);
    return options_.seconds() >= share * options_.budget_seconds;
  }

  double RungsDone(double of_this) const {
    return (static_cast<double>(rung_) + of_this) / static_cast<double>(options_.rungs);
  }

  void Report(double fraction) const {
    if (!options_.progress) return;
    const double work =
        (static_cast<double>(judged_.size()) + fraction) / static_cast<double>(in_rung_);
    const double time = options_.seconds ? options_.seconds() / options_.budget_seconds : 0;
    HalvingProgress told{.rung = rung_,
                         .rungs = options_.rungs,
                         .judged = judged_.size(),
                         .candidates = in_rung_,
                         .fraction = std::min(1.0, std::max(time, RungsDone(std::min(1.0, work))))};
    const size_t last = judged_.empty() && rung_ > 0 ? rung_ - 1 : rung_;
    for (const auto& appraisals : result_.appraisals) {
      if (appraisals.size() <= last) continue;
      const double score = appraisals[last].Score();
      told.best = std::max(told.best.value_or(score), score);
    }
    if (result_.appraisals[0].size() > last)
      told.score_to_beat = result_.appraisals[0][last].Score();
    options_.progress(told);
  }

  // Of all that were judged; of equals the lower number.
  std::vector<size_t> Ranked() const {
    std::vector<size_t> ranked = judged_;
    std::sort(ranked.begin(), ranked.end(), [&](size_t a, size_t b) {
      return std::pair(-ScoreOf(a), a) < std::pair(-ScoreOf(b), b);
    });
    return ranked;
  }

  // Candidate 0, and the best others.
  std::vector<size_t> BestOfJudged() const {
    std::vector<size_t> best = {0};
    const size_t count = std::max<size_t>(2, (judged_.size() + kOneOf - 1) / kOneOf);
    for (const size_t candidate : Ranked()) {
      if (candidate != 0 && best.size() < count) best.push_back(candidate);
    }
    return best;
  }

  void Decide() {
    const size_t rung = result_.rung;
    const auto reached = [&](size_t candidate) {
      return result_.appraisals[candidate].size() > rung;
    };
    if (!reached(0)) return;
    const Appraisal& to_beat = result_.appraisals[0][rung];
    size_t best = 0;
    for (size_t candidate = 1; candidate < result_.appraisals.size(); ++candidate) {
      const auto score = [&](size_t of) { return result_.appraisals[of][rung].Score(); };
      if (reached(candidate) && score(candidate) > score(best)) best = candidate;
    }
    result_.best = best;
    result_.gain = PairedBootstrap(result_.appraisals[best][rung].parts, to_beat.parts);
    if (result_.gain.SignificantlyAbove()) result_.winner = best;
  }

  const HalvingOptions& options_;
  const Appraise& appraise_;
  const std::stop_token& stop_;
  Halving result_;
  size_t rung_ = 0;
  size_t in_rung_ = 0;
  std::vector<size_t> judged_;  // of this rung, in order
};

}  // namespace

double Appraisal::Score() const {
  return std::accumulate(parts.begin(), parts.end(), 0.0) / static_cast<double>(parts.size());
}

absl::StatusOr<Halving> SuccessiveHalving(const HalvingOptions& options, const Appraise& appraise,
                                          const std::stop_token& stop) {
  return Search(options, appraise, stop).Run();
}

}  // namespace rapport
