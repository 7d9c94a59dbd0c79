#include "services/recommender/reported_items.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/filter/item_filter.h"
#include "services/recommender/declines.h"

namespace rapport {
namespace {

// Items by id and by what they are.
struct Named {
  std::set<std::string> ids;
  std::vector<ItemFilter> filters;

  void Add(const Subject& subject) {
    auto filter = ItemFilter::Parse(FilterTextOf(subject));
    if (filter.ok() && subject.kind != SubjectKind::kNone) filters.push_back(*std::move(filter));
  }

  ItemTest Test() && {
    if (ids.empty() && filters.empty()) return nullptr;
    return [named = std::move(*this)](const Item& item) {
      return named.ids.contains(item.item_id) ||
             std::ranges::any_of(named.filters, [&](const ItemFilter& filter) {
               return Matches(filter.root(), item, nullptr);
             });
    };
  }
};

}  // namespace

bool IsConstraint(const Reported& reported) {
  if (reported.retracted) return false;
  if (const auto* outcome = std::get_if<Outcome>(&reported.report))
    return outcome->kind == OutcomeKind::kDeclinedNever;
  const auto* insight = std::get_if<Insight>(&reported.report);
  return insight != nullptr && insight->kind == InsightKind::kAllergicTo;
}

std::string FilterTextOf(const Subject& subject) {
  const std::string value = Quoted(subject.value);
  switch (subject.kind) {
    case SubjectKind::kItem:
      return absl::StrCat("item_id = ", value);
    case SubjectKind::kCategory:
      return absl::StrCat("in_category(", value, ")");
    case SubjectKind::kBrand:
      return absl::StrCat("brand = ", value);
    case SubjectKind::kTag:
      return absl::StrCat("tags = ", value);
    case SubjectKind::kAttribute:
      return absl::StrCat("attributes.", Quoted(subject.name), " = ", value);
    case SubjectKind::kWord:
      return absl::StrCat("mentions(", value, ")");
    case SubjectKind::kNone:
      break;
  }
  return "";
}

ItemTest ForbiddenItems(std::span<const Reported> reports, TimePoint at) {
  Named named;
  for (const Reported& reported : reports) {
    if (const Outcome* outcome = reported.OutcomeAt(at)) {
      if (outcome->kind == OutcomeKind::kDeclinedNever || outcome->kind == OutcomeKind::kAlreadyHas)
        named.ids.insert(outcome->item_id);
    } else if (const Insight* insight = reported.InsightAt(at)) {
      if (insight->kind == InsightKind::kAllergicTo || insight->kind == InsightKind::kOwnsElsewhere)
        named.Add(insight->subject);
    }
  }
  return std::move(named).Test();
}

ItemTest UnspokenItems(std::span<const Reported> reports, TimePoint at) {
  Named named;
  for (const Reported& reported : reports) {
    if (const Outcome* outcome = reported.OutcomeAt(at)) {
      if (outcome->kind == OutcomeKind::kUncomfortable) named.ids.insert(outcome->item_id);
    } else if (const Insight* insight = reported.InsightAt(at)) {
      if (insight->kind == InsightKind::kAvoidTopic) named.Add(insight->subject);
    }
  }
  return std::move(named).Test();
}

ItemTest UnwantedItems(const HistoryView& history, TimePoint at, int declined_days) {
  Named named;
  const Declines declines(history.lines, history.reports, at);
  for (const std::string& id : declines.DeclinedSince(at - std::chrono::days(declined_days)))
    named.ids.insert(id);
  for (const Reported& reported : history.reports) {
    const Insight* insight = reported.InsightAt(at);
    if (insight != nullptr && insight->kind == InsightKind::kDislikes) named.Add(insight->subject);
  }
  std::array<ItemTest, 3> tests = {ForbiddenItems(history.reports, at),
                                   UnspokenItems(history.reports, at), std::move(named).Test()};
  const auto is_test = [](const ItemTest& test) { return test != nullptr; };
  if (std::ranges::none_of(tests, is_test)) return nullptr;
  return [tests = std::move(tests)](const Item& item) {
    return std::ranges::any_of(tests, [&](const ItemTest& test) { return test && test(item); });
  };
}

}  // namespace rapport
