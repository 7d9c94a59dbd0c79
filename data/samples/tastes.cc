#include "data/samples/tastes.h"

namespace rapport::samples {
namespace {

// clang-format off
constexpr Leaning kFilterDrinks[] = {{"Drinks", "filter", 1}};
constexpr Leaning kFilterLikes[] = {{"Whole bean", "filter", 8}, {"Whole bean", "rare", 10}, {"Pour-over", "", 9}, {"Filter papers", "", 3}, {"Food and drink", "filter", 6}, {"Summer", "filter", 6}, {"Viennoiserie", "", 1}, {"Bars", "dark", 2}};
constexpr Need kFilterNeeds[] = {{{"Whole bean", "filter", 1}, 20}, {{"Filter papers", "", 1}, 60}};

constexpr Leaning kCommuterDrinks[] = {{"Drinks", "espresso", 3}, {"Drinks", "milk", 1}};
constexpr Leaning kCommuterBites[] = {{"Viennoiserie", "", 1}};
constexpr Leaning kCommuterLikes[] = {{"Viennoiserie", "", 4}, {"Cups", "commuter", 6}, {"Bars", "", 2}, {"Whole bean", "espresso", 2}, {"Savoury", "breakfast", 2}};

constexpr Leaning kBaristaDrinks[] = {{"Drinks", "espresso", 1}};
constexpr Leaning kBaristaLikes[] = {{"Whole bean", "espresso", 6}, {"Espresso tools", "", 9}, {"Food and drink", "espresso", 4}, {"Bars", "dark", 2}, {"Ground", "espresso", 2}};
constexpr Need kBaristaNeeds[] = {{{"Whole bean", "espresso", 1}, 17}, {{"Espresso tools", "everyday", 1}, 110}};

constexpr Leaning kTeaDrinks[] = {{"Tea drinks", "black", 2}, {"Tea drinks", "green", 3}};
constexpr Leaning kTeaBites[] = {{"Cakes", "teatime", 2}, {"Cakes", "sweet", 1}};
constexpr Leaning kTeaLikes[] = {{"Loose leaf", "green", 7}, {"Loose leaf", "oolong", 6}, {"Loose leaf", "floral", 4}, {"Teaware", "green", 6}, {"Notebooks", "", 8}, {"Pens and ink", "", 8}, {"Wrapping", "", 3}, {"Food and drink", "green", 4}};
constexpr Need kTeaNeeds[] = {{{"Loose leaf", "green", 1}, 30}, {{"Pens and ink", "everyday", 1}, 75}};

constexpr Leaning kAfternoonDrinks[] = {{"Tea drinks", "black", 1}};
constexpr Leaning kAfternoonBites[] = {{"Cakes", "teatime", 4}, {"Cakes", "", 1}};
constexpr Leaning kAfternoonLikes[] = {{"Loose leaf", "black", 8}, {"Tea bags", "black", 3}, {"Teaware", "black", 7}, {"Food and drink", "sweet", 4}, {"Bath", "", 3}, {"Cakes", "", 3}};
constexpr Need kAfternoonNeeds[] = {{{"Loose leaf", "black", 1}, 35}};

constexpr Leaning kGiverDrinks[] = {{"Drinks", "milk", 1}};
constexpr Leaning kGiverBites[] = {{"Cakes", "", 1}};
constexpr Leaning kGiverLikes[] = {{"Candles", "", 9}, {"Cards", "", 9}, {"Ceramics", "", 5}, {"Bath", "", 6}, {"Wrapping", "", 5}, {"Bars", "gift", 4}, {"Hampers", "", 2}};

constexpr Leaning kParentDrinks[] = {{"Drinks", "milk", 1}};
constexpr Leaning kParentBites[] = {{"Chocolate drinks", "kids", 3}, {"Cakes", "kids", 1}};
constexpr Leaning kParentLikes[] = {{"Chocolate drinks", "kids", 5}, {"Cakes", "kids", 5}, {"Children", "", 7}, {"Drinking chocolate", "kids", 5}, {"Easter", "kids", 5}, {"Advent", "kids", 5}, {"Summer", "kids", 4}};
constexpr Need kParentNeeds[] = {{{"Drinking chocolate", "kids", 1}, 38}};

constexpr Leaning kSeasonalDrinks[] = {{"Drinks", "milk", 1}, {"Tea drinks", "cosy", 1}};
constexpr Leaning kSeasonalBites[] = {{"Cakes", "christmas", 4}, {"Cakes", "easter", 4}, {"Cakes", "", 1}};
constexpr Leaning kSeasonalLikes[] = {{"Advent", "", 9}, {"Easter", "", 8}, {"", "christmas", 5}, {"Summer", "", 2}, {"Cards", "", 1}};

constexpr Leaning kBrunchDrinks[] = {{"Drinks", "milk", 3}, {"Tea drinks", "milk", 1}};
constexpr Leaning kBrunchBites[] = {{"Savoury", "", 1}};
constexpr Leaning kBrunchLikes[] = {{"Cakes", "sweet", 5}, {"Savoury", "lunch", 4}, {"Viennoiserie", "", 2}, {"Cups", "gift", 2}, {"Ceramics", "", 1}};
constexpr Need kBrunchNeeds[] = {{{"Ground", "", 1}, 42}};

constexpr Leaning kReaderDrinks[] = {{"Drinks", "milk", 1}, {"Tea drinks", "cosy", 2}};
constexpr Leaning kReaderBites[] = {{"Cakes", "cosy", 2}, {"Cakes", "sweet", 1}, {"Viennoiserie", "cosy", 2}};
constexpr Leaning kReaderLikes[] = {{"Fiction", "", 9}, {"Cups", "cosy", 3}, {"Candles", "cosy", 3}, {"Notebooks", "", 1}, {"Bath", "cosy", 2}, {"Tea bags", "", 2}};

constexpr Leaning kCalmDrinks[] = {{"Tea drinks", "herbal", 3}, {"Drinks", "decaf", 2}};
constexpr Leaning kCalmBites[] = {{"Cakes", "vegan", 1}, {"Viennoiserie", "vegan", 1}};
constexpr Leaning kCalmLikes[] = {{"Loose leaf", "herbal", 8}, {"Tea bags", "herbal", 5}, {"Whole bean", "decaf", 4}, {"Ground", "decaf", 4}, {"Teaware", "herbal", 5}, {"Bath", "", 4}};
constexpr Need kCalmNeeds[] = {{{"Loose leaf", "herbal", 1}, 28}, {{"Tea bags", "decaf", 1}, 40}};

constexpr Leaning kVeganDrinks[] = {{"Drinks", "vegan", 2}, {"Tea drinks", "vegan", 2}};
constexpr Leaning kVeganBites[] = {{"Viennoiserie", "vegan", 1}, {"Savoury", "vegan", 2}, {"Cakes", "vegan", 1}};
constexpr Leaning kVeganLikes[] = {{"Savoury", "vegan", 5}, {"Bars", "vegan", 5}, {"Drinking chocolate", "vegan", 5}, {"Food and drink", "vegan", 6}, {"Cakes", "vegan", 3}, {"Loose leaf", "green", 2}};
constexpr Need kVeganNeeds[] = {{{"Drinking chocolate", "vegan", 1}, 45}};

constexpr Leaning kAnyDrinks[] = {{"Drinks", "", 4}, {"Tea drinks", "", 2}, {"Chocolate drinks", "", 1}};
constexpr Leaning kAnyBites[] = {{"Viennoiserie", "", 2}, {"Cakes", "", 2}, {"Savoury", "", 1}};
constexpr Leaning kAnyLikes[] = {{"", "", 1}};
constexpr Leaning kPresents[] = {{"", "gift", 4}, {"Children", "", 2}, {"Advent", "", 3}, {"Fiction", "", 1}, {"Notebooks", "", 1}};
constexpr Leaning kIced[] = {{"", "iced", 1}};

constexpr Taste kTastes[] = {
  {"filter coffee", 12, kFilterDrinks, kCommuterBites, kFilterLikes, kFilterNeeds, "..1..1.", 10, 620, 800, 180, 420, 25, 150},
  {"espresso to go", 16, kCommuterDrinks, kCommuterBites, kCommuterLikes, {}, "11111..", 8, 500, 950, 480, 100, 0, 80},
  {"home barista", 7, kBaristaDrinks, kCommuterBites, kBaristaLikes, kBaristaNeeds, "....11.", 11, 380, 850, 150, 420, 40, 120},
  {"tea and stationery", 10, kTeaDrinks, kTeaBites, kTeaLikes, kTeaNeeds, ".1...1.", 14, 520, 650, 250, 700, 30, 200},
  {"afternoon tea", 8, kAfternoonDrinks, kAfternoonBites, kAfternoonLikes, kAfternoonNeeds, "..11..1", 15, 360, 850, 600, 300, 10, 200},
  {"giver", 9, kGiverDrinks, kGiverBites, kGiverLikes, {}, "1111111", 13, 75, 400, 150, 1700, 8, 650},
  {"parent", 11, kParentDrinks, kParentBites, kParentLikes, kParentNeeds, "..1..11", 15, 380, 700, 800, 900, 15, 250},
  {"seasonal", 6, kSeasonalDrinks, kSeasonalBites, kSeasonalLikes, {}, "....111", 14, 90, 700, 500, 1300, 2, 450},
  {"brunch", 8, kBrunchDrinks, kBrunchBites, kBrunchLikes, kBrunchNeeds, ".....11", 11, 560, 920, 800, 500, 0, 120},
  {"reader", 7, kReaderDrinks, kReaderBites, kReaderLikes, {}, "...1..1", 16, 480, 900, 420, 380, 4, 200},
  {"calm", 7, kCalmDrinks, kCalmBites, kCalmLikes, kCalmNeeds, "1.1.1..", 12, 330, 850, 250, 350, 20, 150},
  {"vegan", 5, kVeganDrinks, kVeganBites, kVeganLikes, kVeganNeeds, ".1.1.1.", 12, 420, 850, 600, 350, 5, 120},
};

constexpr Taste kPasserBy = {"passer-by", 0, kAnyDrinks, kAnyBites, kAnyLikes, {}, "1111111", 13, 1000, 850, 450, 250, 0, 120};
// clang-format on

int64_t Matches(const Leaning& leaning, const CatalogueEntry& entry) {
  if (!leaning.subcategory.empty() && leaning.subcategory != entry.subcategory) return 0;
  if (!leaning.tag.empty() && !HasTag(entry, leaning.tag)) return 0;
  return leaning.weight;
}

}  // namespace

std::span<const Taste> Tastes() { return kTastes; }
const Taste& PasserBy() { return kPasserBy; }
std::span<const Leaning> PresentLeanings() { return kPresents; }
std::span<const Leaning> IcedLeanings() { return kIced; }

std::vector<int64_t> Weights(std::span<const Leaning> leanings) {
  std::vector<int64_t> weights;
  for (const CatalogueEntry& entry : Catalogue()) {
    int64_t weight = 0;
    for (const Leaning& leaning : leanings) weight += Matches(leaning, entry);
    // The square: what is popular is popular with many.
    weights.push_back(weight * entry.popularity * entry.popularity);
  }
  return weights;
}

}  // namespace rapport::samples
