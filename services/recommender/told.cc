#include "services/recommender/told.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/recommender/declines.h"

namespace rapport {
namespace {

// Half of a decline for now is forgotten after so long.
constexpr double kDeclineHalfLifeDays = 30;

double AgeDays(TimePoint then, TimePoint now) {
  return std::chrono::duration<double, std::ratio<86'400>>(now - then).count();
}

ItemScan::Filter ItemsOf(const ServingModel& serving, const Subject& subject) {
  const auto filter = ItemFilter::Parse(FilterTextOf(subject));
  // What cannot be asked for names nothing; the edge lets no such subject in.
  if (!filter.ok() || subject.kind == SubjectKind::kNone) return serving.scan().None();
  return serving.ItemsOf(*filter, nullptr);
}

ItemScan::Filter ItemOf(const ServingModel& serving, const std::string& item_id) {
  ItemScan::Filter items = serving.scan().None();
  if (const auto item = serving.model().items.Find(item_id)) items.Admit(*item);
  return items;
}

std::vector<ItemIndex> Listed(const ItemScan::Filter& items, size_t count) {
  std::vector<ItemIndex> listed;
  for (size_t item = 0; item < count; ++item) {
    if (items.Admits(ItemIndex(item))) listed.push_back(ItemIndex(item));
  }
  return listed;
}

}  // namespace

std::vector<std::shared_ptr<const Item>> ItemsNamed(const ServingModel& serving,
                                                    const Subject& subject) {
  std::vector<std::shared_ptr<const Item>> named;
  for (const ItemIndex item : Listed(ItemsOf(serving, subject), serving.model().items.size()))
    named.push_back(serving.items()[item]);
  std::ranges::sort(named, {}, [](const auto& item) { return std::string_view(item->item_id); });
  return named;
}

struct Told::Builder {
  const ServingModel& serving;
  const CustomerState& state;
  Told& told;
  std::vector<Note> notes = {};
  const Declines declines{state.bought(), state.history->reports, state.as_of};

  void Exclude(const Reported& reported, LeftOutBy by, ItemScan::Filter items) {
    told.constraints_.push_back({&reported, by, std::move(items)});
  }

  void Add(const Reported& reported, Note note) {
    if (note.items.empty()) return;
    notes.push_back(std::move(note));
    told.noted_.push_back(&reported);
  }

  void AddOwned(const Reported& reported, const std::string& item_id) {
    if (const auto item = serving.model().items.Find(item_id)) Add(reported, OwnedElsewhere(*item));
  }

  std::vector<ItemIndex> One(const std::string& item_id) const {
    const auto item = serving.model().items.Find(item_id);
    return item ? std::vector{*item} : std::vector<ItemIndex>();
  }

  void Constrain(const Reported& reported) {
    if (const auto* outcome = std::get_if<Outcome>(&reported.report)) {
      if (outcome->kind == OutcomeKind::kDeclinedNever)
        Exclude(reported, LeftOutBy::kDeclined, ItemOf(serving, outcome->item_id));
      if (outcome->kind == OutcomeKind::kAlreadyHas)
        Exclude(reported, LeftOutBy::kAlreadyHas, ItemOf(serving, outcome->item_id));
    } else if (const auto* insight = std::get_if<Insight>(&reported.report)) {
      if (insight->kind == InsightKind::kAllergicTo)
        Exclude(reported, LeftOutBy::kAllergy, ItemsOf(serving, insight->subject));
      if (insight->kind == InsightKind::kOwnsElsewhere)
        Exclude(reported, LeftOutBy::kAlreadyHas, ItemsOf(serving, insight->subject));
    }
  }

  void Take(const Reported& reported, const Outcome& outcome) {
    switch (outcome.kind) {
      case OutcomeKind::kAlreadyHas:
        return AddOwned(reported, outcome.item_id);
      case OutcomeKind::kDeclinedNotNow: {
        if (!declines.Stands(outcome)) return;
        const double age = AgeDays(outcome.at, state.as_of);
        return Add(reported,
                   Unwanted(One(outcome.item_id), Faded(kDeclinedSpill, age, kDeclineHalfLifeDays),
                            Faded(kUnwantedKeep, age, kDeclineHalfLifeDays)));
      }
      default:
        return;
    }
  }

  void Take(const Reported& reported, const Insight& insight) {
    const size_t items = serving.model().items.size();
    switch (insight.kind) {
      case InsightKind::kOwnsElsewhere:
        return AddOwned(reported, insight.subject.value);
      case InsightKind::kLikes:
        return Add(reported, Liked(Listed(ItemsOf(serving, insight.subject), items)));
      case InsightKind::kDislikes:
        return Add(reported, Disliked(Listed(ItemsOf(serving, insight.subject), items)));
      default:
        return;
    }
  }

  void Finish() {
    if (notes.empty() && told.constraints_.empty()) return;
    std::string bytes;
    for (const Note& note : notes) {
      bytes.append(reinterpret_cast<const char*>(note.items.data()),
                   note.items.size() * sizeof(ItemIndex));
      bytes += '/';
    }
    told.fingerprint_ = XXH3_64bits(bytes.data(), bytes.size());
    if (!notes.empty())
      told.notes_ = std::make_shared<const Notes>(serving.model(), std::move(notes));
  }
};

Told::Told(const ServingModel& serving, const CustomerState& state, Reports now)
    : now_(std::move(now)) {
  Builder builder{serving, state, *this};
  for (const Reported& reported : state.history->reports) {
    if (reported.InForce(state.as_of)) builder.Constrain(reported);
    if (const Outcome* outcome = reported.OutcomeAt(state.as_of)) {
      builder.Take(reported, *outcome);
    } else if (const Insight* insight = reported.InsightAt(state.as_of)) {
      builder.Take(reported, *insight);
    }
  }
  builder.Finish();  // a token leads back to the state, not to what was reported later
  if (now_ == nullptr) return;
  constraints_.clear();
  for (const Reported& reported : *now_) builder.Constrain(reported);
}

}  // namespace rapport
