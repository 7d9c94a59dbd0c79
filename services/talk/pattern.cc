#include "services/talk/pattern.h"

#include <unicode/messagepattern.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "services/talk/strings.h"

namespace rapport::talk {
namespace {

std::string Utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

}  // namespace

// Walks ICU's list of parts; see the comment of icu::MessagePattern for its grammar.
class Pattern::Reader {
 public:
  Reader(const icu::MessagePattern& parts, const MessageSpec& spec,
         const std::vector<std::string>& categories)
      : parts_(parts), text_(parts.getPatternString()), spec_(spec), categories_(categories) {}

  // From a MSG_START on; `at` moves to its MSG_LIMIT. `plural`: the slot that `#` stands for.
  absl::Status ReadMessage(int32_t* at, const Node* plural, std::vector<Node>* nodes) {
    int32_t from = parts_.getPart(*at).getLimit();
    for (++*at;; ++*at) {
      const icu::MessagePattern::Part& part = parts_.getPart(*at);
      const UMessagePatternPartType type = part.getType();
      AddText(Utf8(text_.tempSubStringBetween(from, part.getIndex())), nodes);
      from = part.getLimit();
      switch (type) {
        case UMSGPAT_PART_TYPE_MSG_LIMIT:
          return absl::OkStatus();
        case UMSGPAT_PART_TYPE_REPLACE_NUMBER:
          if (plural != nullptr) {
            shown_.insert(plural->slot);
            nodes->push_back({.kind = Node::Kind::kNumber, .slot = plural->slot});
          }
          break;
        case UMSGPAT_PART_TYPE_ARG_START: {
          const int32_t limit = parts_.getLimitPartIndex(*at);
          if (absl::Status read = ReadArgument(*at, plural, nodes); !read.ok()) return read;
          *at = limit;
          from = parts_.getPart(limit).getLimit();
          break;
        }
        default:  // an apostrophe that quotes, or one that would have to be quoted elsewhere
          break;
      }
    }
  }

  const std::set<size_t>& shown() const { return shown_; }
  std::vector<Choice> TakeChoices() { return std::move(choices_); }

 private:
  static void AddText(std::string text, std::vector<Node>* nodes) {
    if (text.empty()) return;
    if (!nodes->empty() && nodes->back().kind == Node::Kind::kText) {
      nodes->back().text += text;
    } else {
      nodes->push_back({.kind = Node::Kind::kText, .text = std::move(text)});
    }
  }

  absl::Status ReadArgument(int32_t start, const Node* plural, std::vector<Node>* nodes) {
    const UMessagePatternArgType type = parts_.getPart(start).getArgType();
    const std::string name = Utf8(parts_.getSubstring(parts_.getPart(start + 1)));
    const auto slots = spec_.Slots();
    const auto slot = std::ranges::find(slots, name, &SlotSpec::name);
    if (slot == slots.end()) {
      return Invalid(Cat("there is no {", name, "} in ", spec_.key, "; it has ",
                         slots.empty() ? "no slots" : SlotNames()));
    }
    Node node{.slot = static_cast<size_t>(slot - slots.begin())};
    switch (type) {
      case UMSGPAT_ARG_TYPE_NONE:
        return ReadShown(*slot, std::move(node), nodes);
      case UMSGPAT_ARG_TYPE_SELECT:
      case UMSGPAT_ARG_TYPE_PLURAL:
        node.kind = type == UMSGPAT_ARG_TYPE_SELECT ? Node::Kind::kSelect : Node::Kind::kPlural;
        return ReadBranches(start + 2, *slot, plural, std::move(node), nodes);
      default:
        return Invalid(Cat("{", name, "} has a format of its own; expected {", name,
                           "}, plural or select: values come as words"));
    }
  }

  absl::Status ReadShown(const SlotSpec& slot, Node node, std::vector<Node>* nodes) {
    if (!KeywordsOf(slot.kind).empty())
      return Invalid(Cat("{", slot.name, "} is to select by and has no words of its own"));
    if (slot.kind == SlotKind::kCount && spec_.audience == Audience::kCustomer)
      return Invalid(Cat("{", slot.name, "} is a number, which customers are not told"));
    node.kind = Node::Kind::kSlot;
    shown_.insert(node.slot);
    nodes->push_back(std::move(node));
    return absl::OkStatus();
  }

