// Parts of RecommendationService's messages that several calls share. What is wrong with a request
// is noted in the checker. Pure functions; any thread.
#pragma once

#include <memory>
#include <string>

#include "model/purchase_chance.h"
#include "rapport/v1/recommendation_service.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/rules_now.h"
#include "services/recommender/shopper.h"
#include "services/recommender/suggester.h"
#include "services/server/fields.h"

namespace rapport::server {

void WriteLeftOut(const LeftOut& left_out, v1::LeftOut* proto);
void WriteRule(const RuleTerm& term, v1::RuleTerm* proto);
void WriteChance(const PurchaseChance& chance, double window_days, v1::Chance* proto);
// Only what names the item: a reply with a thousand of them stays small.
void WriteName(const Item& item, v1::Item* proto);
void WriteChange(const ListChange& change, v1::ListChange* proto);

// Null: any.
std::shared_ptr<const ItemFilter> ReadFilter(const std::string& text, FilterCache& filters,
                                             FieldChecker& check);
WhatIf ReadWhatIf(const v1::WhatIf& what_if, FieldChecker& check);

// The basket, and what a guest is known to have bought; the customer's id stands apart. `now`: what
// guests bought cannot be later.
template <class Request>
Shopper ReadShopper(const Request& request, TimePoint now, FieldChecker& check) {
  Shopper shopper;
  const auto& basket = request.basket_item_ids();
  check.AtMost("basket_item_ids", basket.size(), kMostInBasket);
  for (int index = 0; index < basket.size() && index < kMostInBasket; ++index)
    check.RequiredId("basket_item_ids[" + std::to_string(index) + "]", basket[index]);
  shopper.basket_item_ids.assign(basket.begin(), basket.end());
  const auto& past = request.guest_purchases();
  check.AtMost("guest_purchases", past.size(), kMostGuestPurchases);
  if (!past.empty() && !request.customer_id().empty()) {
    check.Fail("guest_purchases",
               "given beside a customer_id; expected none, the store knows what "
               "customers bought");
  }
  for (int index = 0; index < past.size() && index < kMostGuestPurchases; ++index) {
    const std::string path = "guest_purchases[" + std::to_string(index) + "].";
    const v1::GuestPurchase& bought = past[index];
    check.RequiredId(path + "item_id", bought.item_id());
    check.OptionalId(path + "order_id", bought.order_id());
    GuestPurchase& purchase = shopper.guest_past.emplace_back();
    purchase.item_id = bought.item_id();
    purchase.order_id = bought.order_id();
    if (bought.has_purchased_at())
      purchase.purchased_at =
          check.PastTime(path + "purchased_at", true, bought.purchased_at(), now);
  }
  return shopper;
}

}  // namespace rapport::server
