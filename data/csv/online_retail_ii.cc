// The rules for UCI's "Online Retail II", as data/csv/README.md states and motivates them.
#include <algorithm>
#include <array>
#include <utility>

#include "data/csv/fields.h"
#include "data/csv/findings.h"
#include "data/csv/text.h"

namespace rapport::csv {
namespace {

constexpr std::array<std::string_view, 8> kHeader = {"Invoice",     "StockCode",   "Description",
                                                     "Quantity",    "InvoiceDate", "Price",
                                                     "Customer ID", "Country"};
constexpr std::string_view kNotAProduct = "not a product (postage, fees, vouchers, tests)";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

// Five digits and up to two letters, as 85123A; codes are written in either case.
std::string ProductCode(std::string_view text) {
  std::string code(TrimBlanks(text));
  for (char& c : code) c = IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return code;
}

bool IsProduct(std::string_view code) {
  if (code.size() < 5 || code.size() > 7) return false;
  // These two look like products and are carriage and a gift voucher.
  if (code == "23444" || code == "22016") return false;
  return std::all_of(code.begin(), code.begin() + 5, IsDigit) &&
         std::all_of(code.begin() + 5, code.end(), IsUpper);
}

// Titles are in capitals ("BAG 250g SWIRLY MARBLES"), a few in title case of three words or more
// ("Hypochondriac Pill Stress Ball"); remarks of the stock keepers are not ("damaged", "Given
// away", "?", "nan").
bool IsTitle(std::string_view text) {
  const auto capitals = std::count_if(text.begin(), text.end(), IsUpper);
  const auto small = std::count_if(text.begin(), text.end(), IsLower);
  if (capitals > small) return capitals >= 3;
  int words = 0;
  for (size_t k = 0; k < text.size(); ++k) {
    const bool starts_word = k == 0 || text[k - 1] == ' ';
    if (!starts_word || text[k] == ' ') continue;
    if (IsLower(text[k])) return false;
    ++words;
  }
  return words >= 3;
}

class OnlineRetailRules final : public RowRules {
 public:
  void Take(const Row& row, Findings* findings, std::vector<Event>* events) override {
    if (row.fields.size() != kHeader.size()) {
      findings->Skip(row.fields.size() < kHeader.size() ? "too few fields" : "too many fields",
                     row.line);
      return;
    }
    const Problem problem = Use(row, findings, events);
    if (!problem.empty()) findings->Skip(problem, row.line);
  }

 private:
  // Pieces of a purchase that did not come back yet.
  struct Line {
    std::string event_id;
    TimePoint purchased_at;
    int32_t left;
  };
  // A row as it was understood.
  struct Entry {
    std::string event_id;
    std::string order_id;
    std::string customer_id;
    std::string item_id;
    std::string title;
    int32_t quantity = 0;
    TimePoint at;
    Money price;
  };

  Problem Use(const Row& row, Findings* findings, std::vector<Event>* events) {
    const std::string_view invoice = row.fields[0];
    if (const Problem problem = CheckId(invoice); !problem.empty()) return problem;
    // Rows are numbered whether they are used or not, so that ids do not hang on the rules below.
    Entry entry;
    entry.event_id = Cat({invoice, "-", std::to_string(NextLine(invoice))});
    if (const Problem problem = CheckId(entry.event_id); !problem.empty()) return problem;
    const bool cancels = invoice.front() == 'C';
    if (invoice.front() == 'A') return "accounting adjustment (an A invoice)";
    if (!cancels && !IsDigit(invoice.front())) return "invoice number of an unknown kind";
    entry.item_id = ProductCode(row.fields[1]);
    if (!IsProduct(entry.item_id)) return kNotAProduct;
    entry.order_id = invoice;
    if (const Problem problem = Parse(row, &entry); !problem.empty()) return problem;
    return cancels ? Bring(std::move(entry), findings, events)
                   : Sell(std::move(entry), findings, events);
  }

