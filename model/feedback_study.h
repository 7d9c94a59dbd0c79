// Feedback study: what becomes of what people tell of customers, replayed on held-out time: gifts
// that are marked as such, items that are declined, a kind that is liked, and all of it taken back.
// Lists are of items new to the customer. Pure; the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/categories.h"
#include "model/held_out.h"
#include "model/item_kinds.h"
#include "model/model_snapshot.h"
#include "model/notes.h"
#include "model/watch.h"

namespace rapport {

struct FeedbackOptions {
  size_t customers = 1'000;  // that each part asks about, at most; of more as many evenly
  size_t list_length = 10;   // K, 1 to kListLength
  size_t gifts = 3;          // purchases of somebody else's that a customer gets
  size_t few_orders = 3;     // a liked kind is told of those with at most so many
  double spill = kDeclinedSpill, keep = kUnwantedKeep;  // of declines
  double liked_gap_left = kLikedGapLeft;
  uint64_t seed = 1;
  int threads = 1;
};

// Each customer's history with `gifts` purchases of another random customer, made with their own
// latest order, then with these marked as gifts. ndcg@K is of what was bought in the window.
struct GiftReplay {
  size_t customers = 0;
  double ndcg = 0;           // of their own history
  double ndcg_unmarked = 0;  // with what they gave away counted as theirs
  double ndcg_marked = 0;
  MeanDifference loss;    // the first less the second
  double recovered = 1;   // share of the loss; 1 where there is none
  double difference = 0;  // the greatest of any item's score, marked beside their own history alone
};

// Each item of each customer's first K declined, alone. Unrelated are those of the first 100 that
// are of another broadest category or, in a shop without, whose cosine with the item is below .1.
struct DeclineReplay {
  size_t declines = 0;
  double left_list = 0;      // share that are not among the first K any more
  size_t unrelated = 0;      // pairs of a decline and an unrelated item
  double mean_movement = 0;  // |change of the score| / |score| of the latter
  double most_movement = 0;
  double barely_moved = 0;  // share of them that moves by less than a hundredth
};

// A kind that a customer is told to like: one, at random, of an item, at random, of those that they
// bought for the first time in the window. ndcg@K is of all of these and, as that item would vouch
// for itself, of the others alone.
struct LikeReplay {
  size_t customers = 0;
  double ndcg_before = 0, ndcg_after = 0;
  MeanDifference gain;
  size_t customers_with_others = 0;
  double others_before = 0, others_after = 0;
  MeanDifference gain_of_others;
};

// A decline, a liked kind and an item that is owned, told one after another and taken back one
// after another: each time beside the scores of before.
struct UndoReplay {
  size_t customers = 0;
  double difference = 0;  // the greatest of any item's score
};

struct FeedbackStudy {
  GiftReplay gifts;
  DeclineReplay declines;
  LikeReplay likes;
  UndoReplay undo;
};

// `model`: of just before held_out's cut, with the items of the log that `held_out`, `categories`
// and `kinds` are of (Trial). Parts about whom there is nobody have zero customers.
FeedbackStudy StudyFeedback(const ModelSnapshot& model, const HeldOut& held_out,
                            const Categories& categories, std::span<const ItemKind> kinds,
                            const FeedbackOptions& options, const Watch& watch = {});

// The third part alone: to choose liked_gap_left by, on a window that nothing else is told of.
LikeReplay ReplayLikes(const ModelSnapshot& model, const HeldOut& held_out,
                       std::span<const ItemKind> kinds, const FeedbackOptions& options,
                       const Watch& watch = {});

}  // namespace rapport
