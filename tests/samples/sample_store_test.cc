#include "data/samples/sample_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

namespace rapport {
namespace {

using std::chrono::sys_days;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::Le;
using ::testing::Lt;
using ::testing::SizeIs;

constexpr sys_days kEnd = std::chrono::May / 1 / 2026;

SampleOptions Options() {
  SampleOptions options;
  options.end = kEnd;
  return options;
}

const SampleStore& Shop() {
  static const SampleStore shop = MakeSampleStore(Options());
  return shop;
}

std::vector<Purchase> Purchases(const SampleStore& shop = Shop()) {
  std::vector<Purchase> purchases;
  for (const Event& event : shop.events) {
    if (const auto* purchase = std::get_if<Purchase>(&event)) purchases.push_back(*purchase);
  }
  return purchases;
}

std::vector<Return> Returns() {
  std::vector<Return> returns;
  for (const Event& event : Shop().events) {
    if (const auto* back = std::get_if<Return>(&event)) returns.push_back(*back);
  }
  return returns;
}

std::map<std::string, Item> ItemsById() {
  std::map<std::string, Item> items;
  for (const Item& item : Shop().items) items.emplace(item.item_id, item);
  return items;
}

std::string Category(const Item& item) { return item.category_path.at(1); }

// FNV-1a over every field in turn.
class Fingerprint {
 public:
  void Add(std::string_view text) {
    for (const char c : text) Byte(static_cast<unsigned char>(c));
    Byte(0);
  }
  void Add(int64_t number) { Add(std::to_string(number)); }
  void Add(const std::optional<Money>& money) {
    if (!money) return Add("none");
    Add(money->currency_code);
    Add(money->units);
    Add(money->nanos);
  }
  uint64_t value() const { return value_; }

