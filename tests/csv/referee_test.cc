// Against a second reader, Python's csv module: on the real file, and on rows made to be nasty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "data/csv/text.h"
#include "tests/csv/bytes.h"

namespace rapport::csv {
namespace {

bool HasPython() { return std::system("python3 -c 'import csv' >/dev/null 2>&1") == 0; }

std::string Shell(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[1 << 16];
  while (const size_t count = fread(buffer, 1, sizeof(buffer), pipe)) output.append(buffer, count);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

std::string Referee(const std::string& arguments) {
  return "python3 '" RAPPORT_SOURCE_DIR "/tests/csv/referee.py' " + arguments;
}

// As Python's json.dumps writes a list of strings.
std::string Json(const std::vector<std::string>& fields) {
  std::string json = "[";
  for (const std::string& field : fields) {
    if (json.size() > 1) json += ", ";
    json += '"';
    for (const char c : field) {
      if (c == '"' || c == '\\') json += '\\';
      json += c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
    }
    json += '"';
  }
  return json + "]\n";
}

TEST(Referee, NastyRowsReadAsInPython) {
  if (!HasPython()) GTEST_SKIP() << "python3 is not here";
  std::mt19937_64 random(7);
  // Written well-formed, with everything that needs quotes; and plain fields that hold quotes.
  const char* const pieces[] = {"a", "\"\"", ",",  "\n",       "\r\n", "\r",
                                " ", "word", "\\", "\"\"\"\"", ";"};
  std::string text = "\xef\xbb\xbf";
  for (int row = 0; row < 3000; ++row) {
    const int fields = 1 + static_cast<int>(random() % 5);
    for (int field = 0; field < fields; ++field) {
      if (field > 0) text += ',';
      if (random() % 3 == 0) {
        text += random() % 4 == 0 ? "6\" x" : "plain";
        continue;
      }
      text += '"';
      for (auto k = random() % 6; k > 0; --k) text += pieces[random() % std::size(pieces)];
      text += '"';
    }
    text += random() % 2 == 0 ? "\n" : "\r\n";
    if (random() % 20 == 0) text += "\n";
  }
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("rapport-referee-" + std::to_string(getpid()) + ".csv");
  std::ofstream(path, std::ios::binary) << text;
  const std::string theirs = Shell(Referee("rows '" + path.string() + "'"));
  std::filesystem::remove(path);
  std::string ours;
  for (const OwnedRow& row : ReadRows(text).rows) {
    ASSERT_EQ(row.problem, "") << row.line;
    ours += Json(row.fields);
  }
  EXPECT_EQ(ours, theirs);
}

std::string DataFile() {
  const char* const folder = std::getenv("RAPPORT_DATA_DIR");
  return std::string(folder ? folder : RAPPORT_SOURCE_DIR "/../shared/data") +
         "/online_retail_ii.csv.zst";
}

int64_t LineNumber(const std::string& event_id) {
  return std::stoll(event_id.substr(event_id.find('-') + 1));
}

TEST(Referee, TheRealFileReadsAsInPython) {
  const std::string path = DataFile();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here (set RAPPORT_DATA_DIR)";
  if (!HasPython() || std::system("command -v zstdcat >/dev/null") != 0) {
    GTEST_SKIP() << "python3 or zstdcat is not here";
  }
  const auto source = PurchaseSource::Open(path, Format::kOnlineRetailII);
  ASSERT_TRUE(source.ok()) << source.status();
  std::map<std::string, int64_t> customers, pieces;
  int64_t returned = 0, line_number_sum = 0;
  std::vector<Event> events;
  const std::clock_t start = std::clock();
  while (true) {
    const absl::StatusOr<bool> more = (*source)->Read(1000, &events);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
    for (const Event& event : events) {
      if (const auto* purchase = std::get_if<Purchase>(&event)) {
        ++customers[purchase->customer_id];
        pieces[purchase->item_id] += purchase->quantity;
        line_number_sum += LineNumber(purchase->event_id);
      } else {
        returned += *std::get<Return>(event).quantity;
      }
    }
    events.clear();
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const ImportReport& report = (*source)->report();
  std::printf("%.0f rows a second of CPU, counting included\n",
              static_cast<double>(report.rows) / seconds);

  int64_t skipped = 0;
  for (const auto& [reason, rows] : report.skipped) skipped += rows.rows;
  const auto fact = [](std::string_view name, int64_t value) {
    return Cat({name, " ", std::to_string(value), "\n"});
  };
  std::string ours =
      fact("rows", report.rows) + fact("purchases", report.purchases) +
      fact("guests", report.guests) + fact("returns_matched", report.returns_matched) +
      fact("returns_unmatched", report.returns_unmatched) + fact("pieces_returned", returned) +
      fact("skipped", skipped) + fact("line_number_sum", line_number_sum);
  for (const auto& [customer, lines] : customers)
    ours += fact("customer " + (customer.empty() ? "-" : customer), lines);
  for (const auto& [item, count] : pieces) ours += fact("item " + item, count);
  EXPECT_EQ(ours, Shell("zstdcat '" + path + "' | " + Referee("retail")));
  EXPECT_EQ(Accounted(report), report.rows);
  for (const Item& item : (*source)->Items()) {
    EXPECT_FALSE(item.title.empty()) << item.item_id;
    EXPECT_TRUE(item.price) << item.item_id;
  }
}

}  // namespace
}  // namespace rapport::csv
