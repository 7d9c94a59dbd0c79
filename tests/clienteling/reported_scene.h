// The sample shop, where c4 likes tea, with what was reported of c4; whatever says "secret" is
// never spoken of.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "services/clienteling/customers_for_item.h"
#include "services/clienteling/hand_off.h"
#include "tests/recommender/shop.h"

namespace rapport::clienteling {

class ReportedScene : public ::testing::Test {
 protected:
  ReportedScene() {
    shop_.FillWithTastes();
    shop_.Train();
  }

  std::string Said(OutcomeKind kind, const std::string& item, double days_ago = 0,
                   std::vector<std::string> lines = {}) {
    const std::string id = "report-" + std::to_string(++reports_);
    shop_.Append(Outcome{.event_id = id,
                         .customer_id = "c4",
                         .kind = kind,
                         .item_id = item,
                         .purchase_event_ids = std::move(lines),
                         .at = shop_.DaysAgo(days_ago),
                         .staff_id = "sam"});
    return id;
  }
  std::string Learnt(InsightKind kind, Subject subject = {}) {
    const std::string id = "report-" + std::to_string(++reports_);
    shop_.Append(Insight{.event_id = id,
                         .customer_id = "c4",
                         .kind = kind,
                         .subject = std::move(subject),
                         .at = shop_.now()});
    return id;
  }
  void Undo(const std::string& report_id) {
    shop_.Append(Retraction{.event_id = "undo-" + report_id,
                            .customer_id = "c4",
                            .retracted_event_id = report_id,
                            .at = shop_.now()});
  }
  void Meet(Customer customer) {
    customer.customer_id = "c4";
    ASSERT_TRUE(shop_.store->UpsertCustomersAndWait({std::move(customer)}).ok());
  }
  void Describe(const std::string& id, std::vector<std::string> path) {
    ASSERT_TRUE(shop_.store
                    ->UpsertItemsAndWait(
                        {{.item_id = id, .title = "The " + id, .category_path = std::move(path)}})
                    .ok());
  }
  // On so many days, the last two days ago.
  void BuysOften(const std::string& item, int times) {
    for (int time = times; time > 0; --time) shop_.Buys("c4", item, 2 * time);
  }
  // What they have not bought and like best.
  std::string Top() const { return shop_.Suggest("c4").suggestions.at(0).item->item_id; }
  CustomerCard Card() const {
    auto card = cards_.Make({.customer_id = "c4"});
    EXPECT_TRUE(card.ok()) << card.status();
    return card.ok() ? *std::move(card) : CustomerCard{};
  }
  HandOff Packet() const {
    auto packet = hand_offs_.Make({.customer_id = "c4"});
    EXPECT_TRUE(packet.ok()) << packet.status();
    return packet.ok() ? *std::move(packet) : HandOff{};
  }
  // Of c4 alone, unless `query` says otherwise.
  SuitedCustomers For(ReverseQuery query) const {
    if (!query.among) query.customer_ids = {"c4"};
    auto found = CustomersForItem(reverse_, query, shop_.now(), [] { return false; });
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : SuitedCustomers{};
  }
  // None: c4 is suited.
  std::optional<NotSuited> WhyNot(ReverseQuery query) const {
    const SuitedCustomers found = For(std::move(query));
    return found.left_out.empty() ? std::optional<NotSuited>() : found.left_out.begin()->first;
  }

  Shop shop_;
  const ShopTime time_ = ShopTime::Utc();
  const Discretion discretion_{
      .hides_item = [](const Item& item) { return item.title.find("secret") != std::string::npos; },
      .hides_text =
          [](std::string_view text) { return text.find("secret") != std::string_view::npos; }};
  const CardMaker cards_{*shop_.store, *shop_.shelf, time_, discretion_, 730, shop_.clock};
  const MomentFinder moments_{*shop_.store, *shop_.shelf, time_, discretion_, {}, shop_.clock};
  const HandOffMaker hand_offs_{*shop_.store, cards_, moments_, discretion_};
  ReverseParts reverse_{*shop_.store, *shop_.shelf, discretion_, time_, {}};

 private:
  int reports_ = 0;
};

}  // namespace rapport::clienteling
