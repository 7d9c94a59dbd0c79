#include "services/filter/fields.h"

#include <algorithm>
#include <array>
#include <compare>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/filter/decimal.h"
#include "services/filter/nearest_name.h"
#include "services/filter/nodes.h"
#include "unicode/normalizer2.h"
#include "unicode/unistr.h"

namespace rapport::filter {
namespace {

using Kind = Field::Kind;
using Node = ItemFilter::Node;
using TextTest = std::function<bool(std::string_view)>;

struct KnownField {
  std::string_view path;
  Kind kind;
  std::string_view (*text)(const Item&) = nullptr;
  const std::vector<std::string>& (*list)(const Item&) = nullptr;
};

const std::vector<std::string>& Categories(const Item& item) { return item.category_path; }
const std::vector<std::string>& Tags(const Item& item) { return item.tags; }
std::string_view Currency(const Item& item) {
  return item.price ? std::string_view(item.price->currency_code) : std::string_view();
}

constexpr KnownField kKnown[] = {
    {"item_id", Kind::kText, [](const Item& item) { return std::string_view(item.item_id); }},
    {"title", Kind::kText, [](const Item& item) { return std::string_view(item.title); }},
    {"brand", Kind::kText, [](const Item& item) { return std::string_view(item.brand); }},
    {"category", Kind::kList, nullptr, Categories},
    {"price", Kind::kPrice},
    {"price.currency", Kind::kText, Currency},
    {"available", Kind::kAvailable},
    {"tags", Kind::kList, nullptr, Tags},
    {"attributes", Kind::kAttributes},
};

constexpr auto kPaths = [] {
  std::array<std::string_view, std::size(kKnown)> paths;
  std::ranges::transform(kKnown, paths.begin(), &KnownField::path);
  return paths;
}();

bool IsKnown(std::string_view path) { return std::ranges::find(kPaths, path) != kPaths.end(); }

std::string_view Symbol(Comparator comparator) {
  switch (comparator) {
    case Comparator::kHas:
      return ":";
    case Comparator::kEquals:
      return " = ";
    case Comparator::kLess:
      return " < ";
    case Comparator::kLessOrEqual:
      return " <= ";
    case Comparator::kGreater:
      return " > ";
    case Comparator::kGreaterOrEqual:
      return " >= ";
  }
  return "";
}

bool IsOrder(Comparator comparator) {
  return comparator != Comparator::kHas && comparator != Comparator::kEquals;
}

bool Holds(Comparator comparator, std::strong_ordering order) {
  switch (comparator) {
    case Comparator::kHas:
    case Comparator::kEquals:
      return std::is_eq(order);
    case Comparator::kLess:
      return std::is_lt(order);
    case Comparator::kLessOrEqual:
      return std::is_lteq(order);
    case Comparator::kGreater:
      return std::is_gt(order);
    case Comparator::kGreaterOrEqual:
      return std::is_gteq(order);
  }
  return false;
}

std::string Canonical(const Field& field, Comparator comparator, const std::string& value) {
  return absl::StrCat(field.path, std::string(Symbol(comparator)), value);
}

absl::Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

// Whether `field` has a value at all.
Node Presence(const Field& field) {
  const std::string text = absl::StrCat(field.path, ":*");
  switch (field.kind) {
    case Kind::kText:
      return MakeTest(text, [get = field.text](const Item& item) { return !get(item).empty(); });
    case Kind::kList:
      return MakeTest(text, [get = field.list](const Item& item) { return !get(item).empty(); });
    case Kind::kPrice:
      return MakeTest(text, [](const Item& item) { return item.price.has_value(); });
    case Kind::kAvailable:
      return MakeTest(field.path, [](const Item& item) { return item.available; });
    case Kind::kAttributes:
      return MakeTest(text, [](const Item& item) { return !item.attributes.empty(); });
    case Kind::kAttribute:
      return MakeTest(
          text, [key = field.key](const Item& item) { return item.attributes.contains(key); });
  }
  return {};
}

struct TextComparison {
  std::string value;  // canonical
  TextTest test;
};

// `=`: the whole text, but for wildcards at its ends.
TextComparison Pattern(const Literal& value) {
  std::string text = value.text;
  if (value.wild_back) text.pop_back();
  if (value.wild_front) text.erase(0, 1);
  return {Quoted(text, value.wild_front, value.wild_back),
          [text, front = value.wild_front, back = value.wild_back](std::string_view of) {
            if (front && back) return of.find(text) != std::string_view::npos;
            return front ? of.ends_with(text) : back ? of.starts_with(text) : of == text;
          }};
}

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return absl::ascii_isascii(c); });
}

