#include "services/clienteling/hand_off.h"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "services/clienteling/contact_rules.h"
#include "services/recommender/declines.h"
#include "services/recommender/reported_items.h"

namespace rapport::clienteling {
namespace {

constexpr std::chrono::days kLately{90};

// How it was received, and not only that it was said to be nothing.
bool WasSaid(OutcomeKind kind) { return kind != OutcomeKind::kNotRelayed; }

bool IsForbidding(InsightKind kind) {
  return kind == InsightKind::kAllergicTo || kind == InsightKind::kDislikes ||
         kind == InsightKind::kAvoidTopic || kind == InsightKind::kOwnsElsewhere;
}

class Packer {
 public:
  Packer(const Store& store, const Discretion& discretion, HandOff* packet)
      : store_(store), discretion_(discretion), packet_(*packet) {}

  // In the order of the latest first.
  absl::Status Add(const HistoryView& history) {
    const Declines declines(history.lines, history.reports, packet_.as_of);
    const std::vector<Reported>& reports = history.reports;
    for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
      if (!packet_.personal && !IsConstraint(*each)) continue;
      absl::Status added = absl::OkStatus();
      if (const Outcome* outcome = each->OutcomeAt(packet_.as_of)) {
        added = Add(*outcome, declines);
      } else if (const Insight* insight = each->InsightAt(packet_.as_of)) {
        Add(*each, *insight);
      }
      if (!added.ok()) return added;
    }
    return absl::OkStatus();
  }

 private:
  // Whether it is not to be repeated, whatever was heard of the item later.
  bool IsRefusal(const Outcome& outcome, const Declines& declines) const {
    switch (outcome.kind) {
      case OutcomeKind::kDeclinedNotNow:
        return outcome.at > packet_.as_of - kLately && declines.Stands(outcome);
      case OutcomeKind::kDeclinedNever:
      case OutcomeKind::kAlreadyHas:
      case OutcomeKind::kUncomfortable:
      case OutcomeKind::kWrongFact:
        return true;
      default:
        return false;
    }
  }

  absl::Status Add(const Outcome& outcome, const Declines& declines) {
    if (!WasSaid(outcome.kind)) return absl::OkStatus();
    const bool latest = met_.insert(outcome.item_id).second;
    const bool told = latest && packet_.personal && outcome.at >= packet_.since;
    const bool refused =
        IsRefusal(outcome, declines) && refused_.insert({outcome.item_id, outcome.kind}).second;
    if (!told && !refused) return absl::OkStatus();
    auto item = store_.GetItem(outcome.item_id);
    if (!item.ok()) return item.status();
    ToldItem entry{item->value_or(Item{.item_id = outcome.item_id}), outcome};
    // Whoever it is shown to might say it.
    if (discretion_.hides_item(entry.item) && !refused) return absl::OkStatus();
    if (refused) packet_.refused.push_back(entry);
    if (told) packet_.told.push_back(std::move(entry));
    return absl::OkStatus();
  }

  void Add(const Reported& reported, const Insight& insight) {
    if (insight.kind == InsightKind::kComplaint) packet_.complaint = true;
    if (IsForbidding(insight.kind)) {
      packet_.forbidden.push_back(reported);
    } else if (insight.kind == InsightKind::kComplaint || insight.at >= packet_.since) {
      packet_.insights.push_back(reported);
    }
  }

  const Store& store_;
  const Discretion& discretion_;
  HandOff& packet_;
  std::unordered_set<std::string> met_;  // items: of what was told, the latest of each
  std::set<std::pair<std::string, OutcomeKind>> refused_;  // of what was refused, of each kind
};

}  // namespace

HandOffMaker::HandOffMaker(const Store& store, const CardMaker& cards, const MomentFinder& moments,
                           Discretion discretion)
    : store_(store), cards_(cards), moments_(moments), discretion_(std::move(discretion)) {}

absl::StatusOr<HandOff> HandOffMaker::Make(const HandOffQuery& query) const {
  const auto card = cards_.Make({.customer_id = query.customer_id, .store = query.store});
  if (!card.ok()) return card.status();
  const auto view = store_.View(query.customer_id);
  if (!view.ok()) return view.status();
  HandOff packet{.customer = card->customer,
                 .since = query.since.value_or(card->as_of - kLately),
                 .as_of = card->as_of,
                 .personal = card->personal,
                 .may_mention = card->may_mention,
                 .may_contact = !ChannelsOf(card->customer, std::nullopt).empty()};
  Packer packer(store_, discretion_, &packet);
  if (absl::Status added = packer.Add((*view)->history); !added.ok()) return added;
  if (!packet.personal) return packet;
  if (card->last_visit) packet.last_visit = card->last_visit->at;
  if (!card->usual_orders.empty() && card->usual_orders.front().usual) {
    for (const UsualItem& usual : card->usual_orders.front().usual->items) {
      const CardItem& item = card->items.at(usual.item_id);
      if (!item.forbidden) packet.usual.push_back(item.item);
    }
  }
  auto moments = moments_.Of(packet.customer.customer_id, "");
  if (!moments.ok()) return moments.status();
  packet.moments = *std::move(moments);
  std::erase_if(packet.moments,
                [](const MomentNow& each) { return each.suppressed == SuppressedBy::kDone; });
  return packet;
}

}  // namespace rapport::clienteling
