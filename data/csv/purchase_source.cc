#include "data/csv/purchase_source.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

#include "data/csv/byte_source.h"
#include "data/csv/findings.h"
#include "data/csv/row_reader.h"
#include "data/csv/text.h"

namespace rapport::csv {
namespace {

class RowSource final : public PurchaseSource {
 public:
  // `file`: the stream below `bytes` if the source owns it.
  RowSource(std::unique_ptr<std::istream> file, std::optional<int64_t> total,
            std::unique_ptr<ByteSource> bytes)
      : file_(std::move(file)), total_(total), bytes_(std::move(bytes)), rows_(*bytes_) {}

  absl::Status ReadHeader(const std::string& name, Format format) {
    Row header;
    const absl::StatusOr<bool> read = rows_.Next(&header);
    if (!read.ok()) return read.status();
    if (!*read) return absl::InvalidArgumentError(Cat({"read ", name, ": the file is empty"}));
    if (!header.problem.empty()) {
      return absl::InvalidArgumentError(Cat({"read ", name, ": header: ", header.problem}));
    }
    absl::StatusOr<std::unique_ptr<RowRules>> rules = format == Format::kOnlineRetailII
                                                          ? MakeOnlineRetailRules(header)
                                                          : MakePurchasesRules(header);
    if (!rules.ok()) {
      return absl::InvalidArgumentError(
          Cat({"read ", name, ": ", std::string(rules.status().message())}));
    }
    rules_ = *std::move(rules);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Read(size_t at_least, std::vector<Event>* events) override {
    const size_t before = events->size();
    const size_t enough = before + std::max<size_t>(at_least, 1);
    Row row;
    while (events->size() < enough && status_.ok() && !ended_) {
      const absl::StatusOr<bool> read = rows_.Next(&row);
      status_ = read.status();
      ended_ = read.ok() && !*read;
      if (read.ok() && *read) Take(row, events);
    }
    // What came before the damage is handed over first; the damage is the next answer.
    if (events->size() > before) return true;
    if (!status_.ok()) return status_;
    return false;
  }

  const ImportReport& report() const override { return findings_.report; }
  std::vector<Item> Items() const override { return findings_.items.Items(); }
  int64_t bytes_read() const override { return bytes_->bytes_read(); }
  std::optional<int64_t> bytes_total() const override { return total_; }

 private:
  void Take(const Row& row, std::vector<Event>* events) {
    ++findings_.report.rows;
    if (row.problem.empty()) {
      rules_->Take(row, &findings_, events);
    } else {
      findings_.Skip(row.problem, row.line);
    }
  }

  const std::unique_ptr<std::istream> file_;
  const std::optional<int64_t> total_;
  const std::unique_ptr<ByteSource> bytes_;
  RowReader rows_;
  std::unique_ptr<RowRules> rules_;
  Findings findings_;
  absl::Status status_;
  bool ended_ = false;
};

absl::StatusOr<std::unique_ptr<PurchaseSource>> Start(std::unique_ptr<RowSource> source,
                                                      const std::string& name, Format format) {
  const absl::Status header = source->ReadHeader(name, format);
  if (!header.ok()) return header;
  return source;
}

absl::Status CannotOpen(const std::string& path, int error) {
  const std::string message = Cat({"open ", path, ": ", std::generic_category().message(error)});
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<Format> ParseFormat(std::string_view name) {
  if (name == "purchases") return Format::kPurchases;
  if (name == "online-retail-ii") return Format::kOnlineRetailII;
  return absl::InvalidArgumentError(
      Cat({"unknown format \"", name, "\": known are purchases and online-retail-ii"}));
}

absl::StatusOr<std::unique_ptr<PurchaseSource>> PurchaseSource::Open(const std::string& path,
                                                                     Format format) {
  if (path == "-") return FromStream(std::cin, "standard input", format);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(Cat({"open ", path, ": it is a directory"}));
  }
  errno = 0;
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!file->is_open()) return CannotOpen(path, errno);
  std::optional<int64_t> total;
  if (std::filesystem::is_regular_file(path, error)) {
    const uintmax_t size = std::filesystem::file_size(path, error);
    if (!error) total = static_cast<int64_t>(size);
  }
  std::unique_ptr<ByteSource> bytes = MakeByteSource(*file, path);
  return Start(std::make_unique<RowSource>(std::move(file), total, std::move(bytes)), path, format);
}

absl::StatusOr<std::unique_ptr<PurchaseSource>> PurchaseSource::FromStream(std::istream& in,
                                                                           std::string name,
                                                                           Format format) {
  std::unique_ptr<ByteSource> bytes = MakeByteSource(in, name);
  return Start(std::make_unique<RowSource>(nullptr, std::nullopt, std::move(bytes)),
               std::move(name), format);
}

}  // namespace rapport::csv
