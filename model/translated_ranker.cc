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
  const auto scan = std::make_shared<const ItemScan>(model);
  ItemScan::Filter candidates = scan->None();
  for (size_t row = 0; row < to_log->size(); ++row) {
    const std::optional<ItemIndex> logged = (*to_log)[row];
    if (logged && held_out.candidate[Row(*logged)]) candidates.Admit(ItemIndex(row));
  }
  return [scan, candidates, to_model, to_log](const HeldOutCustomer& customer, Pool pool) {
    const Evidence evidence = Translated(customer.evidence, *to_model);
    const Scorer scorer(scan->model(), pool, evidence);
    std::vector<ItemIndex> list;
    for (const Ranked& ranked : scan->TopK(scorer, kListLength, OfPool(candidates, pool, evidence)))
      list.push_back(*(*to_log)[Row(ranked.item)]);
    return list;
  };
}

}  // namespace rapport
