#include "data/csv/byte_source.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "data/csv/text.h"

namespace rapport::csv {
namespace {

absl::Status EndsEarly(const std::string& name, std::string_view kind) {
  return absl::DataLossError(Cat({"read ", name, ": the ", kind, " stream ends early"}));
}

// The input as it lies on disk, a chunk at a time.
class Input {
 public:
  Input(std::istream& in, std::string name, size_t chunk_bytes)
      : in_(in), name_(std::move(name)), chunk_(std::max<size_t>(chunk_bytes, 1)) {}

  // What is at hand and not yet taken; reads on if that is less than `at_least`. Shorter only at
  // the end of the input.
  absl::StatusOr<std::string_view> Peek(size_t at_least = 1) {
    while (end_ - begin_ < at_least && !ended_) {
      if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
      }
      buffer_.resize(end_ + chunk_);
      in_.read(buffer_.data() + end_, static_cast<std::streamsize>(chunk_));
      end_ += static_cast<size_t>(in_.gcount());
      if (in_.bad()) {
        return absl::DataLossError(Cat({"read ", name_, ": the file cannot be read"}));
      }
      ended_ = in_.eof() || in_.gcount() == 0;
    }
    return std::string_view(buffer_.data() + begin_, end_ - begin_);
  }

  void Take(size_t bytes) {
    begin_ += bytes;
    taken_ += static_cast<int64_t>(bytes);
  }

  int64_t taken() const { return taken_; }
  const std::string& name() const { return name_; }

 private:
  std::istream& in_;
  const std::string name_;
  const size_t chunk_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  int64_t taken_ = 0;
  bool ended_ = false;
};

class GzipDecoder {
 public:
  GzipDecoder() { ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }  // 16: a gzip header
  ~GzipDecoder() {
    if (ready_) inflateEnd(&stream_);
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  absl::StatusOr<size_t> Read(Input& input, char* buffer, size_t size) {
    if (!ready_) return absl::ResourceExhaustedError("start gzip: out of memory");
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1u << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      absl::StatusOr<std::string_view> bytes = input.Peek();
      if (!bytes.ok()) return bytes.status();
      if (bytes->empty()) {
        if (in_member_) return EndsEarly(input.name(), "gzip");
        return 0;
      }
      if (!in_member_) inflateReset(&stream_);
      in_member_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes->data()));
      stream_.avail_in = static_cast<uInt>(std::min<size_t>(bytes->size(), 1u << 30));
      const uInt offered = stream_.avail_in;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      input.Take(offered - stream_.avail_in);
      if (code == Z_STREAM_END) {
        in_member_ = false;  // another member may follow
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return absl::DataLossError(Cat({"read ", input.name(), ": broken gzip stream: ",
                                        stream_.msg ? stream_.msg : "unknown damage"}));
      }
    }
    return room - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool in_member_ = true;
};

class ZstdDecoder {
 public:
  absl::StatusOr<size_t> Read(Input& input, char* buffer, size_t size) {
    if (stream_ == nullptr) return absl::ResourceExhaustedError("start zstd: out of memory");
    ZSTD_outBuffer out{buffer, size, 0};
    while (out.pos == 0) {
      absl::StatusOr<std::string_view> bytes = input.Peek();
      if (!bytes.ok()) return bytes.status();
      // Even without input the decoder may still hold output of the frame.
      ZSTD_inBuffer in{bytes->data(), bytes->size(), 0};
      if (in.size == 0 && !in_frame_) return 0;
      const size_t left = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(left)) {
        return absl::DataLossError(
            Cat({"read ", input.name(), ": broken zstd stream: ", ZSTD_getErrorName(left)}));
      }
      in_frame_ = left != 0;
      if (bytes->empty() && out.pos == 0 && in_frame_) return EndsEarly(input.name(), "zstd");
      input.Take(in.pos);
    }
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  bool in_frame_ = true;
};

class PlainDecoder {
 public:
  absl::StatusOr<size_t> Read(Input& input, char* buffer, size_t size) {
    absl::StatusOr<std::string_view> bytes = input.Peek();
    if (!bytes.ok()) return bytes.status();
    const size_t count = std::min(size, bytes->size());
    std::memcpy(buffer, bytes->data(), count);
    input.Take(count);
    return count;
  }
};

// A decoder over its input. An error is final.
template <typename Decoder>
class DecodedSource final : public ByteSource {
 public:
  explicit DecodedSource(Input input) : input_(std::move(input)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (!status_.ok()) return status_;
    absl::StatusOr<size_t> count = decoder_.Read(input_, buffer, size);
    status_ = count.status();
    return count;
  }
  int64_t bytes_read() const override { return input_.taken(); }

 private:
  Input input_;
  Decoder decoder_;
  absl::Status status_;
};

absl::Status CannotOpen(const std::string& path, int error) {
  const std::string message = Cat({"open ", path, ": ", std::generic_category().message(error)});
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

bool IsZstd(std::string_view start) {
  if (start.size() < 4) return false;
  // A skippable frame may come first: pzstd writes one.
  const auto low = static_cast<unsigned char>(start[0]);
  return start.substr(0, 4) == "\x28\xb5\x2f\xfd" ||
         ((low & 0xf0) == 0x50 && start.substr(1, 3) == "\x2a\x4d\x18");
}

}  // namespace

absl::StatusOr<std::unique_ptr<std::istream>> OpenFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(Cat({"open ", path, ": it is a directory"}));
  }
  errno = 0;
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!file->is_open()) return CannotOpen(path, errno);
  return file;
}

std::unique_ptr<ByteSource> MakeByteSource(std::istream& in, std::string name, size_t chunk_bytes) {
  Input input(in, std::move(name), chunk_bytes);
  const absl::StatusOr<std::string_view> peeked = input.Peek(4);
  // A file that cannot be read says so again at the first Read.
  const std::string_view start = peeked.ok() ? *peeked : std::string_view();
  if (start.substr(0, 2) == "\x1f\x8b") {
    return std::make_unique<DecodedSource<GzipDecoder>>(std::move(input));
  }
  if (IsZstd(start)) return std::make_unique<DecodedSource<ZstdDecoder>>(std::move(input));
  return std::make_unique<DecodedSource<PlainDecoder>>(std::move(input));
}

}  // namespace rapport::csv
