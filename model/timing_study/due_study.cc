#include "model/timing_study/due_study.h"

#include <algorithm>

#include "model/parallel.h"
#include "model/timing_study/due_baselines.h"

namespace rapport {
namespace {

using std::chrono::days;

constexpr size_t kBlockCustomers = 256;

PurchaseDays DaysOfKind(const PurchaseLog& log, Instant as_of, DueSubject kind) {
  return kind == DueSubject::kItems ? PurchaseDays::OfItems(log, as_of)
                                    : PurchaseDays::OfCategories(log, as_of);
}

class CaseMaker {
 public:
  CaseMaker(const PurchaseLog& log, PurchaseDay cut, const RepurchaseModel& model, DueSubject kind)
      : cut_(cut),
        model_(model),
        history_(DaysOfKind(log, cut, kind)),
        later_(DaysOfKind(log, cut + days(kDueHorizons.back()), kind)),
        baselines_(history_, cut) {}

  size_t customer_count() const { return history_.customer_count(); }

  void AddCustomer(size_t customer, std::vector<DueCase>& cases) const {
    const auto visits = history_.VisitsOf(CustomerIndex(customer));
    if (visits.empty()) return;
    const DaySummary seen = SummaryOf(visits, cut_ - days(1));
    for (const PurchaseDays::Subject& subject : history_.SubjectsOf(CustomerIndex(customer))) {
      const DaySummary own = SummaryOf(history_.DaysOf(subject), cut_ - days(1));
      DueCase& made = cases.emplace_back();
      made.customer = static_cast<uint32_t>(customer);
      made.row = subject.row;
      made.purchases = own.count;
      made.since_visit = static_cast<float>(seen.since_last);
      for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon)
        FillChances(subject.row, own, seen, horizon, made);
      FillBought(customer, made);
    }
  }

 private:
  void FillChances(size_t row, const DaySummary& own, const DaySummary& visits, size_t horizon,
                   DueCase& made) const {
    const double within = kDueHorizons[horizon];
    const auto set = [&](DueMethod method, double chance) {
      made.chance[static_cast<size_t>(method)][horizon] = static_cast<float>(chance);
    };
    set(DueMethod::kOurs, model_.DueWithin(row, own, visits, within));
    set(DueMethod::kGapsAlone, ByGaps(model_.GapOf(row, own), own.since_last, within));
    set(DueMethod::kOwnMeanGap, baselines_.OwnMeanGap(row, own, within));
    set(DueMethod::kFrequencyRecency, DueBaselines::FrequencyRecency(own));
    set(DueMethod::kAggregateTime, baselines_.AggregateTime(row, own, within));
    set(DueMethod::kModifiedPoissonGamma, baselines_.ModifiedPoissonGamma(row, own, within));
  }

  void FillBought(size_t customer, DueCase& made) const {
    const auto subjects = later_.SubjectsOf(CustomerIndex(customer));
    const auto same = std::ranges::lower_bound(subjects, made.row, {}, &PurchaseDays::Subject::row);
    if (same == subjects.end() || same->row != made.row) return;  // all of it was brought back
    const auto bought = later_.DaysOf(*same);
    const auto next = std::ranges::lower_bound(bought, cut_);
    for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon)
      made.bought[horizon] = next != bought.end() && *next < cut_ + days(kDueHorizons[horizon]);
  }

  const PurchaseDay cut_;
  const RepurchaseModel& model_;
  const PurchaseDays history_;  // kept just before the cut
  const PurchaseDays later_;    // kept at the end of the longest horizon
  const DueBaselines baselines_;
};

}  // namespace

std::vector<DueCase> DueCasesAt(const PurchaseLog& log, PurchaseDay cut,
                                const PurchaseTiming& timing, DueSubject kind, int threads) {
  const CaseMaker maker(log, cut, kind == DueSubject::kItems ? timing.items : timing.categories,
                        kind);
  const size_t blocks = (maker.customer_count() + kBlockCustomers - 1) / kBlockCustomers;
  std::vector<std::vector<DueCase>> parts(blocks);
  ParallelFor(threads, blocks, [&](size_t block, int) {
    const size_t begin = block * kBlockCustomers;
    const size_t end = std::min(begin + kBlockCustomers, maker.customer_count());
    for (size_t customer = begin; customer < end; ++customer)
      maker.AddCustomer(customer, parts[block]);
  });
  std::vector<DueCase> cases;
  for (const std::vector<DueCase>& part : parts)
    cases.insert(cases.end(), part.begin(), part.end());
  return cases;
}

}  // namespace rapport
