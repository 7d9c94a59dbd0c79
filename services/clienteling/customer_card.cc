#include "services/clienteling/customer_card.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "services/clienteling/items_bought.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/reported_items.h"

namespace rapport::clienteling {
namespace {

constexpr size_t kMostUsualOrders = 6;
constexpr size_t kMostRecent = 10;

// Fills in what purchases say.
class FromPurchases {
 public:
  // `unspoken`, `forbidden`: what is not to be spoken of, and what is not to be offered, as was
  // reported; may be null.
  FromPurchases(const std::vector<HistoryLine>& lines, const ItemsBought& items,
                const ShopTime& time, ItemTest unspoken, ItemTest forbidden, CustomerCard* card)
      : lines_(lines),
        items_(items),
        time_(time),
        unspoken_(std::move(unspoken)),
        forbidden_(std::move(forbidden)),
        card_(*card) {
    for (const HistoryLine& line : lines_) {
      if (IsTheirs(line) && !line.returns.empty()) returned_.insert(line.purchase.item_id);
    }
  }

  void AddUsual(const CardQuery& query) {
    own_ = VisitsOf(lines_, time_,
                    [this](const HistoryLine& line) { return Counts(line) && items_.Shows(line); });
    const WallTime now = time_.At(card_.as_of);
    VisitContext moment{.daypart = now.daypart, .day_kind = now.day_kind};
    if (!query.store.empty()) moment.store = query.store;
    if (query.channel != Channel::kUnspecified) moment.channel = query.channel;
    card_.usual_orders = UsualOrders(own_, moment, kMostUsualOrders);
    for (const UsualOrder& order : card_.usual_orders) {
      if (order.usual) Name(*order.usual, true);
      for (const ItemSet& set : order.closest) Name(set, false);
    }
  }

  // After the usual.
  void AddVisits(const Discretion& discretion) {
    const std::vector<Visit> visits = VisitsOf(lines_, time_, [this](const HistoryLine& line) {
      return line.KeptQuantity() > 0 && IsTheirs(line) && items_.Shows(line);
    });
    card_.rhythm = RhythmOf(visits, time_.At(card_.as_of).day);
    card_.milestones = MilestonesOf(visits, own_, [&](const std::string& item_id) {
      const Item& item = *items_[item_id].item;
      const bool none =
          item.category_path.empty() || discretion.hides_text(item.category_path.front());
      return none ? "" : item.category_path.front();
    });
    if (visits.empty()) return;
    const Visit& last = visits.back();
    card_.last_visit = {.at = last.at, .channel = last.channel(), .store = last.store()};
    for (const HistoryLine* line : last.lines)
      card_.last_visit->event_ids.push_back(line->purchase.event_id);
  }

  // After the usual.
  void AddRecent(double horizon_days) {
    using Days = std::chrono::duration<double, std::ratio<86'400>>;
    Flags unsayable;
    std::vector<const HistoryLine*> latest;
    for (const HistoryLine& line : lines_) {
      if (IsTheirs(line) && items_.Shows(line)) latest.push_back(&line);
    }
    const size_t count = std::min(latest.size(), kMostRecent);
    std::ranges::partial_sort(latest, latest.begin() + static_cast<std::ptrdiff_t>(count),
                              std::greater(), [](const HistoryLine* line) {
                                return std::tie(line->purchase.purchased_at,
                                                line->purchase.event_id);
                              });
    latest.resize(count);
    for (const HistoryLine* line : latest) {
      const Purchase& purchase = line->purchase;
      const CardItem& item = Name(purchase.item_id, false);
      const bool old = Days(card_.as_of - purchase.purchased_at).count() > horizon_days;
      CardLine shown{.purchase = purchase, .kept = line->KeptQuantity()};
      shown.may_say =
          item.may_say && !line->Gift() && line->set_aside == SetAside::kNo && (!old || item.usual);
      card_.recent.push_back(std::move(shown));
      const auto flag = [&](Unsayable why) {
        DoNotSay& flagged = unsayable[{why, purchase.item_id}];
        flagged.why = why;
        flagged.item_id = purchase.item_id;
        flagged.event_ids.push_back(purchase.event_id);
      };
      if (line->Gift()) {
        flag(Unsayable::kGift);
        CountGifts(&unsayable[{Unsayable::kGift, purchase.item_id}]);
      }
      if (returned_.contains(purchase.item_id)) flag(Unsayable::kReturned);
      if (old && !item.usual) flag(Unsayable::kTooOld);
      if (unspoken_ && unspoken_(*item.item)) flag(Unsayable::kUnwelcome);
      if (item.forbidden) flag(Unsayable::kNotToBeOffered);
    }
    AddReturnedOfUsual(&unsayable);
    AddReportedOfUsual(&unsayable);
    if (!card_.may_mention) {
      card_.do_not_say.push_back({});
      std::erase_if(unsayable, [](const auto& flagged) {
        return flagged.first.first != Unsayable::kNotToBeOffered;
      });
    }
    for (auto& [key, flagged] : unsayable) card_.do_not_say.push_back(std::move(flagged));
  }

