#include "services/recommender/token.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "model/byte_archive.h"
#include "services/recommender/rule_book.h"
#include "services/recommender/suggest_query.h"

namespace rapport {
namespace {

// Bytes inside: this, the fields in their order, and a checksum over all before it.
constexpr uint8_t kFormat = 5;
constexpr size_t kChecksumBytes = 8;

uint64_t Checksum(std::string_view body) { return XXH3_64bits(body.data(), body.size()); }

template <typename Values, typename PutOne>
void PutList(ByteWriter& bytes, const Values& values, const PutOne& put) {
  bytes.Put(static_cast<uint32_t>(values.size()));
  for (const auto& value : values) put(value);
}

// Reads one after the other while there is something left to read.
template <typename Value, typename GetOne>
void GetList(ByteReader& bytes, std::vector<Value>* values, const GetOne& get) {
  uint32_t count = 0;
  for (bytes.Get(&count); count > 0 && bytes.ok(); --count) get(&values->emplace_back());
}

void PutIds(ByteWriter& bytes, const std::vector<std::string>& ids) {
  PutList(bytes, ids, [&](const std::string& id) { bytes.Put(std::string_view(id)); });
}

void GetIds(ByteReader& bytes, std::vector<std::string>* ids) {
  GetList(bytes, ids, [&](std::string* id) { bytes.Get(id); });
}

void Put(ByteWriter& bytes, const WhatIf& what_if) {
  for (const auto* ids :
       {&what_if.leave_out_event_ids, &what_if.leave_out_item_ids, &what_if.gift_event_ids,
        &what_if.gift_item_ids, &what_if.add_item_ids, &what_if.leave_out_report_ids})
    PutIds(bytes, *ids);
}

void Get(ByteReader& bytes, WhatIf* what_if) {
  for (auto* ids :
       {&what_if->leave_out_event_ids, &what_if->leave_out_item_ids, &what_if->gift_event_ids,
        &what_if->gift_item_ids, &what_if->add_item_ids, &what_if->leave_out_report_ids})
    GetIds(bytes, ids);
}

void Put(ByteWriter& bytes, const AskedFor& asked) {
  bytes.Put(asked.count);
  bytes.Put(asked.max_per_category);
  bytes.Put(asked.diversity);
  bytes.Put(asked.min_confidence);
  bytes.Put(static_cast<uint8_t>(asked.promoted_slots.has_value()));
  bytes.Put(asked.promoted_slots.value_or(0));
  bytes.Put(std::string_view(asked.filter));
  PutIds(bytes, asked.only_item_ids);
  PutIds(bytes, asked.exclude_item_ids);
  bytes.Put(static_cast<uint8_t>(asked.too_many_ids));
}

void Get(ByteReader& bytes, AskedFor* asked) {
  uint8_t limited = 0, too_many = 0;
  uint32_t slots = 0;
  bytes.Get(&asked->count);
  bytes.Get(&asked->max_per_category);
  bytes.Get(&asked->diversity);
  bytes.Get(&asked->min_confidence);
  bytes.Get(&limited);
  bytes.Get(&slots);
  if (limited != 0) asked->promoted_slots = slots;
  bytes.Get(&asked->filter);
  GetIds(bytes, &asked->only_item_ids);
  GetIds(bytes, &asked->exclude_item_ids);
  bytes.Get(&too_many);
  asked->too_many_ids = too_many != 0;
}

void Put(ByteWriter& bytes, const Shopper& shopper) {
  bytes.Put(std::string_view(shopper.customer_id));
  PutList(bytes, shopper.guest_past, [&](const GuestPurchase& past) {
    bytes.Put(std::string_view(past.item_id));
    bytes.Put(std::string_view(past.order_id));
    bytes.Put(static_cast<uint8_t>(past.purchased_at.has_value()));
    bytes.Put(past.purchased_at.value_or(TimePoint()));
  });
  PutIds(bytes, shopper.basket_item_ids);
  Put(bytes, shopper.what_if);
}

void Get(ByteReader& bytes, Shopper* shopper) {
  bytes.Get(&shopper->customer_id);
  GetList(bytes, &shopper->guest_past, [&](GuestPurchase* past) {
    uint8_t dated = 0;
    TimePoint at;
    bytes.Get(&past->item_id);
    bytes.Get(&past->order_id);
    bytes.Get(&dated);
    bytes.Get(&at);
    if (dated != 0) past->purchased_at = at;
  });
  GetIds(bytes, &shopper->basket_item_ids);
  Get(bytes, &shopper->what_if);
}

// Each rule's part once, then which of them are of which item.
void PutRules(ByteWriter& bytes, const std::vector<RuledItem>& rules) {
  const auto key = [](const RuleTerm& term) {
    return std::tuple(term.rule_id, term.amount, term.commercial);
  };
  std::map<std::tuple<std::string, double, bool>, uint16_t> numbers;
  for (const RuledItem& ruled : rules) {
    for (const RuleTerm& term : ruled.terms) numbers.try_emplace(key(term), 0);
  }
  uint16_t next = 0;
  for (auto& [rule, number] : numbers) number = next++;
  PutList(bytes, numbers, [&](const auto& rule) {
    const auto& [rule_id, amount, commercial] = rule.first;
    bytes.Put(std::string_view(rule_id));
    bytes.Put(amount);
    bytes.Put(static_cast<uint8_t>(commercial));
  });
  PutList(bytes, rules, [&](const RuledItem& ruled) {
    bytes.Put(static_cast<uint32_t>(ruled.item));
    bytes.Put(static_cast<uint8_t>(ruled.promoted));
    bytes.Put(static_cast<uint8_t>(ruled.pinned));
    PutList(bytes, ruled.terms, [&](const RuleTerm& term) { bytes.Put(numbers.at(key(term))); });
  });
}

void GetRules(ByteReader& bytes, std::vector<RuledItem>* rules) {
  std::vector<RuleTerm> numbered;
  GetList(bytes, &numbered, [&](RuleTerm* term) {
    uint8_t commercial = 0;
    bytes.Get(&term->rule_id);
    bytes.Get(&term->amount);
    bytes.Get(&commercial);
    term->commercial = commercial != 0;
  });
  GetList(bytes, rules, [&](RuledItem* ruled) {
    uint32_t item = 0;
    uint8_t promoted = 0, pinned = 0;
    bytes.Get(&item);
    bytes.Get(&promoted);
    bytes.Get(&pinned);
    ruled->item = ItemIndex(item);
    ruled->promoted = promoted != 0;
    ruled->pinned = pinned != 0;
    GetList(bytes, &ruled->terms, [&](RuleTerm* term) {
      uint16_t number = 0;
      bytes.Get(&number);
      if (number >= numbered.size()) return bytes.Fail();
      *term = numbered[number];
    });
  });
}

// What no request may ask for would cost more than a request may.
bool WithinLimits(const Token& token) {
  const Shopper& shopper = token.shopper;
  const auto few = [](const auto& values, int most) { return std::ssize(values) <= most; };
  const WhatIf& what_if = shopper.what_if;
  const AskedFor& asked = token.asked;
  const auto can_be_ruled = [](const RuledItem& ruled) {
    return std::ranges::all_of(ruled.terms, [](const RuleTerm& term) {
      return std::abs(term.amount) <= std::max(kMostBoost, -kBuried);  // not of NaN
    });
  };
  const auto is_part = [](double value) { return value >= 0 && value <= 1; };
  return few(shopper.basket_item_ids, kMostInBasket) &&
         few(shopper.guest_past, kMostGuestPurchases) &&
         few(what_if.leave_out_event_ids, kMostSupposed) &&
         few(what_if.leave_out_item_ids, kMostSupposed) &&
         few(what_if.gift_event_ids, kMostSupposed) && few(what_if.gift_item_ids, kMostSupposed) &&
         few(what_if.add_item_ids, kMostSupposed) &&
         few(what_if.leave_out_report_ids, kMostSupposed) &&
         few(asked.only_item_ids, AskedFor::kMostIds) &&
         few(asked.exclude_item_ids, AskedFor::kMostIds) && asked.count >= 1 &&
         asked.count <= kMostSuggestions && asked.max_per_category <= INT32_MAX &&
         asked.promoted_slots.value_or(0) <= INT32_MAX && is_part(asked.diversity) &&
         is_part(asked.min_confidence) && token.shown.size() < kLongestList &&
         few(token.rules, kMostSuggestions) && std::ranges::all_of(token.rules, can_be_ruled);
}

}  // namespace

std::string EncodeToken(const Token& token) {
  ByteWriter bytes;
  bytes.Put(kFormat);
  bytes.Put(std::string_view(token.model_version));
  bytes.Put(token.sequence);
  bytes.Put(token.as_of);
  bytes.Put(static_cast<uint8_t>(token.pool));
  bytes.Put(token.request);
  Put(bytes, token.shopper);
  bytes.Put(std::string_view(token.store));
  Put(bytes, token.asked);
  PutRules(bytes, token.rules);
  bytes.Put(token.told);
  bytes.Put(static_cast<uint8_t>(token.split));
  bytes.Put(static_cast<uint8_t>(token.page));
  PutList(bytes, token.shown, [&](const Shown& shown) {
    bytes.Put(static_cast<uint32_t>(shown.item));
    bytes.Put(static_cast<uint8_t>(shown.promoted));
  });
  PutIds(bytes, token.spent_pins);
  std::string body = bytes.Take();
  ByteWriter checksum;
  checksum.Put(Checksum(body));
  return absl::WebSafeBase64Escape(body + checksum.Take());
}

absl::StatusOr<Token> DecodeToken(std::string_view text) {
  const absl::Status broken = absl::InvalidArgumentError(
      "token is not one that SuggestForCustomer gave, or was changed on the way; ask for "
      "suggestions again");
  std::string plain;
  if (!absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &plain) ||
      plain.size() < kChecksumBytes) {
    return broken;
  }
  const std::string_view body = std::string_view(plain).substr(0, plain.size() - kChecksumBytes);
  uint64_t checksum = 0;
  ByteReader(std::string_view(plain).substr(body.size())).Get(&checksum);
  if (checksum != Checksum(body)) return broken;
  ByteReader bytes(body);
  Token token;
  uint8_t format = 0;
  uint8_t pool = 0;
  uint8_t split = 0, page = 0;
  bytes.Get(&format);
  bytes.Get(&token.model_version);
  bytes.Get(&token.sequence);
  bytes.Get(&token.as_of);
  bytes.Get(&pool);
  bytes.Get(&token.request);
  Get(bytes, &token.shopper);
  bytes.Get(&token.store);
  Get(bytes, &token.asked);
  GetRules(bytes, &token.rules);
  bytes.Get(&token.told);
  bytes.Get(&split);
  bytes.Get(&page);
  GetList(bytes, &token.shown, [&](Shown* shown) {
    uint32_t item = 0;
    uint8_t promoted = 0;
    bytes.Get(&item);
    bytes.Get(&promoted);
    *shown = {.item = ItemIndex(item), .promoted = promoted != 0};
  });
  GetIds(bytes, &token.spent_pins);
  if (!bytes.AtEnd() || format != kFormat || pool >= kPoolCount) return broken;
  token.pool = static_cast<Pool>(pool);
  token.split = split != 0;
  token.page = page != 0;
  if (!WithinLimits(token)) return broken;
  // Written again it must be the same text.
  return EncodeToken(token) == text ? absl::StatusOr<Token>(token) : broken;
}

}  // namespace rapport
