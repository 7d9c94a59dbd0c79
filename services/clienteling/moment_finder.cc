#include "services/clienteling/moment_finder.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/clienteling/customer_place.h"
#include "services/clienteling/items_bought.h"

namespace rapport::clienteling {
namespace {

constexpr size_t kPage = 1'000;  // customers

}  // namespace

// One call.
class MomentFinder::Search {
 public:
  Search(const MomentFinder& finder, const MomentQuery& query)
      : finder_(finder),
        query_(query),
        now_(finder.clock_()),
        serving_(finder.models_.Serving()),
        items_(finder.store_, *serving_, finder.discretion_),
        lookup_([this](const std::string& item_id) -> const KnownItem& { return items_[item_id]; }),
        times_(FromModel(serving_->model())),
        clocks_(finder.time_) {
    const std::chrono::local_days today = finder.time_.At(now_).day;
    day_ = {.today = query.date.value_or(today), .at = now_};
    if (day_.today > today) day_.at = finder.time_.Begin(day_.today);
    if (day_.today < today) {
      day_.at = finder.time_.Begin(day_.today + std::chrono::days(1)) - TimePoint::duration(1);
      as_of_.time = day_.at;
    }
    is_today_ = day_.today == today;
  }

  // Whether it may be one of those who are asked about, before the history is read.
  bool MayBeAsked(const Customer& customer) const {
    if (!query_.staff_id.empty() && query_.store.empty())
      return customer.staff_id == query_.staff_id;
    return query_.store.empty() || customer.store.empty() || customer.store == query_.store;
  }

  absl::Status LookAt(Customer customer) {
    const auto history = finder_.store_.History(customer.customer_id, as_of_);
    if (!history.ok()) return history.status();
    if (!query_.store.empty() && StoreOf(customer, *history) != query_.store)
      return absl::OkStatus();
    ++customers_;
    sequence_ = history->sequence;
    const auto shared = std::make_shared<const Customer>(std::move(customer));
    if (!shared->consent_personalization.value_or(true)) {
      suppressed_.push_back(
          {.by = SuppressedBy::kOptedOut, .customer = shared, .moment = {}, .held_by = {}});
      return absl::OkStatus();
    }
    auto moments = MomentsOf(*shared, *history);
    if (!moments.ok()) return moments.status();
    if (moments->empty()) return absl::OkStatus();
    auto claims = finder_.store_.Claims(shared->customer_id);
    if (!claims.ok()) return claims.status();
    claims_ = *std::move(claims);
    for (CustomerMoment& moment : *moments) Judge(std::move(moment), shared, *history);
    return absl::OkStatus();
  }

  DayOfMoments Finish() {
    return {.list = Ranked(std::move(free_), std::move(suppressed_), query_.capacity),
            .date = day_.today,
            .as_of = std::min(day_.at, now_),
            .customers = customers_,
            .model_version = serving_->model().timing.empty() ? "" : serving_->model().version};
  }

  // Of the one customer who was looked at: all that was found, before it is ranked.
  std::vector<MomentNow> Found() const {
    std::vector<MomentNow> found;
    const auto add = [&](const CustomerMoment& moment, std::optional<SuppressedBy> by) {
      const MomentClaim* claim = ClaimOf(moment, claims_);
      const bool stands = claim != nullptr && (claim->fate || claim->Runs(now_));
      found.push_back({moment, by, stands ? std::optional(*claim) : std::nullopt, sequence_});
    };
    for (const ListedMoment& each : free_) add(each.moment, std::nullopt);
    for (const SuppressedMoment& each : suppressed_) {
      if (each.moment) add(*each.moment, each.by);
    }
    return found;
  }

 private:
  absl::StatusOr<std::vector<CustomerMoment>> MomentsOf(const Customer& customer,
                                                        const HistoryView& history) {
    absl::Status read = items_.Read(history.lines);
    for (const Reported& reported : history.reports) {
      const auto* outcome = std::get_if<Outcome>(&reported.report);
      if (read.ok() && outcome != nullptr) read = items_.Read(outcome->item_id);
    }
    if (!read.ok()) return read;
    auto moments = CandidatesOf(customer, history, day_,
                                {finder_.time_, lookup_, times_, finder_.options_.candidates,
                                 finder_.options_.contact.declined_days});
    if (!query_.occasions.empty()) {
      std::erase_if(moments, [this](const CustomerMoment& moment) {
        return std::ranges::find(query_.occasions, moment.occasion) == query_.occasions.end();
      });
    }
    return moments;
  }

