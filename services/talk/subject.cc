#include "services/talk/subject.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

namespace rapport::talk {

std::shared_ptr<const Item> Subject::Known(const std::string& item_id) const {
  const auto index = serving->model().items.Find(item_id);
  return index ? serving->items()[*index] : nullptr;
}

bool Subject::IsSensitive(const std::string& item_id, const Tact& tact) const {
  const auto item = Known(item_id);
  return item != nullptr && tact.IsSensitive(*item);
}

namespace {

LeftOutBy ReasonOf(const Reported& reported) {
  if (const auto* outcome = std::get_if<Outcome>(&reported.report))
    return outcome->kind == OutcomeKind::kDeclinedNever ? LeftOutBy::kDeclined
                                                        : LeftOutBy::kAlreadyHas;
  const auto* insight = std::get_if<Insight>(&reported.report);
  return insight != nullptr && insight->kind == InsightKind::kAllergicTo ? LeftOutBy::kAllergy
                                                                         : LeftOutBy::kAlreadyHas;
}

void SetRefused(const std::vector<Reported>& reports, TimePoint at, Subject* subject) {
  subject->refused = {{{LeftOutBy::kAllergy, nullptr},
                       {LeftOutBy::kDeclined, nullptr},
                       {LeftOutBy::kAlreadyHas, nullptr}}};
  for (auto& [by, test] : subject->refused) {
    std::vector<Reported> of_kind;
    std::ranges::copy_if(reports, std::back_inserter(of_kind),
                         [by](const Reported& reported) { return ReasonOf(reported) == by; });
    test = ForbiddenItems(of_kind, at);
  }
}

bool IsOpenComplaint(const Reported& reported, TimePoint at) {
  const Insight* insight = reported.InsightAt(at);
  return insight != nullptr && insight->kind == InsightKind::kComplaint;
}

}  // namespace

absl::StatusOr<Subject> SubjectOf(const Store& store, std::shared_ptr<const ServingModel> serving,
                                  Shopper shopper, const Tact& tact, TimePoint now) {
  Subject subject{.shopper = std::move(shopper), .serving = std::move(serving)};
  if (const std::string& id = subject.shopper.customer_id; !id.empty()) {
    const auto view = store.View(id);
    if (!view.ok()) return view.status();
    subject.described = (*view)->described;
    subject.open_complaint = std::ranges::any_of(
        (*view)->history.reports,
        [now](const Reported& reported) { return IsOpenComplaint(reported, now); });
  }
  Shopper of_now = subject.shopper;
  of_now.what_if = {};
  auto state = StateFor(store, subject.serving->model(), of_now, std::nullopt, now);
  if (!state.ok()) return state.status();
  subject.state = *std::move(state);
  const auto known = [&subject](const std::string& item_id) { return subject.Known(item_id); };
  subject.facts = FactsOf(subject.state.bought(), known, now);
  subject.unspoken = UnspokenItems(subject.state.history->reports, subject.state.as_of);
  SetRefused(subject.state.history->reports, subject.state.as_of, &subject);
  for (const auto& [item_id, visits] : subject.facts.bought) {
    const auto item = known(item_id);
    if (item == nullptr) continue;
    if (subject.IsUnspoken(*item)) subject.facts.unspoken.insert(item_id);
    if (MentionOf(*item, subject.facts, tact)) subject.anything_sayable = true;
  }
  const auto sensitive = [&](const std::string& item_id) {
    return subject.IsSensitive(item_id, tact);
  };
  const auto any = [&](const std::vector<std::string>& ids) {
    return std::ranges::any_of(ids, sensitive);
  };
  subject.any_sensitive =
      std::ranges::any_of(
          subject.state.bought(),
          [&](const HistoryLine& line) { return sensitive(line.purchase.item_id); }) ||
      any(subject.shopper.basket_item_ids) || any(subject.shopper.what_if.add_item_ids);
  return subject;
}

}  // namespace rapport::talk
