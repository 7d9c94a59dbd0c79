#include "services/server/hand_off_convert.h"

#include <algorithm>
#include <string>
#include <vector>

#include "services/server/convert.h"
#include "services/server/feedback_convert.h"
#include "services/server/moments_convert.h"
#include "services/server/recommendation_parts.h"

namespace rapport::server {
namespace {

using clienteling::HandOff;
using clienteling::NotSuited;

constexpr int kMostCustomers = 10'000;
constexpr int kMostSuited = 100;
constexpr int kMostUsual = 6;    // items of a packet
constexpr int kMostMoments = 5;  // likewise

v1::SuggestCustomersForItemResponse::LeftOut::Reason CodeOf(NotSuited reason) {
  using LeftOut = v1::SuggestCustomersForItemResponse::LeftOut;
  switch (reason) {
    case NotSuited::kNoPersonalization:
      return LeftOut::REASON_NO_PERSONALIZATION;
    case NotSuited::kNoContact:
      return LeftOut::REASON_NO_CONTACT;
    case NotSuited::kNotNow:
      return LeftOut::REASON_NOT_NOW;
    case NotSuited::kHasIt:
      return LeftOut::REASON_HAS_IT;
    case NotSuited::kNotBought:
      return LeftOut::REASON_NOT_BOUGHT;
    case NotSuited::kDeclined:
      return LeftOut::REASON_DECLINED;
    case NotSuited::kAllergic:
      return LeftOut::REASON_ALLERGIC;
    case NotSuited::kNotOnOffer:
      return LeftOut::REASON_NOT_ON_OFFER;
    case NotSuited::kNoHistory:
      return LeftOut::REASON_NO_HISTORY;
    case NotSuited::kBeyondLimit:
      return LeftOut::REASON_BEYOND_LIMIT;
  }
  return LeftOut::REASON_UNSPECIFIED;
}

// Fills a packet, what is gravest first, so that it never exceeds its size.
class HandOffWriter {
 public:
  HandOffWriter(const HandOff& packet, v1::HandOff* proto) : packet_(packet), proto_(*proto) {}

  void Write() {
    WriteHeading();
    WriteLeftOut({.constraints = INT32_MAX,  // as large as it can become
                  .do_not_repeat = INT32_MAX,
                  .avoid = INT32_MAX,
                  .usual = INT32_MAX,
                  .moments = INT32_MAX,
                  .insights = INT32_MAX,
                  .told = INT32_MAX});
    WriteConstraints();
    WriteUsual();
    WriteMoments();
    WriteRefusals();
    WriteDetails();
    WriteLatest();
    WriteLeftOut(left_out_);
  }

 private:
  struct LeftOut {
    int32_t constraints = 0, do_not_repeat = 0, avoid = 0, usual = 0, moments = 0, insights = 0,
            told = 0;
  };

  bool Fits() const { return proto_.ByteSizeLong() <= kMostHandOffBytes; }

  // Adds one, or counts it if it does not fit.
  template <typename Entries, typename Write>
  bool Add(Entries* entries, int32_t LeftOut::*kind, const Write& write) {
    write(entries->Add());
    if (Fits()) return true;
    entries->RemoveLast();
    ++(left_out_.*kind);
    return false;
  }

  void WriteHeading() {
    proto_.set_customer_id(packet_.customer.customer_id);
    proto_.set_name(packet_.customer.name);
    proto_.set_form_of_address(packet_.customer.form_of_address);
    *proto_.mutable_since() = ToProto(packet_.since);
    *proto_.mutable_as_of() = ToProto(packet_.as_of);
    if (packet_.last_visit) *proto_.mutable_last_visit() = ToProto(*packet_.last_visit);
    proto_.set_do_not_mention_purchases(!packet_.may_mention);
    proto_.set_no_personalization(!packet_.personal);
    proto_.set_do_not_contact(!packet_.may_contact);
    proto_.set_open_complaint(packet_.complaint);
  }

  void WriteLeftOut(const LeftOut& left_out) {
    v1::HandOff::LeftOut& by_kind = *proto_.mutable_left_out_by_kind();
    by_kind.set_constraints(left_out.constraints);
    by_kind.set_do_not_repeat(left_out.do_not_repeat);
    by_kind.set_avoid(left_out.avoid);
    by_kind.set_usual(left_out.usual);
    by_kind.set_moments(left_out.moments);
    by_kind.set_insights(left_out.insights);
    by_kind.set_told(left_out.told);
    const int64_t all = int64_t{left_out.constraints} + left_out.do_not_repeat + left_out.avoid +
                        left_out.usual + left_out.moments + left_out.insights + left_out.told;
    proto_.set_left_out(static_cast<int32_t>(std::min<int64_t>(all, INT32_MAX)));
    proto_.set_ask_before_suggesting(left_out.constraints > 0);
    if (all == 0) proto_.clear_left_out_by_kind();
  }

