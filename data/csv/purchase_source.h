// Reading purchases from files, as a stream: rows in, events and item descriptions out, a report at
// the end. Two formats: `purchases`, our own (documented in data/csv/README.md), and
// `online-retail-ii`, the export of UCI's "Online Retail II" (D. Chen, doi 10.24432/C5CG6D), with
// the rules for its dirt written down in the same place. Plain, gzip and zstd are told apart by
// their first bytes. One thread at a time per source.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"

namespace rapport::csv {

enum class Format { kPurchases, kOnlineRetailII };

// "purchases" or "online-retail-ii"; INVALID_ARGUMENT names both.
absl::StatusOr<Format> ParseFormat(std::string_view name);

// Rows that were left out for one reason.
struct Skipped {
  int64_t rows = 0;
  std::vector<int64_t> first_lines;  // numbers of the first lines, at most 5; the header is line 1
};

// Each data row counts once: as a purchase, as a return matched or not, or as skipped. Empty lines
// are no rows.
struct ImportReport {
  int64_t rows = 0;
  int64_t purchases = 0;  // guests' included
  int64_t guests = 0;     // purchases without a customer
  // Rows that brought back something bought earlier in the file; in part is enough.
  int64_t returns_matched = 0;
  // Rows that brought back what was not bought earlier in the file. In `online-retail-ii` no event
  // is made of them; in `purchases` the event names its purchase, which the store may have from
  // before, and is made all the same.
  int64_t returns_unmatched = 0;
  // By reason, in words: "not a product (postage, fees, vouchers, tests)".
  std::map<std::string, Skipped> skipped;
};

class PurchaseSource {
 public:
  // Reads from `path`; "-": standard input. NOT_FOUND, PERMISSION_DENIED; INVALID_ARGUMENT if the
  // header is not the format's (the message shows what was found and what was expected).
  static absl::StatusOr<std::unique_ptr<PurchaseSource>> Open(const std::string& path,
                                                              Format format);
  // Several files one after another, as if they were one: what came back in a later file finds its
  // purchase in an earlier one. Each has a header of its own; all are looked at before any is read.
  // Requires: at least one.
  static absl::StatusOr<std::unique_ptr<PurchaseSource>> OpenAll(
      const std::vector<std::string>& paths, Format format);
  // The same from a stream, which must outlive the source. `name` stands in messages.
  static absl::StatusOr<std::unique_ptr<PurchaseSource>> FromStream(std::istream& in,
                                                                    const std::string& name,
                                                                    Format format);

  virtual ~PurchaseSource() = default;

  // Appends events, in file order, until at least `at_least` were added or the file ends. False: it
  // has ended (and nothing was added). Rows that cannot be used are skipped and reported. DATA_LOSS
  // if the file breaks off (a compressed stream that ends early) or cannot be read: what was
  // returned before is good. A row that breaks off in the middle at the end of a file is skipped
  // and reported as such; a last row without a line end cannot be told from it.
  virtual absl::StatusOr<bool> Read(size_t at_least, std::vector<Event>* events) = 0;

  // Of what was read so far.
  virtual const ImportReport& report() const = 0;

  // Titles, and prices, of the items read so far: the description used most often that is a
  // description (stock-keeping remarks in lower case are not), the price seen most often. Empty
  // title where the file has none. In order of item_id.
  virtual std::vector<Item> Items() const = 0;

  // Bytes of the (compressed) input consumed so far, and in all; none for standard input and
  // streams.
  virtual int64_t bytes_read() const = 0;
  virtual std::optional<int64_t> bytes_total() const = 0;
};

}  // namespace rapport::csv
