#include "services/server/recommendation_convert.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

#include "services/server/convert.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

std::unordered_set<std::string> ReadIds(const google::protobuf::RepeatedPtrField<std::string>& ids,
                                        const std::string& field, FieldChecker& check) {
  check.AtMost(field, ids.size(), kMaxFilterIds);
  if (ids.size() > kMaxFilterIds) return {};
  for (int index = 0; index < ids.size(); ++index) {
    check.RequiredId(field + "[" + std::to_string(index) + "]", ids[index]);
  }
  return {ids.begin(), ids.end()};
}

v1::ReasonCode CodeOf(Reason reason) {
  switch (reason) {
    case Reason::kTaste:
      return v1::REASON_CODE_TASTE;
    case Reason::kBoughtBefore:
      return v1::REASON_CODE_BOUGHT_BEFORE;
    case Reason::kPopular:
      return v1::REASON_CODE_POPULAR;
    case Reason::kNew:
      return v1::REASON_CODE_NEW;
  }
  return v1::REASON_CODE_UNSPECIFIED;
}

constexpr int kMostOrders = 100;
constexpr int kMostPerPage = 100;
constexpr int kMostGuestPurchases = 256;
constexpr int kMostSupposed = 1'000;  // ids of each kind in a what-if

v1::LeftOutReason CodeOf(LeftOutBy by) {
  switch (by) {
    case LeftOutBy::kNotAmongOnly:
      return v1::LEFT_OUT_REASON_NOT_AMONG_ONLY;
    case LeftOutBy::kExcluded:
      return v1::LEFT_OUT_REASON_EXCLUDED;
    case LeftOutBy::kPool:
      return v1::LEFT_OUT_REASON_POOL;
    case LeftOutBy::kBasket:
      return v1::LEFT_OUT_REASON_BASKET;
    case LeftOutBy::kFilter:
      return v1::LEFT_OUT_REASON_FILTER;
    case LeftOutBy::kUnavailable:
      return v1::LEFT_OUT_REASON_UNAVAILABLE;
    case LeftOutBy::kRule:
      return v1::LEFT_OUT_REASON_RULE;
    case LeftOutBy::kMinConfidence:
      return v1::LEFT_OUT_REASON_MIN_CONFIDENCE;
    case LeftOutBy::kLimit:
      return v1::LEFT_OUT_REASON_LIMIT;
  }
  return v1::LEFT_OUT_REASON_UNSPECIFIED;
}

void Write(const LeftOut& left_out, v1::LeftOut* proto) {
  proto->set_reason(CodeOf(left_out.by));
  proto->set_rule_id(left_out.rule_id);
  proto->set_items(left_out.items);
}

void Write(const RuleTerm& term, v1::RuleTerm* proto) {
  proto->set_rule_id(term.rule_id);
  proto->set_amount(term.amount);
}

v1::ConfidenceLevel CodeOf(Confidence confidence) {
  switch (confidence) {
    case Confidence::kThin:
      return v1::CONFIDENCE_LEVEL_THIN;
    case Confidence::kFair:
      return v1::CONFIDENCE_LEVEL_FAIR;
    case Confidence::kStrong:
      return v1::CONFIDENCE_LEVEL_STRONG;
  }
  return v1::CONFIDENCE_LEVEL_UNSPECIFIED;
}

void Write(const PurchaseChance& chance, double window_days, v1::Chance* proto) {
  proto->set_probability(chance.probability);
  proto->set_low(chance.low);
  proto->set_high(chance.high);
  proto->set_base_rate(chance.base_rate);
  proto->set_level(CodeOf(chance.confidence));
  proto->set_samples(chance.samples);
  proto->set_window_days(window_days);
}

// Only what names the item: a reply with a thousand of them stays small.
void WriteName(const Item& item, v1::Item* proto) {
  proto->set_item_id(item.item_id);
  proto->set_title(item.title);
}

