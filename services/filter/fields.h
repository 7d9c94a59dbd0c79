// What can be compared of an item, and how: from a field, a comparator and a value to a test.
// Pure functions; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/filter/item_filter.h"
#include "services/filter/scanner.h"

namespace rapport::filter {

enum class Comparator { kHas, kEquals, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

struct Field {
  enum class Kind { kText, kList, kPrice, kAvailable, kAttributes, kAttribute };
  Kind kind = Kind::kText;
  std::string path;  // canonical: "brand", "attributes.\"key with spaces\""
  std::string key;   // kAttribute
  std::string_view (*text)(const Item&) = nullptr;                 // kText; empty: missing
  const std::vector<std::string>& (*list)(const Item&) = nullptr;  // kList
};

// The field at a path such as {"price", "currency"}. INVALID_ARGUMENT with what to say of it, here
// and below without a column.
absl::StatusOr<Field> FindField(std::span<const std::string> path);

// Whether FindField would suggest a field for `word`, or it is one.
bool ResemblesField(std::string_view word);

// Why `field` cannot be compared so; empty: it can.
std::string ComparatorProblem(const Field& field, Comparator comparator);

// kTest, or kNot of one. Requires: ComparatorProblem is empty. INVALID_ARGUMENT: the value.
absl::StatusOr<ItemFilter::Node> Compare(const Field& field, Comparator comparator,
                                         const Literal& value);

// A field without comparator: only `available` says something by itself.
absl::StatusOr<ItemFilter::Node> Bare(const Field& field);

// Whether any text of an item has these letters anywhere, ignoring case: its id, title, brand,
// categories, tags, and its attributes' names and values. Requires: `text` is not empty.
ItemFilter::Node Mentions(const std::string& text);

// Whether one of an item's categories, at any level, is this one, ignoring case.
ItemFilter::Node InCategory(const std::string& category);

}  // namespace rapport::filter
