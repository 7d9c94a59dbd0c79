#include "model/feedback_study.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "model/bootstrap.h"
#include "model/evaluation.h"
#include "model/history_depth.h"
#include "model/item_cosines.h"
#include "model/parallel.h"
#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {
namespace {

constexpr Pool kStudied = Pool::kNewToCustomer;
constexpr size_t kLookedAt = 100;         // items that a decline may move
constexpr double kUnrelatedCosine = 0.1;  // and below
constexpr double kBarelyMoved = 0.01;     // relative to the score
constexpr double kStudyParts = 4;

using Told = std::shared_ptr<const Notes>;

double GreatestDifference(const std::vector<double>& a, const std::vector<double>& b) {
  double greatest = 0;
  for (size_t at = 0; at < a.size(); ++at) greatest = std::max(greatest, std::abs(a[at] - b[at]));
  return greatest;
}

std::vector<OwnPurchase> PurchasesOf(const Evidence& evidence) {
  std::vector<OwnPurchase> purchases;
  for (const Evidence::Entry& entry : evidence.entries()) {
    for (const Evidence::Order& order : evidence.orders(entry))
      purchases.push_back({.item = entry.item, .order = order.order, .at = order.at});
  }
  return purchases;
}

// The first `count` drawn at random, the same on every machine.
void Shuffle(std::vector<ItemIndex>& items, size_t count, std::mt19937_64& random) {
  for (size_t at = 0; at < count; ++at)
    std::swap(items[at], items[at + random() % (items.size() - at)]);
}

double Mean(const std::vector<double>& each) {
  double sum = 0;
  for (const double one : each) sum += one;
  return each.empty() ? 0 : sum / static_cast<double>(each.size());
}

class Replay {
 public:
  Replay(const ModelSnapshot& model, const HeldOut& held_out, const FeedbackOptions& options)
      : model_(model),
        held_out_(held_out),
        options_(options),
        scan_(model),
        all_(model.items.size()),
        candidates_(scan_.None()) {
    for (size_t row = 0; row < all_.size(); ++row) {
      all_[row] = ItemIndex(row);
      if (held_out.candidate[row]) candidates_.Admit(ItemIndex(row));
    }
  }

  // Of the customers of whom `answer` (of row of held_out.customers) knows something, in order.
  template <typename Answer>
  auto AskAbout(const std::vector<size_t>& rows, const Answer& answer, const Watch& watch) const {
    std::vector<decltype(answer(size_t{}))> answers(rows.size());
    ParallelFor(
        options_.threads, rows.size(), [&](size_t at, int) { answers[at] = answer(rows[at]); },
        watch);
    std::erase_if(answers, [](const auto& one) { return !one; });
    return answers;
  }

  // At most options.customers of those who are `asked`, evenly.
  template <typename Asked>
  std::vector<size_t> Rows(const Asked& asked) const {
    std::vector<size_t> rows;
    for (size_t row = 0; row < held_out_.customers.size(); ++row) {
      if (asked(held_out_.customers[row])) rows.push_back(row);
    }
    const size_t count = std::min(rows.size(), options_.customers);
    for (size_t place = 0; place < count; ++place) rows[place] = rows[place * rows.size() / count];
    rows.resize(count);
    return rows;
  }

  const HeldOutCustomer& customer(size_t row) const { return held_out_.customers[row]; }

  std::vector<ItemIndex> List(const Scorer& scorer) const {
    std::vector<ItemIndex> list;
    for (const Ranked& ranked : Top(scorer, options_.list_length)) list.push_back(ranked.item);
    return list;
  }
  double Ndcg(const Scorer& scorer, std::span<const ItemIndex> relevant) const {
    return QualityOf(List(scorer), relevant, options_.list_length).ndcg;
  }
  std::vector<double> AllScores(const Scorer& scorer) const {
    std::vector<double> scores(all_.size());
    scorer.Scores(all_, scores);
    return scores;
  }
  Told Tell(std::vector<Note> notes) const {
    return std::make_shared<const Notes>(model_, std::move(notes));
  }

