#include "services/filter/parser.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/filter/decimal.h"
#include "services/filter/fields.h"
#include "services/filter/nearest_name.h"
#include "services/filter/nodes.h"
#include "services/filter/scanner.h"

namespace rapport::filter {
namespace {

using Node = ItemFilter::Node;

constexpr std::string_view kATest = "a test such as price < 10 or category:\"Coffee\"";
constexpr std::array<std::string_view, 4> kFunctions = {"bought_within", "bought_in", "in_category",
                                                        "mentions"};
constexpr std::chrono::seconds kLongest = std::chrono::days(3650);

bool IsFunction(std::string_view word) {
  return std::ranges::find(kFunctions, word) != kFunctions.end();
}

// "90d" and the like; none: no such duration, or out of bounds.
std::optional<std::chrono::seconds> ParseDuration(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (error != std::errc() || count < 1 || count > kLongest.count()) return std::nullopt;
  std::chrono::seconds duration{};
  if (unit == "s") duration = std::chrono::seconds(count);
  if (unit == "h") duration = std::chrono::hours(count);
  if (unit == "d") duration = std::chrono::days(count);
  if (unit == "w") duration = std::chrono::weeks(count);
  if (duration < std::chrono::seconds(1) || duration > kLongest) return std::nullopt;
  return duration;
}

// What stands left of the values: `brand = ("Acme" OR "Zenith")` has two values for one subject.
struct Subject {
  Field field;
  Comparator comparator = Comparator::kHas;
  bool negated = false;  // `!=`
};

class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text) {}

  absl::StatusOr<Node> Filter() {
    if (scanner_.AtEnd()) return Node{};
    auto filter = Expression(nullptr);
    if (filter.ok() && !scanner_.AtEnd()) {
      return scanner_.Error(scanner_.at(), "this ) closes nothing");
    }
    return filter;
  }

 private:
  // With a subject, the leaves are values to compare it with; without, they are restrictions.
  absl::StatusOr<Node> Expression(const Subject* subject);
  absl::StatusOr<Node> Factor(const Subject* subject);
  absl::StatusOr<Node> Term(const Subject* subject);
  absl::StatusOr<Node> Negated(size_t at, const Subject* subject);
  absl::StatusOr<Node> Composite(size_t at, const Subject* subject);
  absl::StatusOr<Node> Restriction();
  absl::StatusOr<Node> Compared(const Field& field, size_t at);
  absl::StatusOr<Node> Value(const Subject& subject);
  absl::StatusOr<Node> Function(std::string_view name, size_t at);
  absl::StatusOr<std::vector<std::string>> Path();
  std::optional<Subject> TakeComparator();

  // `problem` with a column.
  absl::Status Located(size_t at, const absl::Status& problem) const {
    return scanner_.Error(at, std::string(problem.message()));
  }
  absl::Status CheckKeyword();
  absl::Status Deeper(size_t at);
  absl::Status CountTerm(size_t at);
  absl::Status Literally(size_t at, std::string_view word);

  Scanner scanner_;
  int depth_ = 0;
  int terms_ = 0;
};

// sequence {AND sequence}, where a sequence is factors side by side: AND by another name.
absl::StatusOr<Node> Parser::Expression(const Subject* subject) {
  std::vector<Node> factors;
  do {
    auto factor = Factor(subject);
    if (!factor.ok()) return factor;
    factors.push_back(*std::move(factor));
  } while (scanner_.TakeWord("AND") || (!scanner_.AtEnd() && scanner_.Peek() != ')'));
  return MakeAnd(std::move(factors));
}

absl::StatusOr<Node> Parser::Factor(const Subject* subject) {
  std::vector<Node> terms;
  do {
    auto term = Term(subject);
    if (!term.ok()) return term;
    terms.push_back(*std::move(term));
  } while (scanner_.TakeWord("OR"));
  return MakeOr(std::move(terms));
}

absl::StatusOr<Node> Parser::Term(const Subject* subject) {
  const size_t at = scanner_.at();
  if (auto keyword = CheckKeyword(); !keyword.ok()) return keyword;
  const bool negative_number = subject != nullptr && ParseDecimal(scanner_.PeekWord());
  if (scanner_.TakeWord("NOT") || (!negative_number && scanner_.Take("-"))) {
    return Negated(at, subject);
  }
  if (scanner_.Take("(")) return Composite(at, subject);
  return subject != nullptr ? Value(*subject) : Restriction();
}

