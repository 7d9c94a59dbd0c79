#include "model/categories.h"

#include <gtest/gtest.h>

namespace rapport {
namespace {

TEST(Categories, FollowTheOrderOfTheirPathsWithParentsFirst) {
  const std::vector<CategoryPath> paths = {
      {"tea", "green"}, {}, {"coffee", "beans", "dark"}, {"tea"}, {"coffee", "beans", "dark"}};
  const Categories categories(paths);
  // coffee, coffee > beans, coffee > beans > dark, tea, tea > green
  ASSERT_EQ(categories.size(), 5u);
  EXPECT_EQ(categories.Of(ItemIndex(0)), CategoryIndex(4));
  EXPECT_EQ(categories.Of(ItemIndex(1)), std::nullopt);
  EXPECT_EQ(categories.Of(ItemIndex(2)), CategoryIndex(2));
  EXPECT_EQ(categories.Of(ItemIndex(3)), CategoryIndex(3));
  EXPECT_EQ(categories.Of(ItemIndex(4)), CategoryIndex(2));
  EXPECT_EQ(categories.ParentOf(CategoryIndex(0)), std::nullopt);
  EXPECT_EQ(categories.ParentOf(CategoryIndex(1)), CategoryIndex(0));
  EXPECT_EQ(categories.ParentOf(CategoryIndex(2)), CategoryIndex(1));
  EXPECT_EQ(categories.ParentOf(CategoryIndex(3)), std::nullopt);
  EXPECT_EQ(categories.ParentOf(CategoryIndex(4)), CategoryIndex(3));
}

TEST(Categories, TheSameNameInTwoPlacesIsTwoCategories) {
  const std::vector<CategoryPath> paths = {{"tea", "gifts"}, {"coffee", "gifts"}};
  const Categories categories(paths);
  EXPECT_NE(categories.Of(ItemIndex(0)), categories.Of(ItemIndex(1)));
}

TEST(Categories, NoneForAShopWithoutThem) {
  const std::vector<CategoryPath> paths(3);
  EXPECT_EQ(Categories(paths).size(), 0u);
  EXPECT_EQ(Categories(paths).Of(ItemIndex(2)), std::nullopt);
}

}  // namespace
}  // namespace rapport
