#include "tests/bench/serving_shop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "data/store.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/trainer.h"
#include "tests/bench/made_up_taste.h"

namespace rapport {
namespace {

constexpr int64_t kItemsOfTopic = 100;
constexpr int kTopicsOfCustomer = 3;
constexpr int kLinesOfOrder = 3;
constexpr double kAnyTopic = 0.15;  // of choices
constexpr std::chrono::days kLength{730};
constexpr size_t kBatch = 10'000;
const TimePoint kEnd(std::chrono::seconds(1'780'000'000));

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

std::string ItemId(int64_t item) {
  char id[24];
  std::snprintf(id, sizeof(id), "i%07lld", static_cast<long long>(item));
  return id;
}

Item ItemOf(int64_t item) {
  const std::string topic = "Topic " + std::to_string(item / kItemsOfTopic);
  return {.item_id = ItemId(item),
          .title = "Item " + std::to_string(item % kItemsOfTopic) + " of " + topic,
          .category_path = {"All", topic},
          .brand = "Brand " + std::to_string(item % 37),
          .price = Money{"EUR", 1 + item % 50, 900'000'000}};
}

// With greater `skew` the first ones more often.
int64_t Pick(std::mt19937_64& random, int64_t count, double skew) {
  const double chance = std::uniform_real_distribution<double>()(random);
  return static_cast<int64_t>(std::pow(chance, skew) * static_cast<double>(count));
}

std::vector<Event> PurchasesOf(const ServingShop& shop, int64_t customer, std::mt19937_64& random) {
  const int64_t topics = (shop.items + kItemsOfTopic - 1) / kItemsOfTopic;
  int64_t own[kTopicsOfCustomer];
  for (int64_t& topic : own) topic = Pick(random, topics, 1.5);
  const std::string id = "c" + std::to_string(customer);
  std::vector<Event> events;
  TimePoint at;
  for (int line = 0; line < shop.purchases; ++line) {
    if (line % kLinesOfOrder == 0) {
      at = kEnd - std::chrono::seconds(Pick(random, std::chrono::seconds(kLength).count(), 1));
    }
    const bool any = std::uniform_real_distribution<double>()(random) < kAnyTopic;
    const int64_t topic = any ? Pick(random, topics, 1.5) : own[Pick(random, kTopicsOfCustomer, 1)];
    const int64_t first = topic * kItemsOfTopic;
    const int64_t item = first + Pick(random, std::min(kItemsOfTopic, shop.items - first), 1.3);
    events.emplace_back(Purchase{.event_id = "e" + std::to_string(line),
                                 .customer_id = id,
                                 .item_id = ItemId(item),
                                 .order_id = "o" + std::to_string(line / kLinesOfOrder),
                                 .purchased_at = at,
                                 .unit_price = Money{"EUR", 1 + item % 50, 900'000'000},
                                 .channel = Channel::kStore});
  }
  return events;
}

void Fill(const ServingShop& shop, Store& store) {
  std::vector<Item> items;
  for (int64_t item = 0; item < shop.items; ++item) {
    items.push_back(ItemOf(item));
    if (items.size() < kBatch && item + 1 < shop.items) continue;
    Check(store.UpsertItemsAndWait(std::exchange(items, {})));
  }
  std::mt19937_64 random(7);
  std::vector<Event> events;
  for (int64_t customer = 0; customer < shop.customers; ++customer) {
    for (Event& event : PurchasesOf(shop, customer, random)) events.push_back(std::move(event));
    if (events.size() < kBatch && customer + 1 < shop.customers) continue;
    Check(store.AppendAndWait(std::exchange(events, {})).status());
  }
}

ModelSnapshot MadeUpModel(const ServingShop& shop, uint64_t sequence) {
  std::vector<std::string> ids(static_cast<size_t>(shop.items));
  for (int64_t item = 0; item < shop.items; ++item) ids[static_cast<size_t>(item)] = ItemId(item);
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.version = "000000000001-20260101T000000000";
  model.trained_at = kEnd;
  model.sequence = sequence;
  model.items = Vocabulary(std::move(ids));
  model.tastes = {MadeUpTaste(shop.items, shop.factors)};
  model.popularity.resize(shop.items, kPopularityFeatures.size());
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  for (double& feature : model.popularity.reshaped()) feature = normal(random);
  model.weights.fill({.tastes = {1},
                      .repeat = {0.5, 0.5, 0.5, 0},
                      .popularity = {0.1, 0.1, 0.1, 0.1, -0.1},
                      .fitted = true});
  return model;
}

void Learn(const ServingShop& shop, const Store& store, ModelShelf& shelf) {
  TrainerOptions options{.threads = 2, .gate = false};
  options.als.factors = shop.factors;
  Trainer trainer(store, shelf, options, [] { return kEnd; });
  const auto training = trainer.TrainOnce();
  Check(training.status());
  if (training->state != TrainingState::kSucceeded) throw std::runtime_error(training->message);
}

void PublishTwice(const ServingShop& shop, const Store& store, ModelShelf& shelf) {
  if (shop.trained) {
    Learn(shop, store, shelf);
  } else {
    Check(shelf.Publish(MadeUpModel(shop, store.LastSequence())));
  }
  ModelSnapshot again = *shelf.Current();
  again.version.back() = again.version.back() == '9' ? '0' : '9';
  Check(shelf.Publish(std::move(again)));
}

}  // namespace

void MakeServingShop(const ServingShop& shop, const std::string& directory) {
  const std::string ready = directory + "/made";
  if (std::filesystem::exists(ready)) return;
  std::fprintf(stderr, "making %s: %lld items, %lld customers of %d purchases, f = %d%s\n",
               shop.name.c_str(), static_cast<long long>(shop.items),
               static_cast<long long>(shop.customers), shop.purchases, shop.factors,
               shop.trained ? ", trained" : "");
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  StoreOptions options;
  options.path = directory + "/db";
  options.now = [] { return kEnd; };
  auto store = Store::Open(options);
  Check(store.status());
  Fill(shop, **store);
  auto shelf = ModelShelf::Open({.path = directory + "/models"});
  Check(shelf.status());
  Check(LoadCatalogue(**store, **shelf));
  PublishTwice(shop, **store, **shelf);
  store->reset();
  std::ofstream(ready) << shop.name << "\n";
}

}  // namespace rapport