  void Judge(CustomerMoment moment, const std::shared_ptr<const Customer>& customer,
             const HistoryView& history) {
    const ContactSituation situation{.customer = *customer,
                                     .reports = history.reports,
                                     .claims = claims_,
                                     .day = day_,
                                     .now = is_today_ ? std::optional(now_) : std::nullopt,
                                     .staff_id = query_.staff_id,
                                     .channel = query_.channel,
                                     .shop_time = finder_.time_,
                                     .own_time = clocks_.Of(*customer)};
    const MomentClaim* own = ClaimOf(moment, claims_);
    const auto by = WhyNotNow(moment, situation, finder_.options_.contact);
    if (!by) {
      ListedMoment& listed = free_.emplace_back();
      listed.channels = ChannelsOf(*customer, query_.channel);
      if (own != nullptr && own->Runs(now_)) listed.claim = *own;
      listed.moment = std::move(moment);
      listed.customer = customer;
      return;
    }
    SuppressedMoment& kept = suppressed_.emplace_back();
    kept.by = *by;
    kept.customer = customer;
    if (*by == SuppressedBy::kAnothers) kept.held_by = customer->staff_id;
    if (*by == SuppressedBy::kDone) kept.held_by = own->staff_id;
    if (*by == SuppressedBy::kClaimed)
      kept.held_by = HeldByAnother(claims_, query_.staff_id, now_)->staff_id;
    kept.moment = std::move(moment);
  }

  const MomentFinder& finder_;
  const MomentQuery& query_;
  const TimePoint now_;
  const std::shared_ptr<const ServingModel> serving_;
  ItemsBought items_;
  const ItemLookup lookup_;
  const BuyingTimes times_;
  CustomerClocks clocks_;
  Day day_;
  AsOf as_of_;
  bool is_today_ = true;
  int64_t customers_ = 0;
  uint64_t sequence_ = 0;            // of the history that was looked at last, and
  std::vector<MomentClaim> claims_;  // of its customer
  std::vector<ListedMoment> free_;
  std::vector<SuppressedMoment> suppressed_;
};

MomentFinder::MomentFinder(const Store& store, const ModelShelf& models, const ShopTime& time,
                           Discretion discretion, MomentOptions options, Clock clock)
    : store_(store),
      models_(models),
      time_(time),
      discretion_(std::move(discretion)),
      options_(std::move(options)),
      clock_(std::move(clock)) {}

absl::StatusOr<DayOfMoments> MomentFinder::List(const MomentQuery& query,
                                                const std::function<bool()>& cancelled) const {
  Search search(*this, query);
  std::string after;
  for (;;) {
    auto page = store_.ListCustomers(after, kPage);
    if (!page.ok()) return page.status();
    if (page->empty()) return search.Finish();
    after = page->back().customer_id;
    for (Customer& customer : *page) {
      if (cancelled()) return absl::CancelledError("list moments: nobody waits for them");
      if (!search.MayBeAsked(customer)) continue;
      if (absl::Status looked = search.LookAt(std::move(customer)); !looked.ok()) return looked;
    }
  }
}

absl::StatusOr<std::vector<MomentNow>> MomentFinder::Of(const std::string& customer_id,
                                                        const std::string& staff_id) const {
  auto customer = store_.GetCustomer(customer_id);
  if (!customer.ok()) return customer.status();
  if (!customer->has_value()) return std::vector<MomentNow>();
  MomentQuery query;
  query.staff_id = staff_id;
  Search search(*this, query);
  if (absl::Status looked = search.LookAt(**std::move(customer)); !looked.ok()) return looked;
  return search.Found();
}

absl::StatusOr<MomentNow> MomentFinder::Find(const std::string& customer_id,
                                             const std::string& moment_id,
                                             const std::string& staff_id) const {
  auto moments = Of(customer_id, staff_id);
  if (!moments.ok()) return moments.status();
  for (MomentNow& each : *moments) {
    const CustomerMoment& moment = each.moment;
    if (moment.id == moment_id || moment.IdOf(customer_id) == moment_id) return std::move(each);
  }
  return absl::NotFoundError("the customer has no such moment now");
}

}  // namespace rapport::clienteling
