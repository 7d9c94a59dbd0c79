#include "model/translated_ranker.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {
namespace {

// Where each item of one vocabulary stands in another.
using Translation = std::vector<std::optional<ItemIndex>>;

Translation Translate(const Vocabulary& from, const Vocabulary& to) {
  Translation translation;
  for (const std::string& id : from.ids()) translation.push_back(to.Find(id));
  return translation;
}

Evidence Translated(const Evidence& evidence, const Translation& translation) {
  std::vector<OwnPurchase> own;
  for (const Evidence::Entry& entry : evidence.entries()) {
    const std::optional<ItemIndex> item = translation[Row(entry.item)];
    if (!item) continue;
    for (const Evidence::Order& order : evidence.orders(entry))
      own.push_back({.item = *item, .order = order.order, .at = order.at});
  }
  return Evidence(std::move(own));
}

}  // namespace

Ranker TranslatedRanker(const ModelSnapshot& model, const Vocabulary& items,
                        const HeldOut& held_out) {
  const auto to_model = std::make_shared<const Translation>(Translate(items, model.items));
  const auto to_log = std::make_shared<const Translation>(Translate(model.items, items));
  return [&model, &held_out, to_model, to_log](const HeldOutCustomer& customer, Pool pool) {
    const Evidence evidence = Translated(customer.evidence, *to_model);
    const Scorer scorer(model, pool, evidence);
    std::vector<ItemIndex> list;
    for (const Ranked& ranked : TopK(scorer, kListLength, [&](ItemIndex item) {
           const std::optional<ItemIndex> logged = (*to_log)[Row(item)];
           return logged && held_out.candidate[Row(*logged)] &&
                  InPool(pool, customer.evidence, *logged);
         })) {
      list.push_back(*(*to_log)[Row(ranked.item)]);
    }
    return list;
  };
}

}  // namespace rapport