absl::StatusOr<Node> Parser::Negated(size_t at, const Subject* subject) {
  if (auto deeper = Deeper(at); !deeper.ok()) return deeper;
  auto term = Term(subject);
  --depth_;
  if (!term.ok()) return term;
  return MakeNot(*std::move(term));
}

absl::StatusOr<Node> Parser::Composite(size_t at, const Subject* subject) {
  if (auto deeper = Deeper(at); !deeper.ok()) return deeper;
  auto inside = Expression(subject);
  --depth_;
  if (inside.ok() && !scanner_.Take(")")) return scanner_.Error(at, "this ( is never closed");
  return inside;
}

absl::StatusOr<Node> Parser::Restriction() {
  const size_t at = scanner_.at();
  if (scanner_.Peek() == '"' || scanner_.Peek() == '\'') {
    const auto literal = scanner_.TakeLiteral();
    return literal.ok() ? Literally(at, literal->text) : literal.status();
  }
  const std::string_view word = scanner_.PeekWord();
  if (word.empty()) return scanner_.Unexpected(kATest);
  auto path = Path();
  if (!path.ok()) return path.status();
  if (path->size() == 1 && scanner_.Touches('(')) return Function(word, at);
  if (path->size() == 1 && IsFunction(word)) {
    return scanner_.Error(
        at, absl::StrCat(Shown(word), " is a function: ", std::string(word), "(\"…\")"));
  }
  const auto field = FindField(*path);
  if (field.ok()) return Compared(*field, at);
  const bool compared = std::string_view(":=<>!").find(scanner_.Peek()) != std::string_view::npos;
  if (!compared && path->size() == 1 && !ResemblesField(word)) return Literally(at, word);
  return Located(at, field.status());
}

absl::StatusOr<std::vector<std::string>> Parser::Path() {
  std::vector<std::string> path;
  do {
    if (!path.empty() && (scanner_.Peek() == '"' || scanner_.Peek() == '\'')) {
      auto key = scanner_.TakeLiteral();
      if (!key.ok()) return key.status();
      path.push_back(std::move(key->text));
      continue;
    }
    const std::string_view word = scanner_.PeekWord();
    if (word.empty()) return scanner_.Unexpected("a key after the dot");
    path.emplace_back(word);
    scanner_.Take(word);
  } while (scanner_.Touches('.') && scanner_.Take("."));
  return path;
}

// `field` was at `at`; what it is compared with follows.
absl::StatusOr<Node> Parser::Compared(const Field& field, size_t at) {
  const size_t comparator_at = scanner_.at();
  std::optional<Subject> subject = TakeComparator();
  if (!subject) {
    if (auto counted = CountTerm(at); !counted.ok()) return counted;
    auto bare = Bare(field);
    return bare.ok() ? bare : Located(comparator_at, bare.status());
  }
  subject->field = field;
  const std::string problem = ComparatorProblem(field, subject->comparator);
  if (!problem.empty()) return scanner_.Error(comparator_at, problem);
  const size_t value_at = scanner_.at();
  auto test = scanner_.Take("(") ? Composite(value_at, &*subject) : Value(*subject);
  if (!test.ok() || !subject->negated) return test;
  return MakeNot(*std::move(test));
}

std::optional<Subject> Parser::TakeComparator() {
  if (scanner_.Take("!=")) return Subject{.comparator = Comparator::kEquals, .negated = true};
  if (scanner_.Take("<=")) return Subject{.comparator = Comparator::kLessOrEqual};
  if (scanner_.Take(">=")) return Subject{.comparator = Comparator::kGreaterOrEqual};
  if (scanner_.Take("<")) return Subject{.comparator = Comparator::kLess};
  if (scanner_.Take(">")) return Subject{.comparator = Comparator::kGreater};
  if (scanner_.Take("=")) return Subject{.comparator = Comparator::kEquals};
  if (scanner_.Take(":")) return Subject{.comparator = Comparator::kHas};
  return std::nullopt;
}

