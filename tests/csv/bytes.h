// Scenes for the tests of data/csv: compressed bytes, whole files read at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "data/csv/purchase_source.h"
#include "data/csv/row_reader.h"

namespace rapport::csv {

std::string Gzip(std::string_view text);
std::string Zstd(std::string_view text);

// A row that outlives its reader.
struct OwnedRow {
  int64_t line = 0;
  std::vector<std::string> fields;
  std::string problem;
  bool operator==(const OwnedRow&) const = default;
};

struct AllRows {
  std::vector<OwnedRow> rows;
  absl::Status status;
};

// Every row, with the bytes taken `chunk_bytes` at a time.
AllRows ReadRows(std::string_view bytes, size_t chunk_bytes = 4096);

struct AllEvents {
  std::vector<Event> events;
  std::vector<Item> items;
  ImportReport report;
  absl::Status status;  // of opening or of reading
};

AllEvents ReadEvents(std::string_view bytes, Format format, size_t at_least = 7);

// Rows that the report accounts for.
int64_t Accounted(const ImportReport& report);

}  // namespace rapport::csv