  // Allergies, then what was declined for ever, then what is not to be spoken of; short.
  void WriteConstraints() {
    AddShort(InsightKind::kAllergicTo);
    AddShort(OutcomeKind::kDeclinedNever);
    AddShort(OutcomeKind::kUncomfortable);
    AddShort(InsightKind::kAvoidTopic);
  }

  void AddShort(InsightKind kind) {
    for (const Reported& reported : packet_.forbidden) {
      const Insight& insight = std::get<Insight>(reported.report);
      if (insight.kind != kind) continue;
      const bool added = Add(proto_.mutable_avoid(), &LeftOut::constraints, [&](auto* entry) {
        entry->set_kind(ToProto(kind));
        ToProto(insight.subject, entry->mutable_subject());
        *entry->mutable_at() = ToProto(insight.at);
      });
      if (added) short_insights_.push_back(&reported);
    }
  }

  void AddShort(OutcomeKind kind) {
    for (const clienteling::ToldItem& refused : packet_.refused) {
      if (refused.outcome.kind != kind) continue;
      const bool added =
          Add(proto_.mutable_do_not_repeat(), &LeftOut::constraints, [&](auto* entry) {
            entry->mutable_item()->set_item_id(refused.item.item_id);
            entry->set_outcome(ToProto(kind));
            *entry->mutable_at() = ToProto(refused.outcome.at);
          });
      if (added) short_refusals_.push_back(&refused);
    }
  }

  void WriteUsual() {
    for (const auto& item : packet_.usual) {
      if (proto_.usual_size() == kMostUsual) {
        ++left_out_.usual;
      } else {
        Add(proto_.mutable_usual(), &LeftOut::usual, [&](auto* entry) { WriteName(*item, entry); });
      }
    }
  }

  void WriteMoments() {
    for (const clienteling::MomentNow& each : packet_.moments) {
      if (proto_.moments_size() == kMostMoments) {
        ++left_out_.moments;
        continue;
      }
      Add(proto_.mutable_moments(), &LeftOut::moments, [&](auto* entry) {
        WriteMoment(each.moment, entry->mutable_moment());
        if (each.suppressed) entry->set_suppressed(server::CodeOf(*each.suppressed));
      });
    }
  }

  // The others of what is not to be repeated.
  void WriteRefusals() {
    for (const Reported& reported : packet_.forbidden) {
      const InsightKind kind = std::get<Insight>(reported.report).kind;
      if (kind == InsightKind::kAllergicTo || kind == InsightKind::kAvoidTopic) continue;
      Add(proto_.mutable_avoid(), &LeftOut::avoid,
          [&](auto* entry) { WriteInsight(reported, entry); });
    }
    for (const clienteling::ToldItem& refused : packet_.refused) {
      const OutcomeKind kind = refused.outcome.kind;
      if (kind == OutcomeKind::kDeclinedNever || kind == OutcomeKind::kUncomfortable) continue;
      Add(proto_.mutable_do_not_repeat(), &LeftOut::do_not_repeat,
          [&](auto* entry) { server::Write(refused, entry); });
    }
  }

  // Of the constraints, which stand first: who said so and in what words, where that fits.
  void WriteDetails() {
    const auto detail = [this](auto* entry, const auto& write) {
      const auto brief = *entry;
      write(entry);
      if (!Fits()) *entry = brief;
    };
    for (size_t place = 0; place < short_insights_.size(); ++place) {
      detail(proto_.mutable_avoid(static_cast<int>(place)),
             [&](auto* entry) { WriteInsight(*short_insights_[place], entry); });
    }
    for (size_t place = 0; place < short_refusals_.size(); ++place) {
      detail(proto_.mutable_do_not_repeat(static_cast<int>(place)),
             [&](auto* entry) { server::Write(*short_refusals_[place], entry); });
    }
  }

  // In turns, each the latest first.
  void WriteLatest() {
    const auto& insights = packet_.insights;
    const auto& told = packet_.told;
    for (size_t each = 0; each < std::max(told.size(), insights.size()); ++each) {
      if (each < insights.size()) {
        Add(proto_.mutable_insights(), &LeftOut::insights,
            [&](auto* entry) { WriteInsight(insights[each], entry); });
      }
      if (each < told.size()) {
        Add(proto_.mutable_told(), &LeftOut::told,
            [&](auto* entry) { server::Write(told[each], entry); });
      }
    }
  }

