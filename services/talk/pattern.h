// Pattern: one message in ICU's MessageFormat syntax, parsed by ICU once and rendered without it:
// slots ({item}), {count, plural, …} by the CLDR classes of the locale, {frequency, select, …}.
// Numbers, dates and lists come in as words, so simple formats ({x, date}) are refused. Immutable;
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/talk/message_specs.h"

namespace rapport::talk {

// What one slot shows, and what it selects by.
struct Argument {
  std::string text;           // for {slot}
  int64_t number = 0;         // for plural
  std::string_view keyword;   // for select: of KeywordsOf
  std::string_view category;  // for plural: the CLDR class of `number`
};

class Pattern {
 public:
  // `categories`: the CLDR plural classes that whole numbers have in the locale. INVALID_ARGUMENT,
  // without a place: not MessageFormat, a slot or keyword that the message does not have, a class
  // that is left out without an `other` of its own text, a required slot that is not shown.
  static absl::StatusOr<Pattern> Parse(std::string_view text, const MessageSpec& spec,
                                       const std::vector<std::string>& categories);

  // `arguments`: as many as the spec has slots, in their order. `number`: shows `#`.
  std::string Render(const std::vector<Argument>& arguments,
                     const std::function<std::string(int64_t)>& number) const;

  // Which slots it selects by, and for plurals the exact numbers ("=2") that it tells apart.
  struct Choice {
    size_t slot = 0;
    bool plural = false;
    std::vector<int64_t> exact;
  };
  const std::vector<Choice>& choices() const { return choices_; }

 private:
  struct Branch;
  struct Node {
    enum class Kind : uint8_t { kText, kSlot, kNumber, kSelect, kPlural };
    Kind kind = Kind::kText;
    std::string text;  // kText
    size_t slot = 0;   // others: in the spec
    std::vector<Branch> branches;
  };
  struct Branch {
    std::string selector;  // a keyword, a class, "=2"
    std::vector<Node> nodes;
  };
  class Reader;

  static void Render(const std::vector<Node>& nodes, const std::vector<Argument>& arguments,
                     const std::function<std::string(int64_t)>& number, std::string* text);

  std::vector<Node> nodes_;
  std::vector<Choice> choices_;
};

}  // namespace rapport::talk
