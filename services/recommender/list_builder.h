// From ranked items to a list: one place after the other, each taken by whatever fits best there:
// what a rule pins to it, or the best by score that is not too much like what stands above (maximal
// marginal relevance, Carbonell and Goldstein, SIGIR 1998), within the limits asked for. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/ids.h"

namespace rapport {

struct Candidate {
  ItemIndex item{};
  double score = 0;
  size_t rank_by_score = 0;  // from 1
  bool promoted = false;     // a commercial rule has a part in the score
};

struct Pin {
  std::string rule_id;
  size_t position = 0;  // from 1
  bool commercial = false;
  std::vector<Candidate> items;  // that it may give its place to, the best first
};

// What an earlier page of the list showed.
struct Shown {
  ItemIndex item{};
  bool promoted = false;
  bool operator==(const Shown&) const = default;
};

struct Chosen {
  Candidate candidate;
  std::string pinned_by;  // rule_id; empty: its score gave it the place
};

struct ListWishes {
  size_t count = 10;
  double diversity = 0;                  // lambda, 0 (score alone) to 1 (variety alone)
  size_t max_per_category = 0;           // 0: any number
  std::optional<size_t> promoted_slots;  // in the whole list; none: any number
  std::vector<Shown> shown;              // by earlier pages
};

// What items have in common. Both functions must be pure.
struct ItemRelations {
  // In [-1, 1]; 1: alike.
  std::function<double(ItemIndex, ItemIndex)> similarity;
  // Equal texts: the same category. Empty: none, and no limit.
  std::function<std::string(ItemIndex)> category;
};

// With diversity, each place is for one of so many of the best that fit; scores count between 1
// (the best) and 0 (the candidate at this rank), so that they can be weighed against similarity.
inline constexpr size_t kDiversityPool = 200;

// The next `count` places of the list, or fewer if the candidates do not suffice. `ranked`: by
// score, the best first; an item that may stand there with and without promotion comes twice.
// `pins`: by position; one whose position an earlier one has taken gets the next.
std::vector<Chosen> BuildList(const std::vector<Candidate>& ranked, std::vector<Pin> pins,
                              const ListWishes& wishes, const ItemRelations& relations);

}  // namespace rapport
