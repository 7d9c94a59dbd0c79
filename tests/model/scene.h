// Small worlds for the model's tests: factors at random, and a shop whose customers have tastes.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "model/model_snapshot.h"
#include "model/notes.h"
#include "model/purchase_log.h"

namespace rapport {

constexpr Instant Day(double days) {
  return Instant(std::chrono::microseconds(static_cast<int64_t>(days * 86'400e6)));
}

// Uniform in [0, 1), the same on every machine.
double Uniform(std::mt19937_64& random);

// A model with two tastes of random factors, random popularity, and `items` items "item-000",
// "item-001", ….
ModelSnapshot RandomModel(size_t items, int factors, uint64_t seed);

// Evidence of `count` distinct random items, bought once to three times in the 100 days before
// Day(1000).
Evidence RandomEvidence(size_t items, size_t count, uint64_t seed);

// Of this many notes one in five each: an item and a few items that are not wanted, a few and many
// that are, one that is owned. Every eleventh names nothing.
std::vector<Note> RandomNotes(size_t items, size_t count, uint64_t seed);

struct ShopOptions {
  size_t customers = 120;
  size_t items = 60;
  size_t tastes = 3;      // item i and customer c are of taste i % tastes, c % tastes
  double loyalty = 0.85;  // part of a customer's purchases that are of their own taste
  double days = 200;
  size_t orders = 12;  // of each customer, two lines each
  uint64_t seed = 7;
};
PurchaseLog ShopWithTastes(const ShopOptions& options);

}  // namespace rapport
