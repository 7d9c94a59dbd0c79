#include "data/samples/sample_store.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "data/samples/calendar.h"
#include "data/samples/catalogue.h"
#include "data/samples/chance.h"
#include "data/samples/people.h"
#include "data/samples/shopper.h"
#include "data/samples/tastes.h"

namespace rapport {
namespace {

using samples::Catalogue;
using samples::CatalogueEntry;
using samples::Chance;
using samples::Day;
using samples::Visit;

// Streams of chance that have nothing to do with each other.
constexpr uint64_t kPeopleStream = 1u << 20;
constexpr uint64_t kGuestStream = 2u << 20;
constexpr uint64_t kReturnStream = 3u << 20;

uint64_t Seed(uint64_t seed, uint64_t stream) {
  return Chance(Chance(seed).Next() + stream).Next();
}

struct CustomerVisit {
  int32_t customer = -1;  // -1: a guest
  Visit visit;
};

std::vector<Customer> MakeCustomers(int32_t count, uint64_t seed) {
  Chance chance(Seed(seed, kPeopleStream));
  std::vector<Customer> customers = {samples::Regular(), samples::Newcomer()};
  std::set<std::string> names = {customers[0].name, customers[1].name};
  std::set<std::string> ids = {customers[0].customer_id, customers[1].customer_id};
  while (customers.size() < static_cast<size_t>(count)) {
    Customer customer = samples::MakePerson(chance);
    // Names are not ids: when a shop is very large, some people do share one.
    if (customers.size() < 1000 && !names.insert(customer.name).second) continue;
    const std::string plain = customer.customer_id;
    for (int again = 2; !ids.insert(customer.customer_id).second; ++again) {
      customer.customer_id = plain;
      customer.customer_id += '-';
      customer.customer_id += std::to_string(again);
    }
    customers.push_back(std::move(customer));
  }
  return customers;
}

// The first customer is the regular: there from the first day, and steady.
void AddCustomer(int32_t customer, int32_t home, std::span<const Day> calendar, uint64_t seed,
                 std::vector<CustomerVisit>* visits) {
  const bool regular = customer == 0;
  Chance chance(Seed(seed, static_cast<uint64_t>(customer)));
  std::vector<int64_t> shares;
  for (const samples::Taste& taste : samples::Tastes()) shares.push_back(taste.share);
  const samples::Taste& taste = samples::Tastes()[regular ? 0 : chance.Weighted(shares)];
  const auto days = static_cast<int32_t>(calendar.size());
  samples::Span span{0, days - 1};
  if (!regular && chance.Permille(420)) span.first = chance.Below(days * 9 / 10 + 1);
  if (!regular && chance.Permille(110))
    span.last = chance.Between(std::min(span.first + 60, days - 1), days - 1);
  samples::Shopper shopper(calendar, taste, home, chance.Next(), regular);
  for (Visit& visit : shopper.Live(span)) visits->push_back({customer, std::move(visit)});
}

// One line, in the last week.
void AddNewcomer(int32_t customer, std::span<const Day> calendar, uint64_t seed,
                 std::vector<CustomerVisit>* visits) {
  Chance chance(Seed(seed, static_cast<uint64_t>(customer)));
  const auto days = static_cast<int32_t>(calendar.size());
  int32_t day = days - 1 - chance.Below(std::min(days, 6));
  if (calendar[static_cast<size_t>(day)].closed && day + 1 < days) ++day;
  if (calendar[static_cast<size_t>(day)].closed && day + 1 < days) ++day;
  const auto yirgacheffe = std::find_if(
      Catalogue().begin(), Catalogue().end(),
      [](const CatalogueEntry& entry) { return entry.id == "coffee-yirgacheffe-250g"; });
  Visit visit;
  visit.at =
      calendar[static_cast<size_t>(day)].date + std::chrono::hours(11) + std::chrono::minutes(20);
  visit.shop = 1;
  visit.lines.push_back({static_cast<size_t>(yirgacheffe - Catalogue().begin()), 1, false});
  visits->push_back({customer, std::move(visit)});
}

// Each guest is a shopper who lives for one day.
void AddGuests(int32_t customers, std::span<const Day> calendar, uint64_t seed,
               std::vector<CustomerVisit>* visits) {
  Chance chance(Seed(seed, kGuestStream));
  const auto days = static_cast<int32_t>(calendar.size());
  // Hundredths of a guest, so that a small shop has a few too.
  const int32_t usual = std::max(customers * 2, 10);
  for (int32_t day = 0; day < days; ++day) {
    const int32_t weekend = calendar[static_cast<size_t>(day)].weekday >= 5 ? 150 : 85;
    int32_t guests = usual * weekend / 100 * chance.Between(60, 140) / 100;
    for (; guests > 0; guests -= 100) {
      if (!chance.Permille(std::min(guests, 100) * 10)) continue;
      samples::Taste taste = samples::PasserBy();
      taste.hour = chance.Between(8, 17);
      const int32_t home = chance.Below(2);
      samples::Shopper guest(calendar, taste, home, chance.Next(), /*steady=*/true);
      for (Visit& visit : guest.Live({day, day})) visits->push_back({-1, std::move(visit)});
    }
  }
}

std::string DayDigits(TimePoint at) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  char digits[32];
  std::snprintf(digits, sizeof(digits), "%04d%02u%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return digits;
}

// Two share the counter of a store, one in the morning and one in the afternoon, and they take
// turns by the day.
std::string Staff(const Visit& visit) {
  static constexpr const char* kStaff[2][4] = {
      {"staff-noor", "staff-ben", "staff-ilse", "staff-kofi"},
      {"staff-marta", "staff-joris", "staff-hana", "staff-liam"}};
  const auto day = std::chrono::floor<std::chrono::days>(visit.at);
  const bool afternoon = visit.at - day >= std::chrono::hours(13);
  const auto turn =
      static_cast<size_t>(day.time_since_epoch().count() % 2 * 2 + (afternoon ? 1 : 0));
  return kStaff[visit.shop][turn];
}

Purchase MakePurchase(const Visit& visit, const samples::BasketLine& line,
                      const std::string& order_id, size_t number) {
  const CatalogueEntry& entry = Catalogue()[line.entry];
  Purchase purchase;
  purchase.event_id = order_id;
  purchase.event_id += '-';
  purchase.event_id += std::to_string(number);
  purchase.item_id = entry.id;
  purchase.order_id = order_id;
  purchase.purchased_at = visit.at;
  purchase.quantity = line.quantity;
  purchase.unit_price = samples::ToItem(entry).price;
  purchase.channel = visit.shop == samples::kOnlineShop ? Channel::kOnline : Channel::kStore;
  if (purchase.channel == Channel::kStore) {
    purchase.staff_id = Staff(visit);
    purchase.store = samples::kStores[visit.shop];
  }
  purchase.gift = line.gift;
  return purchase;
}

// A few things that keep come back, part of them or all, within two weeks and to a store.
std::optional<Return> MaybeReturn(const Purchase& purchase, const CatalogueEntry& entry,
                                  TimePoint end, Chance& chance) {
  const bool keeps = !samples::IsServed(entry) && entry.category != "Coffee" &&
                     entry.category != "Tea" && entry.category != "Chocolate";
  const bool comes_back = chance.Permille(25);
  const int32_t days = chance.Between(2, 12);
  const int32_t minute = chance.Between(9 * 60, 18 * 60);
  const TimePoint at = std::chrono::floor<std::chrono::days>(purchase.purchased_at) +
                       std::chrono::days(days) + std::chrono::minutes(minute);
  if (!keeps || !comes_back || purchase.customer_id.empty() || at >= end) return std::nullopt;
  Return back;
  back.event_id = purchase.event_id + "-return";
  back.customer_id = purchase.customer_id;
  back.purchase_event_id = purchase.event_id;
  back.returned_at = at;
  back.staff_id = purchase.staff_id;
  if (purchase.quantity > 1) back.quantity = chance.Between(1, purchase.quantity - 1);
  return back;
}

std::vector<Event> MakeEvents(std::vector<CustomerVisit> visits,
                              const std::vector<Customer>& customers, TimePoint end,
                              uint64_t seed) {
  constexpr const char* kShops[] = {"hs", "ms", "web"};
  std::stable_sort(visits.begin(), visits.end(),
                   [](const CustomerVisit& a, const CustomerVisit& b) {
                     return std::tie(a.visit.at, a.customer) < std::tie(b.visit.at, b.customer);
                   });
  Chance chance(Seed(seed, kReturnStream));
  std::map<std::string, int> orders;  // of a shop and day
  std::vector<Event> events;
  for (const auto& [customer, visit] : visits) {
    std::string order_id = kShops[visit.shop];
    order_id += '-';
    order_id += DayDigits(visit.at);
    char number[16];
    std::snprintf(number, sizeof(number), "-%03d", ++orders[order_id]);
    order_id += number;
    for (size_t line = 0; line < visit.lines.size(); ++line) {
      Purchase purchase = MakePurchase(visit, visit.lines[line], order_id, line + 1);
      if (customer >= 0)
        purchase.customer_id = customers[static_cast<size_t>(customer)].customer_id;
      std::optional<Return> back =
          MaybeReturn(purchase, Catalogue()[visit.lines[line].entry], end, chance);
      events.push_back(std::move(purchase));
      if (back) events.push_back(*std::move(back));
    }
  }
  const auto at = [](const Event& event) {
    const auto* purchase = std::get_if<Purchase>(&event);
    return purchase ? purchase->purchased_at : std::get<Return>(event).returned_at;
  };
  std::stable_sort(events.begin(), events.end(),
                   [&](const Event& a, const Event& b) { return at(a) < at(b); });
  return events;
}

}  // namespace

SampleStore MakeSampleStore(const SampleOptions& options) {
  const auto end = std::chrono::floor<std::chrono::days>(options.end);
  const int32_t count = std::max(options.customers, 3);
  const std::vector<Day> calendar = samples::MakeCalendar(end, std::max(options.days, 1));
  SampleStore store;
  for (const CatalogueEntry& entry : Catalogue()) store.items.push_back(samples::ToItem(entry));
  store.customers = MakeCustomers(count, options.seed);
  store.regular_customer_id = store.customers[0].customer_id;
  store.newcomer_customer_id = store.customers[1].customer_id;
  std::vector<CustomerVisit> visits;
  for (int32_t customer = 0; customer < count; ++customer) {
    const bool market = store.customers[static_cast<size_t>(customer)].store == "Market Square";
    if (customer == 1) {
      AddNewcomer(customer, calendar, options.seed, &visits);
    } else {
      AddCustomer(customer, market ? 1 : 0, calendar, options.seed, &visits);
    }
  }
  AddGuests(count, calendar, options.seed, &visits);
  store.events = MakeEvents(std::move(visits), store.customers, end, options.seed);
  return store;
}

}  // namespace rapport
