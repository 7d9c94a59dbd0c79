#include "services/clienteling/moment_candidates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "services/clienteling/due_items.h"
#include "services/clienteling/moments_of_firsts.h"
#include "services/clienteling/rhythm.h"
#include "services/clienteling/usual_order.h"
#include "services/clienteling/visits.h"
#include "services/recommender/customer_state.h"

namespace rapport::clienteling {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr size_t kLeastVisitsOfRegulars = 5;
constexpr int kFollowUpDays = 30;
constexpr int kLongestAwayDays = 730;
// How often a second word comes to something, until outcomes say so.
constexpr double kChanceOfAccepted = 0.5, kChanceOfRelayed = 0.3, kChanceOfDeclined = 0.2;

int Count(local_days from, local_days to) { return static_cast<int>((to - from).count()); }

// Rising, each once.
void MakeDays(std::vector<local_days>& on) {
  std::ranges::sort(on);
  on.erase(std::ranges::unique(on).begin(), on.end());
}

double Amount(const Money& money) {
  return static_cast<double>(money.units) + static_cast<double>(money.nanos) / 1e9;
}

// What the kept pieces of the lines that `counts` cost; none: no price is known.
template <typename Counted>
std::optional<double> Spent(const std::vector<const HistoryLine*>& lines, Counted counts) {
  std::optional<double> spent;
  for (const HistoryLine* line : lines) {
    const auto& price = line->purchase.unit_price;
    if (price && counts(*line)) spent = spent.value_or(0) + Amount(*price) * line->KeptQuantity();
  }
  return spent;
}

class Finder {
 public:
  Finder(const Customer& customer, const HistoryView& view, const Day& day,
         const Surroundings& around)
      : customer_(customer), view_(view), day_(day), around_(around), options_(around.options) {
    own_ = VisitsOf(view.lines, around.time, [&](const HistoryLine& line) {
      return Counts(line) && !around.items(line.purchase.item_id).hidden;
    });
    for (const Visit& visit : own_) came_.push_back(visit.wall.day);
    MakeDays(came_);
    today_ = came_.empty() ? day.today : std::max(day.today, came_.back());
    for (const HistoryLine& line : view.lines) {
      if (IsTheirs(line) && !line.returns.empty()) returned_.insert(line.purchase.item_id);
    }
    for (std::string& item_id : UsualItems(own_)) usual_items_.insert(std::move(item_id));
    FindBought();
  }

  std::vector<CustomerMoment> Find() && {
    AddFirsts();
    AddReplenishment();
    AddRegulars();
    AddReturned();
    AddBackInStock();
    AddFollowUps();
    std::ranges::stable_sort(found_, {}, &CustomerMoment::occasion);
    return std::move(found_);
  }

 private:
  bool IsFresh(local_days day) const { return IsNews(Count(day, today_), options_.fresh_days); }

  CustomerMoment& Add(Occasion occasion, int64_t number, const std::string& text) {
    CustomerMoment& moment = found_.emplace_back();
    moment.occurrence = number;
    moment.about = text;
    moment.occasion = occasion;
    moment.customer_id = customer_.customer_id;
    moment.id = moment.IdOf(moment.customer_id);
    moment.owner = customer_.staff_id;
    moment.value = ValueOfVisit();
    moment.may_mention = MayMention();
    return moment;
  }

  void SetItem(const std::string& item_id, CustomerMoment& moment) const {
    moment.item = around_.items(item_id).item;
    moment.may_mention =
        moment.may_mention && !moment.item->title.empty() && !returned_.contains(item_id);
  }

  bool MayMention() const { return customer_.consent_mention.value_or(true); }

  // The mean of the last visits.
  double ValueOfVisit() const {
    return MeanOf([](const HistoryLine&) { return true; });
  }
  double ValueOfItem(const std::string& item_id) const {
    return MeanOf([&](const HistoryLine& line) { return line.purchase.item_id == item_id; });
  }
  template <typename Counted>
  double MeanOf(Counted counts) const {
    double sum = 0;
    int visits = 0;
    for (auto visit = own_.rbegin(); visit != own_.rend() && visits < int{kMostEvidence}; ++visit) {
      const auto spent = Spent(visit->lines, counts);
      if (!spent) continue;
      sum += *spent;
      ++visits;
    }
    return visits == 0 ? 1 : sum / visits;
  }