void Write(const Suggestion& suggestion, double window_days, v1::Suggestion* proto) {
  ToProto(*suggestion.item, proto->mutable_item());
  proto->set_rank(suggestion.rank);
  proto->set_score(suggestion.score);
  ToProto(suggestion.terms, proto->mutable_terms());
  for (const Reason reason : suggestion.reasons) proto->add_reasons(CodeOf(reason));
  proto->set_source(SourceOf(suggestion.personal));
  for (const auto& item : suggestion.goes_with) WriteName(*item, proto->add_goes_with());
  proto->set_rank_by_score(suggestion.rank_by_score);
  for (const RuleTerm& term : suggestion.rules) Write(term, proto->add_rules());
  proto->set_pinned_by(suggestion.pinned_by);
  proto->set_promoted(suggestion.promoted);
  if (suggestion.chance) Write(*suggestion.chance, window_days, proto->mutable_chance());
}

v1::EvidenceKind CodeOf(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kPurchase:
      return v1::EVIDENCE_KIND_PURCHASE;
    case EvidenceKind::kOwnRepeat:
      return v1::EVIDENCE_KIND_OWN_REPEAT;
    case EvidenceKind::kBasket:
      return v1::EVIDENCE_KIND_BASKET;
  }
  return v1::EVIDENCE_KIND_UNSPECIFIED;
}

void Write(const EvidenceLine& line, v1::Evidence* proto) {
  WriteName(line.item, proto->mutable_item());
  proto->set_times(line.times);
  *proto->mutable_first_purchased_at() = ToProto(line.first_purchased_at);
  *proto->mutable_last_purchased_at() = ToProto(line.last_purchased_at);
  proto->set_quantity(line.quantity);
  proto->set_contribution(line.contribution);
  proto->set_share(line.share);
  for (const EvidenceOrder& order : line.orders) {
    if (proto->orders_size() == kMostOrders) break;
    auto* order_proto = proto->add_orders();
    order_proto->set_order_id(order.order_id);
    *order_proto->mutable_purchased_at() = ToProto(order.purchased_at);
    // Pieces of one order of one item: a sum of lines, each of at most 10,000,000.
    order_proto->set_quantity(static_cast<int32_t>(std::min<int64_t>(order.quantity, INT32_MAX)));
    order_proto->set_contribution(order.contribution);
    order_proto->set_basket(order.basket);
    order_proto->set_event_id(order.event_id);
  }
  proto->set_kind(CodeOf(line.kind));
  proto->set_rank_without(line.rank_without);
  proto->set_score_without(line.score_without);
}

void Write(const SmallestRemoval& removal, v1::SmallestRemoval* proto) {
  for (const Item& item : removal.items) WriteName(item, proto->add_items());
  proto->set_rank_without(removal.rank_without);
  if (removal.takes_place) WriteName(*removal.takes_place, proto->mutable_takes_place());
  proto->set_proven(removal.proven);
}

void Write(const Contrast& contrast, v1::Contrast* proto) {
  WriteName(contrast.item, proto->mutable_item());
  proto->set_score(contrast.score);
  proto->set_rank(contrast.rank);
  for (const Contrast::Line& line : contrast.lines) {
    auto* line_proto = proto->add_lines();
    WriteName(line.item, line_proto->mutable_item());
    line_proto->set_difference(line.difference);
  }
  proto->set_other_difference(contrast.other_difference);
  proto->set_other_count(contrast.other_count);
  ToProto(contrast.terms, proto->mutable_terms());
  proto->set_residual(contrast.residual);
}

void WritePlaces(const ItemExplanation& explanation, v1::ExplainSuggestionResponse* proto) {
  proto->set_rank(explanation.rank);
  proto->set_unranked_because(explanation.unranked_because);
  proto->set_list_length(explanation.list_length);
  if (explanation.smallest_removal)
    Write(*explanation.smallest_removal, proto->mutable_smallest_removal());
  if (explanation.next) Write(*explanation.next, proto->mutable_next());
  for (const HeldBack& held_back : explanation.held_back) {
    auto* held_back_proto = proto->add_held_back();
    WriteName(held_back.item, held_back_proto->mutable_item());
    held_back_proto->set_score(held_back.score);
    Write(held_back.left_out, held_back_proto->mutable_left_out());
  }
  for (const LeftOut& left_out : explanation.better_left_out)
    Write(left_out, proto->add_better_left_out());
}

