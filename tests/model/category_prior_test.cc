#include "model/category_prior.h"

#include <gtest/gtest.h>

#include <string>

#include "model/als.h"
#include "model/learn.h"
#include "model/scorer.h"
#include "model/snapshot_format.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

constexpr size_t kOldItems = 60, kNewItems = 40;

// "old-03", "new-17"; the taste is the number % 2.
std::string NameOf(size_t item) {
  const bool old = item < kOldItems;
  const std::string number = std::to_string(old ? item : item - kOldItems);
  return (old ? "old-" : "new-") + std::string(2 - number.size(), '0') + number;
}

// Two tastes in 200 days. Old items are on sale from the first day; new ones come one after another
// from day 140 on, and sell like the others from their first day.
void AddCustomers(PurchaseLogBuilder& builder) {
  std::mt19937_64 random(3);
  for (size_t customer = 0; customer < 240; ++customer) {
    std::vector<std::string> ids;
    std::vector<RawLine> lines;
    ids.reserve(40);  // lines point into it
    for (size_t line = 0; line < 40; ++line) {
      const double day = 200 * Uniform(random);
      const double since = std::max(0.0, (day - 140) / 60);
      const auto on_sale = kOldItems + static_cast<size_t>(since * kNewItems);
      const size_t taste = Uniform(random) < 0.95 ? customer % 2 : random() % 2;
      ids.push_back(NameOf(2 * (random() % (on_sale / 2)) + taste));
      lines.push_back({.item_id = ids.back(), .at = Day(day)});
    }
    builder.AddCustomer(lines);
  }
}

// `category_of(item)`: of its number. "right" and "wrong" are of the categories of item 0 and 1,
// and were never bought.
template <typename CategoryOf>
PurchaseLog ShopWithNewItems(const CategoryOf& category_of) {
  PurchaseLogBuilder builder;
  AddCustomers(builder);
  for (size_t item = 0; item < kOldItems + kNewItems; ++item)
    builder.AddItem(NameOf(item), {category_of(item)});
  builder.AddItem("right", {category_of(0)});
  builder.AddItem("wrong", {category_of(1)});
  return std::move(builder).Build();
}

std::string ByTaste(size_t item) { return item % 2 == 0 ? "coffee" : "tea"; }

PurchaseLog ShopWithRandomCategories() {
  std::mt19937_64 random(8);
  return ShopWithNewItems([&](size_t) { return random() % 2 == 0 ? "coffee" : "tea"; });
}

ModelSnapshot Learned(const PurchaseLog& log, int threads = 2) {
  auto model = Learn(
      log, {.tastes = TastesOf({.factors = 8, .alpha0 = 0, .iterations = 5}), .threads = threads},
      nullptr, {});
  EXPECT_TRUE(model.ok()) << model.status();
  return *std::move(model);
}

TEST(CategoryPrior, IsEarnedWhereCategoriesTellWhoBuysNewItems) {
  const CategoryPrior prior = Learned(ShopWithNewItems(ByTaste)).prior;
  EXPECT_GT(prior.weight, 0);
  EXPECT_GT(prior.purchases, 30);
  EXPECT_GT(prior.gain.low, 0);
}

TEST(CategoryPrior, IsNotEarnedByCategoriesAtRandom) {
  const CategoryPrior prior = Learned(ShopWithRandomCategories()).prior;
  EXPECT_EQ(prior.weight, 0);
  EXPECT_GT(prior.purchases, 30);
  EXPECT_LE(prior.gain.low, 0);
}

TEST(CategoryPrior, PutsAnItemThatNobodyBoughtBeforeThoseWhoBuyItsCategory) {
  const PurchaseLog log = ShopWithNewItems(ByTaste);
  const ModelSnapshot model = Learned(log);
  const ItemIndex right = *log.items().Find("right");
  const ItemIndex wrong = *log.items().Find("wrong");
  for (size_t customer = 0; customer < 20; customer += 2) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(201)));
    const Scorer scorer(model, Pool::kNewToCustomer, evidence);
    EXPECT_GT(scorer.Score(right), scorer.Score(wrong)) << customer;
    EXPECT_EQ(scorer.Terms(right).popularity, scorer.Terms(wrong).popularity);
  }
}

TEST(CategoryPrior, GivesTheSameBytesAtOneTwoAndSevenThreads) {
  const PurchaseLog log = ShopWithNewItems(ByTaste);
  const std::string one = SerializeModel(Learned(log, 1));
  EXPECT_TRUE(one == SerializeModel(Learned(log, 2)));
  EXPECT_TRUE(one == SerializeModel(Learned(log, 7)));
}

TEST(CategoryPrior, NotEarnedItChangesNothingOfTheModel) {
  const auto with_items = [](bool described) {
    PurchaseLogBuilder builder;
    AddCustomers(builder);
    std::mt19937_64 random(8);
    const size_t bought = kOldItems + kNewItems - 4;  // before the last of them somebody buys each
    for (size_t item = 0; described && item < bought; ++item)
      builder.AddItem(NameOf(item), {random() % 2 == 0 ? "coffee" : "tea"});
    return std::move(builder).Build();
  };
  ModelSnapshot described = Learned(with_items(true));
  EXPECT_EQ(described.prior.weight, 0);
  EXPECT_NE(described.prior.purchases, 0);
  ModelSnapshot plain = Learned(with_items(false));
  described.prior = {};
  described.timing = plain.timing = {};  // of categories, where there are any
  EXPECT_TRUE(SerializeModel(described) == SerializeModel(plain));
}

