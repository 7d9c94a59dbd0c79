#include "model/faithfulness/explained_data.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "model/evaluation.h"
#include "model/learn.h"

namespace rapport {
namespace {

Instant DaysAfter(Instant time, double days) {
  return time + std::chrono::microseconds(static_cast<int64_t>(std::llround(days * 86'400e6)));
}

template <typename Value>
std::vector<Value> Evenly(const std::vector<Value>& all, size_t most) {
  const size_t count = std::min(all.size(), most);
  std::vector<Value> some;
  for (size_t place = 0; place < count; ++place) some.push_back(all[place * all.size() / count]);
  return some;
}

ExplainedCustomer Explained(CustomerIndex customer, std::vector<OwnPurchase> purchases) {
  Evidence evidence(purchases);
  return {customer, std::move(purchases), std::move(evidence)};
}

// Numbers as ids, in their own order.
Vocabulary NumberedItems(size_t items) {
  std::vector<std::string> ids;
  for (size_t item = 0; item < items; ++item) {
    char text[24];
    std::snprintf(text, sizeof(text), "%010zu", item);
    ids.emplace_back(text);
  }
  return Vocabulary(std::move(ids));
}

EvaluationRow RowFor(std::vector<RankingQuality> each) {
  return RowOf({.method = std::string(kOurMethod),
                .pool = Pool::kNewToCustomer,
                .lists = {},
                .each = std::move(each)});
}

}  // namespace

ItemScan::Filter ExplainedData::EligibleFor(const ItemScan& scan,
                                            const ExplainedCustomer& customer) const {
  ItemScan::Filter eligible = scan.None();
  for (size_t item = 0; item < candidates_.size(); ++item) {
    if (candidates_[item]) eligible.Admit(ItemIndex(item));
  }
  return OfPool(eligible, Pool::kNewToCustomer, customer.evidence);
}

ExplainedPurchases::ExplainedPurchases(const PurchaseLog& log, Instant cut, double window_days,
                                       size_t most_customers)
    : log_(log),
      window_days_(window_days),
      held_out_(log, cut, DaysAfter(cut, window_days)),
      interactions_(InteractionsAt(log, cut, kLongHalfLifeDays)) {
  candidates_ = held_out_.candidate;
  all_customers_ = interactions_.by_customer.rows();
  std::vector<CustomerIndex> came;
  for (size_t row = 0; row < log.customer_count(); ++row) {
    const HeldOutCustomer customer = held_out_.Of(log, CustomerIndex(row));
    if (!customer.evidence.empty() && !customer.bought.empty()) came.push_back(CustomerIndex(row));
  }
  for (const CustomerIndex customer : Evenly(came, most_customers))
    customers_.push_back(Explained(customer, log.OwnPurchasesAt(customer, cut)));
}

absl::StatusOr<ModelSnapshot> ExplainedPurchases::Train(const Recipe& recipe, int threads,
                                                        const Watch& watch) const {
  const LearnOptions options{.tastes = recipe.Tastes(),
                             .window_days = window_days_,
                             .most_held_out = std::numeric_limits<size_t>::max(),
                             .threads = threads};
  const auto tell = [&](LearnStage stage, double fraction) {
    watch.Tell((static_cast<double>(stage) + fraction) / kTrialStages);
  };
  auto trial = TrialAt(log_, held_out_.cut, options, tell, watch.stop);
  if (!trial.ok()) return trial.status();
  return std::move(trial->model);
}

absl::StatusOr<ModelSnapshot> ExplainedPurchases::Retrain(const ModelSnapshot& model,
                                                          std::span<const PurchaseLog::Gifts> gifts,
                                                          int threads, const Watch& watch) const {
  LearnOptions options{.tastes = {}, .window_days = window_days_, .threads = threads};
  for (const Taste& taste : model.tastes) options.tastes.push_back(taste.options);
  auto again = TrainAt(log_.WithGifts(gifts), held_out_.cut, options, model.prior, watch);
  if (again.ok()) again->weights = model.weights;
  return again;
}

std::optional<EvaluationRow> ExplainedPurchases::Accuracy(const ModelSnapshot& model,
                                                          int threads) const {
  if (held_out_.customers.empty()) return std::nullopt;
  return RowFor(
      EvaluateEach(held_out_, Pool::kNewToCustomer, ServedRanker(model, held_out_), threads));
}

ExplainedPairs::ExplainedPairs(const PairsSplit& split, size_t most_customers) : split_(split) {
  candidates_.assign(split.items(), true);
  std::vector<CustomerIndex> with_items;
  for (size_t row = 0; row < split.customers(); ++row) {
    if (!split.train.by_customer.ColumnsOf(row).empty()) with_items.push_back(CustomerIndex(row));
  }
  all_customers_ = with_items.size();
  for (const CustomerIndex customer : Evenly(with_items, most_customers))
    customers_.push_back(Explained(customer, PurchasesOf(split, Row(customer))));
}

absl::StatusOr<ModelSnapshot> ExplainedPairs::Train(const Recipe& recipe, int threads,
                                                    const Watch& watch) const {
  auto model = TrainOnPairs(split_, recipe.als, threads, watch.progress, watch.stop);
  if (model.ok()) model->items = NumberedItems(split_.items());
  return model;
}

absl::StatusOr<ModelSnapshot> ExplainedPairs::Retrain(const ModelSnapshot& model,
                                                      std::span<const PurchaseLog::Gifts> gifts,
                                                      int threads, const Watch& watch) const {
  std::map<size_t, const std::vector<ItemIndex>*> gone;
  for (const PurchaseLog::Gifts& own : gifts) gone[Row(own.customer)] = &own.items;
  const CompressedRows& whole = split_.train.by_customer;
  PairsSplit rest;
  CompressedRows& rows = rest.train.by_customer;
  for (size_t row = 0; row < whole.rows(); ++row) {
    const auto of_row = gone.find(row);
    for (const uint32_t item : whole.ColumnsOf(row)) {
      const bool keep =
          of_row == gone.end() ||
          !std::binary_search(of_row->second->begin(), of_row->second->end(), ItemIndex(item));
      if (keep) rows.columns.push_back(item);
    }
    rows.offsets.push_back(rows.columns.size());
  }
  rows.weights.assign(rows.columns.size(), 1);
  rest.train.by_item = Transpose(rows, split_.items());
  auto again =
      TrainOnPairs(rest, model.tastes.front().options, threads, watch.progress, watch.stop);
  if (again.ok()) again->items = model.items;
  return again;
}

std::optional<EvaluationRow> ExplainedPairs::Accuracy(const ModelSnapshot& model,
                                                      int threads) const {
  if (split_.test_pairs() == 0) return std::nullopt;
  return RowFor(EvaluatePairs(split_, model, threads, nullptr));
}

}  // namespace rapport
