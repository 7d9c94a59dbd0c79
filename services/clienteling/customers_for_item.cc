#include "services/clienteling/customers_for_item.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "model/explanation.h"
#include "services/clienteling/customer_place.h"
#include "services/recommender/declines.h"
#include "services/recommender/list_request.h"
#include "services/recommender/list_setting.h"
#include "services/recommender/nameable.h"
#include "services/recommender/reported_items.h"

namespace rapport::clienteling {
namespace {

constexpr size_t kCustomersAtOnce = 1'000;
constexpr size_t kMostReasons = 2;

NotSuited NotSuitedBy(LeftOutBy by, Pool pool) {
  switch (by) {
    case LeftOutBy::kAllergy:
      return NotSuited::kAllergic;
    case LeftOutBy::kDeclined:
      return NotSuited::kDeclined;
    case LeftOutBy::kAlreadyHas:
      return NotSuited::kHasIt;
    case LeftOutBy::kPool:
      return pool == Pool::kNewToCustomer ? NotSuited::kHasIt : NotSuited::kNotBought;
    default:
      return NotSuited::kNotOnOffer;
  }
}

// Whether staff are to leave the item alone, of this customer: it was declined for now in the last
// `silent` days, it is of what they dislike, or not to be spoken of.
bool IsUnwelcome(const HistoryView& history, const Item& item, TimePoint at,
                 std::chrono::days silent) {
  if (const ItemTest unspoken = UnspokenItems(history.reports, at); unspoken && unspoken(item))
    return true;
  for (const Reported& reported : history.reports) {
    const Insight* insight = reported.InsightAt(at);
    if (insight == nullptr || insight->kind != InsightKind::kDislikes) continue;
    const auto filter = ItemFilter::Parse(FilterTextOf(insight->subject));
    if (filter.ok() && Matches(filter->root(), item, nullptr)) return true;
  }
  return Declines(history.lines, history.reports, at).Declined(item.item_id, at - silent);
}

class Search {
 public:
  Search(const ReverseParts& parts, std::shared_ptr<const ServingModel> serving, ItemIndex item,
         const ReverseQuery& query, TimePoint now)
      : parts_(parts),
        store_(parts.store),
        serving_(std::move(serving)),
        item_(item),
        query_(query),
        now_(now),
        day_{.today = parts.time.At(now).day, .at = now},
        naming_{.hidden = parts.discretion.hides_item, .horizon_days = parts.horizon_days},
        clocks_(parts.time) {}

  absl::Status Ask(const std::string& customer_id) {
    const auto view = store_.View(customer_id);
    if (!view.ok()) return view.status();
    const std::string& now = (*view)->customer_id;
    if (!query_.customer_ids.empty() && !asked_.insert(now).second) return absl::OkStatus();
    const HistoryView& history = (*view)->history;
    const Customer customer = (*view)->described.value_or(Customer{.customer_id = now});
    if (query_.among && !query_.among(customer, StoreOf(customer, history)))
      return absl::OkStatus();
    auto answer = Suits(customer, history);
    if (!answer.ok()) return answer.status();
    if (const auto* not_suited = std::get_if<NotSuited>(&*answer)) {
      ++left_out_[*not_suited];
    } else {
      Keep(std::get<SuitedCustomer>(*std::move(answer)));
    }
    return absl::OkStatus();
  }

  SuitedCustomers Result() && {
    std::ranges::sort(best_, Before);
    SuitedCustomers found{.item = serving_->items()[item_],
                          .customers = std::move(best_),
                          .left_out = std::move(left_out_),
                          .window_days = serving_->model().calibration.window_days,
                          .model_version = serving_->model().version,
                          .as_of = now_};
    return found;
  }

 private:
  using Answer = std::variant<SuitedCustomer, NotSuited>;

  static bool Before(const SuitedCustomer& a, const SuitedCustomer& b) {
    const auto chance = [](const SuitedCustomer& each) {
      return each.chance ? each.chance->probability : 0.0;
    };
    return std::tuple(-chance(a), -a.score, std::string_view(a.customer.customer_id)) <
           std::tuple(-chance(b), -b.score, std::string_view(b.customer.customer_id));
  }

  void Keep(SuitedCustomer suited) {
    best_.push_back(std::move(suited));
    std::ranges::push_heap(best_, Before);
    if (best_.size() <= query_.limit) return;
    std::ranges::pop_heap(best_, Before);
    best_.pop_back();
    ++left_out_[NotSuited::kBeyondLimit];
  }

  // None: they may be contacted.
  absl::StatusOr<std::optional<NotSuited>> WhyNotToContact(const Customer& customer,
                                                           const HistoryView& history) {
    const auto claims = store_.Claims(customer.customer_id);
    if (!claims.ok()) return claims.status();
    const auto by = WhyNotContact({.customer = customer,
                                   .reports = history.reports,
                                   .claims = *claims,
                                   .day = day_,
                                   .now = now_,
                                   .staff_id = query_.staff_id,
                                   .channel = {},
                                   .shop_time = parts_.time,
                                   .own_time = clocks_.Of(customer)},
                                  parts_.contact);
    if (!by) return std::nullopt;
    return by == SuppressedBy::kNoConsent ? NotSuited::kNoContact : NotSuited::kNotNow;
  }

