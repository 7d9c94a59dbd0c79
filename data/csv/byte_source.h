// The bytes of a file, decompressed: plain, gzip (concatenated members too) and zstd (concatenated
// frames too), told apart by their first bytes. What was read before damage is good. One thread at
// a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace rapport::csv {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills `buffer` with 1 to `size` bytes and says how many; 0: the end. DATA_LOSS if the
  // compressed stream is broken or ends early, or the file cannot be read; from then on the same
  // answer.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;

  // Bytes taken from the (compressed) input so far.
  virtual int64_t bytes_read() const = 0;
};

// A file to read. NOT_FOUND, PERMISSION_DENIED, UNAVAILABLE; INVALID_ARGUMENT for a directory.
absl::StatusOr<std::unique_ptr<std::istream>> OpenFile(const std::string& path);

// `in` must outlive the source. `name` stands in messages. The input is taken `chunk_bytes` at a
// time (at least 1), which changes nothing but speed.
std::unique_ptr<ByteSource> MakeByteSource(std::istream& in, std::string name,
                                           size_t chunk_bytes = size_t{256} << 10);

}  // namespace rapport::csv
