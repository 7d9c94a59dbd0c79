#include "services/cli/list_options.h"

#include "services/cli/option_types.h"

namespace rapport::cli {

CLI::Option* AddListOptions(CLI::App& command, ListOptions& options) {
  auto* count = command.add_option("--count", options.count, "How many, 1 to 100")
                    ->type_name("N")
                    ->capture_default_str();
  command
      .add_option("--pool", options.pool,
                  "From which items: new (to the customer), bought (before), any")
      ->type_name("POOL")
      ->capture_default_str()
      ->check(IsPool());
  command.add_option("--exclude", options.exclude, "Leave this item out; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command.add_option("--only", options.only, "Only this item; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command
      .add_option("--filter", options.filter,
                  "Which items, as AIP-160 writes it: 'category:\"Tea\" AND price < 10'")
      ->type_name("TEXT");
  command.add_option("--store", options.store, "Where; for rules that hold in some stores")
      ->type_name("STORE");
  command
      .add_option("--max-per-category", options.max_per_category, "At most so many of one category")
      ->type_name("N")
      ->check(IsIn({.least = 1, .greatest = 1'000}));
  command
      .add_option("--diversity", options.diversity,
                  "How much unlike each other, 0 (score alone) to 1")
      ->type_name("X")
      ->capture_default_str()
      ->check(IsIn({.least = 0, .greatest = 1}));
  command
      .add_option("--min-confidence", options.min_confidence,
                  "Leave out what is less likely to be bought, 0 to 1")
      ->type_name("P")
      ->capture_default_str()
      ->check(IsIn({.least = 0, .greatest = 1}));
  command
      .add_option("--promoted-slots", options.promoted_slots,
                  "At most so many places by commercial rules")
      ->type_name("N")
      ->check(IsIn({.least = 0, .greatest = 1'000}));
  command.add_option("--as-of", options.as_of, "Answer as if it were then: 2026-05-01T14:03:00Z")
      ->type_name("TIME")
      ->check(IsTime());
  return count;
}

v1::SuggestForCustomerRequest RequestOf(const ListOptions& options) {
  v1::SuggestForCustomerRequest request;
  request.set_count(options.count);
  request.set_pool(PoolOf(options.pool));
  request.mutable_exclude_item_ids()->Assign(options.exclude.begin(), options.exclude.end());
  request.mutable_only_item_ids()->Assign(options.only.begin(), options.only.end());
  request.set_filter(options.filter);
  request.set_store(options.store);
  request.set_max_per_category(options.max_per_category);
  request.set_diversity(options.diversity);
  request.set_min_confidence(options.min_confidence);
  if (options.promoted_slots >= 0) request.set_promoted_slots(options.promoted_slots);
  if (!options.as_of.empty()) *request.mutable_as_of() = TimeOf(options.as_of);
  return request;
}

}  // namespace rapport::cli
