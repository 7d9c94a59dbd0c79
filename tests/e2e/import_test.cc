// rapport import against the real server: repeatable, the same from any packing, and fast on the
// real file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

// Two orders, a guest, a return, postage, and a row that is no row.
constexpr const char* kFile =
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
    "489434,85048,15CM CHRISTMAS GLASS BALL 20 LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United "
    "Kingdom\n"
    "489434,79323P,PINK CHERRY LIGHTS,12,2009-12-01 07:45:00,6.75,13085,United Kingdom\n"
    "489435,22350,CAT BOWL,12,2009-12-01 07:46:00,2.55,,United Kingdom\n"
    "489436,POST,POSTAGE,1,2009-12-01 09:06:00,18.00,13078,France\n"
    "489437,22143,CHRISTMAS CRAFT HEART DECORATIONS,six,2009-12-01 09:08:00,2.10,15362,United "
    "Kingdom\n"
    "C489449,85048,15CM CHRISTMAS GLASS BALL 20 LIGHTS,-2,2009-12-01 10:33:00,6.95,13085,United "
    "Kingdom\n";

std::string Gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 32, '\0');
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

nlohmann::json Report(const Finished& finished) {
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  return nlohmann::json::parse(finished.out, nullptr, false);
}

class Import : public testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(server_.endpoint().empty()) << server_.Log(); }

  nlohmann::json Load(const std::string& path, const std::string& in_path = "/dev/null") {
    return Report(
        RunCli(server_, {"import", "--format", "online-retail-ii", path, "--json"}, in_path));
  }

  const TempDir scratch_;
  ServerProcess server_{scratch_, scratch_ / "data"};
};

TEST_F(Import, IsSafeToRepeatHoweverTheFileIsPacked) {
  WriteFile(scratch_ / "plain", kFile);
  WriteFile(scratch_ / "gzip", Gzip(kFile));
  WriteFile(scratch_ / "zstd", Zstd(kFile));
  const auto first = Load(scratch_ / "plain");
  EXPECT_EQ(first["rows"], 6);
  EXPECT_EQ(first["purchases"], 3);
  EXPECT_EQ(first["guests"], 1);
  EXPECT_EQ(first["returns_matched"], 1);
  EXPECT_EQ(first["accepted"], 4);
  EXPECT_EQ(first["items_described"], 3);
  const std::vector<nlohmann::json> repeated = {Load(scratch_ / "plain"), Load(scratch_ / "gzip"),
                                                Load(scratch_ / "zstd"),
                                                Load("-", scratch_ / "plain")};
  for (const auto& again : repeated) {
    EXPECT_EQ(again["accepted"], 0);
    EXPECT_EQ(again["duplicates"], 4);
    EXPECT_EQ(again["conflicts"], 0);
    EXPECT_EQ(again["items_described"], 0);
    EXPECT_EQ(again["skipped"], first["skipped"]);
  }
  EXPECT_EQ(Client(server_.endpoint()).Purchases("13085").size(), 2u);
}

TEST_F(Import, LeavesTheShopsOwnDescriptionsAlone) {
  WriteFile(scratch_ / "items",
            "{\"item_id\": \"85048\", \"title\": \"Glass ball with lights\"}\n");
  ASSERT_EQ(RunCli(server_, {"items", "--upsert", scratch_ / "items"}).exit_code, 0);
  WriteFile(scratch_ / "plain", kFile);
  EXPECT_EQ(Load(scratch_ / "plain")["items_described"], 2);
  EXPECT_THAT(RunCli(server_, {"items", "85048"}).out,
              testing::HasSubstr("Glass ball with lights"));
}

