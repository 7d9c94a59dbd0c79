// RuleBook: the shop's rules, their filters parsed, ready to be asked which hold now. Immutable;
// any thread.
#pragma once

#include <string_view>
#include <vector>

#include "data/records.h"
#include "services/filter/item_filter.h"

namespace rapport {

// What burying an item adds to its score, where others come to ten or so: buried items come after
// all others, among themselves in the order of their scores.
inline constexpr double kBuried = -1'000;
// The most that one rule may add, up or down.
inline constexpr double kMostBoost = 100;

struct ParsedRule {
  Rule rule;
  ItemFilter filter;
};

class RuleBook {
 public:
  RuleBook() = default;
  // A rule whose filter this version cannot read is left out.
  explicit RuleBook(std::vector<Rule> rules);

  // Those that hold at that time in that store, in order of id; without a store, only those of all
  // stores. They live as long as the book.
  std::vector<const ParsedRule*> HoldingAt(TimePoint at, std::string_view store) const;

 private:
  std::vector<ParsedRule> rules_;
};

}  // namespace rapport