  const HandOff& packet_;
  v1::HandOff& proto_;
  LeftOut left_out_;
  // Of the first entries of `avoid` and `do_not_repeat`.
  std::vector<const Reported*> short_insights_;
  std::vector<const clienteling::ToldItem*> short_refusals_;
};

}  // namespace

clienteling::HandOffQuery ReadHandOff(const v1::GetHandOffRequest& request, FieldChecker& check) {
  check.RequiredId("customer_id", request.customer_id());
  check.Text("store", request.store());
  clienteling::HandOffQuery query{.customer_id = request.customer_id(), .store = request.store()};
  if (request.has_since()) query.since = check.Time("since", request.since());
  return query;
}

void Write(const HandOff& packet, v1::HandOff* proto) { HandOffWriter(packet, proto).Write(); }

clienteling::ReverseQuery ReadReverse(const v1::SuggestCustomersForItemRequest& request,
                                      FieldChecker& check) {
  using Request = v1::SuggestCustomersForItemRequest;
  clienteling::ReverseQuery query{.item_id = request.item_id(), .to_contact = request.to_contact()};
  check.RequiredId("item_id", request.item_id());
  query.limit = static_cast<size_t>(check.Count("limit", request.limit(), 10, kMostSuited));
  query.pool = FromProto(request.pool(), "pool", check);
  if (query.pool == Pool::kAny)
    check.Fail("pool", "given ANY; expected NEW_TO_CUSTOMER or BOUGHT_BEFORE");
  switch (request.among_case()) {
    case Request::kStore:
      check.Text("store", request.store());
      if (request.store().empty()) check.Fail("store", "not given; expected a store");
      query.among = [store = request.store()](const Customer&, const std::string& of) {
        return of == store;
      };
      break;
    case Request::kStaffId:
      check.RequiredId("staff_id", request.staff_id());
      query.staff_id = request.staff_id();
      query.among = [staff = request.staff_id()](const Customer& customer, const std::string&) {
        return customer.staff_id == staff;
      };
      break;
    case Request::kCustomers: {
      const auto& ids = request.customers().customer_ids();
      if (ids.empty()) check.Fail("customers.customer_ids", "given none; expected 1 to 10,000");
      check.AtMost("customers.customer_ids", ids.size(), kMostCustomers);
      for (int index = 0; index < ids.size() && index < kMostCustomers; ++index)
        check.RequiredId("customers.customer_ids[" + std::to_string(index) + "]", ids[index]);
      query.customer_ids = {ids.begin(), ids.end()};
      std::ranges::sort(query.customer_ids);
      const auto twice = std::ranges::unique(query.customer_ids);
      query.customer_ids.erase(twice.begin(), twice.end());
      break;
    }
    case Request::kEverybody:
      break;
    case Request::AMONG_NOT_SET:
      check.Fail("among", "not given; expected store, staff_id, customers or everybody");
      break;
  }
  return query;
}

void Write(const clienteling::SuitedCustomers& found, Pool pool,
           v1::SuggestCustomersForItemResponse* proto) {
  WriteName(*found.item, proto->mutable_item());
  int rank = 0;
  for (const clienteling::SuitedCustomer& suited : found.customers) {
    auto* entry = proto->add_customers();
    entry->set_customer_id(suited.customer.customer_id);
    entry->set_name(suited.customer.name);
    entry->set_rank(++rank);
    entry->set_score(suited.score);
    if (suited.chance) WriteChance(*suited.chance, found.window_days, entry->mutable_chance());
    entry->set_rank_for_customer(suited.rank_for_customer);
    for (const auto& item : suited.because_of) WriteName(*item, entry->add_because_of());
    if (suited.because_of_insight)
      WriteInsight(*suited.because_of_insight, entry->mutable_because_of_insight());
    entry->set_popularity_driven(suited.popularity_driven);
  }
  for (const auto& [reason, customers] : found.left_out) {
    auto* left_out = proto->add_left_out();
    left_out->set_reason(CodeOf(reason));
    left_out->set_customers(customers);
  }
  proto->set_model_version(found.model_version);
  *proto->mutable_as_of() = ToProto(found.as_of);
  proto->set_pool(ToProto(pool));
}

}  // namespace rapport::server
