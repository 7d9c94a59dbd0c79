// Random filters: written in many ways, read back, and answered like a plain evaluator that shares
// nothing with the parser; and random bytes, which must never do harm.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "services/filter/item_filter.h"

namespace rapport {
namespace {

using Node = ItemFilter::Node;

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint32_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> kWords = {"Acme", "acme ale", "Tea",  "tea*", "*",  "a\"b",
                                         "\\",   "Ökotee",   "True", "OR",   "10", "9.5"};
const std::vector<std::string> kKeys = {"roast", "cup size", "a.b", "OR", "weight", ""};
const std::vector<std::string> kNumbers = {"-5", "0", "9.5", "10", "10.0", "95", "x1"};

struct Expr {
  enum class Kind { kAnd, kOr, kNot, kLeaf } kind = Kind::kLeaf;
  std::vector<Expr> children;
  // A leaf: `field` compared by `op`; "present" and the functions stand as an op of their own.
  std::string field, key, op, value;
  bool wild_front = false, wild_back = false;
};

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

Expr RandomLeaf(Random& random) {
  Expr leaf;
  const std::vector<std::string> ops = {"=", "!=", "<", "<=", ">", ">=", ":", "present"};
  leaf.field =
      random.Pick<std::string>({"item_id", "title", "brand", "category", "price", "price.currency",
                                "available", "tags", "attributes", "bought_within", "bought_in"});
  leaf.op = random.Pick(ops);
  leaf.value = random.Pick(kWords);
  if (leaf.field == "price") leaf.value = random.Pick<std::string>({"-5", "0", "9.5", "10", "95"});
  if (leaf.field == "available") {
    leaf.op = random.Pick<std::string>({"=", "!="});
    leaf.value = random.Chance(50) ? "true" : "false";
  }
  if (leaf.field == "category" || leaf.field == "tags") {
    leaf.op = random.Pick<std::string>({"=", "!=", ":", "present"});
  }
  if (leaf.field == "attributes") {
    leaf.key = random.Pick(kKeys);
    if (random.Chance(50)) leaf.value = random.Pick(kNumbers);
  }
  if (leaf.field == "bought_within") leaf.value = std::to_string(1 + random.Below(40));
  const bool text = leaf.field != "price" && leaf.field != "available";
  const bool whole = leaf.op == "=" || leaf.op == "!=";
  if (text && whole && random.Chance(30)) leaf.wild_front = true;
  if (text && whole && random.Chance(30)) leaf.wild_back = true;
  return leaf;
}

Expr RandomExpr(Random& random, int depth) {
  if (depth == 0 || random.Chance(25)) return RandomLeaf(random);
  Expr expr;
  expr.kind = random.Pick<Expr::Kind>({Expr::Kind::kAnd, Expr::Kind::kOr, Expr::Kind::kNot});
  const int children = expr.kind == Expr::Kind::kNot ? 1 : 2 + random.Below(2);
  for (int k = 0; k < children; ++k) expr.children.push_back(RandomExpr(random, depth - 1));
  return expr;
}

// --- Writing, in whatever way the grammar has.

std::string Space(Random& random) { return random.Pick<std::string>({"", "", " ", "  ", "\n"}); }

std::string WriteText(Random& random, const std::string& text, bool front, bool back) {
  const char quote = random.Chance(50) ? '"' : '\'';
  std::string written(1, quote);
  if (front) written += '*';
  for (const char c : text) {
    if (c == quote || c == '\\' || c == '*') written += '\\';
    written += c;
  }
  if (back) written += '*';
  return written + quote;
}

std::string WriteLeaf(Random& random, const Expr& leaf) {
  if (leaf.field == "bought_in")
    return "bought_in(" + WriteText(random, leaf.value, false, false) + ")";
  if (leaf.field == "bought_within") {
    const std::string days =
        random.Chance(50) ? leaf.value + "d" : std::to_string(std::stoi(leaf.value) * 24) + "h";
    return "bought_within(" + (random.Chance(50) ? days : "'" + days + "'") + ")";
  }
  std::string field = leaf.field;
  if (field == "attributes") field += "." + WriteText(random, leaf.key, false, false);
  if (leaf.key == "roast" && random.Chance(50)) field = "attributes.roast";
  const std::string before = Space(random);
  const std::string after = Space(random);
  if (leaf.op == "present") {
    // Only availability has none.
    return field + before + ":" + after + (random.Chance(50) ? "*" : "\"*\"");
  }
  const bool bare = leaf.field == "price" || leaf.field == "available";
  return field + before + leaf.op + after +
         (bare ? leaf.value : WriteText(random, leaf.value, leaf.wild_front, leaf.wild_back));
}

std::string WriteExpression(Random& random, const Expr& expr);

std::string WriteTerm(Random& random, const Expr& expr) {
  if (random.Chance(15)) {
    return "(" + Space(random) + WriteExpression(random, expr) + Space(random) + ")";
  }
  if (expr.kind == Expr::Kind::kLeaf) return WriteLeaf(random, expr);
  if (expr.kind == Expr::Kind::kNot) {
    return (random.Chance(50) ? "NOT " : "-") + WriteTerm(random, expr.children[0]);
  }
  return "(" + WriteExpression(random, expr) + ")";
}

std::string WriteFactor(Random& random, const Expr& expr) {
  if (expr.kind != Expr::Kind::kOr) return WriteTerm(random, expr);
  std::string text;
  for (const Expr& child : expr.children) {
    if (!text.empty()) text += " OR ";
    text += WriteTerm(random, child);
  }
  return text;
}

std::string WriteExpression(Random& random, const Expr& expr) {
  if (expr.kind != Expr::Kind::kAnd) return WriteFactor(random, expr);
  std::string text;
  for (const Expr& child : expr.children) {
    if (!text.empty()) text += random.Chance(50) ? " AND " : " ";
    text += WriteFactor(random, child);
  }
  return text;
}

// --- Meaning, told again without the parser. All numbers here have at most one decimal.

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

bool Means(const Expr& expr, const Item& item, const History& past) {
  const auto means = [&](const Expr& child) { return Means(child, item, past); };
  if (expr.kind == Expr::Kind::kAnd) return std::ranges::all_of(expr.children, means);
  if (expr.kind == Expr::Kind::kOr) return std::ranges::any_of(expr.children, means);
  if (expr.kind == Expr::Kind::kNot) return !means(expr.children[0]);
  if (expr.field == "bought_in") return past.BoughtIn(expr.value);
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

size_t Characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

// Whatever `text` is: a filter, or one line that says where it is none.
void ExpectHarmless(const std::string& text) {
  const auto filter = ItemFilter::Parse(text);
  if (filter.ok()) {
    const std::string canonical = filter->root().text;
    EXPECT_TRUE(std::ranges::none_of(canonical, [](unsigned char c) { return c < 0x20; }));
    const auto again = ItemFilter::Parse(canonical);
    if (canonical.size() > ItemFilter::kMaxBytes) return;
    ASSERT_TRUE(again.ok()) << text << "\n" << again.status();
    EXPECT_EQ(again->root().text, canonical) << text;
    return;
  }
  ASSERT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  const std::string message(filter.status().message());
  ASSERT_TRUE(message.starts_with("column ")) << message;
  const size_t column = std::stoul(message.substr(7));
  EXPECT_GE(column, 1u) << message;
  EXPECT_LE(column, Characters(text) + 1) << message;
  EXPECT_LT(message.size(), 400u) << message;
  EXPECT_TRUE(std::ranges::none_of(message, [](unsigned char c) { return c < 0x20; })) << message;
  // What it shows of the filter is never cut within a character.
  EXPECT_EQ(ItemFilter::Parse(message).status().message().find("not valid UTF-8"),
            std::string::npos)
      << message;
}

TEST(FilterProperties, RandomBytesAreRefusedWithAColumn) {
  Random random(1);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes(static_cast<size_t>(random.Below(60)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    ExpectHarmless(bytes);
  }
}

TEST(FilterProperties, RandomTokensAreAFilterOrRefusedWithAColumn) {
  Random random(2);
  const std::vector<std::string> tokens = {
      "(",   ")",     "-",     "NOT ",      " AND ",      " OR ",       " ",
      "and", "price", "brand", "available", "tags",       "=",          "!=",
      "<",   ":",     "*",     "\"",        "'",          "\\",         "\"x\"",
      "10",  "-5.5",  ".",     ",",         "bought_in(", "attributes", "é",
      "“",   "title", "Tea",   "true",      "90d",        "\"*a*\"",    "bought_within(",
      "!"};
  int fine = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int k = 1 + random.Below(12); k > 0; --k) text += random.Pick(tokens);
    ExpectHarmless(text);
    if (ItemFilter::Parse(text).ok()) ++fine;
  }
  EXPECT_GT(fine, 50);
}

TEST(FilterProperties, DamagedFiltersAreAFilterOrRefusedWithAColumn) {
  Random random(3);
  for (int round = 0; round < 10'000; ++round) {
    std::string text = WriteExpression(random, RandomExpr(random, 2));
    for (int k = 1 + random.Below(3); k > 0 && !text.empty(); --k) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size())));
      const int how = random.Below(4);
      if (how == 0) text.erase(at, 1);
      if (how == 1) text.insert(at, 1, static_cast<char>(random.Below(256)));
      if (how == 2) text[at] = static_cast<char>(text[at] ^ (1 << random.Below(8)));
      if (how == 3) text.resize(at);
    }
    ExpectHarmless(text);
  }
}

}  // namespace
}  // namespace rapport
