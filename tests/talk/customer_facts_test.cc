#include "services/talk/customer_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/talk/scene.h"

namespace rapport::talk {
namespace {

TEST(CustomerFacts, CountsVisitsAndNotLines) {
  std::vector<HistoryLine> lines(3);
  for (size_t line = 0; line < 3; ++line) {
    lines[line].purchase = {.event_id = "e" + std::to_string(line),
                            .item_id = "tea",
                            .order_id = "same",
                            .purchased_at = Scene::kNow};
  }
  const CustomerFacts facts = FactsOf(
      lines, [](const std::string&) { return nullptr; }, Scene::kNow);
  EXPECT_EQ(facts.visits, 1);
  ASSERT_EQ(facts.bought.at("tea").size(), 1u);
  EXPECT_EQ(facts.bought.at("tea")[0].event_id, "e0");
}

TEST(CustomerFacts, TheUsualIsInHalfOfTheLastEightVisits) {
  const auto usual = [](int with, int without) {
    Scene scene;
    for (int visit = 0; visit < with; ++visit) scene.Buys("tea", 10 * visit);
    for (int visit = 0; visit < without; ++visit) scene.Buys("cake", 10 * visit + 5);
    return scene.Facts().customer.usual.contains("tea");
  };
  EXPECT_TRUE(usual(4, 4));
  EXPECT_FALSE(usual(3, 5));
  EXPECT_TRUE(usual(3, 1));
  EXPECT_TRUE(usual(3, 0));
  EXPECT_FALSE(usual(2, 0));
}

TEST(CustomerFacts, WhoStaysAwayForThreeOfTheirGapsHasLapsed) {
  const auto lapsed = [](std::vector<double> days_ago) {
    Scene scene;
    for (const double days : days_ago) scene.Buys("tea", days);
    return Lapsed(scene.Facts().customer);
  };
  EXPECT_FALSE(lapsed({}));
  EXPECT_FALSE(lapsed({89, 119, 149}));
  EXPECT_TRUE(lapsed({91, 121, 151}));
  EXPECT_FALSE(lapsed({59, 60, 61, 62}));  // a month of daily visits is no rhythm to be late by
  EXPECT_TRUE(lapsed({61, 62, 63, 64}));
  EXPECT_FALSE(lapsed({364}));
  EXPECT_TRUE(lapsed({366}));
}

TEST(CustomerFacts, DriftIsAnotherHalfOfWhatIsBought) {
  const auto drifted = [](int changed_of_eight) {
    Scene scene;
    scene.Describe("tea", "Tea");
    scene.Describe("book", "Books");
    std::vector<HistoryLine> lines;
    for (int visit = 0; visit < 16; ++visit) {
      for (int line = 0; line < 4; ++line) {
        const bool book = visit >= 8 && visit - 8 < changed_of_eight;
        lines.push_back(
            {.purchase = {.event_id = std::to_string(visit * 4 + line),
                          .item_id = book ? "book" : "tea",
                          .order_id = "o" + std::to_string(visit),
                          .purchased_at = Scene::kNow - std::chrono::days(20 - visit)}});
      }
    }
    const ItemLookup lookup = [](const std::string& id) {
      return std::make_shared<const Item>(Item{.item_id = id, .category_path = {id}});
    };
    return FactsOf(lines, lookup, Scene::kNow).drifted;
  };
  EXPECT_FALSE(drifted(0));
  EXPECT_FALSE(drifted(4));
  EXPECT_TRUE(drifted(5));
}

}  // namespace
}  // namespace rapport::talk
