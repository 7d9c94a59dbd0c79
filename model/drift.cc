#include "model/drift.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "model/evaluation.h"
#include "model/held_out.h"
#include "model/scorer.h"
#include "model/top_k.h"

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

using Translation = std::vector<std::optional<ItemIndex>>;

// Where each item of one vocabulary stands in another.
Translation Translate(const Vocabulary& from, const Vocabulary& to) {
  Translation translation;
  for (const std::string& id : from.ids()) translation.push_back(to.Find(id));
  return translation;
}

// The evidence as the model sees it: of the items that it knows.
Evidence KnownTo(const ModelSnapshot& model, const Translation& to_model,
                 const Evidence& evidence) {
  std::vector<OwnPurchase> own;
  for (const Evidence::Entry& entry : evidence.entries()) {
    const std::optional<ItemIndex> item = to_model[Row(entry.item)];
    if (!item) continue;
    for (const Evidence::Order& order : evidence.orders(entry)) {
      own.push_back({.item = *item, .order = order.order, .at = order.at});
    }
  }
  return Evidence(std::move(own), model.options.half_life_days);
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
  HeldOut held_out(log, week.begin, week.end, model.options.half_life_days);
  Thin(held_out.customers, most_customers);
  const Translation to_model = Translate(log.items(), model.items);
  const Translation to_log = Translate(model.items, log.items());

  const Ranker ranker = [&](const HeldOutCustomer& customer, Pool pool) {
    std::vector<ItemIndex> list;
    if (stop.stop_requested()) return list;
    const Evidence evidence = KnownTo(model, to_model, customer.evidence);
    const Scorer scorer(model, pool, evidence);
    for (const Ranked& ranked : TopK(scorer, kListLength, [&](ItemIndex item) {
           const std::optional<ItemIndex> logged = to_log[Row(item)];
           return logged && held_out.candidate[Row(*logged)] &&
                  InPool(pool, customer.evidence, *logged);
         })) {
      list.push_back(*to_log[Row(ranked.item)]);
    }
    return list;
  };
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    EvaluationRow row = Evaluate("realised", held_out, pool, ranker, threads);
    if (row.customers > 0) week.rows.push_back(std::move(row));
  }
  return week;
}

}  // namespace rapport
