#include "model/interactions.h"

#include <gtest/gtest.h>

#include "tests/model/scene.h"

namespace rapport {
namespace {

TEST(Interactions, HoldTheSamePairsBothWays) {
  const Interactions interactions = InteractionsAt(ShopWithTastes({}), Day(150), 60);
  const CompressedRows back = Transpose(interactions.by_item, interactions.by_customer.rows());
  EXPECT_EQ(back.offsets, interactions.by_customer.offsets);
  EXPECT_EQ(back.columns, interactions.by_customer.columns);
  EXPECT_EQ(back.weights, interactions.by_customer.weights);
}

}  // namespace
}  // namespace rapport
