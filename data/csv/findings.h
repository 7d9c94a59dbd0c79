// What reading a file finds beside events: the report, and what the rows said about each item. And
// the seam between reading rows and the rules of one format. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "data/csv/row_reader.h"
#include "data/records.h"

namespace rapport::csv {

// So that a lookup by string_view makes no string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

// What rows said about an item; empty: nothing.
struct ItemNote {
  std::string_view title;
  std::string_view category;  // levels joined by " > "
  std::string_view brand;
  const Money* price = nullptr;
};

class ItemNotes {
 public:
  void Add(std::string_view item_id, const ItemNote& note);
  // Of each thing what was said most often; of equals the first in order. By item_id.
  std::vector<Item> Items() const;

 private:
  template <typename Value, typename Less>
  using Counts = std::map<Value, int64_t, Less>;
  struct LessMoney {
    bool operator()(const Money& a, const Money& b) const {
      return std::tie(a.currency_code, a.units, a.nanos) <
             std::tie(b.currency_code, b.units, b.nanos);
    }
  };
  struct Said {
    Counts<std::string, std::less<>> titles, categories, brands;
    Counts<Money, LessMoney> prices;
  };
  TextMap<Said> items_;
};

struct Findings {
  ImportReport report;
  ItemNotes items;

  void Skip(std::string_view reason, int64_t line);
};

// "Coffee > Whole bean" to its levels.
std::vector<std::string> SplitCategory(std::string_view path);

// The rules of one format: what a well-formed row means. Remembers what later rows need.
class RowRules {
 public:
  virtual ~RowRules() = default;
  // Appends the row's events, or says in the findings why there are none.
  virtual void Take(const Row& row, Findings* findings, std::vector<Event>* events) = 0;
};

// INVALID_ARGUMENT if the header is not the format's.
absl::StatusOr<std::unique_ptr<RowRules>> MakeOnlineRetailRules(const Row& header);
absl::StatusOr<std::unique_ptr<RowRules>> MakePurchasesRules(const Row& header);

}  // namespace rapport::csv