// What is alike but for case, and for how accents are put together, becomes the same: Unicode's
// canonical caseless matching, in NFC.
std::string Folded(std::string_view text) {
  if (IsAscii(text)) return absl::AsciiStrToLower(std::string(text));  // most are
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* apart = icu::Normalizer2::getNFDInstance(error);
  const icu::Normalizer2* together = icu::Normalizer2::getNFCInstance(error);
  auto folded = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  if (U_SUCCESS(error)) folded = apart->normalize(folded, error);
  folded.foldCase();
  if (U_SUCCESS(error)) folded = together->normalize(folded, error);
  std::string utf8;
  folded.toUTF8String(utf8);
  return utf8;
}

// `:` of a text: anywhere in it, ignoring case.
TextComparison Contains(std::string_view value) {
  const std::string text = Folded(value);
  return {Quoted(text), [text](std::string_view of) {
            if (!IsAscii(of)) return Folded(of).find(text) != std::string::npos;
            const auto same = [](unsigned char a, char b) { return absl::ascii_tolower(a) == b; };
            return std::search(of.begin(), of.end(), text.begin(), text.end(), same) != of.end();
          }};
}

TextComparison InOrder(Comparator comparator, const Literal& value) {
  return {Quoted(value.text), [comparator, text = value.text](std::string_view of) {
            return Holds(comparator, of <=> std::string_view(text));
          }};
}

// Attributes are texts, some of which are numbers: those are ordered as such, and among themselves.
TextComparison InOrderOfNumbers(Comparator comparator, const Decimal& number) {
  return {FormatDecimal(number), [comparator, number](std::string_view of) {
            const std::optional<Decimal> other = ParseDecimal(of);
            return other.has_value() && Holds(comparator, *other <=> number);
          }};
}

absl::StatusOr<TextComparison> CompareText(const Field& field, Comparator comparator,
                                           const Literal& value) {
  const bool wild = value.wild_front || value.wild_back;
  if (value.text.empty() && field.kind != Kind::kAttribute) {
    return Invalid(absl::StrCat("an empty text matches nothing; NOT ", field.path,
                                ":* finds items without it"));
  }
  if (comparator == Comparator::kHas && field.kind == Kind::kText) {
    if (wild)
      return Invalid("`:` finds text anywhere already: leave out the `*`, or compare with =");
    return Contains(value.text);
  }
  if (!IsOrder(comparator)) return Pattern(value);
  if (wild) return Invalid("a `*` works with = and != only; for the character write \\*");
  const std::optional<Decimal> number = ParseDecimal(value.text);
  if (field.kind == Kind::kAttribute && number) return InOrderOfNumbers(comparator, *number);
  return InOrder(comparator, value);
}

absl::StatusOr<Node> ComparePrice(const Field& field, Comparator comparator, const Literal& value) {
  const std::optional<Decimal> number = ParseDecimal(value.text);
  if (!number) {
    return Invalid(absl::StrCat(
        "expected a number such as 10 or 9.90 (at most 18 digits, a point, 9 decimals), but found ",
        Shown(value.text)));
  }
  if (comparator == Comparator::kHas) comparator = Comparator::kEquals;
  return MakeTest(Canonical(field, comparator, FormatDecimal(*number)),
                  [comparator, number = *number](const Item& item) {
                    if (!item.price) return false;
                    const Decimal price{item.price->units, item.price->nanos};
                    return Holds(comparator, price <=> number);
                  });
}

absl::StatusOr<Node> CompareAvailable(const Field& field, const Literal& value) {
  if (value.text == "true") return Presence(field);
  if (value.text == "false") return MakeNot(Presence(field));
  return Invalid(absl::StrCat("expected true or false, but found ", Shown(value.text)));
}

absl::StatusOr<Field> AttributeField(std::string key) {
  constexpr size_t kMaxKeyBytes = 256;  // no item has a longer one; it stands in every test's text
  if (key.size() > kMaxKeyBytes) {
    return Invalid(absl::StrCat("a key has at most ", kMaxKeyBytes, " bytes"));
  }
  Field field{.kind = Kind::kAttribute};
  field.path = absl::StrCat("attributes.", IsPlainWord(key) ? key : Quoted(key));
  field.key = std::move(key);
  return field;
}

}  // namespace