  struct Gifts {
    double own = 0, unmarked = 0, marked = 0, difference = 0;
  };
  std::optional<Gifts> GiftsOf(size_t row) const {
    const Evidence& own = customer(row).evidence;
    const std::vector<ItemIndex> relevant = customer(row).Relevant(kStudied);
    const std::vector<ItemIndex> given = GivenBy(row, relevant);
    if (given.empty()) return std::nullopt;
    std::vector<OwnPurchase> purchases = PurchasesOf(own);
    const OwnPurchase latest = *std::ranges::max_element(purchases, {}, &OwnPurchase::at);
    for (const ItemIndex item : given)
      purchases.push_back({.item = item, .order = latest.order, .at = latest.at});
    const Evidence unmarked(std::move(purchases));
    std::vector<size_t> gifts;
    for (size_t entry = 0; entry < unmarked.entries().size(); ++entry) {
      if (own.Find(unmarked.entries()[entry].item) == nullptr) gifts.push_back(entry);
    }
    const Evidence marked = unmarked.Without(gifts);
    const Scorer of_own(model_, kStudied, own), of_marked = of_own.Of(marked);
    return Gifts{.own = Ndcg(of_own, relevant),
                 .unmarked = Ndcg(of_own.Of(unmarked), relevant),
                 .marked = Ndcg(of_marked, relevant),
                 .difference = GreatestDifference(AllScores(of_marked), AllScores(of_own))};
  }

  struct Declines {
    size_t declines = 0, left_list = 0;
    std::vector<double> movements;  // of unrelated items
  };
  template <typename Unrelated>
  std::optional<Declines> DeclinesOf(size_t row, const Unrelated& unrelated) const {
    const Scorer plain(model_, kStudied, customer(row).evidence);
    const ItemScan::Filter eligible = Eligible(plain);
    std::vector<ItemIndex> first;
    std::vector<double> before;
    for (const Ranked& ranked : Top(plain, kLookedAt)) {
      first.push_back(ranked.item);
      before.push_back(ranked.score);
    }
    Declines declines;
    std::vector<double> after(first.size());
    for (size_t place = 0; place < std::min(first.size(), options_.list_length); ++place) {
      const Scorer declined =
          plain.WithNotes(Tell({Unwanted({first[place]}, options_.spill, options_.keep)}));
      ++declines.declines;
      const bool left = scan_.RankOf(declined, first[place], eligible) > options_.list_length;
      declines.left_list += left ? 1 : 0;
      declined.Scores(first, after);
      for (size_t at = 0; at < first.size(); ++at) {
        if (at != place && before[at] != 0 && unrelated(first[place], first[at]))
          declines.movements.push_back(std::abs((after[at] - before[at]) / before[at]));
      }
    }
    return declines;
  }

  struct Like {
    double before = 0, after = 0;
    std::optional<std::pair<double, double>> of_others;  // the same
  };
  std::optional<Like> LikeOf(size_t row, std::span<const ItemKind> kinds) const {
    std::vector<ItemIndex> relevant = customer(row).Relevant(kStudied);
    std::mt19937_64 random = RandomOf(row);
    Shuffle(relevant, relevant.size(), random);
    for (const ItemIndex bought : relevant) {
      const ItemKind* liked = OneWith(bought, kinds, random);
      if (liked == nullptr) continue;
      std::ranges::sort(relevant);
      const Scorer plain(model_, kStudied, customer(row).evidence);
      const Scorer told = plain.WithNotes(Tell({Liked(*liked, options_.liked_gap_left)}));
      Like like{.before = Ndcg(plain, relevant), .after = Ndcg(told, relevant)};
      std::erase(relevant, bought);
      if (!relevant.empty()) like.of_others = {Ndcg(plain, relevant), Ndcg(told, relevant)};
      return like;
    }
    return std::nullopt;
  }

