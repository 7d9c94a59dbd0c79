#include "services/recommender/token.h"

#include <xxhash.h>

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "model/byte_archive.h"

namespace rapport {
namespace {

// Bytes inside: this, the fields in their order, and a checksum over all before it.
constexpr uint8_t kFormat = 3;
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
  for (const auto* ids : {&what_if.leave_out_event_ids, &what_if.leave_out_item_ids,
                          &what_if.gift_event_ids, &what_if.gift_item_ids, &what_if.add_item_ids})
    PutIds(bytes, *ids);
}

void Get(ByteReader& bytes, WhatIf* what_if) {
  for (auto* ids : {&what_if->leave_out_event_ids, &what_if->leave_out_item_ids,
                    &what_if->gift_event_ids, &what_if->gift_item_ids, &what_if->add_item_ids})
    GetIds(bytes, ids);
}

void Put(ByteWriter& bytes, const AskedFor& asked) {
  bytes.Put(asked.count);
  bytes.Put(std::string_view(asked.filter));
  PutIds(bytes, asked.only_item_ids);
  PutIds(bytes, asked.exclude_item_ids);
  bytes.Put(static_cast<uint8_t>(asked.too_many_ids));
}

void Get(ByteReader& bytes, AskedFor* asked) {
  uint8_t too_many = 0;
  bytes.Get(&asked->count);
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

// Each rule's id and amount once, then which of them are of which item.
void PutRules(ByteWriter& bytes, const std::vector<RuledItem>& rules) {
  std::map<std::pair<std::string, double>, uint16_t> numbers;
  for (const RuledItem& ruled : rules) {
    for (const RuleTerm& term : ruled.terms) numbers.try_emplace({term.rule_id, term.amount}, 0);
  }
  uint16_t next = 0;
  for (auto& [rule, number] : numbers) number = next++;
  PutList(bytes, numbers, [&](const auto& rule) {
    bytes.Put(std::string_view(rule.first.first));
    bytes.Put(rule.first.second);
  });
  PutList(bytes, rules, [&](const RuledItem& ruled) {
    bytes.Put(static_cast<uint32_t>(ruled.item));
    PutList(bytes, ruled.terms, [&](const RuleTerm& term) {
      bytes.Put(numbers.at({term.rule_id, term.amount}));
    });
  });
}

void GetRules(ByteReader& bytes, std::vector<RuledItem>* rules) {
  std::vector<RuleTerm> numbered;
  GetList(bytes, &numbered, [&](RuleTerm* term) {
    bytes.Get(&term->rule_id);
    bytes.Get(&term->amount);
  });
  GetList(bytes, rules, [&](RuledItem* ruled) {
    uint32_t item = 0;
    bytes.Get(&item);
    ruled->item = ItemIndex(item);
    GetList(bytes, &ruled->terms, [&](RuleTerm* term) {
      uint16_t number = 0;
      bytes.Get(&number);
      if (number >= numbered.size()) return bytes.Fail();
      *term = numbered[number];
    });
  });
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
  // Written again it must be the same text.
  return EncodeToken(token) == text ? absl::StatusOr<Token>(token) : broken;
}

}  // namespace rapport