 private:
  using Flags = std::map<std::pair<Unsayable, std::string>, DoNotSay>;

  void CountGifts(DoNotSay* flagged) const {
    flagged->gifts = flagged->purchases = 0;
    for (const HistoryLine& line : lines_) {
      if (line.purchase.item_id != flagged->item_id || line.set_aside == SetAside::kWrongFact)
        continue;
      ++flagged->purchases;
      if (line.Gift()) ++flagged->gifts;
    }
  }

  // Those that are usual and not among the recent lines.
  void AddReturnedOfUsual(Flags* unsayable) const {
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
      const auto named = card_.items.find(line->purchase.item_id);
      if (!IsTheirs(*line) || line->returns.empty() || named == card_.items.end() ||
          !named->second.usual)
        continue;
      const auto [flagged, added] =
          unsayable->try_emplace({Unsayable::kReturned, line->purchase.item_id});
      flagged->second.why = Unsayable::kReturned;
      flagged->second.item_id = line->purchase.item_id;
      auto& ids = flagged->second.event_ids;
      if (std::ranges::find(ids, line->purchase.event_id) == ids.end())
        ids.push_back(line->purchase.event_id);
    }
  }

  // Likewise what is not to be spoken of, or not to be offered.
  void AddReportedOfUsual(Flags* unsayable) const {
    const auto flag = [&](Unsayable why, const UsualItem& item) {
      unsayable->try_emplace({why, item.item_id}, DoNotSay{why, item.item_id, item.event_ids});
    };
    for (const UsualOrder& order : card_.usual_orders) {
      if (!order.usual) continue;
      for (const UsualItem& item : order.usual->items) {
        const CardItem& named = card_.items.at(item.item_id);
        if (unspoken_ && unspoken_(*named.item)) flag(Unsayable::kUnwelcome, item);
        if (named.forbidden) flag(Unsayable::kNotToBeOffered, item);
      }
    }
  }

  void Name(const ItemSet& set, bool usual) {
    for (const UsualItem& item : set.items) Name(item.item_id, usual);
  }

  const CardItem& Name(const std::string& item_id, bool usual) {
    CardItem& named = card_.items[item_id];
    named.item = items_[item_id].item;
    named.usual = named.usual || usual;
    named.forbidden = forbidden_ && forbidden_(*named.item);
    named.may_say = card_.may_mention && !named.item->title.empty() && !named.forbidden &&
                    !returned_.contains(item_id) && !(unspoken_ && unspoken_(*named.item));
    return named;
  }

  const std::vector<HistoryLine>& lines_;
  const ItemsBought& items_;
  const ShopTime& time_;
  const ItemTest unspoken_, forbidden_;
  CustomerCard& card_;
  std::set<std::string> returned_;  // items of which any piece came back
  std::vector<Visit> own_;          // of lines that say something of the customer
};

// Of who does not want personalization just what they are allergic to.
void AddInsights(const std::vector<Reported>& reports, CustomerCard* card) {
  for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
    const Insight* insight = each->InsightAt(card->as_of);
    if (insight != nullptr && (card->personal || insight->kind == InsightKind::kAllergicTo))
      card->insights.push_back(*each);
  }
}