  std::optional<double> UndoOf(size_t row, std::span<const ItemKind> kinds) const {
    const Scorer plain(model_, kStudied, customer(row).evidence);
    const std::vector<ItemIndex> list = List(plain);
    if (list.size() < 2) return std::nullopt;
    std::vector<Note> notes = {Unwanted({list.front()}, options_.spill, options_.keep),
                               OwnedElsewhere(list.back())};
    if (!kinds.empty()) notes.push_back(Liked(kinds[row % kinds.size()], options_.liked_gap_left));
    std::vector<std::vector<double>> told;  // with the first so many notes
    for (size_t count = 0; count <= notes.size(); ++count) {
      told.push_back(AllScores(Scorer(model_, kStudied, customer(row).evidence, nullptr,
                                      Tell({notes.begin(), notes.begin() + Signed(count)}))));
    }
    double difference = 0;
    Scorer last = plain.WithNotes(Tell(notes));
    for (size_t count = notes.size(); count > 0; --count) {
      const Scorer fewer = last.WithNotes(Tell({notes.begin(), notes.begin() + Signed(count - 1)}));
      difference = std::max(difference, GreatestDifference(AllScores(fewer), told[count - 1]));
    }
    return difference;
  }

 private:
  std::mt19937_64 RandomOf(size_t row) const {
    return std::mt19937_64(options_.seed * 0x9E3779B97F4A7C15 + row);
  }
  static std::ptrdiff_t Signed(size_t count) { return static_cast<std::ptrdiff_t>(count); }

  ItemScan::Filter Eligible(const Scorer& scorer) const {
    return OfPool(candidates_, kStudied, scorer.evidence());
  }
  std::vector<Ranked> Top(const Scorer& scorer, size_t count) const {
    return scan_.TopK(scorer, count, Eligible(scorer));
  }

  // Of another customer's items that are neither this one's nor relevant, so that what a list may
  // hold of those stays the same.
  std::vector<ItemIndex> GivenBy(size_t row, std::span<const ItemIndex> relevant) const {
    std::mt19937_64 random = RandomOf(row);
    const size_t other = random() % held_out_.customers.size();
    std::vector<ItemIndex> theirs;
    for (const Evidence::Entry& entry : customer(other).evidence.entries()) {
      const bool own = customer(row).evidence.Find(entry.item) != nullptr;
      if (!own && !std::ranges::binary_search(relevant, entry.item)) theirs.push_back(entry.item);
    }
    const size_t count = std::min(options_.gifts, theirs.size());
    Shuffle(theirs, count, random);
    theirs.resize(count);
    return theirs;
  }

  // Null: no kind has it.
  static const ItemKind* OneWith(ItemIndex item, std::span<const ItemKind> kinds,
                                 std::mt19937_64& random) {
    std::vector<const ItemKind*> with;
    for (const ItemKind& kind : kinds) {
      if (std::ranges::binary_search(kind, item)) with.push_back(&kind);
    }
    return with.empty() ? nullptr : with[random() % with.size()];
  }

