// MomentScene: one customer, what they bought and said, and the moments that come of it, without a
// store; for the tests of moments.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "services/clienteling/contact_rules.h"
#include "services/clienteling/moment_candidates.h"
#include "tests/clienteling/past.h"

namespace rapport::clienteling {

inline std::chrono::local_days LocalDay(const std::string& date) {
  return ShopTime::Utc().At(Utc(date + " 12:00")).day;
}

class MomentScene : public ::testing::Test {
 protected:
  // Of "tea-green": "Tea"; of "secret-…" none that is shown; titled as it is called.
  const KnownItem& Known(const std::string& item_id) {
    const auto [known, added] = items_.try_emplace(item_id);
    if (added) {
      Item item{.item_id = item_id, .title = "The " + item_id};
      item.category_path = {item_id.substr(0, item_id.find('-'))};
      known->second = {std::make_shared<const Item>(item), item_id.starts_with("secret")};
    }
    return known->second;
  }
  Item& Change(const std::string& item_id) {
    Known(item_id);
    auto changed = std::make_shared<Item>(*items_[item_id].item);
    items_[item_id].item = changed;
    return *changed;
  }
  // An order at 09:00 of each day.
  void Order(const std::vector<std::string>& dates, const std::vector<std::string>& items) {
    for (const std::string& date : dates) past_.Order(date + " 09:00", items);
  }
  // So many orders, every so many days, the last on `last`.
  void Every(int days, int times, const std::string& last, const std::vector<std::string>& items) {
    for (int time = times - 1; time >= 0; --time) {
      for (HistoryLine* line : past_.Order(last + " 09:00", items))
        line->purchase.purchased_at -= std::chrono::days(time * days);
    }
    std::ranges::stable_sort(past_.lines, {}, [](const HistoryLine& line) {
      return std::pair(line.purchase.purchased_at, line.purchase.event_id);
    });
  }
  void Said(OutcomeKind kind, const std::string& item, const std::string& at) {
    reports_.push_back({.report = Outcome{.event_id = "said-" + std::to_string(reports_.size()),
                                          .customer_id = "ada",
                                          .kind = kind,
                                          .item_id = item,
                                          .at = Utc(at + " 12:00")},
                        .receipt = {},
                        .retracted = {}});
  }
  void Contacted(const std::string& at, ContactChannel channel = ContactChannel::kPhone) {
    reports_.push_back({.report = Contact{.event_id = "met-" + std::to_string(reports_.size()),
                                          .customer_id = "ada",
                                          .channel = channel,
                                          .at = Utc(at + " 12:00"),
                                          .staff_id = {},
                                          .moment_id = {}},
                        .receipt = {},
                        .retracted = {}});
  }

  static Day On(const std::string& date) {
    return {.today = LocalDay(date), .at = Utc(date + " 12:00")};
  }
  std::vector<CustomerMoment> Moments(const std::string& date) {
    HistoryView view;
    view.lines = past_.lines;
    view.reports = reports_;
    const ItemLookup lookup = [this](const std::string& item) -> const KnownItem& {
      return Known(item);
    };
    return CandidatesOf(customer_, view, On(date), {time_, lookup, times_, options_});
  }
  std::vector<CustomerMoment> Of(Occasion occasion, const std::string& date) {
    auto moments = Moments(date);
    std::erase_if(moments, [&](const auto& moment) { return moment.occasion != occasion; });
    return moments;
  }

  Past past_;
  std::vector<Reported> reports_;
  Customer customer_{.customer_id = "ada"};
  CandidateOptions options_;
  BuyingTimes times_ = FromOwnGaps();
  ShopTime time_ = ShopTime::Utc();

 private:
  std::map<std::string, KnownItem> items_;
};

}  // namespace rapport::clienteling