absl::Status AddOutcomes(const std::vector<Reported>& reports, const Store& store,
                         const Discretion& discretion, CustomerCard* card) {
  for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
    if (card->outcomes.size() == kMostRecent) break;
    const Outcome* outcome = each->OutcomeAt(card->as_of);
    if (outcome == nullptr || outcome->kind == OutcomeKind::kNotRelayed) continue;
    const auto item = store.GetItem(outcome->item_id);
    if (!item.ok()) return item.status();
    ToldItem told{item->value_or(Item{.item_id = outcome->item_id}), *outcome};
    if (!discretion.hides_item(told.item)) card->outcomes.push_back(std::move(told));
  }
  return absl::OkStatus();
}

}  // namespace

CardMaker::CardMaker(const Store& store, const ModelShelf& models, const ShopTime& time,
                     Discretion discretion, double horizon_days, Clock clock, int declined_days)
    : store_(store),
      models_(models),
      time_(time),
      discretion_(std::move(discretion)),
      horizon_days_(horizon_days),
      clock_(std::move(clock)),
      declined_days_(declined_days) {}

absl::StatusOr<CustomerCard> CardMaker::Make(const CardQuery& query) const {
  const TimePoint now = clock_();
  const bool past = query.at && *query.at < now;
  const auto view = store_.View(query.customer_id, past ? AsOf{.time = *query.at} : AsOf{});
  if (!view.ok()) return view.status();
  const std::vector<HistoryLine>& lines = (*view)->history.lines;
  if (!(*view)->described && lines.empty()) {
    const auto customer = store_.GetCustomer(query.customer_id);
    if (!customer.ok()) return customer.status();
    if (!customer->has_value()) return absl::NotFoundError("nothing is known of this customer");
  }
  CustomerCard card;
  card.customer = (*view)->described.value_or(Customer{.customer_id = (*view)->customer_id});
  card.personal = card.customer.consent_personalization.value_or(true);
  card.may_mention = card.customer.consent_mention.value_or(true);
  card.as_of = query.at.value_or(now);
  if (!card.personal) {
    AddInsights((*view)->history.reports, &card);
    return card;
  }
  // A till's clock may run ahead.
  if (!past) card.as_of = std::max(card.as_of, (*view)->history.latest);

  const auto serving = models_.Serving();
  card.model_version = serving->model().version;
  ItemsBought items(store_, *serving, discretion_);
  if (absl::Status read = items.Read(lines); !read.ok()) return read;
  const std::vector<Reported>& reports = (*view)->history.reports;
  AddInsights(reports, &card);
  if (absl::Status added = AddOutcomes(reports, store_, discretion_, &card); !added.ok())
    return added;
  const ItemTest forbidden = ForbiddenItems(reports, card.as_of);
  FromPurchases from(lines, items, time_, UnspokenItems(reports, card.as_of), forbidden, &card);
  from.AddUsual(query);
  from.AddVisits(discretion_);
  from.AddRecent(horizon_days_);

  std::set<std::string> usual;
  for (const auto& [id, named] : card.items) {
    if (named.usual) usual.insert(id);
  }
  const ItemTest unwanted = UnwantedItems((*view)->history, card.as_of, declined_days_);
  for (auto& [id, named] : card.items) {
    if (!named.usual || (named.item->available && !named.forbidden)) continue;
    Discretion offered = discretion_;
    if (unwanted) {
      offered.hides_item = [&, &id = id](const Item& item) {
        return (unwanted(item) && item.item_id != id) || discretion_.hides_item(item);
      };
    }
    auto found = SubstituteFor(*named.item, usual, *serving, offered, query.store, now);
    if (!found.ok()) return found.status();
    named.substitute = *std::move(found);
  }
  return card;
}

}  // namespace rapport::clienteling
