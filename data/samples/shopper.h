// One customer's life with the shop, day by day: the usual, what runs out, presents, something new.
// Deterministic.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/records.h"
#include "data/samples/calendar.h"
#include "data/samples/chance.h"
#include "data/samples/tastes.h"

namespace rapport::samples {

inline constexpr int32_t kOnlineShop = 2;  // after the two stores, 0 and 1

struct BasketLine {
  size_t entry = 0;  // in the catalogue
  int32_t quantity = 1;
  bool gift = false;
};

struct Visit {
  TimePoint at;
  int32_t shop = 0;
  std::vector<BasketLine> lines;  // never empty
};

// From when to when a customer comes, in days of the calendar.
struct Span {
  int32_t first = 0;
  int32_t last = 0;
};

class Shopper {
 public:
  // `calendar` must outlive the shopper. `home` is the store, 0 or 1. `steady`: no pauses and no
  // change of taste.
  Shopper(std::span<const Day> calendar, const Taste& taste, int32_t home, uint64_t seed,
          bool steady);

  // All visits of the span, in no order.
  std::vector<Visit> Live(Span span);

 private:
  using Pool = std::vector<int64_t>;  // a weight for each entry of the catalogue

  // What is kept at home and runs out.
  struct Stock {
    Pool weights;
    size_t favourite = 0;
    int32_t every_days = 0;
    int32_t due = 0;
  };
  // A taste as this customer has it. Whoever drifts has two, and the second slowly takes over.
  struct Self {
    const Taste* taste = nullptr;
    Pool drinks, bites, likes;
    std::vector<Stock> stocks;
    size_t usual_drink = 0;
    size_t usual_bite = 0;
  };

  Self MakeSelf(const Taste& taste, int32_t day);
  Self& SelfOf(int32_t day);
  Pool Personal(std::span<const Leaning> leanings) const;
  // An entry of the pool that is on the shelves that day; Catalogue().size(): none is.
  size_t Draw(const Pool& pool, int32_t day, bool online);
  bool OnShelves(size_t entry, int32_t day) const;
  bool Comes(const Self& self, int32_t day);
  bool OrdersOnline(const Self& self, int32_t day);
  Visit InStore(Self& self, int32_t day);
  Visit Online(Self& self, int32_t day);
  void AddUsual(const Self& self, int32_t day, Visit* visit);
  void AddNeeds(Self& self, int32_t day, Visit* visit);
  void AddBeside(const Self& self, int32_t day, Visit* visit);
  void Add(size_t entry, bool gift, Visit* visit);
  TimePoint At(int32_t day, int32_t minute);
  const Day& Today(int32_t day) const { return calendar_[static_cast<size_t>(day)]; }

  const std::span<const Day> calendar_;
  const Taste& taste_;
  const int32_t home_;
  Chance chance_;
  const uint64_t whims_;  // what makes two customers of one taste differ
  int32_t activity_permille_ = 1300;
  int32_t minute_of_day_ = 0;
  int32_t iced_permille_ = 0;
  int32_t pause_first_ = -1;
  int32_t pause_last_ = -1;
  int32_t drift_day_ = 0;
  const Taste* drifts_to_ = nullptr;
  Pool presents_, iced_, anything_;
  std::vector<Self> selves_;
};

}  // namespace rapport::samples
