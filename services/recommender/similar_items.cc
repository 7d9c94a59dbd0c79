#include "services/recommender/similar_items.h"

#include "absl/strings/str_cat.h"
#include "model/bought_together.h"

namespace rapport {
namespace {

// Rules that ask what a customer bought say nothing here: there is none.
ItemScan::Filter Eligible(const ServingModel& serving, const SimilarQuery& query, TimePoint now) {
  ItemScan::Filter eligible = serving.available();
  if (query.filter != nullptr) eligible &= serving.ItemsOf(*query.filter, nullptr);
  for (const ParsedRule* parsed : serving.rules().HoldingAt(now, query.store)) {
    if (parsed->rule.effect == RuleEffect::kExclude && !parsed->filter.asks_history())
      eligible &= serving.ItemsOf(parsed->filter, nullptr).Complement();
  }
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
