// A shop to serve from, made up: items in topics, customers with the same number of purchases each,
// and a model that serves. Written as a data directory of rapport-server. The same size gives the
// same shop.
#pragma once

#include <cstdint>
#include <string>

namespace rapport {

struct ServingShop {
  std::string name;
  int64_t items = 5'000;
  int32_t factors = 128;
  int64_t customers = 5'000;
  int purchases = 50;  // of each customer
  // Otherwise the factors are made up: a million items that learned something would need tens of
  // millions of purchases.
  bool trained = true;
};

// Makes the shop in `directory`, which is empty or missing, with two models that differ in version
// alone; says on stderr what it does. Leaves a directory alone that holds this shop already.
// Throws std::runtime_error.
void MakeServingShop(const ServingShop& shop, const std::string& directory);

}  // namespace rapport
