#include "services/recommender/rule_book.h"

#include <algorithm>
#include <utility>

namespace rapport {

RuleBook::RuleBook(std::vector<Rule> rules) {
  for (Rule& rule : rules) {
    auto filter = ItemFilter::Parse(rule.filter);
    if (filter.ok()) rules_.push_back({std::move(rule), *std::move(filter)});
  }
  std::ranges::sort(rules_, {}, [](const ParsedRule& parsed) { return parsed.rule.rule_id; });
}

std::vector<const ParsedRule*> RuleBook::HoldingAt(TimePoint at, std::string_view store) const {
  std::vector<const ParsedRule*> holding;
  for (const ParsedRule& parsed : rules_) {
    const Rule& rule = parsed.rule;
    const bool now = (!rule.valid_from || *rule.valid_from <= at) &&
                     (!rule.valid_until || at < *rule.valid_until);
    const bool here =
        rule.stores.empty() || std::ranges::find(rule.stores, store) != rule.stores.end();
    if (now && here) holding.push_back(&parsed);
  }
  return holding;
}

}  // namespace rapport
