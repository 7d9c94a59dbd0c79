#include "data/records.h"

#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Back;
using testing::Bought;

HistoryLine Line(int quantity, std::vector<Return> returns) {
  return {Bought("ada", "p", "tea", 0, quantity), {}, std::move(returns)};
}

TEST(HistoryLine, KeepsWhatWasNotBroughtBack) {
  EXPECT_EQ(Line(5, {}).KeptQuantity(), 5);
  EXPECT_EQ(Line(5, {Back("ada", "r", "p", 1, 2)}).KeptQuantity(), 3);
  EXPECT_EQ(Line(5, {Back("ada", "r", "p", 1, 2), Back("ada", "s", "p", 2, 3)}).KeptQuantity(), 0);
}

TEST(HistoryLine, TakesAReturnWithoutQuantityForAllThatIsLeft) {
  EXPECT_EQ(Line(5, {Back("ada", "r", "p", 1, 2), Back("ada", "s", "p", 2)}).KeptQuantity(), 0);
}

TEST(HistoryLine, NeverKeepsLessThanNothing) {
  const HistoryLine line =
      Line(2, {Back("ada", "r", "p", 1, 10'000'000), Back("ada", "s", "p", 2, 2'000'000'000)});
  EXPECT_EQ(line.KeptQuantity(), 0);
}

TEST(HistoryLine, IsReturnedInFullWhenTheLastPieceComesBack) {
  EXPECT_EQ(Line(2, {}).ReturnedInFullAt(), std::nullopt);
  EXPECT_EQ(Line(2, {Back("ada", "r", "p", 7, 1)}).ReturnedInFullAt(), std::nullopt);
  EXPECT_EQ(Line(2, {Back("ada", "r", "p", 7, 1), Back("ada", "s", "p", 8, 1),
                     Back("ada", "t", "p", 9, 1)})
                .ReturnedInFullAt(),
            At(8));
  EXPECT_EQ(Line(2, {Back("ada", "r", "p", 7)}).ReturnedInFullAt(), At(7));
}

}  // namespace
}  // namespace rapport
