// A small shop for the use cases' tests: a real store in its own directory, customers with tastes,
// a clock that stands still until it is told to move.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "data/store.h"
#include "services/recommender/explainer.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/suggester.h"
#include "services/recommender/trainer.h"
#include "tests/data/support.h"

namespace rapport {

class Shop {
 public:
  static constexpr AlsOptions kAls{.factors = 8, .iterations = 5};

  Shop();

  // 90 customers "c0", "c1", … of three tastes (number % 3), who bought "coffee-0".."coffee-14",
  // "tea-…", "book-…" over 200 days before now.
  void FillWithTastes();
  // One purchase; the event id is made up. Fails the test if it is not accepted.
  std::string Buys(const std::string& customer, const std::string& item, double days_ago = 0);
  void Append(Event event);
  // A purchase of its own order, to be appended; `number` makes its id.
  Purchase MadeUp(const std::string& customer, const std::string& item, int number) const;
  // With kAls; fails the test if no model comes of it.
  void Train();
  // Closes everything and opens it again, as a restart does.
  void Reopen();

  Suggester suggester() const { return Suggester(*store, *shelf, clock); }
  Explainer explainer() const { return Explainer(*store, *shelf, clock); }
  SuggestionList Suggest(const std::string& customer, Pool pool = Pool::kNewToCustomer,
                         int count = 10) const;
  TimePoint now() const { return now_; }
  TimePoint DaysAgo(double days) const;
  // Moves the clock, also while a trainer reads it.
  void Pass(std::chrono::microseconds time) { now_ = now() + time; }

  TempDir dir;
  Clock clock = [this] { return now(); };
  std::unique_ptr<Store> store;
  std::unique_ptr<ModelShelf> shelf;

 private:
  std::atomic<TimePoint> now_ = testing::At(0);
  int events_ = 0;
};

}  // namespace rapport
