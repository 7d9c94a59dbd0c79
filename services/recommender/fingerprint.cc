#include "services/recommender/fingerprint.h"

#include <xxhash.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace rapport {

uint64_t Fingerprint(const SuggestQuery& query) {
  const auto time = [](const std::optional<TimePoint>& at) {
    return at ? absl::StrCat(at->time_since_epoch().count()) : std::string();
  };
  const std::set<std::string> exclude(query.exclude_item_ids.begin(), query.exclude_item_ids.end());
  const std::set<std::string> only(query.only_item_ids.begin(), query.only_item_ids.end());
  std::vector<std::string> parts = {absl::StrCat(query.count),
                                    absl::StrCat(static_cast<int>(query.pool)),
                                    query.filter_text,
                                    query.store,
                                    absl::StrCat(query.max_per_category),
                                    absl::StrCat(query.diversity),
                                    absl::StrCat(query.min_confidence),
                                    absl::StrCat(query.promoted_slots.value_or(-1)),
                                    time(query.as_of),
                                    query.shopper.customer_id};
  const auto add = [&parts](const auto& ids) {
    parts.push_back(absl::StrCat(ids.size()));
    parts.insert(parts.end(), ids.begin(), ids.end());
  };
  add(exclude);
  add(only);
  add(query.shopper.basket_item_ids);
  const WhatIf& what_if = query.shopper.what_if;
  for (const auto* ids :
       {&what_if.leave_out_event_ids, &what_if.leave_out_item_ids, &what_if.gift_event_ids,
        &what_if.gift_item_ids, &what_if.add_item_ids, &what_if.leave_out_report_ids})
    add(*ids);
  for (const GuestPurchase& past : query.shopper.guest_past)
    add(std::vector<std::string>{past.item_id, past.order_id, time(past.purchased_at)});
  std::string text;
  for (const std::string& part : parts) absl::StrAppend(&text, part.size(), ":", part);
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace rapport
