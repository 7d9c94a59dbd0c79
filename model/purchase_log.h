// PurchaseLog: every purchase in memory, compact, so that the state at any time can be learned from
// and judged. Built once, from a scan of the store or from a file; then immutable. 32 bytes a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/categories.h"
#include "model/evidence.h"
#include "model/ids.h"
#include "model/purchase_chance.h"
#include "model/vocabulary.h"

namespace rapport {

// A line as it comes in.
struct RawLine {
  std::string_view item_id;
  std::string_view order_id;  // empty: an order of its own
  Instant at{};
  std::optional<Instant> returned_in_full_at;
  bool gift = false;
};

class PurchaseLog {
 public:
  struct Line {
    ItemIndex item{};
    uint32_t order = 0;
    Instant at{};
    Instant gone_at{};  // when it was returned in full; Instant::max(): never
    bool gift = false;

    // What was known of the line just before `cut`: bought, and not yet brought back.
    bool KeptAt(Instant cut) const { return at < cut && gone_at >= cut; }
  };

  // Whatever was bought, and whatever has a category, whether anybody bought it or not.
  const Vocabulary& items() const { return items_; }
  // How many of them have a line.
  size_t bought_items() const { return bought_items_; }
  const Categories& categories() const { return categories_; }
  size_t customer_count() const { return offsets_.size() - 1; }
  // Oldest first.
  std::span<const Line> LinesOf(CustomerIndex customer) const {
    return std::span(lines_).subspan(offsets_[Row(customer)],
                                     offsets_[Row(customer) + 1] - offsets_[Row(customer)]);
  }
  // Lines of guests; `order` tells their orders apart (by hash).
  std::span<const Line> guest_lines() const { return guests_; }
  size_t line_count() const { return lines_.size() + guests_.size(); }
  // Times of the first and last purchase; the epoch if there is none.
  Instant first() const { return first_; }
  Instant last() const { return last_; }

  // Of what staff relayed.
  const RelayedAnswers& answers() const { return answers_; }

  // What the customer had kept just before `cut`, gifts left out.
  std::vector<OwnPurchase> OwnPurchasesAt(CustomerIndex customer, Instant cut) const;

  // The same log, had the customer bought these items, ascending, as gifts.
  struct Gifts {
    CustomerIndex customer{};
    std::vector<ItemIndex> items;
  };
  PurchaseLog WithGifts(std::span<const Gifts> gifts) const;

 private:
  friend class PurchaseLogBuilder;
  Vocabulary items_;
  size_t bought_items_ = 0;
  Categories categories_;
  std::vector<size_t> offsets_ = {0};
  std::vector<Line> lines_;
  std::vector<Line> guests_;
  Instant first_{}, last_{};
  RelayedAnswers answers_ = {};
};

class PurchaseLogBuilder {
 public:
  // All of one customer's lines, in any order.
  void AddCustomer(std::span<const RawLine> lines);
  // Lines of guests; as many calls as wanted.
  void AddGuests(std::span<const RawLine> lines);
  // What the catalogue says of an item; before or after its lines. An item without a category says
  // nothing. Of several paths of one item the first in order counts.
  void AddItem(std::string_view item_id, const CategoryPath& category_path);
  // A suggestion of this confidence was answered.
  void AddAnswer(Confidence level, bool accepted) {
    AnswerCounts& counts = log_.answers_[static_cast<size_t>(level)];
    ++(accepted ? counts.accepted : counts.declined);
  }
  size_t line_count() const { return log_.line_count(); }
  PurchaseLog Build() &&;

 private:
  PurchaseLog::Line Convert(const RawLine& line, uint32_t order);
  void BuildItems();
  PurchaseLog log_;
  std::vector<std::string> ids_;  // in order of appearance
  std::unordered_map<std::string, uint32_t> index_;
  std::map<std::string, CategoryPath, std::less<>> catalogue_;  // items with a category
};

}  // namespace rapport