v1::Fate CodeOf(Fate fate) {
  switch (fate) {
    case Fate::kSuggested:
      return v1::FATE_SUGGESTED;
    case Fate::kBelowCutoff:
      return v1::FATE_BELOW_CUTOFF;
    case Fate::kBought:
      return v1::FATE_BOUGHT;
    case Fate::kFiltered:
      return v1::FATE_FILTERED;
    case Fate::kUnavailable:
      return v1::FATE_UNAVAILABLE;
    case Fate::kNotLearned:
      return v1::FATE_NOT_LEARNED;
    case Fate::kUnknownItem:
      return v1::FATE_UNKNOWN_ITEM;
  }
  return v1::FATE_UNSPECIFIED;
}

void Write(const OwnHistory& history, v1::OwnHistory* proto) {
  proto->set_times(history.times);
  *proto->mutable_first_purchased_at() = ToProto(history.first_purchased_at);
  *proto->mutable_last_purchased_at() = ToProto(history.last_purchased_at);
  proto->set_quantity(history.quantity);
  if (history.median_gap_days) proto->set_median_gap_days(*history.median_gap_days);
}

// The basket, and what a guest is known to have bought; the customer's id stands apart.
template <class Request>
Shopper ReadShopper(const Request& request, TimePoint now, FieldChecker& check) {
  Shopper shopper;
  const auto& basket = request.basket_item_ids();
  check.AtMost("basket_item_ids", basket.size(), kMaxEntries);
  for (int index = 0; index < basket.size() && index < kMaxEntries; ++index)
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

WhatIf ReadWhatIf(const v1::WhatIf& what_if, FieldChecker& check) {
  const auto read = [&](const std::string& field,
                        const google::protobuf::RepeatedPtrField<std::string>& ids) {
    check.AtMost("what_if." + field, ids.size(), kMostSupposed);
    std::vector<std::string> read;
    for (int index = 0; index < ids.size() && index < kMostSupposed; ++index) {
      check.RequiredId("what_if." + field + "[" + std::to_string(index) + "]", ids[index]);
      read.push_back(ids[index]);
    }
    return read;
  };
  return {.leave_out_event_ids = read("leave_out_event_ids", what_if.leave_out_event_ids()),
          .leave_out_item_ids = read("leave_out_item_ids", what_if.leave_out_item_ids()),
          .gift_event_ids = read("gift_event_ids", what_if.gift_event_ids()),
          .gift_item_ids = read("gift_item_ids", what_if.gift_item_ids()),
          .add_item_ids = read("add_item_ids", what_if.add_item_ids())};
}

double ReadPart(std::string_view field, double value, FieldChecker& check) {
  if (value >= 0 && value <= 1) return value;  // not of NaN
  check.Fail(field, "given " + std::to_string(value) + "; expected 0 to 1");
  return 0;
}

// Null: any.
std::shared_ptr<const ItemFilter> ReadFilter(const std::string& text, FilterCache& filters,
                                             FieldChecker& check) {
  if (text.empty()) return nullptr;
  auto filter = filters.Parse(text);
  if (filter.ok()) return *std::move(filter);
  check.Fail("filter", std::string(filter.status().message()));
  return nullptr;
}

// What limits and shapes a list.
void ReadWishes(const v1::SuggestForCustomerRequest& request, FieldChecker& check,
                SuggestQuery& query) {
  const auto at_least_zero = [&](std::string_view field, int value) {
    if (value < 0) check.Fail(field, "given " + std::to_string(value) + "; expected 0 or more");
    return std::max(0, value);
  };
  query.max_per_category = at_least_zero("max_per_category", request.max_per_category());
  query.diversity = ReadPart("diversity", request.diversity(), check);
  query.min_confidence = ReadPart("min_confidence", request.min_confidence(), check);
  if (request.has_promoted_slots())
    query.promoted_slots = at_least_zero("promoted_slots", request.promoted_slots());
  check.Text("store", request.store());
  query.store = request.store();
}

void ReadPages(const v1::SuggestForCustomerRequest& request, FieldChecker& check,
               SuggestQuery& query) {
  query.paged = request.page_size() != 0;
  if (!query.paged) {
    query.count = check.Count("count", request.count(), 10, kMostPerPage);
    if (!request.page_token().empty())
      check.Fail("page_token", "given without page_size; expected the page_size of the first page");
    return;
  }
  query.count = check.Count("page_size", request.page_size(), 10, kMostPerPage);
  if (request.count() != 0)
    check.Fail("count", "given beside page_size, which says how many; expected none");
  check.Text("page_token", request.page_token(), kMaxTokenBytes);
  query.page_token = request.page_token();
}

}  // namespace

