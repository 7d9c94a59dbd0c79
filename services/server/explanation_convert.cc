#include "services/server/explanation_convert.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "services/server/convert.h"
#include "services/server/feedback_convert.h"
#include "services/server/recommendation_parts.h"
#include "services/talk/explanation_sentence.h"

namespace rapport::server {
namespace {

constexpr int kMostOrders = 100;

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
    order_proto->set_supposed(order.supposed);
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
  proto->set_rank_by_score(contrast.rank);
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
  proto->set_rank_by_score(explanation.rank);
  proto->set_rank(explanation.rank_shown);
  proto->set_unranked_because(explanation.unranked_because);
  proto->set_list_length(explanation.list_length);
  if (explanation.smallest_removal)
    Write(*explanation.smallest_removal, proto->mutable_smallest_removal());
  if (explanation.next) Write(*explanation.next, proto->mutable_next());
  for (const HeldBack& held_back : explanation.held_back) {
    auto* held_back_proto = proto->add_held_back();
    WriteName(held_back.item, held_back_proto->mutable_item());
    held_back_proto->set_score(held_back.score);
    WriteLeftOut(held_back.left_out, held_back_proto->mutable_left_out());
  }
  for (const LeftOut& left_out : explanation.better_left_out)
    WriteLeftOut(left_out, proto->add_better_left_out());
}

v1::Fate CodeOf(Fate fate) {
  switch (fate) {
    case Fate::kSuggested:
      return v1::FATE_SUGGESTED;
    case Fate::kUnknownItem:
      return v1::FATE_UNKNOWN_ITEM;
    case Fate::kNotLearned:
      return v1::FATE_NOT_LEARNED;
    case Fate::kExcluded:
      return v1::FATE_EXCLUDED;
    case Fate::kDeclined:
      return v1::FATE_DECLINED;
    case Fate::kBought:
      return v1::FATE_BOUGHT;
    case Fate::kNotBought:
      return v1::FATE_NOT_BOUGHT;
    case Fate::kInBasket:
      return v1::FATE_IN_BASKET;
    case Fate::kUnavailable:
      return v1::FATE_UNAVAILABLE;
    case Fate::kFiltered:
      return v1::FATE_FILTERED;
    case Fate::kBelowCutoff:
      return v1::FATE_BELOW_CUTOFF;
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

void Write(const NoteLine& line, v1::Note* proto) {
  proto->set_report_id(EventIdOf(line.reported));
  *proto->mutable_at() = ToProto(TimeOf(line.reported));
  if (const auto* outcome = std::get_if<Outcome>(&line.reported.report)) {
    proto->set_outcome(ToProto(outcome->kind));
    WriteName(line.item, proto->mutable_item());
    proto->set_staff_id(outcome->staff_id);
  } else if (const auto* insight = std::get_if<Insight>(&line.reported.report)) {
    proto->set_insight(ToProto(insight->kind));
    ToProto(insight->subject, proto->mutable_subject());
    proto->set_staff_id(insight->staff_id);
  }
  proto->set_contribution(line.contribution);
  proto->set_share(line.share);
}

}  // namespace

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
  query.list_length = check.Count("list_length", request.list_length(), 10, kMostSuggestions);
  query.places = !request.without_places();
  query.token = request.token();
  check.RequiredId("item_id", request.item_id());
  query.item_id = request.item_id();
  query.max_evidence = check.Count("max_evidence", request.max_evidence(), 5, 1'000);
  query.pool = FromProto(request.pool(), "pool", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  return query;
}

void Write(const ItemExplanation& explanation, const talk::Tact& tact,
           v1::ExplainSuggestionResponse* proto) {
  ToProto(explanation.item, proto->mutable_item());
  for (const EvidenceLine& line : explanation.evidence) Write(line, proto->add_evidence());
  proto->set_other_evidence_sum(explanation.other_evidence_sum);
  proto->set_other_evidence_count(explanation.other_evidence_count);
  ToProto(explanation.terms, proto->mutable_terms());
  proto->set_score(explanation.score);
  proto->set_residual(explanation.residual);
  proto->set_source(SourceOf(explanation.personal));
  if (explanation.own_history) Write(*explanation.own_history, proto->mutable_own_history());
  proto->set_sentence(talk::ExplanationSentence(
      explanation, [&tact](const Item& item) { return tact.IsSensitive(item); }));
  proto->set_model_version(explanation.model_version);
  proto->set_history_size(explanation.history_size);
  *proto->mutable_as_of() = ToProto(explanation.as_of);
  proto->set_pool(ToProto(explanation.pool));
  for (const RuleTerm& term : explanation.rules) WriteRule(term, proto->add_rules());
  for (const NoteLine& note : explanation.notes) Write(note, proto->add_notes());
  for (const LeftOut& left_out : explanation.left_out)
    WriteLeftOut(left_out, proto->add_left_out());
  WritePlaces(explanation, proto);
  if (explanation.chance)
    WriteChance(*explanation.chance, explanation.window_days, proto->mutable_chance());
  proto->set_commercial(explanation.commercial);
  proto->set_popularity_driven(explanation.popularity_driven);
  if (explanation.average_score) proto->set_average_score(*explanation.average_score);
}

void Write(const Comparison& comparison, v1::CompareSuggestionsResponse* proto) {
  ToProto(comparison.item, proto->mutable_item());
  proto->set_score(comparison.score);
  ToProto(comparison.terms, proto->mutable_terms());
  proto->set_rank_by_score(comparison.rank);
  Write(comparison.contrast, proto->mutable_contrast());
  proto->set_unranked_because(comparison.unranked_because);
  proto->set_model_version(comparison.model_version);
  proto->set_history_size(comparison.history_size);
  *proto->mutable_as_of() = ToProto(comparison.as_of);
  proto->set_pool(ToProto(comparison.pool));
  proto->set_source(SourceOf(comparison.personal));
}

void Write(const ItemFate& fate, v1::WhyNotResponse* proto) {
  ToProto(*fate.item, proto->mutable_item());
  proto->set_fate(CodeOf(fate.fate));
  proto->set_rank(fate.rank);
  proto->set_rank_by_score(fate.rank_by_score);
  if (fate.score) proto->set_score(*fate.score);
  if (fate.gap) proto->set_gap(*fate.gap);
  if (fate.bought) Write(*fate.bought, proto->mutable_bought());
  if (fate.left_out) WriteLeftOut(*fate.left_out, proto->mutable_left_out());
  proto->set_model_version(fate.model_version);
  *proto->mutable_as_of() = ToProto(fate.as_of);
  if (fate.chance) WriteChance(*fate.chance, fate.window_days, proto->mutable_chance());
  proto->set_pool(ToProto(fate.pool));
}

}  // namespace rapport::server