  static Problem Parse(const Row& row, Entry* entry) {
    entry->title = SqueezeBlanks(row.fields[2]);
    if (entry->title.size() > kMaxTitleBytes) return "title longer than 512 bytes";
    entry->customer_id = row.fields[6];
    Problem problem = ParseQuantity(row.fields[3], &entry->quantity);
    if (problem.empty()) problem = ParseTime(row.fields[4], &entry->at);
    if (problem.empty()) problem = ParsePrice(row.fields[5], &entry->price);
    if (problem.empty() && !entry->customer_id.empty()) problem = CheckId(entry->customer_id);
    entry->price.currency_code = "GBP";
    return problem;
  }

  Problem Sell(Entry entry, Findings* findings, std::vector<Event>* events) {
    const bool free = entry.price.units == 0 && entry.price.nanos == 0;
    const bool guest = entry.customer_id.empty();
    if (entry.quantity < 0) return "stock adjustment (negative quantity without a cancellation)";
    if (free && guest) return "stock adjustment (price 0 and no customer)";
    ItemNote note;
    if (IsTitle(entry.title)) note.title = entry.title;
    if (!free) note.price = &entry.price;
    findings->items.Add(entry.item_id, note);
    ++findings->report.purchases;
    if (guest) {
      ++findings->report.guests;
    } else {
      bought_[CustomerAndItem(entry)].push_back({entry.event_id, entry.at, entry.quantity});
    }
    Purchase purchase;
    purchase.event_id = std::move(entry.event_id);
    purchase.customer_id = std::move(entry.customer_id);
    purchase.item_id = std::move(entry.item_id);
    purchase.order_id = std::move(entry.order_id);
    purchase.purchased_at = entry.at;
    purchase.quantity = entry.quantity;
    purchase.unit_price = std::move(entry.price);
    purchase.channel = Channel::kOnline;
    events->push_back(std::move(purchase));
    return {};
  }

  // A cancellation takes from the customer's latest purchases of the item first.
  Problem Bring(const Entry& entry, Findings* findings, std::vector<Event>* events) {
    if (entry.quantity > 0) return "cancellation with a positive quantity";
    if (entry.customer_id.empty())
      return "cancellation without a customer (nobody to match it with)";
    int32_t pieces = -entry.quantity;
    int parts = 0;
    const auto bought = bought_.find(CustomerAndItem(entry));
    if (bought != bought_.end()) {
      std::vector<Line>& lines = bought->second;
      for (auto line = lines.rbegin(); line != lines.rend() && pieces > 0; ++line) {
        if (line->left == 0 || line->purchased_at > entry.at) continue;
        const int32_t taken = std::min(pieces, line->left);
        line->left -= taken;
        pieces -= taken;
        ++parts;
        Return back;
        back.event_id =
            parts == 1 ? entry.event_id : Cat({entry.event_id, ":", std::to_string(parts)});
        back.customer_id = entry.customer_id;
        back.purchase_event_id = line->event_id;
        back.quantity = taken;
        back.returned_at = entry.at;
        events->push_back(std::move(back));
      }
    }
    ++(parts > 0 ? findings->report.returns_matched : findings->report.returns_unmatched);
    return {};
  }

  int64_t NextLine(std::string_view invoice) {
    const auto found = invoice_lines_.find(invoice);
    if (found != invoice_lines_.end()) return ++found->second;
    invoice_lines_.emplace(invoice, 1);
    return 1;
  }

  // A customer id holds no control character, so that the parts cannot run together.
  static std::string CustomerAndItem(const Entry& entry) {
    return Cat({entry.customer_id, "\n", entry.item_id});
  }

  // The rows of an invoice do not always stand together.
  TextMap<int64_t> invoice_lines_;
  TextMap<std::vector<Line>> bought_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RowRules>> MakeOnlineRetailRules(const Row& header) {
  if (!std::equal(header.fields.begin(), header.fields.end(), kHeader.begin(), kHeader.end())) {
    return absl::InvalidArgumentError(
        Cat({"the header is \"", Join(header.fields, ",").substr(0, 500), "\", expected \"",
             Join(kHeader, ","), "\""}));
  }
  return std::make_unique<OnlineRetailRules>();
}

}  // namespace rapport::csv