SuggestQuery ReadSuggest(const v1::SuggestForCustomerRequest& request, TimePoint now,
                         FilterCache& filters, FieldChecker& check) {
  SuggestQuery query;
  query.shopper = ReadShopper(request, now, check);
  check.OptionalId("customer_id", request.customer_id());
  query.shopper.customer_id = request.customer_id();
  query.shopper.what_if = ReadWhatIf(request.what_if(), check);
  ReadPages(request, check, query);
  ReadWishes(request, check, query);
  query.filter = ReadFilter(request.filter(), filters, check);
  query.filter_text = request.filter();
  query.pool = FromProto(request.pool(), "pool", check);
  query.exclude_item_ids = ReadIds(request.exclude_item_ids(), "exclude_item_ids", check);
  query.only_item_ids = ReadIds(request.only_item_ids(), "only_item_ids", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  return query;
}

void Write(const SuggestionList& list, v1::SuggestForCustomerResponse* proto) {
  proto->set_token(list.token);
  proto->set_model_version(list.model_version);
  proto->set_history_size(list.history_size);
  proto->set_pool(ToProto(list.pool));
  *proto->mutable_as_of() = ToProto(list.as_of);
  for (const Suggestion& suggestion : list.suggestions)
    Write(suggestion, list.window_days, proto->add_suggestions());
  proto->set_next_page_token(list.next_page_token);
  proto->set_basket_size(list.basket_size);
  for (const LeftOut& left_out : list.left_out) Write(left_out, proto->add_left_out());
  for (const ListChange& change : list.changes) {
    auto* change_proto = proto->add_changes();
    WriteName(*change.item, change_proto->mutable_item());
    change_proto->set_from_rank(change.from);
    change_proto->set_to_rank(change.to);
  }
}

ExplainQuery ReadExplain(const v1::ExplainSuggestionRequest& request, TimePoint now,
                         FilterCache& filters, FieldChecker& check) {
  ExplainQuery query;
  if (request.has_token()) {
    check.Text("token", request.token(), kMaxTokenBytes);
    if (request.token().empty())
      check.Fail("token", "given an empty token; expected one from SuggestForCustomer");
    const auto none = [&](std::string_view field, bool given) {
      if (given) check.Fail(field, "given beside a token, which names its own; expected none");
    };
    none("pool", request.pool() != v1::POOL_UNSPECIFIED);
    none("as_of", request.has_as_of());
    none("basket_item_ids", !request.basket_item_ids().empty());
    none("guest_purchases", !request.guest_purchases().empty());
    none("store", !request.store().empty());
    none("filter", !request.filter().empty());
    none("list_length", request.list_length() != 0);
    none("what_if", request.has_what_if());
  } else if (request.has_customer_id()) {
    check.RequiredId("customer_id", request.customer_id());
  } else if (!request.guest()) {
    check.Fail("subject", "not given; expected token, customer_id or guest");
  }
  query.shopper = ReadShopper(request, now, check);
  query.shopper.customer_id = request.customer_id();
  check.Text("store", request.store());
  query.store = request.store();
  query.shopper.what_if = ReadWhatIf(request.what_if(), check);
  query.filter = ReadFilter(request.filter(), filters, check);
  query.list_length = check.Count("list_length", request.list_length(), 10, kMostPerPage);
  query.places = !request.without_places();
  query.token = request.token();
  check.RequiredId("item_id", request.item_id());
  query.item_id = request.item_id();
  query.max_evidence = check.Count("max_evidence", request.max_evidence(), 5, 1'000);
  query.pool = FromProto(request.pool(), "pool", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  return query;
}

void Write(const ItemExplanation& explanation, v1::ExplainSuggestionResponse* proto) {
  ToProto(explanation.item, proto->mutable_item());
  for (const EvidenceLine& line : explanation.evidence) Write(line, proto->add_evidence());
  proto->set_other_evidence_sum(explanation.other_evidence_sum);
  proto->set_other_evidence_count(explanation.other_evidence_count);
  ToProto(explanation.terms, proto->mutable_terms());
  proto->set_score(explanation.score);
  proto->set_residual(explanation.residual);
  proto->set_source(SourceOf(explanation.personal));
  if (explanation.own_history) Write(*explanation.own_history, proto->mutable_own_history());
  proto->set_sentence(explanation.sentence);
  proto->set_model_version(explanation.model_version);
  proto->set_history_size(explanation.history_size);
  *proto->mutable_as_of() = ToProto(explanation.as_of);
  proto->set_pool(ToProto(explanation.pool));
  for (const RuleTerm& term : explanation.rules) Write(term, proto->add_rules());
  for (const LeftOut& left_out : explanation.left_out) Write(left_out, proto->add_left_out());
  WritePlaces(explanation, proto);
  if (explanation.chance)
    Write(*explanation.chance, explanation.window_days, proto->mutable_chance());
  proto->set_commercial(explanation.commercial);
}

void Write(const Comparison& comparison, v1::CompareSuggestionsResponse* proto) {
  ToProto(comparison.item, proto->mutable_item());
  proto->set_score(comparison.score);
  proto->set_rank(comparison.rank);
  Write(comparison.contrast, proto->mutable_contrast());
  proto->set_unranked_because(comparison.unranked_because);
  proto->set_model_version(comparison.model_version);
  proto->set_history_size(comparison.history_size);
  *proto->mutable_as_of() = ToProto(comparison.as_of);
  proto->set_pool(ToProto(comparison.pool));
}

void Write(const ItemFate& fate, v1::WhyNotResponse* proto) {
  ToProto(*fate.item, proto->mutable_item());
  proto->set_fate(CodeOf(fate.fate));
  proto->set_rank(fate.rank);
  proto->set_rank_by_score(fate.rank_by_score);
  if (fate.score) proto->set_score(*fate.score);
  proto->set_gap(fate.gap);
  if (fate.bought_at) *proto->mutable_bought_at() = ToProto(*fate.bought_at);
  if (fate.left_out) Write(*fate.left_out, proto->mutable_left_out());
  proto->set_model_version(fate.model_version);
  *proto->mutable_as_of() = ToProto(fate.as_of);
}

SimilarQuery ReadSimilar(const v1::SimilarItemsRequest& request, FilterCache& filters,
                         FieldChecker& check) {
  SimilarQuery query;
  check.RequiredId("item_id", request.item_id());
  query.item_id = request.item_id();
  query.count = check.Count("count", request.count(), 10, kMostPerPage);
  if (request.basis() == v1::BASIS_BOUGHT_TOGETHER) {
    query.basis = SimilarQuery::Basis::kBoughtTogether;
  } else if (request.basis() != v1::BASIS_UNSPECIFIED && request.basis() != v1::BASIS_TASTE) {
    check.Fail("basis", "given " + std::to_string(request.basis()) + "; expected 0 to 2");
  }
  const int support = request.min_support();
  if (support != 0 && support < static_cast<int>(kLeastSupport))
    check.Fail("min_support",
               "given " + std::to_string(support) + "; expected 5 or more, or unset");
  query.least_support = std::max(support, static_cast<int>(kLeastSupport));
  query.filter = ReadFilter(request.filter(), filters, check);
  if (query.filter != nullptr && query.filter->asks_history()) {
    check.Fail("filter",
               "asks what a customer bought, and there is no customer; expected none of "
               "bought_within, bought_in");
    query.filter = nullptr;
  }
  check.Text("store", request.store());
  query.store = request.store();
  return query;
}

void Write(const SimilarItem& similar, v1::SimilarItem* proto) {
  ToProto(*similar.item, proto->mutable_item());
  proto->set_similarity(similar.similarity);
  proto->set_lift(similar.lift);
  proto->set_support(similar.support);
}

}  // namespace rapport::server