  void AddFirsts() {
    for (FirstFound& first : FirstsOf(view_.lines, today_, around_)) {
      const bool of_category = first.occasion == Occasion::kFirstInCategory;
      CustomerMoment& moment = Add(first.occasion, of_category ? 0 : first.number, first.category);
      moment.number = first.number;
      moment.category = std::move(first.category);
      moment.event_ids = std::move(first.event_ids);
      moment.since = first.day;
      moment.until = first.until;
      if (of_category) SetItem(first.item_id, moment);
    }
  }

  // On which days each item was bought.
  void FindBought() {
    std::map<std::string_view, std::vector<local_days>> by_item;
    for (const Visit& visit : own_) {
      for (const HistoryLine* line : visit.lines)
        by_item[line->purchase.item_id].push_back(visit.wall.day);
    }
    for (auto& [item_id, on] : by_item) {
      MakeDays(on);
      bought_.push_back(std::move(on));
    }
  }

  void AddReplenishment() {
    for (DueItem& due : DueItemsOf(own_, came_, today_, around_)) {
      CustomerMoment& moment =
          Add(Occasion::kReplenishDue, due.last.time_since_epoch().count(), due.item_id);
      SetItem(due.item_id, moment);
      moment.may_mention = moment.may_mention && IsWithinHorizon(due.last, due.item_id);
      moment.event_ids = std::move(due.event_ids);
      moment.since = due.since;
      moment.until = std::max(due.due, today_) + days(options_.due_days);
      moment.chance = due.chance;
      moment.value = ValueOfItem(due.item_id);
    }
  }

  bool IsWithinHorizon(local_days last, const std::string& item_id) const {
    return Count(last, today_) <= options_.horizon_days || usual_items_.contains(item_id);
  }

  double LapsedOn(local_days day, std::span<const local_days> came) const {
    return came.size() < 2 ? 0 : around_.times.lapsed(came, bought_, day);
  }

  // Late with their usual, or away: the one or the other.
  void AddRegulars() {
    if (own_.empty()) return;
    const local_days last = came_.back();
    const double lapsed = LapsedOn(today_, came_);
    const int64_t occurrence = last.time_since_epoch().count();
    if (lapsed >= options_.least_lapsed) {
      if (own_.size() < kLeastVisitsOfRegulars || Count(last, today_) > kLongestAwayDays) return;
      CustomerMoment& moment = Add(Occasion::kLapsedRegular, occurrence, "");
      AddLinesOf(own_.back(), moment);
      moment.since = last + days(1);
      moment.until = last + days(kLongestAwayDays);
      moment.chance = lapsed;
      return;
    }
    const auto rhythm = RhythmOf(own_, today_);
    if (!rhythm || rhythm->due != Due::kLate) return;
    const UsualOrder order = UsualOrderIn(own_, {});
    if (!order.usual) return;
    const std::string& item_id = order.usual->items.front().item_id;
    // Once they are late, it is not the item alone that is due.
    std::erase_if(found_, [&](const CustomerMoment& due) {
      return due.occasion == Occasion::kReplenishDue && due.item->item_id == item_id;
    });
    CustomerMoment& moment = Add(Occasion::kUsualLate, occurrence, "");
    SetItem(item_id, moment);
    moment.event_ids = rhythm->event_ids;
    moment.since = last + days(std::max(rhythm->long_days + 1, Count(last, rhythm->due_day)));
    moment.until = std::max(today_, last + days(LapseDays(GapsOf(came_))));
    moment.chance = order.usual->share;
  }

  static void AddLinesOf(const Visit& visit, CustomerMoment& moment) {
    for (auto line = visit.lines.rbegin(); line != visit.lines.rend(); ++line) {
      if (moment.event_ids.size() < kMostEvidence)
        moment.event_ids.push_back((*line)->purchase.event_id);
    }
  }

  // The latest visit after a lapse.
  void AddReturned() {
    for (size_t day = came_.size(); day-- > 1 && IsFresh(came_[day]);) {
      const auto before = std::span(came_).first(day);
      const auto first_after = std::ranges::find_if(
          own_, [&](const Visit& visit) { return visit.wall.day >= came_[day]; });
      const auto visits_before = static_cast<size_t>(first_after - own_.begin());
      if (visits_before < kLeastVisitsOfRegulars ||
          LapsedOn(came_[day] - days(1), before) < options_.least_lapsed)
        continue;
      CustomerMoment& moment = Add(Occasion::kReturned, came_[day].time_since_epoch().count(), "");
      AddLinesOf(*first_after, moment);
      AddLinesOf(*std::prev(first_after), moment);
      moment.since = came_[day];
      moment.until = came_[day] + days(options_.fresh_days - 1);
      return;
    }
  }