TEST_F(Import, ReportNamesTheReasonsAndTheLines) {
  WriteFile(scratch_ / "plain", kFile);
  const Finished finished =
      RunCli(server_, {"import", "--format", "online-retail-ii", scratch_ / "plain"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.out, testing::ContainsRegex("6  rows read"));
  EXPECT_THAT(finished.out, testing::ContainsRegex("4  recorded"));
  EXPECT_THAT(finished.out, testing::ContainsRegex("1  not a product.*  5\n"));
  EXPECT_THAT(finished.out, testing::HasSubstr("rows a second"));
  EXPECT_EQ(finished.err, "") << "no progress where nobody watches";
}

TEST_F(Import, KeepsWhatCameBeforeAFileThatBreaksOff) {
  const std::string whole = Gzip(kFile);
  WriteFile(scratch_ / "broken.gz", whole.substr(0, whole.size() - 40));
  const Finished finished =
      RunCli(server_, {"import", "--format", "online-retail-ii", scratch_ / "broken.gz"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, testing::HasSubstr("broken.gz"));
}

TEST_F(Import, GoesOnWhereTheServerWentAwayForAMoment) {
  constexpr int kRows = 400'000;
  const std::string endpoint = server_.endpoint();
  std::string file =
      "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n";
  // Long enough to be under way for seconds; the first two thousand rows are the customer's whom
  // the test watches.
  for (int row = 0; row < kRows; ++row) {
    file += std::to_string(100'000 + row) + ",85048,GLASS BALL,1,2009-12-01 07:45:00,6.95," +
            std::to_string(13'085 + row / 2'000) + ",United Kingdom\n";
  }
  WriteFile(scratch_ / "long", file);
  Process import({RAPPORT_BINARY, "--server", endpoint, "--json", "import", "--format",
                  "online-retail-ii", scratch_ / "long"},
                 scratch_ / "out", scratch_ / "err");
  const Client client(endpoint);
  while (import.Running() && client.Purchases("13085").size() < 1'000) {
  }
  ASSERT_TRUE(import.Running()) << "it was over before the server was killed";
  server_.Kill();
  ServerProcess again(scratch_, scratch_ / "data", {{"--server.listen", endpoint}});
  ASSERT_EQ(again.endpoint(), endpoint) << again.Log();
  EXPECT_EQ(import.Wait(), 0) << ReadFile(scratch_ / "err");
  const auto repeated = Load(scratch_ / "long");
  EXPECT_EQ(repeated["accepted"], 0);  // nothing was lost
  EXPECT_EQ(repeated["duplicates"], kRows);
}

// The first rows of the real export, unpacked.
std::string FirstRows(const std::string& path, size_t rows) {
  const std::string packed = ReadFile(path);
  std::string text;
  std::string buffer(1 << 20, '\0');
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  size_t lines = 0;
  while (in.pos < in.size && lines <= rows) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)) != 0) break;
    for (size_t at = 0; at < out.pos && lines <= rows; ++at) {
      text += buffer[at];
      lines += buffer[at] == '\n' ? 1 : 0;
    }
  }
  ZSTD_freeDStream(stream);
  return text;
}

TEST_F(Import, TakesTheFirstFiftyThousandRowsOfTheRealExport) {
  const char* folder = std::getenv("RAPPORT_DATA_DIR");
  const std::string path =
      std::string(folder != nullptr ? folder : RAPPORT_SOURCE_DIR "/../shared/data") +
      "/online_retail_ii.csv.zst";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  WriteFile(scratch_ / "real.csv", FirstRows(path, 50'000));
  const auto first = Load(scratch_ / "real.csv");
  EXPECT_EQ(first["rows"], 50'000);
  EXPECT_EQ(first["rejected"], 0) << first["first_problems"].dump();
  EXPECT_EQ(first["conflicts"], 0) << first["first_problems"].dump();
  EXPECT_GT(first["accepted"], 45'000);
  const auto again = Load(scratch_ / "real.csv");
  EXPECT_EQ(again["accepted"], 0);
  EXPECT_EQ(again["duplicates"], first["accepted"]);
  std::cout << first["rows_per_second"] << " rows a second\n";
}

}  // namespace
}  // namespace rapport::e2e