  const ModelSnapshot& model_;
  const HeldOut& held_out_;
  const FeedbackOptions& options_;
  const ItemScan scan_;
  std::vector<ItemIndex> all_;
  ItemScan::Filter candidates_;
};

bool HasRelevant(const HeldOutCustomer& customer) { return !customer.Relevant(kStudied).empty(); }

GiftReplay ReplayGifts(const Replay& replay, const Watch& watch) {
  const auto each = replay.AskAbout(
      replay.Rows(HasRelevant), [&](size_t row) { return replay.GiftsOf(row); }, watch);
  GiftReplay gifts{.customers = each.size()};
  std::vector<double> own, unmarked, marked;
  for (const auto& one : each) {
    own.push_back(one->own);
    unmarked.push_back(one->unmarked);
    marked.push_back(one->marked);
    gifts.difference = std::max(gifts.difference, one->difference);
  }
  gifts.ndcg = Mean(own);
  gifts.ndcg_unmarked = Mean(unmarked);
  gifts.ndcg_marked = Mean(marked);
  gifts.loss = PairedBootstrap(own, unmarked);
  if (gifts.ndcg > gifts.ndcg_unmarked) {
    gifts.recovered =
        (gifts.ndcg_marked - gifts.ndcg_unmarked) / (gifts.ndcg - gifts.ndcg_unmarked);
  }
  return gifts;
}

template <typename Unrelated>
DeclineReplay ReplayDeclines(const Replay& replay, const Unrelated& unrelated, const Watch& watch) {
  const auto each = replay.AskAbout(
      replay.Rows([](const HeldOutCustomer&) { return true; }),
      [&](size_t row) { return replay.DeclinesOf(row, unrelated); }, watch);
  DeclineReplay declines;
  size_t left = 0, barely = 0;
  for (const auto& one : each) {
    declines.declines += one->declines;
    left += one->left_list;
    for (const double movement : one->movements) {
      ++declines.unrelated;
      declines.mean_movement += movement;
      declines.most_movement = std::max(declines.most_movement, movement);
      barely += movement < kBarelyMoved ? 1 : 0;
    }
  }
  const auto share = [](auto part, size_t of) {
    return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
  };
  declines.left_list = share(left, declines.declines);
  declines.mean_movement = share(declines.mean_movement, declines.unrelated);
  declines.barely_moved = share(barely, declines.unrelated);
  return declines;
}

LikeReplay ReplayLikesIn(const Replay& replay, std::span<const ItemKind> kinds, size_t few_orders,
                         const Watch& watch) {
  const auto asked = [&](const HeldOutCustomer& customer) {
    return HasRelevant(customer) && OrderCount(customer.evidence) <= few_orders;
  };
  const auto each = replay.AskAbout(
      replay.Rows(asked), [&](size_t row) { return replay.LikeOf(row, kinds); }, watch);
  std::vector<double> before, after, others_before, others_after;
  for (const auto& one : each) {
    before.push_back(one->before);
    after.push_back(one->after);
    if (!one->of_others) continue;
    others_before.push_back(one->of_others->first);
    others_after.push_back(one->of_others->second);
  }
  return {.customers = before.size(),
          .ndcg_before = Mean(before),
          .ndcg_after = Mean(after),
          .gain = PairedBootstrap(after, before),
          .customers_with_others = others_before.size(),
          .others_before = Mean(others_before),
          .others_after = Mean(others_after),
          .gain_of_others = PairedBootstrap(others_after, others_before)};
}

UndoReplay ReplayUndo(const Replay& replay, std::span<const ItemKind> kinds, const Watch& watch) {
  const auto each = replay.AskAbout(
      replay.Rows([](const HeldOutCustomer&) { return true; }),
      [&](size_t row) { return replay.UndoOf(row, kinds); }, watch);
  UndoReplay undo{.customers = each.size()};
  for (const auto& one : each) undo.difference = std::max(undo.difference, *one);
  return undo;
}

}  // namespace

FeedbackStudy StudyFeedback(const ModelSnapshot& model, const HeldOut& held_out,
                            const Categories& categories, std::span<const ItemKind> kinds,
                            const FeedbackOptions& options, const Watch& watch) {
  const Replay replay(model, held_out, options);
  const ItemCosines cosines(model);
  const auto unrelated = [&](ItemIndex a, ItemIndex b) {
    if (categories.size() == 0) return cosines.Of(a, b) < kUnrelatedCosine;
    const auto of_a = BroadestOf(categories, a), of_b = BroadestOf(categories, b);
    return of_a && of_b && *of_a != *of_b;
  };
  const auto part = [&](double of) { return watch.Part(of / kStudyParts, (of + 1) / kStudyParts); };
  return {.gifts = ReplayGifts(replay, part(0)),
          .declines = ReplayDeclines(replay, unrelated, part(1)),
          .likes = ReplayLikesIn(replay, kinds, options.few_orders, part(2)),
          .undo = ReplayUndo(replay, kinds, part(3))};
}

LikeReplay ReplayLikes(const ModelSnapshot& model, const HeldOut& held_out,
                       std::span<const ItemKind> kinds, const FeedbackOptions& options,
                       const Watch& watch) {
  return ReplayLikesIn(Replay(model, held_out, options), kinds, options.few_orders, watch);
}

}  // namespace rapport
