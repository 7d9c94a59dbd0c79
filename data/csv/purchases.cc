// Our own format, `purchases`; data/csv/README.md is its reference.
#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "data/csv/fields.h"
#include "data/csv/findings.h"
#include "data/csv/purchases_columns.h"
#include "data/csv/text.h"

namespace rapport::csv {
namespace {

constexpr size_t kMaxCategoryLevels = 8;

bool IsCurrency(std::string_view code) {
  return code.size() == 3 &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Problem CheckOptionalId(std::string_view id) { return id.empty() ? Problem() : CheckId(id); }

Problem CheckCategory(std::string_view path) {
  const std::vector<std::string> levels = SplitCategory(path);
  if (levels.size() > kMaxCategoryLevels) return "category with more than 8 levels";
  for (const std::string& level : levels) {
    if (level.empty()) return "category with an empty level";
    if (level.size() > kMaxTextBytes) return "category level longer than 256 bytes";
  }
  return {};
}

Problem ParseChannel(std::string_view text, Channel* channel) {
  for (const auto& [known, name] : kChannelNames) {
    if (text == name) {
      *channel = known;
      return {};
    }
  }
  return "channel is not store, online, phone or other";
}

Problem ParseGift(std::string_view text, bool* gift) {
  *gift = text == "true";
  return text.empty() || text == "true" || text == "false" ? Problem()
                                                           : "gift is not true or false";
}

class PurchasesRules final : public RowRules {
 public:
  // For each known column its place in a row; -1: the file does not have it.
  using Places = std::array<int, kColumns.size()>;

  PurchasesRules(const Places& places, size_t width) : places_(places), width_(width) {}

  void Take(const Row& row, Findings* findings, std::vector<Event>* events) override {
    Problem problem;
    if (row.fields.size() != width_) {
      problem = row.fields.size() < width_ ? "too few fields" : "too many fields";
    } else if (Field(row, kReturnsEventId).empty()) {
      problem = Sell(row, findings, events);
    } else {
      problem = Bring(row, findings, events);
    }
    if (!problem.empty()) findings->Skip(problem, row.line);
  }

 private:
  std::string_view Field(const Row& row, Column column) const {
    return places_[column] < 0 ? std::string_view()
                               : row.fields[static_cast<size_t>(places_[column])];
  }

  Problem Sell(const Row& row, Findings* findings, std::vector<Event>* events) {
    Purchase purchase;
    if (const Problem problem = Parse(row, &purchase); !problem.empty()) return problem;
    ItemNote note;
    note.title = Field(row, kTitle);
    note.category = Field(row, kCategory);
    note.brand = Field(row, kBrand);
    if (note.title.size() > kMaxTitleBytes) return "title longer than 512 bytes";
    if (note.brand.size() > kMaxTextBytes) return "brand longer than 256 bytes";
    if (const Problem problem = CheckCategory(note.category); !problem.empty()) return problem;
    if (purchase.unit_price) note.price = &*purchase.unit_price;
    findings->items.Add(purchase.item_id, note);
    ++findings->report.purchases;
    if (purchase.customer_id.empty()) ++findings->report.guests;
    if (places_[kReturnsEventId] >= 0) {
      seen_.insert(CustomerAndEvent(purchase.customer_id, purchase.event_id));
    }
    events->push_back(std::move(purchase));
    return {};
  }

  Problem Parse(const Row& row, Purchase* purchase) const {
    purchase->event_id = Field(row, kEventId);
    purchase->item_id = Field(row, kItemId);
    purchase->customer_id = Field(row, kCustomerId);
    purchase->order_id = Field(row, kOrderId);
    purchase->staff_id = Field(row, kStaffId);
    purchase->store = Field(row, kStore);
    if (purchase->store.size() > kMaxTextBytes) return "store longer than 256 bytes";
    Problem problem = CheckId(purchase->event_id);
    if (problem.empty()) problem = CheckId(purchase->item_id);
    if (problem.empty()) problem = CheckOptionalId(purchase->customer_id);
    if (problem.empty()) problem = CheckOptionalId(purchase->order_id);
    if (problem.empty()) problem = CheckOptionalId(purchase->staff_id);
    if (problem.empty()) problem = ParseTime(Field(row, kPurchasedAt), &purchase->purchased_at);
    if (problem.empty()) problem = ParsePieces(Field(row, kQuantity), &purchase->quantity);
    if (problem.empty()) problem = ParseChannel(Field(row, kChannel), &purchase->channel);
    if (problem.empty()) problem = ParseGift(Field(row, kGift), &purchase->gift);
    const std::string_view price = Field(row, kUnitPrice);
    if (!problem.empty() || price.empty()) return problem;
    Money money;
    money.currency_code = Field(row, kCurrency);
    if (!IsCurrency(money.currency_code))
      return "price without a currency of three capital letters";
    problem = ParsePrice(price, &money);
    purchase->unit_price = std::move(money);
    return problem;
  }

  // Emitted whether the purchase is known or not: the store may have it from before.
  Problem Bring(const Row& row, Findings* findings, std::vector<Event>* events) {
    Return back;
    back.event_id = Field(row, kEventId);
    back.customer_id = Field(row, kCustomerId);
    back.purchase_event_id = Field(row, kReturnsEventId);
    back.staff_id = Field(row, kStaffId);
    Problem problem = CheckId(back.event_id);
    if (problem.empty()) problem = CheckId(back.purchase_event_id);
    if (problem.empty()) problem = CheckOptionalId(back.customer_id);
    if (problem.empty()) problem = CheckOptionalId(back.staff_id);
    if (problem.empty()) problem = ParseTime(Field(row, kPurchasedAt), &back.returned_at);
    if (problem.empty() && !Field(row, kQuantity).empty()) {
      problem = ParsePieces(Field(row, kQuantity), &back.quantity.emplace());
    }
    if (!problem.empty()) return problem;
    const bool seen = seen_.contains(CustomerAndEvent(back.customer_id, back.purchase_event_id));
    ++(seen ? findings->report.returns_matched : findings->report.returns_unmatched);
    events->push_back(std::move(back));
    return {};
  }

  static Problem ParsePieces(std::string_view text, int32_t* pieces) {
    const Problem problem = ParseQuantity(text, pieces);
    if (!problem.empty()) return problem;
    return *pieces < 0 ? "quantity is negative (a return names what it returns in returns_event_id)"
                       : Problem();
  }

  // A fingerprint is enough: it decides nothing but which of two counters rises.
  static size_t CustomerAndEvent(std::string_view customer_id, std::string_view event_id) {
    return TextHash()(Cat({customer_id, "\n", event_id}));
  }

  const Places places_;
  const size_t width_;
  std::unordered_set<size_t> seen_;  // empty in a file that can have no returns
};

}  // namespace

absl::StatusOr<std::unique_ptr<RowRules>> MakePurchasesRules(const Row& header) {
  PurchasesRules::Places places;
  places.fill(-1);
  const std::string known = Join(kColumns, ", ");
  for (size_t place = 0; place < header.fields.size(); ++place) {
    const std::string_view name = header.fields[place];
    const auto column = std::find(kColumns.begin(), kColumns.end(), name);
    if (column == kColumns.end()) {
      return absl::InvalidArgumentError(
          Cat({"unknown column \"", name.substr(0, kMaxTextBytes), "\"; known are ", known}));
    }
    int& at = places[static_cast<size_t>(column - kColumns.begin())];
    if (at >= 0) return absl::InvalidArgumentError(Cat({"column ", name, " stands twice"}));
    at = static_cast<int>(place);
  }
  for (const Column required : {kEventId, kItemId, kPurchasedAt, kQuantity}) {
    if (places[required] < 0) {
      return absl::InvalidArgumentError(
          Cat({"column ", kColumns[required], " is missing: \"",
               Join(header.fields, ",").substr(0, 500), "\"; known are ", known}));
    }
  }
  return std::make_unique<PurchasesRules>(places, header.fields.size());
}

}  // namespace rapport::csv
