#include "model/drift.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "model/evaluation.h"
#include "model/held_out.h"
#include "model/translated_ranker.h"

namespace rapport {
namespace {

constexpr std::chrono::days kWeek{7};
constexpr int kMostWeeks = 12;

// Keeps `most` of the customers, evenly spaced.
void Thin(std::vector<HeldOutCustomer>& customers, size_t most) {
  if (customers.size() <= most) return;
  for (size_t place = 0; place < most; ++place) {
    const size_t from = place * customers.size() / most;
    if (from != place) customers[place] = std::move(customers[from]);
  }
  customers.resize(most);
}

}  // namespace

std::vector<Instant> CompleteWeeks(const ModelSnapshot& model, Instant until) {
  const Instant first = model.data.last_purchase + std::chrono::microseconds(1);
  const int64_t complete = (until - first) / kWeek;
  std::vector<Instant> begins;
  for (int64_t week = std::max<int64_t>(0, complete - kMostWeeks); week < complete; ++week)
    begins.push_back(first + week * kWeek);
  return begins;
}

RealisedWeek RealisedIn(const PurchaseLog& log, const ModelSnapshot& model, Instant begin,
                        size_t most_customers, int threads, const std::stop_token& stop) {
  RealisedWeek week{
      .model_version = model.version, .begin = begin, .end = begin + kWeek, .rows = {}};
  HeldOut held_out(log, week.begin, week.end);
  Thin(held_out.customers, most_customers);
  const Ranker served = TranslatedRanker(model, log.items(), held_out);
  const Ranker ranker = [&](const HeldOutCustomer& customer, Pool pool) {
    return stop.stop_requested() ? std::vector<ItemIndex>() : served(customer, pool);
  };
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    EvaluationRow row = Evaluate("realised", held_out, pool, ranker, threads);
    if (row.customers > 0) week.rows.push_back(std::move(row));
  }
  return week;
}

}  // namespace rapport