 private:
  void Byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
  uint64_t value_ = 0xcbf29ce484222325u;
};

uint64_t FingerprintOf(const SampleStore& shop) {
  Fingerprint print;
  for (const Item& item : shop.items) {
    print.Add(item.item_id);
    print.Add(item.title);
    for (const std::string& level : item.category_path) print.Add(level);
    print.Add(item.brand);
    print.Add(item.price);
    for (const auto& [name, value] : item.attributes) print.Add(name + "=" + value);
    print.Add(item.available);
    for (const std::string& tag : item.tags) print.Add(tag);
  }
  for (const Customer& customer : shop.customers) {
    for (const std::string& text : {customer.customer_id, customer.name, customer.locale,
                                    customer.form_of_address, customer.store})
      print.Add(text);
    for (const auto& consent :
         {customer.consent_personalization, customer.consent_mention, customer.consent_contact})
      print.Add(consent ? *consent : 2);
  }
  for (const Event& event : shop.events) {
    if (const auto* purchase = std::get_if<Purchase>(&event)) {
      for (const std::string& text : {purchase->event_id, purchase->customer_id, purchase->item_id,
                                      purchase->order_id, purchase->staff_id, purchase->store})
        print.Add(text);
      print.Add(purchase->purchased_at.time_since_epoch().count());
      print.Add(purchase->quantity);
      print.Add(purchase->unit_price);
      print.Add(static_cast<int64_t>(purchase->channel));
      print.Add(purchase->gift);
    } else {
      const auto& back = std::get<Return>(event);
      for (const std::string& text :
           {back.event_id, back.customer_id, back.purchase_event_id, back.staff_id})
        print.Add(text);
      print.Add(back.returned_at.time_since_epoch().count());
      print.Add(back.quantity.value_or(-1));
    }
  }
  print.Add(shop.regular_customer_id);
  print.Add(shop.newcomer_customer_id);
  return print.value();
}

TEST(SampleStore, IsTheSameOnEveryMachineAndEveryTime) {
  // A change of words or habits changes this number; nothing else may.
  EXPECT_EQ(FingerprintOf(Shop()), 6271637411382781389u);
  EXPECT_EQ(FingerprintOf(MakeSampleStore(Options())), FingerprintOf(Shop()));
  SampleOptions other = Options();
  other.seed = 1;
  EXPECT_NE(FingerprintOf(MakeSampleStore(other)), FingerprintOf(Shop()));
}

TEST(SampleStore, HasTheSizeOfANeighbourhoodShop) {
  EXPECT_THAT(Shop().items, SizeIs(AllOf(Ge(150u), Le(250u))));
  EXPECT_THAT(Shop().customers, SizeIs(600));
  EXPECT_THAT(Purchases(), SizeIs(AllOf(Gt(40'000u), Lt(90'000u))));
  int64_t guests = 0, gifts = 0, online = 0;
  for (const Purchase& purchase : Purchases()) {
    guests += purchase.customer_id.empty();
    gifts += purchase.gift;
    online += purchase.channel == Channel::kOnline;
  }
  const auto lines = static_cast<int64_t>(Purchases().size());
  EXPECT_THAT(guests * 100, AllOf(Ge(lines * 10), Le(lines * 15)));
  EXPECT_THAT(gifts * 100, AllOf(Ge(lines), Le(lines * 5)));
  EXPECT_GT(online, 500);
  EXPECT_THAT(Returns(), SizeIs(AllOf(Ge(100u), Le(1000u))));
}

TEST(SampleStore, DescribesEveryItem) {
  std::set<std::string> ids, titles;
  int unavailable = 0;
  for (const Item& item : Shop().items) {
    EXPECT_TRUE(ids.insert(item.item_id).second) << item.item_id;
    EXPECT_TRUE(titles.insert(item.title).second) << item.title;
    EXPECT_FALSE(item.title.empty() || item.brand.empty() || item.attributes.empty() ||
                 item.tags.empty())
        << item.item_id;
    EXPECT_THAT(item.category_path, SizeIs(2)) << item.item_id;
    ASSERT_TRUE(item.price) << item.item_id;
    EXPECT_EQ(item.price->currency_code, "EUR");
    EXPECT_GT(item.price->units, 0) << item.item_id;
    unavailable += !item.available;
  }
  EXPECT_THAT(unavailable, AllOf(Ge(2), Le(3)));
}

TEST(SampleStore, SellsEverythingThatItLists) {
  std::set<std::string> sold;
  for (const Purchase& purchase : Purchases()) sold.insert(purchase.item_id);
  EXPECT_THAT(sold, SizeIs(Shop().items.size()));
}

TEST(SampleStore, NamesCustomersAsTheirLocaleDoes) {
  std::set<std::string> ids, names;
  std::map<std::string, int> locales, stores;
  int refusals = 0;
  for (const Customer& customer : Shop().customers) {
    EXPECT_TRUE(ids.insert(customer.customer_id).second) << customer.customer_id;
    EXPECT_TRUE(names.insert(customer.name).second) << customer.name;
    EXPECT_EQ(customer.customer_id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos)
        << customer.customer_id;
    EXPECT_FALSE(customer.form_of_address.empty());
    if (customer.locale == "ja-JP") {
      EXPECT_TRUE(customer.form_of_address.ends_with("様")) << customer.form_of_address;
    }
    EXPECT_EQ(customer.form_of_address.find(" de "), std::string::npos) << customer.form_of_address;
    ++locales[customer.locale];
    ++stores[customer.store];
    refusals += customer.consent_personalization == false || customer.consent_mention == false ||
                customer.consent_contact == false;
  }
  EXPECT_THAT(locales, SizeIs(7));
  EXPECT_THAT(stores, SizeIs(2));
  EXPECT_THAT(refusals, AllOf(Gt(10), Lt(120)));
}

TEST(SampleStore, FillsTheTimeAskedForAndNoMore) {
  const TimePoint first = kEnd - std::chrono::days(560);
  TimePoint before = first;
  std::set<int64_t> days;
  for (const Event& event : Shop().events) {
    const auto* purchase = std::get_if<Purchase>(&event);
    const TimePoint at = purchase ? purchase->purchased_at : std::get<Return>(event).returned_at;
    EXPECT_GE(at, before) << "events are in order of time";
    EXPECT_LT(at, TimePoint(kEnd));
    before = at;
    days.insert(std::chrono::floor<std::chrono::days>(at).time_since_epoch().count());
  }
  EXPECT_THAT(days, SizeIs(Ge(550u)));
}

TEST(SampleStore, KeepsTheLimitsOfTheService) {
  const auto is_id = [](const std::string& id) {
    for (const char c : id) {
      if (static_cast<unsigned char>(c) < 0x20) return false;
    }
    return !id.empty() && id.size() <= 128;
  };
  for (const Item& item : Shop().items) {
    EXPECT_TRUE(is_id(item.item_id));
    EXPECT_LE(item.title.size(), 512u);
    EXPECT_LE(item.tags.size(), 64u);
  }
  for (const Customer& customer : Shop().customers) {
    EXPECT_TRUE(is_id(customer.customer_id));
    EXPECT_LE(customer.name.size(), 512u);
  }
  for (const Purchase& purchase : Purchases()) {
    ASSERT_TRUE(is_id(purchase.event_id) && is_id(purchase.item_id) && is_id(purchase.order_id));
    ASSERT_THAT(purchase.quantity, AllOf(Ge(1), Le(100)));
    ASSERT_TRUE(purchase.unit_price);
    ASSERT_EQ(purchase.staff_id.empty(), purchase.channel == Channel::kOnline);
    ASSERT_EQ(purchase.store.empty(), purchase.channel == Channel::kOnline);
  }
}

TEST(SampleStore, GivesEachEventAnIdOfItsOwnAndEachOrderOneCustomerAndTime) {
  std::set<std::string> ids;
  std::map<std::string, std::tuple<std::string, TimePoint>> orders;
  for (const Purchase& purchase : Purchases()) {
    EXPECT_TRUE(ids.insert(purchase.event_id).second) << purchase.event_id;
    const std::tuple order(purchase.customer_id, purchase.purchased_at);
    EXPECT_EQ(orders.emplace(purchase.order_id, order).first->second, order) << purchase.order_id;
  }
  for (const Return& back : Returns())
    EXPECT_TRUE(ids.insert(back.event_id).second) << back.event_id;
}

TEST(SampleStore, ReturnsWhatItsCustomerBoughtBefore) {
  std::map<std::string, Purchase> bought;
  for (const Purchase& purchase : Purchases()) bought.emplace(purchase.event_id, purchase);
  int in_part = 0;
  for (const Return& back : Returns()) {
    const Purchase& purchase = bought.at(back.purchase_event_id);
    EXPECT_EQ(back.customer_id, purchase.customer_id);
    EXPECT_FALSE(back.customer_id.empty());
    EXPECT_GT(back.returned_at, purchase.purchased_at);
    if (back.quantity) {
      EXPECT_LT(*back.quantity, purchase.quantity);
      ++in_part;
    }
  }
  EXPECT_GT(in_part, 10);
  EXPECT_LT(static_cast<size_t>(in_part), Returns().size());
}

TEST(SampleStore, HasARegularWithALongAndClearHistory) {
  std::map<std::string, Item> items = ItemsById();
  std::set<std::string> orders;
  std::map<std::string, int> drinks;
  int lines = 0, filter = 0;
  for (const Purchase& purchase : Purchases()) {
    if (purchase.customer_id != Shop().regular_customer_id) continue;
    ++lines;
    orders.insert(purchase.order_id);
    const Item& item = items.at(purchase.item_id);
    filter += std::count(item.tags.begin(), item.tags.end(), "filter") > 0;
    if (Category(item) == "Drinks") ++drinks[item.item_id];
  }
  EXPECT_GT(lines, 120);
  EXPECT_GT(orders.size(), 80u);
  EXPECT_GT(filter * 10, lines * 6);
  int usual = 0, all = 0;
  for (const auto& [drink, times] : drinks) {
    usual = std::max(usual, times);
    all += times;
  }
  EXPECT_GT(usual * 10, all * 6) << "there is a usual";
}

TEST(SampleStore, HasANewcomerWithOneLineInTheLastWeek) {
  int lines = 0;
  for (const Purchase& purchase : Purchases()) {
    if (purchase.customer_id != Shop().newcomer_customer_id) continue;
    ++lines;
    EXPECT_GE(purchase.purchased_at, TimePoint(kEnd - std::chrono::days(7)));
    EXPECT_EQ(purchase.quantity, 1);
  }
  EXPECT_EQ(lines, 1);
}

// How much more often two kinds are bought by the same customer than chance has it.
double Lift(const std::function<bool(const Item&)>& one,
            const std::function<bool(const Item&)>& other) {
  const std::map<std::string, Item> items = ItemsById();
  std::map<std::string, std::pair<int, int>> customers;
  for (const Purchase& purchase : Purchases()) {
    if (purchase.customer_id.empty() || purchase.gift) continue;
    auto& [ones, others] = customers[purchase.customer_id];
    ones += one(items.at(purchase.item_id));
    others += other(items.at(purchase.item_id));
  }
  double with_one = 0, with_other = 0, with_both = 0;
  for (const auto& [customer, counts] : customers) {
    // Twice at least: once may be a whim.
    with_one += counts.first >= 2;
    with_other += counts.second >= 2;
    with_both += counts.first >= 2 && counts.second >= 2;
  }
  return with_both * static_cast<double>(customers.size()) / (with_one * with_other);
}

std::function<bool(const Item&)> In(const std::string& category, const std::string& tag = "") {
  return [=](const Item& item) {
    return Category(item) == category &&
           (tag.empty() || std::count(item.tags.begin(), item.tags.end(), tag) > 0);
  };
}

TEST(SampleStore, HasTastesThatAModelCanFind) {
  EXPECT_GT(Lift(In("Whole bean", "filter"), In("Pour-over")), 2.5);
  EXPECT_GT(Lift(In("Pens and ink"), In("Notebooks")), 2.5);
  EXPECT_GT(Lift(In("Children"), In("Drinking chocolate", "kids")), 2.5);
  EXPECT_GT(Lift(In("Candles"), In("Cards")), 2.5);
  EXPECT_GT(Lift(In("Espresso tools"), In("Whole bean", "espresso")), 2.5);
  EXPECT_LT(Lift(In("Whole bean", "filter"), In("Children")), 0.8);
  EXPECT_LT(Lift(In("Pour-over"), In("Loose leaf")), 0.8);
  EXPECT_LT(Lift(In("Candles"), In("Espresso tools")), 0.8);
}

unsigned MonthOf(const Purchase& purchase) {
  return static_cast<unsigned>(
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(purchase.purchased_at))
          .month());
}

TEST(SampleStore, HasSeasons) {
  const std::map<std::string, Item> items = ItemsById();
  std::map<unsigned, int> iced, christmas, gifts;
  for (const Purchase& purchase : Purchases()) {
    const Item& item = items.at(purchase.item_id);
    const unsigned month = MonthOf(purchase);
    iced[month] += std::count(item.tags.begin(), item.tags.end(), "iced") > 0;
    christmas[month] += Category(item) == "Advent";
    gifts[month] += purchase.gift;
  }
  EXPECT_GT(iced[7], 100);
  EXPECT_EQ(iced[1], 0);
  EXPECT_GT(christmas[12], 100);
  EXPECT_EQ(christmas[3] + christmas[7], 0);
  EXPECT_GT(gifts[12], 5 * gifts[3]);
}

TEST(SampleStore, BuysBeansAgainWhenTheyRunOut) {
  const std::map<std::string, Item> items = ItemsById();
  TimePoint last{};
  std::vector<int64_t> gaps;
  for (const Purchase& purchase : Purchases()) {
    if (purchase.customer_id != Shop().regular_customer_id ||
        Category(items.at(purchase.item_id)) != "Whole bean")
      continue;
    if (last != TimePoint{}) gaps.push_back((purchase.purchased_at - last) / std::chrono::days(1));
    last = purchase.purchased_at;
  }
  ASSERT_GT(gaps.size(), 15u);
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<long>(gaps.size() / 2), gaps.end());
  EXPECT_THAT(gaps[gaps.size() / 2], AllOf(Ge(10), Le(28)));
}

