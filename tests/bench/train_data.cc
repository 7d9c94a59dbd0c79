#include "tests/bench/train_data.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "data/csv/byte_source.h"

namespace rapport {
namespace {

constexpr size_t kCustomers = 52'643;
constexpr size_t kItems = 91'599;
constexpr size_t kPairs = 2'380'730;

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError("no file " + path);
  const auto source = csv::MakeByteSource(in, path);
  std::string text;
  std::string chunk(1 << 20, '\0');
  for (;;) {
    const auto count = source->Read(chunk.data(), chunk.size());
    if (!count.ok()) return count.status();
    if (*count == 0) return text;
    text.append(chunk, 0, *count);
  }
}

void Add(std::vector<uint32_t> columns, CompressedRows* rows) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  rows->columns.insert(rows->columns.end(), columns.begin(), columns.end());
  rows->weights.resize(rows->columns.size(), 1.0f);
  rows->offsets.push_back(rows->columns.size());
}

double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// Pareto from 20 on, scaled so that they sum to kPairs.
std::vector<size_t> CountsOfCustomers(std::mt19937_64& random) {
  std::vector<double> wished(kCustomers);
  for (double& count : wished)
    count = std::min(20 / std::pow(1 - Uniform(random), 1 / 1.6), 4000.0);
  const double scale = kPairs / std::accumulate(wished.begin(), wished.end(), 0.0);
  std::vector<size_t> counts;
  for (const double count : wished) counts.push_back(static_cast<size_t>(count * scale));
  size_t total = std::accumulate(counts.begin(), counts.end(), size_t{0});
  for (size_t at = 0; total < kPairs; at = (at + 1) % kCustomers, ++total) ++counts[at];
  return counts;
}

}  // namespace

absl::StatusOr<CompressedRows> ReadPairs(const std::string& path) {
  const auto text = ReadAll(path);
  if (!text.ok()) return text.status();
  CompressedRows rows;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream numbers(line);
    size_t user = 0;
    if (!(numbers >> user)) continue;
    while (rows.rows() < user) rows.offsets.push_back(rows.columns.size());
    std::vector<uint32_t> items;
    for (uint32_t item = 0; numbers >> item;) items.push_back(item);
    Add(std::move(items), &rows);
  }
  return rows;
}

Interactions BothWays(CompressedRows by_customer, size_t items) {
  Interactions both;
  both.by_item = Transpose(by_customer, items);
  both.by_customer = std::move(by_customer);
  return both;
}

Pairs SyntheticPairs() {
  std::mt19937_64 random(1);
  // Popular items lie anywhere among the others.
  std::vector<uint32_t> item_of_rank(kItems);
  std::iota(item_of_rank.begin(), item_of_rank.end(), 0u);
  for (size_t at = kItems; at-- > 1;)
    std::swap(item_of_rank[at], item_of_rank[random() % (at + 1)]);
  std::vector<double> cumulated(kItems);
  double sum = 0;
  for (size_t rank = 0; rank < kItems; ++rank) {
    cumulated[rank] = sum += std::pow(static_cast<double>(rank) + 30, -0.8);
  }
  CompressedRows rows;
  for (const size_t count : CountsOfCustomers(random)) {
    std::unordered_set<uint32_t> items;
    while (items.size() < count) {
      const auto rank = std::lower_bound(cumulated.begin(), cumulated.end(), Uniform(random) * sum);
      items.insert(item_of_rank[static_cast<size_t>(rank - cumulated.begin()) % kItems]);
    }
    Add({items.begin(), items.end()}, &rows);
  }
  return {"synthetic", BothWays(std::move(rows), kItems)};
}

absl::Status WritePairs(const Interactions& interactions, const std::string& path) {
  const CompressedRows& rows = interactions.by_customer;
  std::ofstream out(path, std::ios::binary);
  const auto put = [&out](const auto& values) {
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(values[0])));
  };
  put(std::vector<int64_t>{static_cast<int64_t>(rows.rows()),
                           static_cast<int64_t>(interactions.by_item.rows()),
                           static_cast<int64_t>(rows.columns.size())});
  put(std::vector<int64_t>(rows.offsets.begin(), rows.offsets.end()));
  put(rows.columns);
  return out.flush() ? absl::OkStatus() : absl::DataLossError("cannot write " + path);
}

}  // namespace rapport
