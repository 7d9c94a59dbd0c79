#include "data/samples/shopper.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace rapport::samples {
namespace {

// Minutes of the day between which customers come, give or take a quarter of an hour.
constexpr int32_t kOpens = 7 * 60 + 30;
constexpr int32_t kShuts = 18 * 60 + 15;

bool MayBeSeveral(const CatalogueEntry& entry) {
  return entry.subcategory == "Cards" || entry.subcategory == "Bars" ||
         entry.subcategory == "Wrapping" || entry.subcategory == "Drinking chocolate" ||
         entry.subcategory == "Children";
}

}  // namespace

Shopper::Shopper(std::span<const Day> calendar, const Taste& taste, int32_t home, uint64_t seed,
                 bool steady)
    : calendar_(calendar), taste_(taste), home_(home), chance_(seed), whims_(chance_.Next()) {
  minute_of_day_ = std::clamp(taste.hour * 60 + 30 + chance_.Between(-50, 50), kOpens, kShuts);
  iced_permille_ = chance_.Between(0, 600);
  presents_ = Personal(PresentLeanings());
  iced_ = Personal(IcedLeanings());
  anything_ = Personal(PasserBy().likes);
  if (steady) return;
  constexpr int32_t kActivity[] = {250, 450, 700, 900, 1000, 1100, 1300, 1600};
  activity_permille_ = kActivity[chance_.Below(static_cast<int32_t>(std::size(kActivity)))];
  pause_first_ = chance_.Below(static_cast<int32_t>(calendar.size()));
  pause_last_ = pause_first_ + chance_.Between(9, 24);
  if (chance_.Permille(180)) {
    drift_day_ = chance_.Below(static_cast<int32_t>(calendar.size()));
    drifts_to_ =
        &Tastes()[static_cast<size_t>(chance_.Below(static_cast<int32_t>(Tastes().size())))];
  }
}

// Taste and whim: most things leave a customer cool, one or two of each kind are favourites.
Shopper::Pool Shopper::Personal(std::span<const Leaning> leanings) const {
  constexpr int64_t kWhims[] = {1, 1, 1, 2, 2, 3, 5, 12};
  Pool pool = Weights(leanings);
  for (size_t entry = 0; entry < pool.size(); ++entry) {
    pool[entry] *= kWhims[Chance(whims_ + entry).Below(static_cast<int32_t>(std::size(kWhims)))];
  }
  return pool;
}

Shopper::Self Shopper::MakeSelf(const Taste& taste, int32_t day) {
  Self self;
  self.taste = &taste;
  self.drinks = Personal(taste.drinks);
  self.bites = Personal(taste.bites);
  self.likes = Personal(taste.likes);
  self.usual_drink = Draw(self.drinks, day, false);
  self.usual_bite = Draw(self.bites, day, false);
  for (const Need& need : taste.needs) {
    Stock stock;
    stock.weights = Personal(std::span(&need.what, 1));
    stock.favourite = Draw(stock.weights, day, false);
    stock.every_days = need.every_days * chance_.Between(80, 125) / 100;
    stock.due = day + chance_.Below(stock.every_days);
    self.stocks.push_back(std::move(stock));
  }
  return self;
}

// The new taste has taken over after half a year.
Shopper::Self& Shopper::SelfOf(int32_t day) {
  if (drifts_to_ == nullptr || day < drift_day_) return selves_.front();
  if (selves_.size() == 1) selves_.push_back(MakeSelf(*drifts_to_, day));
  return selves_[chance_.Permille((day - drift_day_) * 1000 / 180) ? 1 : 0];
}

bool Shopper::OnShelves(size_t entry, int32_t day) const {
  const CatalogueEntry& item = Catalogue()[entry];
  const auto days = static_cast<int32_t>(calendar_.size());
  if (day * 100 < item.arrives_percent * days) return false;
  // What cannot be had now sold until a while ago.
  if (!item.available && day * 100 > 85 * days) return false;
  return Today(day).season[static_cast<size_t>(item.season)] > 0;
}

size_t Shopper::Draw(const Pool& pool, int32_t day, bool online) {
  Pool weights = pool;
  for (size_t entry = 0; entry < weights.size(); ++entry) {
    if (weights[entry] == 0) continue;
    const CatalogueEntry& item = Catalogue()[entry];
    const bool offered = OnShelves(entry, day) && !(online && IsServed(item));
    weights[entry] *= offered ? Today(day).season[static_cast<size_t>(item.season)] : 0;
  }
  return chance_.Weighted(weights);
}

std::vector<Visit> Shopper::Live(Span span) {
  std::vector<Visit> visits;
  selves_.clear();
  selves_.push_back(MakeSelf(taste_, span.first));
  for (int32_t day = span.first; day <= span.last; ++day) {
    if (day >= pause_first_ && day <= pause_last_) continue;
    Self& self = SelfOf(day);
    if (Comes(self, day)) visits.push_back(InStore(self, day));
    if (OrdersOnline(self, day)) visits.push_back(Online(self, day));
  }
  std::erase_if(visits, [](const Visit& visit) { return visit.lines.empty(); });
  return visits;
}