// All new items but `known` have a category of their own, with nothing well known in it.
CategoryPrior PriorOfFew(size_t known) {
  constexpr size_t kFirst = kOldItems + 10;
  PurchaseLogBuilder builder;
  AddCustomers(builder);
  for (size_t item = 0; item < kOldItems + kNewItems; ++item) {
    const bool in_category = item < kOldItems || (item >= kFirst && item < kFirst + known);
    builder.AddItem(NameOf(item), {in_category ? ByTaste(item) : NameOf(item)});
  }
  return Learned(std::move(builder).Build()).prior;
}

TEST(CategoryPrior, IsNotJudgedByFewerThanThirtyCustomers) {
  const CategoryPrior prior = PriorOfFew(4);
  EXPECT_EQ(prior.weight, 0);
  EXPECT_GT(prior.purchases, 20);
  EXPECT_LT(prior.purchases, 30);
  EXPECT_EQ(prior.gain.mean, 0);
}

TEST(CategoryPrior, TheWeightThatSuitsBestIsEarned) {
  EXPECT_EQ(Learned(ShopWithNewItems(ByTaste)).prior.weight, 10);
  EXPECT_EQ(PriorOfFew(6).weight, 1);  // of items that some have bought, who say more themselves
}

// Six well-known items of two kinds of tea, one more of coffee, and three that few bought.
class WithPriorTest : public testing::Test {
 protected:
  const std::vector<CategoryPath> paths_ = {
      {"tea", "green"}, {"tea", "green"}, {"tea", "green"}, {"tea", "green"}, {"tea", "green"},
      {"tea", "black"}, {"coffee"},       {"tea", "green"}, {"tea", "black"}, {"coffee"}};
  const std::vector<int32_t> buyers_ = {5, 5, 5, 5, 9, 7, 6, 4, 0, 2};
  const Categories categories_{paths_};

  Taste Learned() const {
    FactorMatrix factors(10, 2);
    factors << 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 9, 6, 1, 7, 0.5, 1, 0, 0, 0.25, 0.5;
    return TasteOf({.factors = 2}, factors, 1);
  }
  // y_a . y_b: the same in any basis.
  static double Dot(const Taste& taste, Eigen::Index a, Eigen::Index b) {
    return taste.factors.row(a).cast<double>().dot(taste.factors.row(b).cast<double>());
  }
};

TEST_F(WithPriorTest, DrawsRareItemsToTheMeanOfTheNarrowestCategoryThatIsWellKnown) {
  const Taste with = WithPrior(Learned(), categories_, buyers_, 4, 1);
  // Green teas are (3, 0) on average: (4 x (0.5, 1) + 4 x (3, 0)) / 8 = (1.75, 0.5).
  EXPECT_NEAR(Dot(with, 7, 0), 1.75, 1e-5);
  EXPECT_NEAR(Dot(with, 7, 5), 1.75 * 9 + 0.5 * 6, 1e-4);
  // One black tea is not enough: all teas are (4, 1), and nobody bought this one.
  EXPECT_NEAR(Dot(with, 8, 0), 4, 1e-5);
  EXPECT_NEAR(Dot(with, 8, 5), 4 * 9 + 6, 1e-4);
}

TEST_F(WithPriorTest, LeavesWellKnownItemsAndThoseWithoutAKnownCategory) {
  const Taste before = Learned();
  const Taste with = WithPrior(before, categories_, buyers_, 4, 1);
  for (const Eigen::Index a : {0, 4, 5, 6, 9}) {
    for (const Eigen::Index b : {0, 4, 5, 6, 9})
      EXPECT_NEAR(Dot(with, a, b), Dot(before, a, b), 1e-4);
  }
}

TEST_F(WithPriorTest, NeighboursStay) {
  Taste before = Learned();
  before.neighbours.offsets.assign(11, 1);
  before.neighbours.offsets[0] = 0;
  before.neighbours.columns = {7};
  before.neighbours.weights = {0.5F};
  const Taste with = WithPrior(before, categories_, buyers_, 4, 1);
  EXPECT_EQ(with.neighbours.offsets, before.neighbours.offsets);
  EXPECT_EQ(with.neighbours.columns, before.neighbours.columns);
  EXPECT_EQ(with.neighbours.weights, before.neighbours.weights);
}

TEST_F(WithPriorTest, SpectrumAndMeanAreOfWhatServes) {
  const Taste with = WithPrior(Learned(), categories_, buyers_, 4, 1);
  EXPECT_NEAR(with.spectrum.sum(), with.factors.cast<double>().squaredNorm(), 1e-4);
  EXPECT_TRUE(with.mean.isApprox(with.factors.cast<double>().colwise().mean().transpose(), 1e-6));
}

}  // namespace
}  // namespace rapport
