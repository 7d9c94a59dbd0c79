#include "model/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/scene.h"

namespace rapport {
namespace {

std::vector<ItemIndex> Items(std::initializer_list<uint32_t> items) {
  std::vector<ItemIndex> indexes;
  for (const uint32_t item : items) indexes.push_back(ItemIndex(item));
  return indexes;
}

TEST(QualityOf, IsWhatTheDefinitionsSay) {
  // Hits at places 1 and 3 of three relevant.
  const RankingQuality quality = QualityOf(Items({4, 9, 7, 1}), Items({4, 5, 7}));
  EXPECT_DOUBLE_EQ(quality.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(quality.hit, 1);
  const double gain = 1 + 1 / std::log2(4.0);
  const double ideal = 1 + 1 / std::log2(3.0) + 1 / std::log2(4.0);
  EXPECT_DOUBLE_EQ(quality.ndcg, gain / ideal);
}

TEST(QualityOf, LooksAtTwentyPlacesOnly) {
  std::vector<ItemIndex> list;
  for (uint32_t item = 0; item < 30; ++item) list.push_back(ItemIndex(item));
  EXPECT_EQ(QualityOf(list, Items({20})).hit, 0);
  EXPECT_EQ(QualityOf(list, Items({19})).hit, 1);
}

TEST(HeldOut, JudgesByWhatWasBoughtInTheWindowAndKnownBeforeIt) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 5; ++customer) {
    const std::vector<RawLine> lines = {{.item_id = "known", .order_id = "1", .at = Day(1)},
                                        {.item_id = "new", .order_id = "2", .at = Day(20)},
                                        {.item_id = "known", .order_id = "2", .at = Day(20)},
                                        {.item_id = "late", .order_id = "3", .at = Day(40)}};
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(10), Day(38));
  ASSERT_EQ(held_out.customers.size(), 5u);
  EXPECT_EQ(held_out.customers[0].bought,
            std::vector{*log.items().Find("known")});  // nobody had bought "new" before
  EXPECT_TRUE(held_out.customers[0].Relevant(Pool::kNewToCustomer).empty());
  EXPECT_EQ(held_out.customers[0].Relevant(Pool::kAny).size(), 1u);
  EXPECT_EQ(held_out.customers[0].Relevant(Pool::kBoughtBefore).size(), 1u);
}

TEST(Rankers, ServeListsOfThePoolFromTheCandidates) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  for (const Ranker& ranker :
       {PopularityRanker(log, held_out), PersonalFrequencyRanker(log, held_out)}) {
    for (const Pool pool : kPools) {
      for (const ItemIndex item : ranker(held_out.customers[0], pool)) {
        EXPECT_TRUE(InPool(pool, held_out.customers[0].evidence, item));
        EXPECT_TRUE(held_out.candidate[Row(item)]);
      }
    }
  }
}

TEST(PersonalFrequencyRanker, PutsTheMostOrderedFirst) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  const Ranker ranker = PersonalFrequencyRanker(log, held_out);
  for (const HeldOutCustomer& customer : held_out.customers) {
    const auto list = ranker(customer, Pool::kAny);
    size_t before = SIZE_MAX;
    for (const ItemIndex item : list) {
      const Evidence::Entry* own = customer.evidence.Find(item);
      const size_t orders = own == nullptr ? 0 : own->order_count;
      EXPECT_LE(orders, before);
      before = orders;
    }
  }
}

}  // namespace
}  // namespace rapport
