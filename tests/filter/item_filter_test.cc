// What the language means: which items a filter finds.
#include "services/filter/item_filter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapport {
namespace {

using namespace std::chrono_literals;
using Kind = ItemFilter::Node::Kind;

Item Espresso() {
  return {.item_id = "espresso-1",
          .title = "Espresso Forte 250 g",
          .category_path = {"Drinks", "Coffee", "Espresso"},
          .brand = "Acme",
          .price = Money{"EUR", 9, 900'000'000},
          .attributes = {{"roast", "dark"}, {"weight", "250"}, {"cup size", "L"}, {"note", ""}},
          .tags = {"fair-trade", "new*"}};
}

// Bought some items so long ago, and something in some categories.
class Past : public CustomerPast {
 public:
  Past(std::map<std::string, std::chrono::seconds, std::less<>> items,
       std::set<std::string, std::less<>> categories)
      : items_(std::move(items)), categories_(std::move(categories)) {}
  bool BoughtWithin(std::string_view item_id, std::chrono::seconds within) const override {
    const auto found = items_.find(item_id);
    return found != items_.end() && found->second <= within;
  }
  bool BoughtIn(std::string_view category) const override { return categories_.contains(category); }

 private:
  const std::map<std::string, std::chrono::seconds, std::less<>> items_;
  const std::set<std::string, std::less<>> categories_;
};

bool Finds(std::string_view text, const Item& item, const CustomerPast* past = nullptr) {
  const auto filter = ItemFilter::Parse(text);
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() && Matches(filter->root(), item, past);
}

std::string Canonical(std::string_view text) {
  const auto filter = ItemFilter::Parse(text);
  return filter.ok() ? filter->root().text : std::string(filter.status().message());
}

void FindsAll(const Item& item, const std::vector<std::string>& filters) {
  for (const auto& filter : filters) EXPECT_TRUE(Finds(filter, item)) << filter;
}

void FindsNone(const Item& item, const std::vector<std::string>& filters) {
  for (const auto& filter : filters) EXPECT_FALSE(Finds(filter, item)) << filter;
}

TEST(ItemFilter, EmptyMatchesEverything) {
  for (const std::string_view text : {"", " ", "\t\r\n "}) {
    const auto filter = ItemFilter::Parse(text);
    ASSERT_TRUE(filter.ok());
    EXPECT_EQ(filter->root().kind, Kind::kEverything);
    EXPECT_EQ(filter->root().text, "");
    EXPECT_TRUE(Matches(filter->root(), Item{}, nullptr));
  }
  EXPECT_TRUE(Matches(ItemFilter().root(), Item{}, nullptr));
}

TEST(ItemFilter, TextIsComparedExactlyAndFoundAnywhereIgnoringCase) {
  FindsAll(Espresso(),
           {R"(brand = "Acme")", "brand=Acme", "brand = 'Acme'", R"(brand != "acme")",
            R"(title:"FORTE")", R"(title:"e")", "title:250", R"(brand < "B")", R"(brand <= "Acme")",
            R"(brand >= "Acme")", R"(brand > "Abc")", R"(item_id = "espresso-1")"});
  FindsNone(Espresso(), {R"(brand = "acme")", R"(brand = "Acm")", R"(brand != "Acme")",
                         R"(title:"Fortes")", R"(brand < "Acme")", R"(brand > "Acme")"});
}

TEST(ItemFilter, ContainsIgnoresTheCaseOfEveryAlphabet) {
  const Item item{.title = "CAFÉ Crème [x] Weißbrot ΚΑΦΈΣ"};
  FindsAll(item, {R"(title:"caf")", R"(title:"CAFÉ")", R"(title:"café")", R"(title:"cRÈmE")",
                  R"(title:"[X]")", R"(title:"WEISSBROT")", R"(title:"καφές")"});
  FindsNone(item, {R"(title:"cafe")", R"(title:"{x}")", R"(title:"weisbrot")"});
  FindsAll(Item{.title = "espresso"}, {R"(title:"ESPRESSO")"});
  FindsNone(Item{.title = "espresso"}, {R"(title:"É")"});
}

TEST(ItemFilter, ContainsIgnoresHowAccentsArePutTogether) {
  const Item composed{.title = "Purée", .category_path = {"Café"}};
  const Item apart{.title = "Pure\u0301e", .category_path = {"Cafe\u0301"}};
  for (const Item& item : {composed, apart}) {
    FindsAll(item, {R"(mentions("PURÉE"))", "mentions(\"pure\u0301e\")", R"(title:"Purée")",
                    R"(in_category("CAFÉ"))", "in_category(\"cafe\u0301\")"});
    FindsNone(item, {R"(mentions("puree"))", R"(in_category("cafe"))", R"(in_category("Caf"))"});
  }
}

TEST(ItemFilter, StarsAtTheEndsOfATextAreWildcards) {
  FindsAll(Espresso(), {R"(title = "Esp*")", R"(title = "*250 g")", R"(title = "*Forte*")",
                        "brand = A*", "brand = *me", R"(brand = "Acme*")", R"(brand != "B*")",
                        R"(tags:"fair*")", R"(category:"*spr*")", R"(attributes.roast = "d*")",
                        R"(tags:"new\*")", R"(tags:"*\*")", R"(brand = "*")"});
  FindsNone(Espresso(), {R"(title = "esp*")", R"(title = "*Forte")", R"(brand = "A*e")",
                         R"(brand = "Acm\*")", R"(brand = "Acme\*")", R"(title = "*\*")"});
}

TEST(ItemFilter, CategoryAsksForAnyLevelOfThePath) {
  FindsAll(Espresso(), {"category:Drinks", "category:Coffee", R"(category = "Espresso")",
                        R"(category != "Tea")", "category:*"});
  FindsNone(Espresso(), {"category:coffee", "category:Coff", "category != Coffee", "category:Tea"});
}

TEST(ItemFilter, TagsAskForAnyOfThem) {
  FindsAll(Espresso(), {R"(tags:"fair-trade")", "tags=fair-trade", "tags != old", "tags:*"});
  FindsNone(Espresso(), {"tags:fair", "tags != fair-trade"});
}

TEST(ItemFilter, PricesAreComparedExactly) {
  FindsAll(Espresso(), {"price = 9.90", "price:9.9", "price < 9.900000001", "price > 9.899999999",
                        "price <= 9.9", "price >= 9.9", "price != 9.91", R"(price < "10")",
                        R"(price.currency = "EUR")", "price.currency:*", "price > -1"});
  FindsNone(Espresso(), {"price < 9.9", "price > 9.9", "price = 9", "price != 9.9",
                         R"(price.currency = "USD")"});
  // One nano apart, where no double can tell.
  const Item dear{.price = Money{"EUR", 99'999'999'999'999'999, 999'999'999}};
  FindsAll(dear, {"price = 99999999999999999.999999999", "price > 99999999999999999.999999998",
                  "price < 100000000000000000"});
  const Item refund{.price = Money{"EUR", 0, -500'000'000}};
  FindsAll(refund, {"price = -0.5", "price < 0", "price > -0.6", "price < -0.4"});
}

TEST(ItemFilter, AvailabilityStandsAlone) {
  Item item = Espresso();
  FindsAll(item, {"available", "available = true", "available:true", "available != false"});
  item.available = false;
  FindsAll(item, {"NOT available", "-available", "available = false", "available != true"});
  FindsNone(item, {"available", "available = true"});
}

TEST(ItemFilter, AttributesAreFoundByKeyAndComparedAsText) {
  FindsAll(Espresso(),
           {"attributes.roast = dark", "attributes.roast:dark", R"(attributes."cup size" = "L")",
            "attributes.'cup size':L", "attributes:roast", "attributes.roast:*",
            R"(attributes:"cup size")", "attributes:*", "attributes.roast > cold",
            "attributes.note:*", R"(attributes.note = "")"});
  // Has, of a map's entry, is equality (AIP-160), not a search in the text.
  FindsNone(Espresso(), {"attributes.roast:dar", "attributes.roast = Dark", "attributes:body"});
}

TEST(ItemFilter, AttributesThatAreNumbersAreOrderedAsNumbers) {
  FindsAll(Espresso(), {"attributes.weight > 30", "attributes.weight <= 250.0",
                        R"(attributes.weight < "1000")", "attributes.weight > -1"});
  FindsNone(Espresso(), {"attributes.weight < 30", "attributes.weight > 1000"});
  // A word is neither below nor above a number.
  FindsNone(Espresso(), {"attributes.roast > 5", "attributes.roast < 5", "attributes.note < 5"});
  // Equality is of the text: "007" is not "7".
  FindsNone(Espresso(), {"attributes.weight = 250.0"});
}

TEST(ItemFilter, WhatIsMissingMatchesOnlyThroughNegation) {
  const Item bare{.item_id = "x"};
  FindsNone(bare, {"brand = Acme", "brand < zzz", "brand:*", "title:e", "title > a", "price < 10",
                   "price > -10", "price:*", "price.currency = EUR", "price.currency < Z",
                   "category:*", "category:Coffee", "tags:*", "attributes:*", "attributes.roast:*",
                   "attributes.roast < z", "attributes.weight < 5", R"(attributes.roast = "")"});
  FindsAll(bare, {"brand != Acme", "NOT brand = Acme", "price != 10", "-price < 10", "NOT price:*",
                  "price.currency != EUR", "category != Coffee", "tags != a",
                  "attributes.roast != dark", "NOT attributes:roast"});
}

TEST(ItemFilter, OrBindsTighterThanAnd) {
  // As in C it would be (available AND brand = "Acme") OR ..., and find this one.
  const Item item{.brand = "Acme", .available = false};
  FindsNone(item, {"brand = Acme OR brand = Zen AND available"});
  FindsNone(item, {"available AND brand = Zen OR brand = Acme"});
  EXPECT_EQ(Canonical("available AND brand = Zen OR brand = Acme"),
            R"(available AND (brand = "Zen" OR brand = "Acme"))");
  EXPECT_EQ(Canonical("available brand = Zen OR brand = Acme tags:x"),
            R"(available AND (brand = "Zen" OR brand = "Acme") AND tags:"x")");
}

TEST(ItemFilter, NegationBindsTighterThanOr) {
  EXPECT_EQ(Canonical("NOT available OR brand = A"), R"(NOT available OR brand = "A")");
  EXPECT_EQ(Canonical("-(available OR brand = A)"), R"(NOT (available OR brand = "A"))");
  EXPECT_EQ(Canonical("NOT(available brand = A)"), R"(NOT (available AND brand = "A"))");
}

TEST(ItemFilter, FactorsSideBySideAreAnd) {
  FindsAll(Espresso(), {"available brand = Acme", "category:Coffee -brand=Zen price<10"});
  FindsNone(Espresso(), {"available brand = Zen", "brand=Zen available"});
}

TEST(ItemFilter, ParenthesesHoldSeveralValuesOfOneField) {
  FindsAll(Espresso(), {"brand = (Zen OR Acme)", "tags:(fair-trade 'new*')", "price > (-5 OR 100)",
                        "brand != (Zen OR Bond)", "category:(Tea OR (Coffee Drinks))",
                        "brand = (NOT Zen)", "brand = (-Zen)"});
  FindsNone(Espresso(), {"brand != (Zen OR Acme)", "category:(Tea AND Coffee)"});
}

TEST(ItemFilter, WhatMeansTheSameHasTheSameText) {
  const std::vector<std::vector<std::string>> groups = {
      {"brand != A", "NOT brand = A", "-brand='A'", "NOT NOT -((brand = \"A\"))"},
      {"available", "available = true", "available != false", "NOT available = false"},
      {"category:Tea", "category = 'Tea'"},
      {"price < 10", "price<10.00", "price < \"010\"", "(price < 10)"},
      {"attributes:roast", "attributes.roast:*", "attributes.\"roast\" = '*'"},
      {"title:ESPRESSO", "title:'espresso'"},
      {"bought_within(2w)", "bought_within(\"14d\")", "bought_within('336h')"},
      {"available tags:a AND tags:b", "(available AND tags:a) tags:b", "available (tags:(a b))"},
  };
  for (const auto& group : groups) {
    for (const auto& text : group) EXPECT_EQ(Canonical(text), Canonical(group[0])) << text;
  }
}

TEST(ItemFilter, CanonicalTextKeepsQuotesEscapesAndStars) {
  EXPECT_EQ(Canonical(R"(brand = 'a"b\\c\'d')"), R"(brand = "a\"b\\c'd")");
  EXPECT_EQ(Canonical(R"(brand = "*\*x\**")"), R"(brand = "*\*x\**")");
  EXPECT_EQ(Canonical(R"(attributes."a.b c*" = x)"), R"(attributes."a.b c\*" = "x")");
  FindsAll(Item{.brand = "a\"b\\c'd"}, {R"(brand = 'a"b\\c\'d')", R"(brand = "a\"b\\c'd")"});
}

TEST(ItemFilter, KeywordsAreKeysAndTextsLikeOthersWhereTheyCanBe) {
  const Item item{.title = "AND", .attributes = {{"NOT", "OR"}}};
  FindsAll(item, {"attributes.NOT = 'OR'", "title = \"AND\"", "attributes:'NOT'"});
}

TEST(ItemFilter, AsksThePastOfTheCustomer) {
  const Past past({{"espresso-1", std::chrono::days(10)}}, {"Coffee"});
  EXPECT_TRUE(Finds(R"(bought_within("10d"))", Espresso(), &past));
  EXPECT_TRUE(Finds("bought_within(2w)", Espresso(), &past));
  EXPECT_FALSE(Finds("bought_within('239h')", Espresso(), &past));
  EXPECT_FALSE(Finds("bought_within(2w)", Item{.item_id = "tea"}, &past));
  EXPECT_TRUE(Finds("bought_in(Coffee)", Item{.item_id = "tea"}, &past));
  EXPECT_TRUE(Finds(R"(NOT bought_in("Tea") -bought_within(1d))", Espresso(), &past));
}

TEST(ItemFilter, TellsWhichPartsAskThePast) {
  const auto filter = ItemFilter::Parse("price < 10 AND (available OR NOT bought_within(1d))");
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->asks_history());
  const auto& root = filter->root();
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_FALSE(root.children[0].asks_history);
  EXPECT_TRUE(root.children[1].asks_history);
  EXPECT_FALSE(root.children[1].children[0].asks_history);
  EXPECT_EQ(root.children[1].children[1].kind, Kind::kNot);
  EXPECT_EQ(root.children[1].children[1].children[0].within, 24h);
  EXPECT_FALSE(ItemFilter::Parse("price < 10 available")->asks_history());
}

TEST(ItemFilter, DurationsReachFromASecondToTenYears) {
  EXPECT_EQ(ItemFilter::Parse("bought_within(1s)")->root().within, 1s);
  EXPECT_EQ(ItemFilter::Parse("bought_within('3650d')")->root().within, std::chrono::days(3650));
  EXPECT_EQ(ItemFilter::Parse("bought_within(315360000s)")->root().within, std::chrono::days(3650));
  for (const std::string bad : {"0s", "3651d", "522w", "315360001s", "99999999999999999999d", "-1d",
                                "1.5d", "90", "d", "", "1 d", "3m", "90D"}) {
    EXPECT_FALSE(ItemFilter::Parse("bought_within('" + bad + "')").ok()) << bad;
  }
}

}  // namespace
}  // namespace rapport
