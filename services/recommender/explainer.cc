#include "services/recommender/explainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/explanation.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "services/recommender/evidence_lines.h"
#include "services/recommender/explained_list.h"
#include "services/recommender/explanation_places.h"
#include "services/recommender/list_request.h"
#include "services/recommender/own_history.h"

namespace rapport {
namespace {

// No more lines than so many can have a twentieth of the whole.
constexpr size_t kLinesWithATwentieth = 20;
constexpr double kLeastOfStrongest = 0.05;
constexpr size_t kMostStrongest = 2;

// As the catalogue has them now.
NameOf NamesOf(const ExplainedList& list) {
  return [&list](ItemIndex item) { return *list.serving->items()[item]; };
}

// NOT_FOUND, and whether the shop knows it at all.
absl::StatusOr<ItemIndex> IndexOf(const Store& store, const ExplainedList& list,
                                  const std::string& item_id) {
  if (const auto index = list.model().items.Find(item_id)) return *index;
  const auto known = store.GetItem(item_id);
  if (!known.ok()) return known.status();
  return absl::NotFoundError(absl::StrCat(
      "item ", item_id,
      known->has_value() ? " is not in the model: nobody had bought it when the model was trained"
                         : " is in neither the model nor the catalogue"));
}

// The first so many of `count` lines, and those that are always listed; ascending.
std::vector<size_t> Listed(size_t first, size_t count, const std::vector<size_t>& always) {
  std::vector<size_t> listed(std::min(first, count));
  std::iota(listed.begin(), listed.end(), size_t{0});
  for (const size_t line : always) {
    if (line >= first) listed.push_back(line);
  }
  return listed;
}

// Of other items, whether they are listed or not.
std::vector<EvidenceLine> StrongestOf(const CustomerState& state, ItemIndex item,
                                      const Explanation& exact, const NameOf& name_of,
                                      ItemExplanation explanation) {
  SetEvidence(state, item, exact, Listed(kLinesWithATwentieth, exact.contributions.size(), {}),
              name_of, &explanation);
  std::vector<EvidenceLine> strongest;
  for (EvidenceLine& line : explanation.evidence) {
    if (strongest.size() == kMostStrongest) break;
    if (line.share >= kLeastOfStrongest && line.kind != EvidenceKind::kOwnRepeat)
      strongest.push_back(std::move(line));
  }
  return strongest;
}

// What each note adds to the item's score.
std::vector<NoteLine> NotesOf(const ListRequest& request, const std::vector<double>& shares) {
  const auto noted = request.told().noted();
  const ServingModel& serving = request.serving();
  std::vector<NoteLine> notes;
  for (size_t note = 0; note < noted.size(); ++note) {
    NoteLine& line = notes.emplace_back(*noted[note]);
    line.contribution = shares[note];
    const auto* outcome = std::get_if<Outcome>(&line.reported.report);
    if (outcome == nullptr) continue;
    const auto about = serving.model().items.Find(outcome->item_id);
    line.item = about ? *serving.items()[*about] : Item{.item_id = outcome->item_id};
  }
  return notes;
}

// FAILED_PRECONDITION: the notes are of other items by now.
absl::Status CheckTold(const ExplainedList& list, const ListRequest& request) {
  if (!list.by_token || list.told == request.told().fingerprint()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the catalogue says otherwise by now of what was reported of the customer (which items are "
      "of "
      "a category, a brand or the like), so that the scores that were served cannot be made again; "
      "ask for suggestions again");
}

}  // namespace

absl::StatusOr<ItemExplanation> Explainer::Explain(const ExplainQuery& query) const {
  const auto list = ExplainedListOf(store_, models_, query, clock_());
  if (!list.ok()) return list.status();
  const auto item = IndexOf(store_, *list, query.item_id);
  if (!item.ok()) return item.status();
  const CustomerState& state = list->state;
  const ListRequest request(*list->serving, list->asked, state, list->rules_at, {}, true);
  if (absl::Status same = CheckTold(*list, request); !same.ok()) return same;
  const Scorer scorer = ScorerOf(*list, request, std::array{*item});
  const Explanation exact = rapport::Explain(scorer, *item);
  const NameOf name_of = NamesOf(*list);

  ItemExplanation explanation{.item = name_of(*item),
                              .terms = exact.terms,
                              .standing = StandingOf(list->model(), *item),
                              .score = exact.terms.Sum(),
                              .rules = RulesOf(*list, request, *item),
                              .notes = NotesOf(request, exact.notes),
                              .left_out = request.eligible().ReasonsFor(*item),
                              .unranked_because = list->unranked_because,
                              .rank_shown = list->PlaceOf(*item),
                              .list_length = list->Length(),
                              .popularity_driven = PopularityDriven(scorer, *item),
                              .average_score = scorer.AverageScore(*item),
                              .chance = request.ChanceOf(*item, exact.terms),
                              .window_days = list->model().calibration.window_days,
                              .personal = scorer.personal(),
                              .may_mention = state.may_mention,
                              .own_history = OwnHistoryOf(state, *item),
                              .model_version = list->model().version,
                              .history_size = state.history_size,
                              .as_of = state.as_of,
                              .pool = list->asked.pool};
  const PlaceGiven given = PlaceGivenTo(*list, request, *item);
  explanation.pinned = given.pinned;
  explanation.promoted = given.promoted;
  explanation.commercial = std::ranges::any_of(explanation.rules, &RuleTerm::commercial);
  explanation.strongest = StrongestOf(state, *item, exact, name_of, explanation);
  std::optional<ExplanationPlaces> places;
  if (query.places && list->unranked_because.empty())
    places.emplace(*list, request, scorer, *item, exact);
  const std::vector<size_t> listed =
      Listed(static_cast<size_t>(query.max_evidence), exact.contributions.size(),
             places ? places->RemovedLines() : std::vector<size_t>());
  SetEvidence(state, *item, exact, listed, name_of, &explanation);
  if (absl::Status exactly = Check(explanation.residual, explanation.score); !exactly.ok())
    return exactly;
  if (places) places->Add(listed, name_of, &explanation);
  return explanation;
}

absl::StatusOr<Comparison> Explainer::Compare(const ExplainQuery& query,
                                              const std::string& other_item_id) const {
  const auto list = ExplainedListOf(store_, models_, query, clock_());
  if (!list.ok()) return list.status();
  const auto item = IndexOf(store_, *list, query.item_id);
  if (!item.ok()) return item.status();
  const auto other = IndexOf(store_, *list, other_item_id);
  if (!other.ok()) return other.status();
  const ListRequest request(*list->serving, list->asked, list->state, list->rules_at);
  if (absl::Status same = CheckTold(*list, request); !same.ok()) return same;
  const Scorer scorer = ScorerOf(*list, request, std::array{*item, *other});
  const Explanation exact = rapport::Explain(scorer, *item);
  const NameOf name_of = NamesOf(*list);
  Comparison comparison{
      .item = name_of(*item),
      .score = exact.terms.Sum(),
      .terms = exact.terms,
      .contrast = ContrastOf(scorer, exact, *other, rapport::Explain(scorer, *other),
                             static_cast<size_t>(query.max_evidence), name_of),
      .unranked_because = list->unranked_because,
      .personal = scorer.personal(),
      .model_version = list->model().version,
      .history_size = list->state.history_size,
      .as_of = list->state.as_of,
      .pool = list->asked.pool};
  Contrast& contrast = comparison.contrast;
  const double score = std::max(std::abs(comparison.score), std::abs(contrast.score));
  if (absl::Status exactly = Check(contrast.residual, score); !exactly.ok()) return exactly;
  if (!list->unranked_because.empty()) return comparison;
  const ItemScan& scan = list->serving->scan();
  const ItemScan::Filter& eligible = request.eligible().items();
  comparison.rank = static_cast<int64_t>(scan.RankOf(scorer, *item, eligible));
  contrast.rank = static_cast<int64_t>(scan.RankOf(scorer, *other, eligible));
  return comparison;
}

absl::Status Explainer::Check(double residual, double score) const {
  const double relative = std::abs(residual) / std::max(1.0, std::abs(score));
  const bool exceeded = !(relative <= kResidualLimit);  // NaN exceeds too
  if (on_residual_) on_residual_(relative, exceeded);
  if (!exceeded) return absl::OkStatus();
  return absl::InternalError(
      "the contributions do not sum to the score, so there is no explanation to give");
}

}  // namespace rapport
