#include "services/clienteling/feedback.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/filter/item_filter.h"
#include "services/recommender/field_errors.h"
#include "services/recommender/supposed_history.h"
#include "services/recommender/told.h"

namespace rapport::clienteling {
namespace {

bool SetsLinesAside(OutcomeKind kind) {
  return kind == OutcomeKind::kBoughtAsGift || kind == OutcomeKind::kNotRepresentative ||
         kind == OutcomeKind::kWrongFact;
}

// Null: nothing was reported under the id.
const Reported* Find(const HistoryView& history, const std::string& report_id) {
  const auto found = std::ranges::find_if(
      history.reports, [&](const Reported& each) { return EventIdOf(each) == report_id; });
  return found == history.reports.end() ? nullptr : &*found;
}

bool IsUndone(const HistoryView& history, const std::string& report_id) {
  const Reported* reported = Find(history, report_id);
  return reported != nullptr && reported->retracted;
}

// The history of `now` as it was before the report was undone: as of one event earlier. No record
// of a report says when its undoing was taken in, so the sequence is sought, by halves.
absl::StatusOr<HistoryView> BeforeUndo(const Store& store, const std::string& customer_id,
                                       const HistoryView& now, const std::string& report_id) {
  uint64_t standing = 0,
           undone = now.sequence;  // as of these, and between them one becomes the other
  HistoryView before;
  while (undone - standing > 1) {
    const uint64_t middle = standing + (undone - standing) / 2;
    auto then = store.History(customer_id, {.sequence = middle});
    if (!then.ok()) return then.status();
    if (IsUndone(*then, report_id)) {
      undone = middle;
    } else {
      standing = middle;
      before = *std::move(then);
    }
  }
  return before;
}

// INVALID_ARGUMENT: purchases that were never made, or of something else.
absl::Status CheckPurchases(const HistoryView& history, const Outcome& outcome) {
  std::unordered_map<std::string_view, std::string_view> made;  // of which item
  for (const HistoryLine& line : history.lines)
    made.emplace(line.purchase.event_id, line.purchase.item_id);
  std::vector<FieldError> errors;
  for (size_t index = 0; index < outcome.purchase_event_ids.size(); ++index) {
    const std::string& event_id = outcome.purchase_event_ids[index];
    const auto found = made.find(event_id);
    if (found != made.end() && found->second == outcome.item_id) continue;
    std::string why = absl::StrCat("given ", event_id, "; expected the event_id of a purchase of ",
                                   outcome.item_id, " by the customer");
    if (found != made.end()) why += ", and it is one of " + std::string(found->second);
    errors.push_back({absl::StrCat("purchase_event_ids[", index, "]"), std::move(why)});
  }
  return errors.empty() ? absl::OkStatus() : InvalidFields(errors);
}

// Each once, where it stands first.
void RemoveRepeats(std::vector<std::string>* ids) {
  std::vector<std::string> once;
  for (std::string& id : *ids) {
    if (std::ranges::find(once, id) == once.end()) once.push_back(std::move(id));
  }
  *ids = std::move(once);
}

bool IsEvidence(const HistoryLine& line) { return !line.Gift() && line.set_aside == SetAside::kNo; }

// Lines that are no evidence for this report alone.
int CountSetAside(const HistoryView& history, const std::string& report_id) {
  std::vector<FieldError> none;
  const HistoryView without =
      SupposedHistory(history, {.leave_out_report_ids = {report_id}}, history.latest, &none);
  int lines = 0;
  for (size_t row = 0; row < history.lines.size(); ++row) {
    if (IsEvidence(without.lines[row]) && !IsEvidence(history.lines[row])) ++lines;
  }
  return lines;
}

// All purchases of the item.
absl::Status NameLines(const HistoryView& history, Outcome* outcome) {
  for (const HistoryLine& line : history.lines) {
    if (line.purchase.item_id == outcome->item_id)
      outcome->purchase_event_ids.push_back(line.purchase.event_id);
  }
  if (!outcome->purchase_event_ids.empty()) return absl::OkStatus();
  return InvalidFields({{"item_id", absl::StrCat("given ", outcome->item_id,
                                                 "; expected an item that the customer bought")}});
}

}  // namespace

Feedback::Feedback(Store& store, const ModelShelf& models, const Suggester& suggester, Clock clock,
                   FeedbackListener listener)
    : store_(store),
      models_(models),
      suggester_(suggester),
      clock_(std::move(clock)),
      listener_(std::move(listener)) {}

absl::StatusOr<std::string> Feedback::WhoIs(const std::string& customer_id) const {
  auto customer = store_.GetCustomer(customer_id);
  if (!customer.ok()) return customer.status();
  if (customer->has_value()) return std::move((*customer)->customer_id);
  return absl::NotFoundError(absl::StrCat("the shop knows no customer ", customer_id,
                                          ": neither described nor ever bought"));
}

absl::Status Feedback::CheckItem(const std::string& item_id) const {
  const auto item = store_.GetItem(item_id);
  if (!item.ok()) return item.status();
  if (item->has_value()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("the shop knows no item ", item_id, ": neither described nor ever bought"));
}

absl::StatusOr<Recorded> Feedback::Append(Event event) const {
  const std::string customer_id = CustomerOf(event);
  const std::string event_id = EventIdOf(event);
  const auto appended = store_.AppendAndWait({std::move(event)});
  if (!appended.ok()) return appended.status();
  const EventResult& result = appended->events.front();
  if (result.outcome == AppendOutcome::kConflict) {
    const auto view = store_.View(customer_id);
    if (view.ok() && std::ranges::any_of((*view)->history.lines, [&](const HistoryLine& line) {
          return line.purchase.event_id == event_id;
        })) {
      return absl::AlreadyExistsError(
          absl::StrCat("the id ", event_id,
                       " was used before, for a purchase; a report needs an id of its own"));
    }
    return absl::AlreadyExistsError(
        absl::StrCat("the id ", event_id, " was used before, with another ",
                     result.conflicting_field, "; a new report needs a new id"));
  }
  const auto view = store_.View(customer_id);
  if (!view.ok()) return view.status();
  const Reported* reported = Find((*view)->history, event_id);
  if (reported == nullptr) {
    return absl::AbortedError(absl::StrCat("customer ", customer_id, " was merged with another ",
                                           "while the report was written; send it again"));
  }
  return Recorded{.reported = *reported, .duplicate = result.outcome == AppendOutcome::kDuplicate};
}

absl::Status Feedback::AddEffect(const EffectQuery& query, ReportStep step, Recorded* recorded,
                                 std::optional<AsOf> as_of) const {
  const auto view =
      std::visit([this](const auto& report) { return store_.View(report.customer_id); },
                 recorded->reported.report);
  if (!view.ok()) return view.status();
  recorded->effect.model_version = models_.Serving()->model().version;
  const auto& described = (*view)->described;
  const bool refused = described && !described->consent_personalization.value_or(true);
  // A list that nothing personal shapes changes by nothing; and who refused is told nothing.
  if (refused || !recorded->reported.InForce(as_of ? as_of->time : clock_()))
    return absl::OkStatus();
  const SuggestQuery list{.shopper = {.customer_id = CustomerOf(std::visit(
                                          [](const auto& report) { return Event(report); },
                                          recorded->reported.report))},
                          .count = query.count,
                          .pool = query.pool,
                          .store = query.store};
  auto changes = suggester_.EffectOf(list, EventIdOf(recorded->reported), step, as_of);
  if (!changes.ok()) return changes.status();
  recorded->effect.changes = *std::move(changes);
  if (const auto* outcome = std::get_if<Outcome>(&recorded->reported.report);
      outcome != nullptr && SetsLinesAside(outcome->kind)) {
    recorded->effect.lines_set_aside = CountSetAside((*view)->history, outcome->event_id);
  }
  return absl::OkStatus();
}

absl::StatusOr<Recorded> Feedback::Record(Outcome outcome, const EffectQuery& effect) const {
  auto who = WhoIs(outcome.customer_id);
  if (!who.ok()) return who.status();
  outcome.customer_id = *std::move(who);
  if (absl::Status known = CheckItem(outcome.item_id); !known.ok()) return known;
  RemoveRepeats(&outcome.purchase_event_ids);
  const auto view = store_.View(outcome.customer_id);
  if (!view.ok()) return view.status();
  if (SetsLinesAside(outcome.kind) && outcome.purchase_event_ids.empty()) {
    // Sent again it is of the lines that it was of.
    const Reported* before = Find((*view)->history, outcome.event_id);
    const auto* same = before ? std::get_if<Outcome>(&before->report) : nullptr;
    if (same != nullptr && same->item_id == outcome.item_id) {
      outcome.purchase_event_ids = same->purchase_event_ids;
    } else if (absl::Status named = NameLines((*view)->history, &outcome); !named.ok()) {
      return named;
    }
  }
  if (absl::Status made = CheckPurchases((*view)->history, outcome); !made.ok()) return made;
  auto recorded = Append(outcome);
  if (!recorded.ok()) return recorded;
  if (!recorded->duplicate && listener_.on_outcome) listener_.on_outcome(outcome);
  absl::Status told = AddEffect(effect, ReportStep::kMade, &*recorded, std::nullopt);
  if (!told.ok()) return told;
  return recorded;
}

absl::StatusOr<Recorded> Feedback::Record(Insight insight, const EffectQuery& effect) const {
  auto who = WhoIs(insight.customer_id);
  if (!who.ok()) return who.status();
  insight.customer_id = *std::move(who);
  if (insight.subject.kind == SubjectKind::kItem) {
    if (absl::Status known = CheckItem(insight.subject.value); !known.ok()) return known;
  }
  if (insight.expires_at && *insight.expires_at <= insight.at) {
    return InvalidFields({{"expires_at", "expected a time after `at`"}});
  }
  auto recorded = Append(insight);
  if (!recorded.ok()) return recorded;
  if (!recorded->duplicate && listener_.on_insight) listener_.on_insight(insight);
  if (insight.subject.kind != SubjectKind::kNone)
    recorded->items_named = ItemsNamed(*models_.Serving(), insight.subject);
  absl::Status told = AddEffect(effect, ReportStep::kMade, &*recorded, std::nullopt);
  if (!told.ok()) return told;
  return recorded;
}

absl::StatusOr<Recorded> Feedback::Undo(const std::string& customer_id,
                                        const std::string& report_id, const std::string& staff_id,
                                        const EffectQuery& effect) const {
  const auto view = store_.View(customer_id);
  if (!view.ok()) return view.status();
  const Reported* before = Find((*view)->history, report_id);
  if (before == nullptr || std::holds_alternative<Contact>(before->report)) {
    return absl::NotFoundError(
        absl::StrCat("of customer ", customer_id, " there is no outcome or insight ", report_id));
  }
  const std::string& who = (*view)->customer_id;
  if (before->retracted) return UndoneBefore(who, (*view)->history, *before, effect);
  Recorded recorded{.reported = *before};
  absl::Status told = AddEffect(effect, ReportStep::kUndone, &recorded, std::nullopt);
  if (!told.ok()) return told;
  // A report can be undone but once, so that one id is good for all who try; no client's id has a
  // control character.
  const auto appended =
      store_.AppendAndWait({Retraction{.event_id = absl::StrCat("\x01", report_id),
                                       .customer_id = who,
                                       .retracted_event_id = report_id,
                                       .at = std::max(clock_(), TimeOf(*before)),
                                       .staff_id = staff_id}});
  if (!appended.ok()) return appended.status();
  const auto after = store_.View(who);
  if (!after.ok()) return after.status();
  if (const Reported* reported = Find((*after)->history, report_id)) recorded.reported = *reported;
  recorded.duplicate = appended->events.front().outcome != AppendOutcome::kAccepted;
  if (!recorded.duplicate && listener_.on_undo) listener_.on_undo();
  return recorded;
}

absl::StatusOr<Recorded> Feedback::UndoneBefore(const std::string& customer_id,
                                                const HistoryView& now, const Reported& undone,
                                                const EffectQuery& effect) const {
  Recorded recorded{.reported = undone, .duplicate = true};
  const auto then = BeforeUndo(store_, customer_id, now, EventIdOf(undone));
  if (!then.ok()) return then.status();
  const Reported* standing = Find(*then, EventIdOf(undone));
  if (standing == nullptr) return recorded;  // undone before it became the customer's, by a merge
  recorded.reported = *standing;
  const AsOf as_of{.sequence = then->sequence,
                   .time = std::max(undone.retracted->at, then->latest)};
  if (absl::Status told = AddEffect(effect, ReportStep::kUndone, &recorded, as_of); !told.ok())
    return told;
  recorded.reported = undone;
  return recorded;
}

}  // namespace rapport::clienteling