  absl::StatusOr<Answer> Suits(const Customer& customer, const HistoryView& history) {
    if (!customer.consent_personalization.value_or(true)) return NotSuited::kNoPersonalization;
    if (query_.to_contact) {
      const auto why_not = WhyNotToContact(customer, history);
      if (!why_not.ok()) return why_not.status();
      if (*why_not) return **why_not;
    }
    const SuggestQuery list{.shopper = {.customer_id = customer.customer_id},
                            .apart = Hidden(history),
                            .count = 1,
                            .pool = query_.pool};
    const auto setting = SettingBy(store_, serving_, list, now_);
    if (!setting.ok()) return setting.status();
    const ListRequest request(*serving_, list, setting->state, setting->at, {}, true);
    if (const auto reasons = request.eligible().ReasonsFor(item_); !reasons.empty())
      return NotSuitedBy(reasons.front().by, query_.pool);
    if (IsUnwelcome(history, *serving_->items()[item_], setting->state.as_of,
                    std::chrono::days(parts_.contact.declined_days)))
      return NotSuited::kDeclined;
    const Scorer& scorer = request.scorer();
    if (!scorer.personal()) return NotSuited::kNoHistory;
    const ScoreTerms terms = scorer.Terms(item_);
    SuitedCustomer suited{.customer = customer,
                          .score = terms.Sum(),
                          .chance = request.ChanceOf(item_, terms),
                          .popularity_driven = PopularityDriven(scorer, item_)};
    if (best_.size() == query_.limit && Before(best_.front(), suited))
      return NotSuited::kBeyondLimit;
    suited.rank_for_customer = static_cast<int64_t>(request.RankOf({.item = item_}));
    if (!suited.popularity_driven) AddReasons(request, setting->state, &suited);
    return suited;
  }

  // What is not spoken of has no part in it. Null: there is nothing of the kind.
  Apart Hidden(const HistoryView& history) const {
    const auto hides = [this](const std::string& item_id) {
      const auto item = serving_->model().items.Find(item_id);
      return item && parts_.discretion.hides_item(*serving_->items()[*item]);
    };
    const bool any = std::ranges::any_of(
        history.lines, [&](const HistoryLine& line) { return hides(line.purchase.item_id); });
    return any ? Apart(hides) : Apart();
  }

  void AddReasons(const ListRequest& request, const CustomerState& state,
                  SuitedCustomer* suited) const {
    const Explanation exact = Explain(request.scorer(), item_);
    if (!exact.notes.empty()) {
      const auto most = std::ranges::max_element(exact.notes);
      const Reported& reported =
          *request.told().noted()[static_cast<size_t>(most - exact.notes.begin())];
      const Insight* insight = reported.InsightAt(state.as_of);
      if (*most > 0 && insight != nullptr && MayBeNamed(insight->subject))
        suited->because_of_insight = reported;
    }
    if (!state.may_mention) return;
    const Nameable nameable(state, naming_);
    for (const Contribution& line : exact.contributions) {
      if (suited->because_of.size() == kMostReasons) break;
      const auto& item = serving_->items()[line.entry->item];
      if (line.contribution > 0 && nameable(*item)) suited->because_of.push_back(item);
    }
  }

  bool MayBeNamed(const Subject& subject) const {
    return !parts_.discretion.hides_text(subject.value) &&
           !parts_.discretion.hides_text(subject.name);
  }

  const ReverseParts& parts_;
  const Store& store_;
  const std::shared_ptr<const ServingModel> serving_;
  const ItemIndex item_;
  const ReverseQuery& query_;
  const TimePoint now_;
  const Day day_;
  const NamingLimits naming_;
  CustomerClocks clocks_;
  std::unordered_set<std::string> asked_;  // of those that were named
  std::vector<SuitedCustomer> best_;       // a heap, the last of them first
  std::map<NotSuited, int64_t> left_out_;
};

absl::Status AskEverybody(const Store& store, const std::function<bool()>& cancelled,
                          Search* search) {
  std::string after;
  for (;;) {
    const auto customers = store.ListCustomers(after, kCustomersAtOnce);
    if (!customers.ok()) return customers.status();
    if (customers->empty()) return absl::OkStatus();
    for (const Customer& customer : *customers) {
      if (cancelled()) return absl::CancelledError("the caller no longer waits");
      if (absl::Status asked = search->Ask(customer.customer_id); !asked.ok()) return asked;
    }
    after = customers->back().customer_id;
  }
}

}  // namespace

absl::StatusOr<SuitedCustomers> CustomersForItem(const ReverseParts& parts,
                                                 const ReverseQuery& query, TimePoint now,
                                                 const std::function<bool()>& cancelled) {
  const Store& store = parts.store;
  const auto serving = parts.models.Serving();
  const auto item = serving->model().items.Find(query.item_id);
  if (!item) {
    const auto known = store.GetItem(query.item_id);
    if (!known.ok()) return known.status();
    if (!known->has_value())
      return absl::NotFoundError(absl::StrCat("the shop knows no item ", query.item_id));
    return absl::FailedPreconditionError(
        absl::StrCat("item ", query.item_id,
                     " is not in the model: nobody had bought it when the model was trained"));
  }
  if (parts.discretion.hides_item(*serving->items()[*item])) {
    return absl::FailedPreconditionError(
        absl::StrCat("item ", query.item_id,
                     " is of what the shop never speaks of (talk.sensitive_categories)"));
  }
  Search search(parts, serving, *item, query, now);
  if (query.customer_ids.empty()) {
    if (absl::Status asked = AskEverybody(store, cancelled, &search); !asked.ok()) return asked;
    return std::move(search).Result();
  }
  for (const std::string& customer_id : query.customer_ids) {
    if (cancelled()) return absl::CancelledError("the caller no longer waits");
    if (absl::Status asked = search.Ask(customer_id); !asked.ok()) return asked;
  }
  return std::move(search).Result();
}

}  // namespace rapport::clienteling