  void AddBackInStock() {
    for (const std::string& item_id : usual_items_) {
      const Item& item = *around_.items(item_id).item;
      if (!item.available || !item.available_since || *item.available_since > day_.at) continue;
      const local_days back = around_.time.At(*item.available_since).day;
      const bool had_since = std::ranges::any_of(view_.lines, [&](const HistoryLine& line) {
        return line.purchase.item_id == item_id && IsTheirs(line) &&
               line.purchase.purchased_at >= *item.available_since;
      });
      if (had_since || !IsFresh(back)) continue;
      CustomerMoment& moment =
          Add(Occasion::kBackInStock, back.time_since_epoch().count(), item_id);
      SetItem(item_id, moment);
      const size_t looked_at = std::min(own_.size(), size_t{kRecentVisits});
      for (auto visit = own_.rbegin(); visit != own_.rbegin() + std::ptrdiff_t(looked_at);
           ++visit) {
        const auto line = std::ranges::find_if(visit->lines, [&](const HistoryLine* each) {
          return each->purchase.item_id == item_id;
        });
        if (line != visit->lines.end()) moment.event_ids.push_back((*line)->purchase.event_id);
      }
      moment.since = back;
      moment.until = back + days(options_.fresh_days - 1);
      moment.chance =
          (static_cast<double>(moment.event_ids.size()) + 1) / (static_cast<double>(looked_at) + 2);
      moment.value = ValueOfItem(item_id);
    }
  }

  // What was said last of each item, if nothing has come of it yet.
  void AddFollowUps() {
    std::map<std::string, const Outcome*> last;
    for (const Reported& reported : view_.reports) {
      const Outcome* outcome = reported.OutcomeAt(day_.at);
      if (outcome != nullptr && outcome->at <= day_.at) last[outcome->item_id] = outcome;
    }
    for (const auto& [item_id, outcome] : last) {
      const bool declined = outcome->kind == OutcomeKind::kDeclinedNotNow;
      const bool accepted = outcome->kind == OutcomeKind::kAccepted;
      if (!declined && !accepted && outcome->kind != OutcomeKind::kRelayed) continue;
      const KnownItem& known = around_.items(item_id);
      const bool had_since = std::ranges::any_of(view_.lines, [&](const HistoryLine& line) {
        return line.purchase.item_id == item_id && IsTheirs(line) &&
               line.purchase.purchased_at >= outcome->at;
      });
      if (had_since || known.hidden || !known.item->available) continue;
      const int wait = declined ? std::max(around_.declined_days, options_.follow_up_days)
                                : options_.follow_up_days;
      const local_days from = around_.time.At(outcome->at).day + days(wait);
      const local_days until = from + days(kFollowUpDays - 1);
      if (today_ < from || today_ > until) continue;
      CustomerMoment& moment = Add(Occasion::kFollowUp, 0, outcome->event_id);
      SetItem(item_id, moment);
      moment.event_ids = {outcome->event_id};
      moment.since = from;
      moment.until = until;
      moment.chance = accepted   ? kChanceOfAccepted
                      : declined ? kChanceOfDeclined
                                 : kChanceOfRelayed;
      const auto& price = known.item->price;
      moment.value = price ? Amount(*price) : 1;
    }
  }

  const Customer& customer_;
  const HistoryView& view_;
  const Day& day_;
  const Surroundings& around_;
  const CandidateOptions& options_;
  local_days today_;
  std::vector<Visit> own_;          // of lines that say something of the customer
  std::vector<local_days> came_;    // days with such a visit, rising
  std::set<std::string> returned_;  // items of which any piece came back
  std::set<std::string> usual_items_;
  std::vector<std::vector<local_days>> bought_;  // of each item, on which days: rising
  std::vector<CustomerMoment> found_;
};

}  // namespace

std::vector<CustomerMoment> CandidatesOf(const Customer& customer, const HistoryView& view,
                                         const Day& day, const Surroundings& around) {
  return Finder(customer, view, day, around).Find();
}

}  // namespace rapport::clienteling