TEST(SampleStore, SellsNothingBeforeItArrives) {
  std::map<std::string, TimePoint> first;
  for (const Purchase& purchase : Purchases())
    first.emplace(purchase.item_id, purchase.purchased_at);
  const auto day = [](int percent) {
    return TimePoint(kEnd - std::chrono::days(560 - 560 * percent / 100));
  };
  EXPECT_GE(first.at("coffee-panama-geisha-100g"), day(30));
  EXPECT_GE(first.at("coffee-new-crop-pacamara-250g"), day(60));
  EXPECT_GE(first.at("coffee-anaerobic-caldas-250g"), day(75));
  EXPECT_GE(first.at("book-whale-in-the-bath"), day(55));
  EXPECT_LT(first.at("coffee-anaerobic-caldas-250g"), TimePoint(kEnd - std::chrono::days(30)));
}

TEST(SampleStore, SendsNoCappuccinoByPost) {
  for (const Purchase& purchase : Purchases()) {
    if (purchase.channel != Channel::kOnline) continue;
    EXPECT_FALSE(purchase.item_id.starts_with("drink-") || purchase.item_id.starts_with("pastry-"))
        << purchase.item_id;
  }
}

TEST(SampleStore, MayBeVerySmallOrVeryLarge) {
  SampleOptions small = Options();
  small.customers = 3;
  small.days = 1;
  const SampleStore tiny = MakeSampleStore(small);
  EXPECT_THAT(tiny.customers, SizeIs(3));
  int newcomers = 0;
  for (const Purchase& purchase : Purchases(tiny))
    newcomers += purchase.customer_id == tiny.newcomer_customer_id;
  EXPECT_EQ(newcomers, 1);
  SampleOptions large = Options();
  large.customers = 5000;
  large.days = 30;
  const SampleStore city = MakeSampleStore(large);
  std::set<std::string> ids;
  for (const Customer& customer : city.customers)
    EXPECT_TRUE(ids.insert(customer.customer_id).second);
  EXPECT_THAT(ids, SizeIs(5000));
}

}  // namespace
}  // namespace rapport