absl::StatusOr<Node> Parser::Value(const Subject& subject) {
  const size_t at = scanner_.at();
  if (auto counted = CountTerm(at); !counted.ok()) return counted;
  const auto literal = scanner_.TakeLiteral();
  if (!literal.ok()) return literal.status();
  auto test = Compare(subject.field, subject.comparator, *literal);
  if (!test.ok()) return Located(at, test.status());
  return test;
}

absl::StatusOr<Node> Parser::Function(std::string_view name, size_t at) {
  if (!IsFunction(name)) {
    const std::string_view nearest = NearestName(name, kFunctions);
    return scanner_.Error(
        at, absl::StrCat("unknown function ", Shown(name), "; ",
                         nearest.empty() ? "" : absl::StrCat("did you mean ", Shown(nearest), "? "),
                         "functions are bought_within(\"90d\"), bought_in(\"Coffee\"), "
                         "in_category(\"Coffee\"), mentions(\"nuts\")"));
  }
  if (auto counted = CountTerm(at); !counted.ok()) return counted;
  scanner_.Take("(");
  const auto argument = scanner_.TakeLiteral();
  if (!argument.ok()) return argument.status();
  if (name != "bought_within") {
    const bool category = name != "mentions";
    if (argument->text.empty())
      return scanner_.Error(argument->at, category ? "expected a category" : "expected a word");
    if (argument->wild_front || argument->wild_back) {
      return scanner_.Error(
          argument->at,
          category ? absl::StrCat(std::string(name), " takes a whole category, no wildcards")
                   : "mentions finds text anywhere already: leave out the `*`");
    }
    if (!scanner_.Take(")")) return scanner_.Unexpected("`)`");
    if (name == "in_category") return InCategory(argument->text);
    return category ? MakeBoughtIn(argument->text) : Mentions(argument->text);
  }
  const auto within = ParseDuration(argument->text);
  if (!within) {
    return scanner_.Error(argument->at,
                          absl::StrCat("expected a duration such as \"90d\" (units s, h, d, w; 1s "
                                       "to 3650d), but found ",
                                       Shown(argument->text)));
  }
  if (!scanner_.Take(")")) return scanner_.Unexpected("`)`");
  return MakeBoughtWithin(*within);
}

// A test cannot begin with AND or OR, nor with any keyword in other letters.
absl::Status Parser::CheckKeyword() {
  const std::string_view word = scanner_.PeekWord();
  for (const std::string_view keyword : {"AND", "OR", "NOT"}) {
    if (word == "NOT" || !absl::EqualsIgnoreCase(std::string(word), std::string(keyword))) continue;
    if (word == keyword) return scanner_.Unexpected(kATest);
    return scanner_.Error(
        scanner_.at(),
        absl::StrCat(Shown(word), " is a keyword only in capitals: ", std::string(keyword)));
  }
  return absl::OkStatus();
}

absl::Status Parser::Deeper(size_t at) {
  if (++depth_ <= ItemFilter::kMaxDepth) return absl::OkStatus();
  return scanner_.Error(
      at, absl::StrCat("parentheses and NOT are nested deeper than ", ItemFilter::kMaxDepth));
}

absl::Status Parser::CountTerm(size_t at) {
  if (++terms_ <= ItemFilter::kMaxTerms) return absl::OkStatus();
  return scanner_.Error(at, absl::StrCat("a filter has at most ", ItemFilter::kMaxTerms, " tests"));
}

// AIP-160's global restriction: a literal to be found anywhere. Not here.
absl::Status Parser::Literally(size_t at, std::string_view text) {
  const std::string quoted = text.size() > 40 ? "\"…\"" : Quoted(text);
  return scanner_.Error(at, absl::StrCat("a text without a field is not searched for; write title:",
                                         quoted, " (a value of several words stands in quotes)"));
}

}  // namespace

absl::StatusOr<Node> ParseTree(std::string_view text) {
  if (text.size() > ItemFilter::kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a filter has at most ", ItemFilter::kMaxBytes,
                                                   " bytes; this one has ", text.size()));
  }
  if (auto valid = Scanner(text).CheckText(); !valid.ok()) return valid;
  return Parser(text).Filter();
}

}  // namespace rapport::filter
