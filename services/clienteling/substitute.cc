#include "services/clienteling/substitute.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/recommender/similar_items.h"

namespace rapport::clienteling {
namespace {

constexpr int kTried = 20;  // of the most similar
constexpr size_t kMostShared = 3;

std::map<std::string, std::string> Shared(const Item& a, const Item& b) {
  std::map<std::string, std::string> shared;
  for (const auto& [name, value] : a.attributes) {
    const auto other = b.attributes.find(name);
    if (other != b.attributes.end() && other->second == value) shared.emplace(name, value);
  }
  return shared;
}

class Search {
 public:
  Search(const Item& item, const std::set<std::string>& besides, const ServingModel& serving,
         const Discretion& discretion)
      : item_(item), besides_(besides), serving_(serving), discretion_(discretion) {}

  // In the item's category of this level, 0 the broadest, and all above it. None: nothing.
  absl::StatusOr<std::optional<Substitute>> At(size_t level, const std::string& store,
                                               TimePoint now) const {
    const std::string& category = item_.category_path[level];
    std::string path;
    for (size_t above = 0; above <= level; ++above)
      path += "category = " + Quoted(item_.category_path[above]) + " ";
    auto parsed = ItemFilter::Parse(path);
    if (!parsed.ok()) return std::nullopt;  // too long for a filter
    SimilarQuery query{.item_id = item_.item_id, .count = kTried, .store = store};
    query.filter = std::make_shared<const ItemFilter>(*std::move(parsed));
    const auto similar = SimilarItems(serving_, query, now);
    if (absl::IsNotFound(similar.status()) || absl::IsFailedPrecondition(similar.status()))
      return ByAttributes(*query.filter, category);
    if (!similar.ok()) return similar.status();
    for (const SimilarItem& each : *similar) {
      if (!May(*each.item)) continue;
      return Substitute{.item = each.item,
                        .category = category,
                        .shared = SpokenOf(*each.item),
                        .similarity = each.similarity};
    }
    return std::nullopt;
  }

 private:
  bool May(const Item& other) const {
    return other.item_id != item_.item_id && !besides_.contains(other.item_id) &&
           !discretion_.hides_item(other);
  }

  std::map<std::string, std::string> SpokenOf(const Item& other) const {
    auto shared = Shared(item_, other);
    std::erase_if(shared, [this](const auto& attribute) {
      return discretion_.hides_text(attribute.first) || discretion_.hides_text(attribute.second);
    });
    while (shared.size() > kMostShared) shared.erase(std::prev(shared.end()));
    return shared;
  }

  // The one with the most attributes in common; of equals the first of the model.
  std::optional<Substitute> ByAttributes(const ItemFilter& filter,
                                         const std::string& category) const {
    ItemScan::Filter eligible = serving_.available();
    eligible &= serving_.ItemsOf(filter, nullptr);
    std::shared_ptr<const Item> best;
    size_t most = 0;
    for (size_t row = 0; row < serving_.items().size(); ++row) {
      if (!eligible.Admits(ItemIndex(row))) continue;
      const auto& other = serving_.items()[ItemIndex(row)];
      const size_t count = Shared(item_, *other).size();
      if ((best != nullptr && count <= most) || !May(*other)) continue;
      best = other;
      most = count;
    }
    if (best == nullptr) return std::nullopt;
    return Substitute{.item = best, .category = category, .shared = SpokenOf(*best)};
  }

  const Item& item_;
  const std::set<std::string>& besides_;
  const ServingModel& serving_;
  const Discretion& discretion_;
};

}  // namespace

absl::StatusOr<std::optional<Substitute>> SubstituteFor(const Item& item,
                                                        const std::set<std::string>& besides,
                                                        const ServingModel& serving,
                                                        const Discretion& discretion,
                                                        const std::string& store, TimePoint now) {
  if (discretion.hides_item(item)) return std::nullopt;
  const Search search(item, besides, serving, discretion);
  for (size_t level = item.category_path.size(); level-- > 0;) {
    auto found = search.At(level, store, now);
    if (!found.ok() || found->has_value()) return found;
  }
  return std::nullopt;
}

}  // namespace rapport::clienteling
