#include "services/server/recommendation_parts.h"

#include <cmath>
#include <utility>
#include <vector>

namespace rapport::server {
namespace {

v1::LeftOutReason CodeOf(LeftOutBy by) {
  switch (by) {
    case LeftOutBy::kNotAmongOnly:
      return v1::LEFT_OUT_REASON_NOT_AMONG_ONLY;
    case LeftOutBy::kExcluded:
      return v1::LEFT_OUT_REASON_EXCLUDED;
    case LeftOutBy::kAllergy:
      return v1::LEFT_OUT_REASON_ALLERGY;
    case LeftOutBy::kDeclined:
      return v1::LEFT_OUT_REASON_DECLINED;
    case LeftOutBy::kAlreadyHas:
      return v1::LEFT_OUT_REASON_ALREADY_HAS;
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
    case LeftOutBy::kDiversity:
      return v1::LEFT_OUT_REASON_DIVERSITY;
    case LeftOutBy::kDeclinedLately:
      return v1::LEFT_OUT_REASON_DECLINED_LATELY;
  }
  return v1::LEFT_OUT_REASON_UNSPECIFIED;
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

}  // namespace

void WriteLeftOut(const LeftOut& left_out, v1::LeftOut* proto) {
  proto->set_reason(CodeOf(left_out.by));
  proto->set_rule_id(left_out.rule_id);
  proto->set_items(left_out.items);
}

void WriteRule(const RuleTerm& term, v1::RuleTerm* proto) {
  proto->set_rule_id(term.rule_id);
  proto->set_amount(term.amount);
  proto->set_commercial(term.commercial);
}

void WriteChance(const PurchaseChance& chance, double window_days, v1::Chance* proto) {
  proto->set_probability(chance.probability);
  proto->set_low(chance.low);
  proto->set_high(chance.high);
  proto->set_base_rate(chance.base_rate);
  proto->set_level(CodeOf(chance.confidence));
  proto->set_samples(std::llround(chance.samples));
  proto->set_window_days(window_days);
}

void WriteName(const Item& item, v1::Item* proto) {
  proto->set_item_id(item.item_id);
  proto->set_title(item.title);
}

void WriteChange(const ListChange& change, v1::ListChange* proto) {
  WriteName(*change.item, proto->mutable_item());
  proto->set_from_rank(change.from);
  proto->set_to_rank(change.to);
  proto->set_rank_by_score(change.rank_by_score);
}

std::shared_ptr<const ItemFilter> ReadFilter(const std::string& text, FilterCache& filters,
                                             FieldChecker& check) {
  if (text.empty()) return nullptr;
  auto filter = filters.Parse(text);
  if (filter.ok()) return *std::move(filter);
  check.Fail("filter", std::string(filter.status().message()));
  return nullptr;
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
          .add_item_ids = read("add_item_ids", what_if.add_item_ids()),
          .leave_out_report_ids = read("leave_out_report_ids", what_if.leave_out_report_ids())};
}

}  // namespace rapport::server
