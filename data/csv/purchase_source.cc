#include "data/csv/purchase_source.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

#include "data/csv/byte_source.h"
#include "data/csv/findings.h"
#include "data/csv/row_reader.h"
#include "data/csv/text.h"

namespace rapport::csv {
namespace {

// One file or stream: its rows, and what they mean.
struct Input {
  // `file`: the stream below `bytes` if the input owns it.
  Input(std::unique_ptr<std::istream> file, std::optional<int64_t> total,
        std::unique_ptr<ByteSource> bytes)
      : file(std::move(file)), total(total), bytes(std::move(bytes)), rows(*this->bytes) {}

  absl::Status ReadHeader(const std::string& name, Format format) {
    Row header;
    const absl::StatusOr<bool> read = rows.Next(&header);
    if (!read.ok()) return read.status();
    if (!*read) return absl::InvalidArgumentError(Cat({"read ", name, ": the file is empty"}));
    if (!header.problem.empty()) {
      return absl::InvalidArgumentError(Cat({"read ", name, ": header: ", header.problem}));
    }
    absl::StatusOr<std::unique_ptr<RowRules>> made = format == Format::kOnlineRetailII
                                                         ? MakeOnlineRetailRules(header)
                                                         : MakePurchasesRules(header);
    if (!made.ok()) {
      return absl::InvalidArgumentError(
          Cat({"read ", name, ": ", std::string(made.status().message())}));
    }
    rules = *std::move(made);
    return absl::OkStatus();
  }

  const std::unique_ptr<std::istream> file;
  const std::optional<int64_t> total;
  const std::unique_ptr<ByteSource> bytes;
  RowReader rows;
  std::unique_ptr<RowRules> rules;
};

class RowSource final : public PurchaseSource {
 public:
  RowSource(std::vector<std::unique_ptr<Input>> inputs, Format format)
      : inputs_(std::move(inputs)), format_(format) {}

  absl::StatusOr<bool> Read(size_t at_least, std::vector<Event>* events) override {
    const size_t before = events->size();
    const size_t enough = before + std::max<size_t>(at_least, 1);
    Row row;
    while (events->size() < enough && status_.ok() && current_ < inputs_.size()) {
      const absl::StatusOr<bool> read = inputs_[current_]->rows.Next(&row);
      status_ = read.status();
      if (read.ok() && *read) Take(row, events);
      if (read.ok() && !*read) ++current_;
    }
    // What came before the damage is handed over first; the damage is the next answer.
    if (events->size() > before) return true;
    if (!status_.ok()) return status_;
    return false;
  }

  const ImportReport& report() const override { return findings_.report; }
  std::vector<Item> Items() const override { return findings_.items.Items(); }
  int64_t bytes_read() const override {
    int64_t bytes = 0;
    for (const auto& input : inputs_) bytes += input->bytes->bytes_read();
    return bytes;
  }
  std::optional<int64_t> bytes_total() const override {
    int64_t bytes = 0;
    for (const auto& input : inputs_) {
      if (!input->total) return std::nullopt;
      bytes += *input->total;
    }
    return bytes;
  }

 private:
  void Take(const Row& row, std::vector<Event>* events) {
    ++findings_.report.rows;
    if (row.problem.empty()) {
      Rules().Take(row, &findings_, events);
    } else {
      findings_.Skip(row.problem, row.line);
    }
  }

  // Those of online-retail-ii remember what may come back in a later file, and all its headers are
  // the same; those of purchases know their own file's columns, and remember nothing.
  RowRules& Rules() { return *inputs_[format_ == Format::kOnlineRetailII ? 0 : current_]->rules; }

  const std::vector<std::unique_ptr<Input>> inputs_;
  const Format format_;
  size_t current_ = 0;  // of inputs_; past them: all have ended
  Findings findings_;
  absl::Status status_;
};

absl::StatusOr<std::unique_ptr<Input>> Started(std::unique_ptr<Input> input,
                                               const std::string& name, Format format) {
  const absl::Status header = input->ReadHeader(name, format);
  if (!header.ok()) return header;
  return input;
}

absl::StatusOr<std::unique_ptr<Input>> InputFrom(std::istream& in, const std::string& name,
                                                 Format format) {
  return Started(std::make_unique<Input>(nullptr, std::nullopt, MakeByteSource(in, name)), name,
                 format);
}

absl::StatusOr<std::unique_ptr<Input>> OpenInput(const std::string& path, Format format) {
  if (path == "-") return InputFrom(std::cin, "standard input", format);
  auto file = OpenFile(path);
  if (!file.ok()) return file.status();
  std::error_code error;
  std::optional<int64_t> total;
  if (std::filesystem::is_regular_file(path, error)) {
    const uintmax_t size = std::filesystem::file_size(path, error);
    if (!error) total = static_cast<int64_t>(size);
  }
  std::unique_ptr<ByteSource> bytes = MakeByteSource(**file, path);
  return Started(std::make_unique<Input>(*std::move(file), total, std::move(bytes)), path, format);
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
  return OpenAll({path}, format);
}

absl::StatusOr<std::unique_ptr<PurchaseSource>> PurchaseSource::OpenAll(
    const std::vector<std::string>& paths, Format format) {
  std::vector<std::unique_ptr<Input>> inputs;
  for (const std::string& path : paths) {
    absl::StatusOr<std::unique_ptr<Input>> input = OpenInput(path, format);
    if (!input.ok()) return input.status();
    inputs.push_back(*std::move(input));
  }
  return std::make_unique<RowSource>(std::move(inputs), format);
}

absl::StatusOr<std::unique_ptr<PurchaseSource>> PurchaseSource::FromStream(std::istream& in,
                                                                           const std::string& name,
                                                                           Format format) {
  absl::StatusOr<std::unique_ptr<Input>> input = InputFrom(in, name, format);
  if (!input.ok()) return input.status();
  std::vector<std::unique_ptr<Input>> inputs;
  inputs.push_back(*std::move(input));
  return std::make_unique<RowSource>(std::move(inputs), format);
}

}  // namespace rapport::csv
