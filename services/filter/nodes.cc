#include "services/filter/nodes.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/filter/scanner.h"

namespace rapport::filter {
namespace {

using Node = ItemFilter::Node;
using Kind = Node::Kind;

// OR binds tighter than AND, but not everybody knows: a group within another has parentheses.
std::string Grouped(const Node& node) {
  const bool group = node.kind == Kind::kAnd || node.kind == Kind::kOr;
  return group ? absl::StrCat("(", node.text, ")") : node.text;
}

// kAnd or kOr of `children`, those of the same kind taken in.
Node Group(Kind kind, std::string_view word, std::vector<Node> children) {
  if (children.size() == 1) return std::move(children.front());
  Node group{.kind = kind};
  for (Node& child : children) {
    if (child.kind == kind) {
      std::ranges::move(child.children, std::back_inserter(group.children));
    } else {
      group.children.push_back(std::move(child));
    }
  }
  for (const Node& child : group.children) {
    if (!group.text.empty()) group.text += word;
    group.text += Grouped(child);
    group.asks_history |= child.asks_history;
  }
  return group;
}

std::string Format(std::chrono::seconds duration) {
  constexpr int64_t kHour = 3600;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t seconds = duration.count();
  if (seconds % kDay == 0) return absl::StrCat(seconds / kDay, "d");
  if (seconds % kHour == 0) return absl::StrCat(seconds / kHour, "h");
  return absl::StrCat(seconds, "s");
}

}  // namespace

Node MakeTest(std::string text, std::function<bool(const Item&)> test) {
  Node node{.kind = Kind::kTest, .test = std::move(test)};
  node.text = std::move(text);
  return node;
}

Node MakeBoughtWithin(std::chrono::seconds within) {
  Node node{.kind = Kind::kBoughtWithin, .within = within, .asks_history = true};
  node.text = absl::StrCat("bought_within(\"", Format(within), "\")");
  return node;
}

Node MakeBoughtIn(std::string category) {
  Node node{.kind = Kind::kBoughtIn, .asks_history = true};
  node.text = absl::StrCat("bought_in(", Quoted(category), ")");
  node.category = std::move(category);
  return node;
}

Node MakeNot(Node child) {
  if (child.kind == Kind::kNot) {
    Node inner = std::move(child.children.front());
    return inner;
  }
  Node node{.kind = Kind::kNot, .asks_history = child.asks_history};
  node.text = absl::StrCat("NOT ", Grouped(child));
  node.children.push_back(std::move(child));
  return node;
}

Node MakeAnd(std::vector<Node> children) { return Group(Kind::kAnd, " AND ", std::move(children)); }

Node MakeOr(std::vector<Node> children) { return Group(Kind::kOr, " OR ", std::move(children)); }

}  // namespace rapport::filter
