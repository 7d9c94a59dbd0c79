// A shop that can be talked about: 90 customers of three tastes, items with titles and categories,
// a trained model, and whatever a test plants in it before it opens.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/talk/talker.h"
#include "tests/recommender/shop.h"

namespace rapport::talk {

class TalkShop {
 public:
  explicit TalkShop(TactOptions tact = {});

  // Before Open: an item of a category, titled "Planted" and the id.
  void Plant(const std::string& item_id, const std::string& category);
  // Trains.
  void Open();
  void Describe(const Customer& customer);

  // In American English; fails the test if there is no answer.
  Talk About(const std::string& customer, const std::vector<std::string>& items = {}) const;
  absl::StatusOr<Talk> Ask(const TalkQuery& query) const;

  Shop shop;

 private:
  Tact tact_;
};

// Every sentence of it, also for staff.
std::string TextOf(const Talk& talk);
// To the customer.
std::string SayableOf(const Talk& talk);

}  // namespace rapport::talk
