#include "services/recommender/similar_items.h"

#include "absl/strings/str_cat.h"
#include "model/bought_together.h"
#include "services/recommender/rules_now.h"

namespace rapport {
namespace {

ItemScan::Filter Eligible(const ServingModel& serving, const SimilarQuery& query, TimePoint now) {
  ItemScan::Filter eligible = serving.available();
  const CustomerState nobody;
  const PastPurchases no_past(nobody, serving.model().items, serving.items());
  if (query.filter != nullptr) eligible &= serving.ItemsOf(*query.filter, &no_past);
  const RulesNow rules(serving, now, query.store, no_past);
  for (const RulesNow::Applied& rule : rules.excluding()) eligible &= rule.items.Complement();
  return eligible;
}

}  // namespace

absl::StatusOr<std::vector<SimilarItem>> SimilarItems(const ServingModel& serving,
                                                      const SimilarQuery& query, TimePoint now) {
  const ModelSnapshot& model = serving.model();
  const auto index = model.items.Find(query.item_id);
  if (!index) {
    return absl::NotFoundError(
        absl::StrCat("item ", query.item_id,
                     " is not in the model: nobody had bought it when the model was trained"));
  }
  const ItemScan::Filter eligible = Eligible(serving, query, now);
  const auto count = static_cast<size_t>(query.count);
  std::vector<SimilarItem> similar;
  if (query.basis == SimilarQuery::Basis::kTaste) {
    if (model.tastes.empty()) {
      return absl::FailedPreconditionError(
          "the model has learned no tastes yet; train one, or ask for BASIS_BOUGHT_TOGETHER");
    }
    for (const Ranked& ranked : serving.cosines().MostLike(*index, count, eligible))
      similar.push_back({.item = serving.items()[ranked.item], .similarity = ranked.score});
    return similar;
  }
  if (model.together.empty()) {
    return absl::FailedPreconditionError(
        "the model was learned before Rapport counted what is bought together; train again");
  }
  for (const Together& together :
       TogetherWith(model.together, *index, static_cast<uint32_t>(query.least_support))) {
    if (similar.size() == count) break;
    if (!eligible.Admits(together.item)) continue;
    similar.push_back({.item = serving.items()[together.item],
                       .lift = together.lift,
                       .support = together.support});
  }
  return similar;
}

}  // namespace rapport
