#include "services/filter/item_filter.h"

#include <algorithm>
#include <utility>

#include "services/filter/parser.h"

namespace rapport {

absl::StatusOr<ItemFilter> ItemFilter::Parse(std::string_view text) {
  auto tree = filter::ParseTree(text);
  if (!tree.ok()) return tree.status();
  return ItemFilter(*std::move(tree));
}

bool Matches(const ItemFilter::Node& node, const Item& item, const CustomerPast* past) {
  using Kind = ItemFilter::Node::Kind;
  const auto matches = [&](const ItemFilter::Node& child) { return Matches(child, item, past); };
  switch (node.kind) {
    case Kind::kEverything:
      return true;
    case Kind::kAnd:
      return std::ranges::all_of(node.children, matches);
    case Kind::kOr:
      return std::ranges::any_of(node.children, matches);
    case Kind::kNot:
      return !matches(node.children.front());
    case Kind::kTest:
      return node.test(item);
    case Kind::kBoughtWithin:
      return past->BoughtWithin(item.item_id, node.within);
    case Kind::kBoughtIn:
      return past->BoughtIn(node.category);
  }
  return false;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '*') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace rapport
