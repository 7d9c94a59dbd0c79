// ItemFilter: which items a request wants, in the language of AIP-160:
//   category:"Coffee" price < 10 NOT brand = "Acme" attributes.roast = "dark" -bought_within("90d")
// README.md beside this file describes the language. Parsed once, immutable, a value: any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"

namespace rapport {

// What a filter may ask of the customer.
class CustomerPast {
 public:
  virtual ~CustomerPast() = default;
  // Whether the customer bought this item so long before the time of the question, or later.
  virtual bool BoughtWithin(std::string_view item_id, std::chrono::seconds) const = 0;
  // Whether the customer ever bought an item with `category` in its path.
  virtual bool BoughtIn(std::string_view category) const = 0;
};

class ItemFilter {
 public:
  static constexpr size_t kMaxBytes = 2'000;
  static constexpr int kMaxDepth = 32;   // of parentheses and negations, together
  static constexpr int kMaxTerms = 100;  // tests and calls of functions

  // What was asked, as a tree. Its parts can be evaluated apart: those that do not ask of the past
  // give the same for every customer.
  struct Node {
    enum class Kind { kEverything, kAnd, kOr, kNot, kTest, kBoughtWithin, kBoughtIn };
    Kind kind = Kind::kEverything;  // kEverything: only as the root, of an empty filter
    std::vector<Node> children;     // kAnd, kOr: two or more, none of its own kind; kNot: one
    std::function<bool(const Item&)> test;  // kTest: of the item alone
    std::chrono::seconds within{};          // kBoughtWithin: of the item
    std::string category;                   // kBoughtIn: the same for every item
    bool asks_history = false;              // whether anything in here asks of the customer's past
    // The canonical text: equal texts have equal meanings. While within the limits it parses, to
    // itself. One line.
    std::string text;
  };

  // Empty or blank: everything matches. INVALID_ARGUMENT, in one line, with the column (from 1, in
  // characters) and what was expected: "column 14: unknown field `prize`; did you mean `price`?
  // fields are …"; of a filter that is too long, its length. Any bytes may be given.
  static absl::StatusOr<ItemFilter> Parse(std::string_view text);

  // Matches everything.
  ItemFilter() = default;

  const Node& root() const { return root_; }
  bool asks_history() const { return root_.asks_history; }

 private:
  explicit ItemFilter(Node root) : root_(std::move(root)) {}

  Node root_;
};

// `past` may be null where the node does not ask history.
// Requires: `past`, where node.asks_history.
bool Matches(const ItemFilter::Node& node, const Item& item, const CustomerPast* past);

// `text` as a value of the language: itself and nothing else.
std::string Quoted(std::string_view text);

}  // namespace rapport
