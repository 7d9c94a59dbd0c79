#include "tests/model/scene.h"

#include <cstdio>
#include <string>

#include "model/taste.h"

namespace rapport {
namespace {

std::string ItemId(size_t item) {
  char text[32];
  std::snprintf(text, sizeof(text), "item-%03zu", item);
  return text;
}

// Up to four of each item, ascending.
CompressedRows RandomNeighbours(size_t items, std::mt19937_64& random) {
  CompressedRows neighbours;
  for (size_t item = 0; item < items; ++item) {
    for (size_t other = random() % 5;
         other < items && neighbours.columns.size() < neighbours.offsets.back() + 4;
         other += 1 + random() % items) {
      if (other == item) continue;
      neighbours.columns.push_back(static_cast<uint32_t>(other));
      neighbours.weights.push_back(static_cast<float>(Uniform(random)));
    }
    neighbours.offsets.push_back(neighbours.columns.size());
  }
  return neighbours;
}

}  // namespace

double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

ModelSnapshot RandomModel(size_t items, int factors, uint64_t seed) {
  std::mt19937_64 random(seed);
  ModelSnapshot model;
  model.version = "000000000042-20260501T093000000";
  model.kind = ModelKind::kTrained;
  std::vector<std::string> ids;
  for (size_t item = 0; item < items; ++item) ids.push_back(ItemId(item));
  model.items = Vocabulary(ids);
  for (const double half_life_days : {60, 365}) {
    const AlsOptions options{.factors = factors,
                             .alpha0 = 0.05,
                             .regularization = 0.01,
                             .half_life_days = half_life_days};
    FactorMatrix values(static_cast<Eigen::Index>(items), factors);
    for (float& value : values.reshaped()) value = static_cast<float>(Uniform(random) - 0.5);
    model.tastes.push_back(TasteOf(options, values, 1));
  }
  model.tastes[1].options.neighbour_weight = 0.5;
  model.tastes[1].neighbours = RandomNeighbours(items, random);
  std::mt19937_64 of_averages(seed + 1);
  for (Taste& taste : model.tastes) {
    AverageCustomer& average = taste.average;
    average.customers = 10;
    average.vector.resize(factors);
    for (double& value : average.vector) value = Uniform(of_averages) - 0.5;
    average.neighbourhood.resize(
        taste.options.neighbour_weight > 0 ? static_cast<Eigen::Index>(items) : 0);
    for (float& value : average.neighbourhood) value = static_cast<float>(Uniform(of_averages)) / 8;
  }
  model.popularity.resize(static_cast<Eigen::Index>(items), kPopularityFeatures.size());
  for (double& value : model.popularity.reshaped()) value = 3 * Uniform(random);
  for (PoolWeights& weights : model.weights) {
    weights = {.tastes = {0.5, 0.25},
               .repeat = {0.5, 0.25, 1, -0.1},
               .popularity = {0.3, 0.2, 0.1, -0.1, -0.2},
               .fitted = true};
  }
  model.prior = {.weight = 3, .purchases = 41, .gain = {0.25, 0.125, 0.5}};
  model.data = {.customers = 10,
                .items = static_cast<int64_t>(items),
                .orders = 20,
                .purchases = 30,
                .pairs = 25,
                .first_purchase = Day(900),
                .last_purchase = Day(1000)};
  model.evaluation = {
      .cut = Day(972),
      .window_days = 28,
      .rows = {{"rapport", Pool::kAny, 10, 0.3, 0.2, 0.8}},
      .comparisons = {{"popularity", Pool::kAny, {0.1, 0.05, 0.15}, {0.2, 0.1, 0.3}}}};
  model.evaluation.calibration[static_cast<size_t>(Pool::kAny)] = {.samples = 200,
                                                                   .expected = 0.25,
                                                                   .bought = 0.5,
                                                                   .brier = 0.125,
                                                                   .brier_skill = 0.5,
                                                                   .ece = 0.25};
  model.calibration = {.window_days = 28, .levels = {1, 2, 3}, .pools = {}};
  PoolCalibration& any = model.calibration.pools[static_cast<size_t>(Pool::kAny)];
  any.samples = 200;
  any.base_rate = 0.25;
  any.shift = 0.5;
  any.curves[1][0] = {{.score = -1, .probability = 0.125, .samples = 50},
                      {.score = 2, .probability = 0.75, .samples = 150}};
  model.remark = "made up";
  return model;
}

Evidence RandomEvidence(size_t items, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<OwnPurchase> purchases;
  std::vector<bool> taken(items, false);
  uint32_t order = 0;
  while (count > 0) {
    const size_t item = random() % items;
    if (taken[item]) continue;
    taken[item] = true;
    --count;
    for (uint64_t time = 0; time < 1 + random() % 3; ++time) {
      purchases.push_back({ItemIndex(item), order++, Day(900 + 100 * Uniform(random))});
    }
  }
  return Evidence(std::move(purchases));
}

std::vector<Note> RandomNotes(size_t items, size_t count, uint64_t seed) {
  if (items == 0) return {};
  std::mt19937_64 random(seed);
  const auto some = [&](size_t many) {
    std::vector<ItemIndex> chosen;
    for (size_t at = 0; at < many; ++at) chosen.push_back(ItemIndex(random() % items));
    return chosen;
  };
  std::vector<Note> notes;
  for (size_t note = 0; note < count; ++note) {
    const double part = 0.05 + 0.9 * Uniform(random);
    switch (random() % 5) {
      case 0:
        notes.push_back(Unwanted(some(1), part, Uniform(random)));
        break;
      case 1:
        notes.push_back(Unwanted(some(1 + random() % 4), part, part));
        break;
      case 2:
        notes.push_back(Liked(some(1 + random() % 4), part));
        break;
      case 3:
        notes.push_back(Liked(some(items), part));
        break;
      case 4:
        notes.push_back(OwnedElsewhere(some(1).front()));
        break;
    }
    if (note % 11 == 10) notes.back().items.clear();
  }
  return notes;
}

PurchaseLog ShopWithTastes(const ShopOptions& options) {
  std::mt19937_64 random(options.seed);
  PurchaseLogBuilder builder;
  const size_t items_of_taste = options.items / options.tastes;
  for (size_t customer = 0; customer < options.customers; ++customer) {
    std::vector<std::string> ids;
    std::vector<std::string> orders;
    std::vector<Instant> times;
    for (size_t order = 0; order < options.orders; ++order) {
      const Instant at = Day(options.days * Uniform(random));
      for (int line = 0; line < 2; ++line) {
        const size_t own = customer % options.tastes;
        const size_t taste = Uniform(random) < options.loyalty ? own : random() % options.tastes;
        ids.push_back(ItemId(options.tastes * (random() % items_of_taste) + taste));
        orders.push_back("order-" + std::to_string(order));
        times.push_back(at);
      }
    }
    std::vector<RawLine> lines;
    for (size_t line = 0; line < ids.size(); ++line) {
      lines.push_back({.item_id = ids[line], .order_id = orders[line], .at = times[line]});
    }
    builder.AddCustomer(lines);
  }
  return std::move(builder).Build();
}

}  // namespace rapport