bool Shopper::Comes(const Self& self, int32_t day) {
  const Day& today = Today(day);
  const Taste& taste = *self.taste;
  if (today.closed || taste.weekdays[static_cast<size_t>(today.weekday)] == '.') return false;
  int32_t permille = taste.comes * activity_permille_ / 1000;
  // The seasonal come for the season.
  const bool in_season = today.season[static_cast<size_t>(Season::kAdvent)] > 0 ||
                         today.season[static_cast<size_t>(Season::kEaster)] > 0;
  if (taste.name == "seasonal" && in_season) permille *= 6;
  if (taste.name == "giver" && today.presents) permille *= 3;
  return chance_.Permille(std::min(permille, 960));
}

// When something ran out some days ago; whoever has nothing to restock, now and then.
bool Shopper::OrdersOnline(const Self& self, int32_t day) {
  const bool due = std::any_of(self.stocks.begin(), self.stocks.end(),
                               [&](const Stock& stock) { return stock.due + 3 <= day; });
  return (due || self.stocks.empty()) && chance_.Permille(self.taste->online);
}

Visit Shopper::InStore(Self& self, int32_t day) {
  Visit visit;
  visit.at = At(day, minute_of_day_ + chance_.Between(-14, 14));
  visit.shop = chance_.Permille(930) ? home_ : 1 - home_;
  AddUsual(self, day, &visit);
  AddNeeds(self, day, &visit);
  AddBeside(self, day, &visit);
  return visit;
}

Visit Shopper::Online(Self& self, int32_t day) {
  Visit visit;
  visit.at = At(day, chance_.Between(19 * 60, 22 * 60 + 30));
  visit.shop = kOnlineShop;
  AddNeeds(self, day, &visit);
  AddBeside(self, day, &visit);
  return visit;
}

void Shopper::AddUsual(const Self& self, int32_t day, Visit* visit) {
  const bool summer = Today(day).season[static_cast<size_t>(Season::kSummer)] > 4;
  if (chance_.Permille(self.taste->drink)) {
    if (summer && chance_.Permille(iced_permille_)) {
      Add(Draw(iced_, day, false), false, visit);
    } else if (self.usual_drink < Catalogue().size() && OnShelves(self.usual_drink, day) &&
               chance_.Permille(840)) {
      Add(self.usual_drink, false, visit);
    } else {
      Add(Draw(self.drinks, day, false), false, visit);
    }
  }
  if (!chance_.Permille(self.taste->bite)) return;
  const bool usual = self.usual_bite < Catalogue().size() && OnShelves(self.usual_bite, day) &&
                     chance_.Permille(650);
  Add(usual ? self.usual_bite : Draw(self.bites, day, false), false, visit);
}

void Shopper::AddNeeds(Self& self, int32_t day, Visit* visit) {
  for (Stock& stock : self.stocks) {
    if (stock.due > day) continue;
    const bool favourite = stock.favourite < Catalogue().size() &&
                           OnShelves(stock.favourite, day) && chance_.Permille(680);
    Add(favourite ? stock.favourite : Draw(stock.weights, day, false), false, visit);
    stock.due = day + stock.every_days * chance_.Between(82, 122) / 100;
  }
}

void Shopper::AddBeside(const Self& self, int32_t day, Visit* visit) {
  const Day& today = Today(day);
  const bool online = visit->shop == kOnlineShop;
  int32_t beside = self.taste->beside;
  if (today.presents) beside += self.taste->presents;
  while (beside > 0) {
    const bool more = chance_.Permille(std::min(beside, 1000) * 7 / 10);
    beside -= 700;
    if (!more) continue;
    const bool present =
        chance_.Permille(today.presents ? self.taste->presents : self.taste->presents / 12);
    const bool wanders = chance_.Permille(70);
    Add(Draw(present ? presents_ : wanders ? anything_ : self.likes, day, online), present, visit);
  }
}

void Shopper::Add(size_t entry, bool gift, Visit* visit) {
  if (entry >= Catalogue().size()) return;
  // The same thing twice in a basket is a larger quantity.
  for (BasketLine& line : visit->lines) {
    if (line.entry == entry && line.gift == gift) {
      ++line.quantity;
      return;
    }
  }
  const int32_t several = MayBeSeveral(Catalogue()[entry]) ? 300 : 40;
  const int32_t quantity = chance_.Permille(several) ? (chance_.Permille(750) ? 2 : 3) : 1;
  visit->lines.push_back({entry, quantity, gift});
}

TimePoint Shopper::At(int32_t day, int32_t minute) {
  return Today(day).date + std::chrono::minutes(minute) + std::chrono::seconds(chance_.Below(60));
}

}  // namespace rapport::samples