  // `at`: the first part behind the name.
  absl::Status ReadBranches(int32_t at, const SlotSpec& slot, const Node* outer, Node node,
                            std::vector<Node>* nodes) {
    const bool plural = node.kind == Node::Kind::kPlural;
    if (plural != (slot.kind == SlotKind::kCount) || (!plural && KeywordsOf(slot.kind).empty())) {
      return Invalid(Cat("{", slot.name, "} is not for ", plural ? "plural" : "select"));
    }
    Choice choice{.slot = node.slot, .plural = plural};
    while (parts_.getPart(at).getType() != UMSGPAT_PART_TYPE_ARG_LIMIT) {
      if (parts_.getPart(at).getType() != UMSGPAT_PART_TYPE_ARG_SELECTOR)
        return Invalid("a plural's offset is of no use here");
      Branch branch{.selector = Utf8(parts_.getSubstring(parts_.getPart(at++)))};
      const bool exact = branch.selector.starts_with('=');
      if (exact) {
        choice.exact.push_back(static_cast<int64_t>(parts_.getNumericValue(parts_.getPart(at++))));
        branch.selector = Cat("=", choice.exact.back());
      }
      if (plural && branch.selector != "other") shown_.insert(node.slot);
      if (!exact && !IsSelector(branch.selector, slot, plural))
        return Invalid(Cat("{", slot.name, "} never is \"", branch.selector, "\"; expected ",
                           Joined(Selectors(slot, plural), ", ")));
      if (absl::Status read = ReadMessage(&at, plural ? &node : outer, &branch.nodes); !read.ok())
        return read;
      ++at;
      node.branches.push_back(std::move(branch));
    }
    if (plural) {
      if (absl::Status whole = HasEveryClass(slot, node); !whole.ok()) return whole;
    }
    choices_.push_back(std::move(choice));
    nodes->push_back(std::move(node));
    return absl::OkStatus();
  }

  absl::Status HasEveryClass(const SlotSpec& slot, const Node& node) const {
    for (const std::string& category : categories_) {
      if (std::ranges::find(node.branches, category, &Branch::selector) == node.branches.end()) {
        return Invalid(Cat("{", slot.name, ", plural} has no \"", category,
                           "\"; this language has ", Joined(categories_, ", ")));
      }
    }
    return absl::OkStatus();
  }

  std::vector<std::string> Selectors(const SlotSpec& slot, bool plural) const {
    if (plural) return categories_;
    const auto keywords = KeywordsOf(slot.kind);
    std::vector<std::string> selectors(keywords.begin(), keywords.end());
    selectors.emplace_back("other");
    return selectors;
  }
  bool IsSelector(const std::string& selector, const SlotSpec& slot, bool plural) const {
    if (selector == "other") return true;
    return std::ranges::count(Selectors(slot, plural), selector) > 0;
  }
  std::string SlotNames() const {
    std::string names;
    for (const SlotSpec& slot : spec_.Slots())
      names += Cat(names.empty() ? "" : ", ", "{", slot.name, "}");
    return names;
  }

  const icu::MessagePattern& parts_;
  const icu::UnicodeString& text_;
  const MessageSpec& spec_;
  const std::vector<std::string>& categories_;
  std::set<size_t> shown_;
  std::vector<Choice> choices_;
};

absl::StatusOr<Pattern> Pattern::Parse(std::string_view text, const MessageSpec& spec,
                                       const std::vector<std::string>& categories) {
  UErrorCode error = U_ZERO_ERROR;
  UParseError where;
  const icu::MessagePattern parts(icu::UnicodeString::fromUTF8(icu::StringPiece(
                                      text.data(), static_cast<int32_t>(text.size()))),
                                  &where, error);
  if (U_FAILURE(error)) {
    return Invalid(Cat("not a MessageFormat pattern near \"",
                       Utf8(icu::UnicodeString(where.preContext)),
                       Utf8(icu::UnicodeString(where.postContext)), "\""));
  }
  Pattern pattern;
  Reader reader(parts, spec, categories);
  int32_t at = 0;
  if (absl::Status read = reader.ReadMessage(&at, nullptr, &pattern.nodes_); !read.ok())
    return read;
  const auto slots = spec.Slots();
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    const bool selects =
        std::ranges::any_of(reader.shown(), [&](size_t each) { return each == slot; });
    if (slots[slot].required && !selects && KeywordsOf(slots[slot].kind).empty())
      return Invalid(Cat("{", slots[slot].name, "} is missing"));
  }
  pattern.choices_ = reader.TakeChoices();
  return pattern;
}

std::string Pattern::Render(const std::vector<Argument>& arguments,
                            const std::function<std::string(int64_t)>& number) const {
  std::string text;
  Render(nodes_, arguments, number, &text);
  return text;
}

void Pattern::Render(const std::vector<Node>& nodes, const std::vector<Argument>& arguments,
                     const std::function<std::string(int64_t)>& number, std::string* text) {
  for (const Node& node : nodes) {
    if (node.kind == Node::Kind::kText) {
      *text += node.text;
      continue;
    }
    const Argument& argument = arguments[node.slot];
    if (node.kind == Node::Kind::kSlot) {
      *text += argument.text;
      continue;
    }
    if (node.kind == Node::Kind::kNumber) {
      *text += number(argument.number);
      continue;
    }
    const bool plural = node.kind == Node::Kind::kPlural;
    const std::string exact = plural ? Cat("=", argument.number) : "";
    const std::string_view wanted = plural ? argument.category : argument.keyword;
    const Branch* chosen = nullptr;
    for (const Branch& branch : node.branches) {
      if (plural && branch.selector == exact) {
        chosen = &branch;
        break;
      }
      if (branch.selector == wanted) chosen = &branch;
      if (branch.selector == "other" && chosen == nullptr) chosen = &branch;
    }
    if (chosen != nullptr) Render(chosen->nodes, arguments, number, text);
  }
}

}  // namespace rapport::talk
