#include "tests/bench/scale_shop.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace rapport {
namespace {

constexpr int64_t kItemsOfTopic = 100;
constexpr int64_t kTopicsOfCustomer = 3;
constexpr int64_t kMostLines = 4;  // of an order: 1 to 4, each as often
constexpr double kLinesOfOrder = (1 + kMostLines) / 2.0;
constexpr double kGuests = 0.03;         // of orders
constexpr double kAnyTopic = 0.15;       // of choices
constexpr double kDifferentItems = 300;  // that a customer may choose
constexpr std::chrono::sys_days kBegin{std::chrono::year(2023) / 1 / 1};
constexpr std::chrono::seconds kLength = std::chrono::days(730);

// What a number is for, so that equal numbers of different kinds differ.
enum class Draw : uint64_t { kGuest, kRegular, kLines, kPlace, kTopic, kTopics, kItem, kPrice };

// splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
uint64_t Mix(uint64_t bits) {
  bits += 0x9e3779b97f4a7c15;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

// Even over [0, 1).
double Chance(Draw draw, int64_t number, int64_t place = 0) {
  uint64_t bits = Mix(static_cast<uint64_t>(number) * 8 + static_cast<uint64_t>(draw));
  bits = Mix(bits + static_cast<uint64_t>(place));
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

// One of `count`; with a greater `skew` the first ones more often: P(< n) = (n / count)^(1 / skew).
int64_t Pick(double chance, int64_t count, double skew) {
  return static_cast<int64_t>(std::pow(chance, skew) * static_cast<double>(count));
}

int64_t LinesOf(int64_t order) { return 1 + Pick(Chance(Draw::kLines, order), kMostLines, 1); }

}  // namespace

ScaleShop::ScaleShop(int64_t purchases)
    : purchases_(purchases),
      customers_(purchases * 3 / 20),
      items_(purchases * 3 / 200),
      topics_((items_ + kItemsOfTopic - 1) / kItemsOfTopic) {}

std::string ScaleShop::CustomerId(int64_t customer) { return "c" + std::to_string(customer); }

int64_t ScaleShop::OrderCount() const {
  return static_cast<int64_t>(static_cast<double>(purchases_) / kLinesOfOrder);
}

// All have joined a little before the end, however the lines of the orders fall.
int64_t ScaleShop::JoinedBefore(int64_t order) const {
  const double part = 1.02 * static_cast<double>(order) / static_cast<double>(OrderCount());
  return static_cast<int64_t>(std::min(1.0, part) * static_cast<double>(customers_));
}

int64_t ScaleShop::CustomerOf(int64_t order) const {
  const int64_t joined = JoinedBefore(order);
  if (JoinedBefore(order + 1) > joined) return joined;
  if (joined == 0 || Chance(Draw::kGuest, order) < kGuests) return -1;
  return Pick(Chance(Draw::kRegular, order), joined, 2);
}

int64_t ScaleShop::ItemOf(int64_t customer, int64_t line) const {
  // Place n of the customer's own list comes with a chance of about 1 / n.
  const double u = Chance(Draw::kPlace, line);
  const auto place = customer < 0 ? line : static_cast<int64_t>(std::pow(kDifferentItems, u)) - 1;
  double topic = Chance(Draw::kTopic, customer, place);
  if (customer >= 0 && topic >= kAnyTopic) {
    const double which = (topic - kAnyTopic) / (1 - kAnyTopic);
    topic = Chance(Draw::kTopics, customer, Pick(which, kTopicsOfCustomer, 1));
  }
  const int64_t first = Pick(topic, topics_, 1.5) * kItemsOfTopic;
  const int64_t count = std::min(kItemsOfTopic, items_ - first);
  return first + Pick(Chance(Draw::kItem, customer, place), count, 2);
}

void ScaleShop::WriteLine(const Order& order, int64_t line, std::ostream& out) const {
  const int64_t item = ItemOf(order.customer, line);
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(order.at));
  const std::chrono::hh_mm_ss time(order.at - std::chrono::floor<std::chrono::days>(order.at));
  char row[160];
  const int length = std::snprintf(
      row, sizeof(row), "e%lld,i%lld,%04d-%02u-%02uT%02d:%02d:%02dZ,1,%s,o%lld,%lld.90,EUR\n",
      static_cast<long long>(line), static_cast<long long>(item), static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()),
      order.customer < 0 ? "" : CustomerId(order.customer).c_str(),
      static_cast<long long>(order.number),
      static_cast<long long>(Pick(Chance(Draw::kPrice, item), 50, 2)));
  out.write(row, length);
}

void ScaleShop::Write(std::ostream& out) const {
  out << "event_id,item_id,purchased_at,quantity,customer_id,order_id,unit_price,currency\n";
  int64_t line = 0;
  for (int64_t number = 0; line < purchases_ && out; ++number) {
    const double part = static_cast<double>(line) / static_cast<double>(purchases_);
    const Order order{.number = number,
                      .customer = CustomerOf(number),
                      .at = kBegin + std::chrono::floor<std::chrono::seconds>(part * kLength)};
    const int64_t end = std::min(purchases_, line + LinesOf(number));
    for (; line < end; ++line) WriteLine(order, line, out);
  }
  out.flush();
}

}  // namespace rapport
