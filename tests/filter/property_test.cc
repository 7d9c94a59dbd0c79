// Random filters, written in many ways: read back, and answered like a plain evaluator that shares
// nothing with the parser.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/filter/item_filter.h"
#include "tests/filter/random_filter.h"

namespace rapport {
namespace {

using Node = ItemFilter::Node;

struct History : CustomerPast {
  std::map<std::string, int, std::less<>> days_ago;
  std::vector<std::string> categories;
  bool BoughtWithin(std::string_view item_id, std::chrono::seconds within) const override {
    const auto found = days_ago.find(item_id);
    return found != days_ago.end() && std::chrono::days(found->second) <= within;
  }
  bool BoughtIn(std::string_view category) const override {
    return std::ranges::find(categories, category) != categories.end();
  }
};

// Meaning, told again without the parser. All numbers here have at most one decimal.

bool Tenths(const std::string& text, int* tenths) {
  if (text.empty() || text.find_first_not_of("-0123456789.") != std::string::npos) return false;
  *tenths = static_cast<int>(std::lround(std::stod(text) * 10));
  return true;
}

template <class T>
bool Ordered(const std::string& op, const T& a, const T& b) {
  if (op == "<") return a < b;
  if (op == "<=") return a < b || a == b;
  if (op == ">") return b < a;
  return b < a || a == b;
}

bool TextEquals(const Expr& leaf, const std::string& text) {
  const std::string& value = leaf.value;
  if (text.size() < value.size()) return false;
  for (size_t at = 0; at + value.size() <= text.size(); ++at) {
    const bool starts = leaf.wild_front || at == 0;
    const bool ends = leaf.wild_back || at + value.size() == text.size();
    if (starts && ends && text.compare(at, value.size(), value) == 0) return true;
  }
  return false;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool MeansOfTexts(const Expr& leaf, const std::vector<std::string>& texts) {
  if (leaf.op == "present") return !texts.empty();
  const bool any =
      std::ranges::any_of(texts, [&](const auto& text) { return TextEquals(leaf, text); });
  return leaf.op == "!=" ? !any : any;
}

bool MeansOfAttribute(const Expr& leaf, const Item& item) {
  const auto found = item.attributes.find(leaf.key);
  if (found == item.attributes.end()) return leaf.op == "!=";
  if (leaf.op == "present") return true;
  if (leaf.op == "=" || leaf.op == ":") return TextEquals(leaf, found->second);
  if (leaf.op == "!=") return !TextEquals(leaf, found->second);
  int value = 0;
  int other = 0;
  if (!Tenths(leaf.value, &value)) return Ordered(leaf.op, found->second, leaf.value);
  return Tenths(found->second, &other) && Ordered(leaf.op, other, value);
}

bool MeansOfText(const Expr& leaf, const std::string& text) {
  if (text.empty()) return leaf.op == "!=";
  if (leaf.op == "present") return true;
  if (leaf.op == ":") return Lower(text).find(Lower(leaf.value)) != std::string::npos;
  if (leaf.op == "=") return TextEquals(leaf, text);
  if (leaf.op == "!=") return !TextEquals(leaf, text);
  return Ordered(leaf.op, text, leaf.value);
}

bool MeansOfPrice(const Expr& leaf, const Item& item) {
  if (!item.price) return leaf.op == "!=";
  if (leaf.op == "present") return true;
  int value = 0;
  Tenths(leaf.value, &value);
  const int price = static_cast<int>(item.price->units * 10) + item.price->nanos / 100'000'000;
  if (leaf.op == "=" || leaf.op == ":") return price == value;
  if (leaf.op == "!=") return price != value;
  return Ordered(leaf.op, price, value);
}

bool Mentions(const std::string& word, const Item& item) {
  std::vector<std::string> texts = {item.item_id, item.title, item.brand};
  texts.insert(texts.end(), item.category_path.begin(), item.category_path.end());
  texts.insert(texts.end(), item.tags.begin(), item.tags.end());
  for (const auto& [key, value] : item.attributes) texts.insert(texts.end(), {key, value});
  return std::ranges::any_of(texts, [&](const std::string& text) {
    return Lower(text).find(Lower(word)) != std::string::npos;
  });
}

bool Means(const Expr& expr, const Item& item, const History& past) {
  const auto means = [&](const Expr& child) { return Means(child, item, past); };
  if (expr.kind == Expr::Kind::kAnd) return std::ranges::all_of(expr.children, means);
  if (expr.kind == Expr::Kind::kOr) return std::ranges::any_of(expr.children, means);
  if (expr.kind == Expr::Kind::kNot) return !means(expr.children[0]);
  if (expr.field == "bought_in") return past.BoughtIn(expr.value);
  if (expr.field == "mentions") return Mentions(expr.value, item);
  if (expr.field == "bought_within") {
    return past.BoughtWithin(item.item_id, std::chrono::days(std::stoi(expr.value)));
  }
  if (expr.field == "available") {
    return (item.available == (expr.value == "true")) == (expr.op == "=");
  }
  if (expr.field == "price") return MeansOfPrice(expr, item);
  if (expr.field == "category") return MeansOfTexts(expr, item.category_path);
  if (expr.field == "tags") return MeansOfTexts(expr, item.tags);
  if (expr.field == "attributes") return MeansOfAttribute(expr, item);
  if (expr.field == "title") return MeansOfText(expr, item.title);
  if (expr.field == "brand") return MeansOfText(expr, item.brand);
  if (expr.field == "item_id") return MeansOfText(expr, item.item_id);
  return MeansOfText(expr, item.price ? item.price->currency_code : "");
}

bool AsksHistory(const Expr& expr) {
  return expr.field.starts_with("bought") || std::ranges::any_of(expr.children, AsksHistory);
}

Item RandomItem(Random& random) {
  const auto text = [&] { return random.Chance(20) ? "" : random.Pick(kWords); };
  Item item{.item_id = random.Pick(kWords), .title = text() + text(), .brand = text()};
  for (int k = random.Below(3); k > 0; --k) item.category_path.push_back(random.Pick(kWords));
  for (int k = random.Below(3); k > 0; --k) item.tags.push_back(random.Pick(kWords));
  const std::vector<Money> prices = {{"Tea", -5, 0},  {"", 0, 0},   {"10", 9, 500'000'000},
                                     {"Acme", 10, 0}, {"*", 95, 0}, {"OR", 0, -500'000'000}};
  if (random.Chance(75)) item.price = random.Pick(prices);
  item.available = random.Chance(50);
  for (const auto& key : kKeys) {
    if (random.Chance(40)) continue;
    item.attributes[key] = random.Chance(50) ? random.Pick(kNumbers) : text();
  }
  return item;
}

struct Shop {
  explicit Shop(Random& random) {
    for (int k = 0; k < 60; ++k) items.push_back(RandomItem(random));
    for (const auto& word : kWords) {
      if (random.Chance(60)) past.days_ago[word] = 1 + random.Below(40);
      if (random.Chance(50)) past.categories.push_back(word);
    }
  }
  std::vector<bool> Answers(const Node& node) const {
    std::vector<bool> answers;
    for (const Item& item : items) {
      answers.push_back(Matches(node, item, node.asks_history ? &past : nullptr));
    }
    return answers;
  }
  std::vector<Item> items;
  History past;
};

TEST(FilterProperties, EveryWayOfWritingIsReadAsItWasMeant) {
  Random random(20261122);
  const Shop shop(random);
  int some = 0;
  for (int round = 0; round < 4000; ++round) {
    const Expr expr = RandomExpr(random, 4);
    const std::string text = WriteExpression(random, expr);
    if (text.size() > ItemFilter::kMaxBytes) continue;
    const auto filter = ItemFilter::Parse(text);
    ASSERT_TRUE(filter.ok()) << text << "\n" << filter.status();
    EXPECT_EQ(filter->asks_history(), AsksHistory(expr)) << text;
    std::vector<bool> meant;
    for (const Item& item : shop.items) meant.push_back(Means(expr, item, shop.past));
    ASSERT_EQ(shop.Answers(filter->root()), meant) << text << "\n" << filter->root().text;
    if (std::ranges::count(meant, true) % 60 != 0) ++some;
  }
  EXPECT_GT(some, 1000);  // enough of them tell items apart
}

// Calls `visit` for the node and all below.
template <class Visit>
void ForEach(const Node& node, const Visit& visit) {
  visit(node);
  for (const Node& child : node.children) ForEach(child, visit);
}

TEST(FilterProperties, CanonicalTextParsesToItselfAndEqualTextsHaveEqualMeanings) {
  Random random(7);
  const Shop shop(random);
  std::map<std::string, std::vector<bool>> meanings;
  for (int round = 0; round < 2000; ++round) {
    const std::string text = WriteExpression(random, RandomExpr(random, 3));
    const auto filter = ItemFilter::Parse(text);
    ASSERT_TRUE(filter.ok()) << text << "\n" << filter.status();
    ForEach(filter->root(), [&](const Node& node) {
      const auto answers = shop.Answers(node);
      const auto [known, is_new] = meanings.try_emplace(node.text, answers);
      EXPECT_EQ(known->second, answers) << node.text;
      if (!is_new || node.text.size() > ItemFilter::kMaxBytes) return;
      const auto again = ItemFilter::Parse(node.text);
      ASSERT_TRUE(again.ok()) << node.text << "\n" << again.status();
      EXPECT_EQ(again->root().text, node.text);
      EXPECT_EQ(shop.Answers(again->root()), answers) << node.text;
      EXPECT_EQ(again->root().kind, node.kind);
      EXPECT_EQ(again->root().children.size(), node.children.size());
    });
  }
  EXPECT_GT(meanings.size(), 3000u);
}

}  // namespace
}  // namespace rapport