absl::StatusOr<Field> FindField(std::span<const std::string> path) {
  const std::string& first = path.front();
  if (first == "attributes" && path.size() == 2) return AttributeField(path[1]);
  if (first == "attributes" && path.size() > 2) {
    return Invalid("attributes have one key; one with a dot stands in quotes: attributes.\"a.b\"");
  }
  const std::string name = path.size() == 2 ? absl::StrCat(first, ".", path[1]) : first;
  for (const KnownField& known : kKnown) {
    if (known.path != name || path.size() > 2) continue;
    return Field{.kind = known.kind, .path = name, .text = known.text, .list = known.list};
  }
  if (first == "price") return Invalid("price has one part: price.currency");
  if (IsKnown(first)) return Invalid(absl::StrCat(Shown(first), " has no parts"));
  std::string_view nearest = NearestName(name, kPaths);
  if (nearest.empty()) nearest = NearestName(first, kPaths);
  std::string message = absl::StrCat("unknown field ", Shown(name), "; ");
  if (!nearest.empty()) absl::StrAppend(&message, "did you mean ", Shown(nearest), "? ");
  message += "fields are ";
  for (const std::string_view each : kPaths) message.append(each).append(", ");
  return Invalid(message + "attributes.<key>");
}

bool ResemblesField(std::string_view word) { return !NearestName(word, kPaths).empty(); }

std::string ComparatorProblem(const Field& field, Comparator comparator) {
  const bool order = IsOrder(comparator);
  if (field.kind == Kind::kList && order) {
    return absl::StrCat(field.path, " holds several texts: compare it with :, = or !=");
  }
  if (field.kind == Kind::kAvailable && order) return "available is compared with = or !=";
  if (field.kind == Kind::kAttributes && comparator != Comparator::kHas) {
    return "attributes are compared one by one: attributes.<key>, or attributes:<key> for a key";
  }
  return "";
}

absl::StatusOr<Node> Compare(const Field& field, Comparator comparator, const Literal& value) {
  const int wildcards = (value.wild_front ? 1 : 0) + (value.wild_back ? 1 : 0);
  const bool anything = wildcards > 0 && value.text.size() == static_cast<size_t>(wildcards);
  if (anything && !IsOrder(comparator)) {
    if (field.kind != Kind::kAvailable) return Presence(field);
    return Invalid("available is always known: write available or NOT available");
  }
  if (field.kind == Kind::kPrice) return ComparePrice(field, comparator, value);
  if (field.kind == Kind::kAvailable) return CompareAvailable(field, value);
  if (field.kind == Kind::kAttributes) {
    if (wildcards > 0) return Invalid("a key has no wildcards");
    const auto attribute = AttributeField(value.text);
    if (!attribute.ok()) return attribute.status();
    return Presence(*attribute);
  }
  auto text = CompareText(field, comparator, value);
  if (!text.ok()) return text.status();
  if (field.kind == Kind::kList) comparator = Comparator::kHas;
  if (field.kind == Kind::kAttribute && !IsOrder(comparator)) comparator = Comparator::kEquals;
  std::string canonical = Canonical(field, comparator, text->value);
  TextTest test = std::move(text->test);
  if (field.kind == Kind::kText) {
    return MakeTest(std::move(canonical), [get = field.text, test](const Item& item) {
      return !get(item).empty() && test(get(item));
    });
  }
  if (field.kind == Kind::kList) {
    return MakeTest(std::move(canonical), [get = field.list, test](const Item& item) {
      return std::ranges::any_of(get(item), test);
    });
  }
  return MakeTest(std::move(canonical), [key = field.key, test](const Item& item) {
    const auto found = item.attributes.find(key);
    return found != item.attributes.end() && test(found->second);
  });
}

absl::StatusOr<Node> Bare(const Field& field) {
  if (field.kind == Kind::kAvailable) return Presence(field);
  return Invalid(absl::StrCat("expected a comparison of ", field.path, ", such as ", field.path,
                              field.kind == Kind::kPrice ? " < 10" : ":\"…\""));
}

Node InCategory(const std::string& category) {
  const std::string folded = Folded(category);
  return MakeTest(absl::StrCat("in_category(", Quoted(folded), ")"), [folded](const Item& item) {
    return std::ranges::any_of(item.category_path,
                               [&](const std::string& each) { return Folded(each) == folded; });
  });
}

Node Mentions(const std::string& text) {
  TextComparison contains = Contains(text);
  return MakeTest(absl::StrCat("mentions(", contains.value, ")"),
                  [test = std::move(contains.test)](const Item& item) {
                    return test(item.item_id) || test(item.title) || test(item.brand) ||
                           std::ranges::any_of(item.category_path, test) ||
                           std::ranges::any_of(item.tags, test) ||
                           std::ranges::any_of(item.attributes, [&](const auto& attribute) {
                             return test(attribute.first) || test(attribute.second);
                           });
                  });
}

}  // namespace rapport::filter
