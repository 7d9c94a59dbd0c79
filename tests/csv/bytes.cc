#include "tests/csv/bytes.h"

#include <zlib.h>
#include <zstd.h>

#include <sstream>

namespace rapport::csv {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

AllRows ReadRows(std::string_view bytes, size_t chunk_bytes) {
  std::istringstream in{std::string(bytes)};
  const std::unique_ptr<ByteSource> source = MakeByteSource(in, "test", chunk_bytes);
  RowReader reader(*source);
  AllRows all;
  Row row;
  while (true) {
    const absl::StatusOr<bool> read = reader.Next(&row);
    all.status = read.status();
    if (!read.ok() || !*read) return all;
    all.rows.push_back(
        {row.line, {row.fields.begin(), row.fields.end()}, std::string(row.problem)});
  }
}

AllEvents ReadEvents(std::string_view bytes, Format format, size_t at_least) {
  std::istringstream in{std::string(bytes)};
  AllEvents all;
  const auto source = PurchaseSource::FromStream(in, "test", format);
  all.status = source.status();
  if (!source.ok()) return all;
  while (true) {
    const absl::StatusOr<bool> more = (*source)->Read(at_least, &all.events);
    all.status = more.status();
    if (!more.ok() || !*more) break;
  }
  all.items = (*source)->Items();
  all.report = (*source)->report();
  return all;
}

int64_t Accounted(const ImportReport& report) {
  int64_t rows = report.purchases + report.returns_matched + report.returns_unmatched;
  for (const auto& [reason, skipped] : report.skipped) rows += skipped.rows;
  return rows;
}

}  // namespace rapport::csv
