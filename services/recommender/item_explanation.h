// ItemExplanation: why one item has its score and its place for one shopper, as the explainer finds
// it, staff tools show it and `services/talk` puts it in words. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/records.h"
#include "model/popularity.h"
#include "model/purchase_chance.h"
#include "model/score.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/rules_now.h"

namespace rapport {

// What a line of evidence is.
enum class EvidenceKind {
  kPurchase,   // another item that was bought
  kOwnRepeat,  // earlier purchases of the very item that is explained
  kBasket,     // it lies in the basket, and was not bought before
};

struct EvidenceOrder {
  std::string event_id;  // of its first line; empty: of the basket, of a guest, or supposed
  std::string order_id;
  TimePoint purchased_at;
  int64_t quantity = 0;  // pieces kept
  double contribution = 0;
  bool basket = false;    // not bought yet
  bool supposed = false;  // never bought: a what-if adds it
};

struct EvidenceLine {
  Item item;
  EvidenceKind kind = EvidenceKind::kPurchase;
  int times = 0;  // orders
  TimePoint first_purchased_at;
  TimePoint last_purchased_at;
  int64_t quantity = 0;
  double contribution = 0;            // signed, in units of the score
  double share = 0;                   // of the sum of absolute contributions and terms
  std::vector<EvidenceOrder> orders;  // latest first
  // Without this line, as if all of it had been bought for somebody else, and the rest folded in
  // anew; exact. Rank as ItemExplanation::rank; 0: not ranked (beyond the first 50 lines nothing
  // is).
  int64_t rank_without = 0;
  double score_without = 0;
};

// What was reported of the customer, and what it adds.
struct NoteLine {
  Reported reported;
  Item item;                // of an outcome
  double contribution = 0;  // signed, in units of the score
  double share = 0;         // as EvidenceLine::share
};

struct OwnHistory {
  int times = 0;
  TimePoint first_purchased_at;
  TimePoint last_purchased_at;
  int64_t quantity = 0;
  std::optional<double> median_gap_days;
};

// The fewest lines of evidence without which the item is not among the first list_length.
struct SmallestRemoval {
  std::vector<Item> items;          // of evidence; empty: no five of them or fewer do
  int64_t rank_without = 0;         // of the explained item
  std::optional<Item> takes_place;  // then the last of the list; none: nothing is left to take it
  bool proven = false;              // all smaller sets were tried; else found step by step
};

// An item that has a better score and no place, and why.
struct HeldBack {
  Item item;
  double score = 0;
  LeftOut left_out;
};

// Why one item stands before another: differences sum to the difference of the scores.
struct Contrast {
  struct Line {
    Item item;              // of evidence
    double difference = 0;  // of contributions
  };
  Item item;  // the other one
  double score = 0;
  int64_t rank = 0;         // as ItemExplanation::rank
  std::vector<Line> lines;  // the largest |difference| first
  double other_difference = 0;
  int other_count = 0;
  ScoreTerms terms;  // differences
  double residual =
      0;  // (lines + other + repeat + popularity + rules + notes) - difference of scores
};

// Two items for the same shopper.
struct Comparison {
  Item item;
  double score = 0;
  ScoreTerms terms;
  int64_t rank = 0;   // as ItemExplanation::rank
  Contrast contrast;  // with the other
  std::string unranked_because;
  bool personal = false;
  std::string model_version;
  int history_size = 0;
  TimePoint as_of;
  Pool pool = Pool::kNewToCustomer;
};

struct ItemExplanation {
  Item item;
  // The largest |contribution| first: as many as asked for, and what is in smallest_removal.
  std::vector<EvidenceLine> evidence;
  double other_evidence_sum = 0;
  int other_evidence_count = 0;
  // What speaks for it most, listed or not: of other items, a twentieth of the whole or more, at
  // most two. Without ranks.
  std::vector<EvidenceLine> strongest;
  ScoreTerms terms;
  Standing standing = Standing::kNeither;
  double score = 0;
  double residual = 0;            // (all contributions + other terms) - score
  std::vector<RuleTerm> rules;    // what terms.rules is the sum of
  std::vector<NoteLine> notes;    // what terms.notes is the sum of
  bool commercial = false;        // one of them is
  bool pinned = false;            // a rule gave, or would give, it its place
  bool promoted = false;          // a commercial rule has a part in its place
  std::vector<LeftOut> left_out;  // why it would be in no such list now
  // From 1: by score alone, among what the list may hold, with the item itself whether it may or
  // not. What may be sold and the rules are those of now. 0: not ranked, see unranked_because.
  int64_t rank = 0;
  std::string unranked_because;                     // for people
  int rank_shown = 0;                               // in the list of the token; 0: not there
  int list_length = 10;                             // of the list that it is, or would be, in
  std::optional<SmallestRemoval> smallest_removal;  // none: not asked, or not in the list
  std::optional<Contrast> next;  // beside the item one place below; none: there is none
  // Better scores that the request or the shop gives no place, the best first, at most 5; of what
  // is in the basket, in no such pool or not among the ids of the request only how many there are.
  // Of kDeclinedLately the score is with the boost that it lost.
  std::vector<HeldBack> held_back;
  std::vector<LeftOut> better_left_out;  // how many such there are, by the first reason
  // Its score is no higher than its average over customers (as if new to them): it is suggested
  // because it sells.
  bool popularity_driven = false;
  std::optional<double> average_score;   // over customers; none: the model does not know
  std::optional<PurchaseChance> chance;  // none: the model is not calibrated
  double window_days = 0;                // that the chance is about
  bool personal = false;
  bool may_mention = true;  // whether staff may speak of past purchases
  std::optional<OwnHistory> own_history;
  std::string model_version;
  int history_size = 0;
  TimePoint as_of;
  Pool pool = Pool::kNewToCustomer;
};

}  // namespace rapport
