#include "model/purchase_log.h"

#include <gtest/gtest.h>

#include "tests/model/scene.h"

namespace rapport {
namespace {

TEST(PurchaseLog, AReturnedLineCountsUntilItWasBroughtBack) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {
      {.item_id = "mug", .order_id = "1", .at = Day(10), .returned_in_full_at = Day(20)}};
  builder.AddCustomer(lines);
  const PurchaseLog log = std::move(builder).Build();
  EXPECT_EQ(log.OwnPurchasesAt(CustomerIndex(0), Day(10)).size(), 0u);  // before: not yet bought
  EXPECT_EQ(log.OwnPurchasesAt(CustomerIndex(0), Day(15)).size(), 1u);
  EXPECT_EQ(log.OwnPurchasesAt(CustomerIndex(0), Day(20)).size(), 1u);  // just before the return
  EXPECT_EQ(log.OwnPurchasesAt(CustomerIndex(0), Day(21)).size(), 0u);
}

TEST(PurchaseLog, GiftsAreNobodysTaste) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {
      {.item_id = "mug", .order_id = "1", .at = Day(10), .gift = true}};
  builder.AddCustomer(lines);
  EXPECT_TRUE(std::move(builder).Build().OwnPurchasesAt(CustomerIndex(0), Day(15)).empty());
}

TEST(PurchaseLog, WithGiftsTheirLinesAreNobodysTasteAndAllElseIsAsItWas) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 2; ++customer) {
    const std::vector<RawLine> lines = {{.item_id = "fig", .at = Day(1)},
                                        {.item_id = "mug", .at = Day(2)},
                                        {.item_id = "fig", .at = Day(3)}};
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  const std::vector<PurchaseLog::Gifts> gifts = {{CustomerIndex(1), {ItemIndex(0)}}};
  const PurchaseLog changed = log.WithGifts(gifts);
  EXPECT_EQ(changed.OwnPurchasesAt(CustomerIndex(0), Day(9)).size(), 3u);
  const auto own = changed.OwnPurchasesAt(CustomerIndex(1), Day(9));
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0].item, ItemIndex(1));
  EXPECT_EQ(log.OwnPurchasesAt(CustomerIndex(1), Day(9)).size(), 3u);
  EXPECT_EQ(changed.line_count(), log.line_count());
}

TEST(PurchaseLog, IndexesItemsInOrderOfTheirIds) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> one = {{.item_id = "pear", .at = Day(1)},
                                    {.item_id = "fig", .at = Day(2)}};
  const std::vector<RawLine> guests = {{.item_id = "apple", .at = Day(3)}};
  builder.AddCustomer(one);
  builder.AddGuests(guests);
  const PurchaseLog log = std::move(builder).Build();
  EXPECT_EQ(log.items().ids(), (std::vector<std::string>{"apple", "fig", "pear"}));
  EXPECT_EQ(log.LinesOf(CustomerIndex(0))[0].item, ItemIndex(2));
  EXPECT_EQ(log.guest_lines()[0].item, ItemIndex(0));
  EXPECT_EQ(log.first(), Day(1));
  EXPECT_EQ(log.last(), Day(3));
  EXPECT_EQ(log.bought_items(), 3u);
  EXPECT_EQ(log.categories().size(), 0u);
}

TEST(PurchaseLog, KnowsItemsWithACategoryThatNobodyBoughtInAnyOrderOfTelling) {
  const std::vector<RawLine> lines = {{.item_id = "fig", .at = Day(1)}};
  const std::vector<std::pair<std::string, CategoryPath>> catalogue = {
      {"fig", {"fruit"}}, {"apple", {"fruit", "fresh"}}, {"twig", {}}, {"apple", {"wood"}}};
  PurchaseLogBuilder forwards, backwards;
  forwards.AddCustomer(lines);
  for (const auto& [id, path] : catalogue) forwards.AddItem(id, path);
  for (auto item = catalogue.rbegin(); item != catalogue.rend(); ++item)
    backwards.AddItem(item->first, item->second);
  backwards.AddCustomer(lines);
  for (PurchaseLogBuilder* builder : {&forwards, &backwards}) {
    const PurchaseLog log = std::move(*builder).Build();
    EXPECT_EQ(log.items().ids(), (std::vector<std::string>{"apple", "fig"}));
    EXPECT_EQ(log.bought_items(), 1u);
    EXPECT_EQ(log.LinesOf(CustomerIndex(0))[0].item, ItemIndex(1));
    EXPECT_EQ(log.categories().size(), 2u);  // fruit, fruit > fresh
    EXPECT_EQ(log.categories().Of(ItemIndex(0)), CategoryIndex(1));
    EXPECT_EQ(log.categories().Of(ItemIndex(1)), CategoryIndex(0));
  }
}

}  // namespace
}  // namespace rapport
