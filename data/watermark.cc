#include "data/watermark.h"

#include <rocksdb/file_system.h>
#include <xxhash.h>

#include <array>
#include <cstring>
#include <utility>

#include "data/database.h"

namespace rapport {
namespace {

constexpr char kMagic[] = {'R', 'A', 'P', 'P', 'M', 'A', 'R', 'K'};
constexpr size_t kSlotBytes = 32;
constexpr size_t kSlotDistance = 4096;  // a torn page spoils one slot
constexpr size_t kFileBytes = kSlotDistance + kSlotBytes;
constexpr uint64_t kSyncEvery = 256;  // raises

using Slot = std::array<char, kSlotBytes>;

// Integers lie in the machine's order, which is little-endian wherever Rapport runs.
Slot ToSlot(Mark mark) {
  Slot slot;
  std::memcpy(slot.data(), kMagic, 8);
  std::memcpy(slot.data() + 8, &mark.sequence, 8);
  std::memcpy(slot.data() + 16, &mark.commits, 8);
  const uint64_t checksum = XXH3_64bits(slot.data(), 24);
  std::memcpy(slot.data() + 24, &checksum, 8);
  return slot;
}

std::optional<Mark> FromSlot(std::string_view bytes) {
  if (bytes.size() < kSlotBytes || std::memcmp(bytes.data(), kMagic, 8) != 0) return std::nullopt;
  uint64_t checksum;
  std::memcpy(&checksum, bytes.data() + 24, 8);
  if (checksum != XXH3_64bits(bytes.data(), 24)) return std::nullopt;
  Mark mark;
  std::memcpy(&mark.sequence, bytes.data() + 8, 8);
  std::memcpy(&mark.commits, bytes.data() + 16, 8);
  return mark;
}

rocksdb::Slice ToSlice(const Slot& slot) { return {slot.data(), slot.size()}; }

// A whole file beside the real one, synced, then renamed: it is there with good slots or not at
// all.
rocksdb::IOStatus Create(rocksdb::FileSystem& files, const std::string& path, Mark mark) {
  const std::string aside = path + ".tmp";
  std::unique_ptr<rocksdb::FSWritableFile> file;
  const rocksdb::IOOptions io;
  auto status = files.NewWritableFile(aside, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return status;
  std::string bytes(kFileBytes, '\0');
  const Slot slot = ToSlot(mark);
  std::memcpy(bytes.data(), slot.data(), kSlotBytes);
  std::memcpy(bytes.data() + kSlotDistance, slot.data(), kSlotBytes);
  status = file->Append(bytes, io, nullptr);
  if (status.ok()) status = file->Sync(io, nullptr);
  if (status.ok()) status = file->Close(io, nullptr);
  if (status.ok()) status = files.RenameFile(aside, path, io, nullptr);
  if (!status.ok()) return status;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  status = files.NewDirectory(path.substr(0, path.rfind('/')), io, &directory, nullptr);
  return status.ok() ? directory->Fsync(io, nullptr) : status;
}

}  // namespace

absl::StatusOr<std::optional<Mark>> Watermark::Read(
    const std::shared_ptr<rocksdb::FileSystem>& files, const std::string& path) {
  const std::string doing = "read watermark " + path;
  const rocksdb::IOOptions io;
  const auto exists = files->FileExists(path, io, nullptr);
  if (exists.IsNotFound()) return std::optional<Mark>();
  if (!exists.ok()) return FromRocks(exists, doing);
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  auto status = files->NewRandomAccessFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return FromRocks(status, doing);

  std::optional<Mark> mark;
  for (const size_t at : {size_t{0}, kSlotDistance}) {
    Slot scratch;
    rocksdb::Slice bytes;
    status = file->Read(at, kSlotBytes, io, &bytes, scratch.data(), nullptr);
    if (!status.ok()) continue;  // as good as damaged: the other slot decides
    const auto slot = FromSlot({bytes.data(), bytes.size()});
    if (slot && (!mark || slot->commits > mark->commits)) mark = slot;
  }
  if (!mark) {
    return absl::DataLossError(doing +
                               ": it is damaged, so nobody can tell whether events are missing; "
                               "restore a backup, or delete this file to go on with what there is");
  }
  return mark;
}

absl::StatusOr<std::unique_ptr<Watermark>> Watermark::Open(
    std::shared_ptr<rocksdb::FileSystem> files, const std::string& path, Mark mark) {
  const std::string doing = "open watermark " + path;
  const rocksdb::IOOptions io;
  if (files->FileExists(path, io, nullptr).IsNotFound()) {
    if (auto status = Create(*files, path, mark); !status.ok()) return FromRocks(status, doing);
  }
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  auto status = files->NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return FromRocks(status, doing);
  auto watermark = std::unique_ptr<Watermark>(new Watermark(std::move(files), std::move(file)));
  // Twice: whatever a damaged slot held, both are good from here on.
  for (int slot = 0; slot < 2; ++slot) {
    if (auto raised = watermark->Raise(mark); !raised.ok()) return raised;
  }
  return watermark;
}

Watermark::Watermark(std::shared_ptr<rocksdb::FileSystem> files,
                     std::unique_ptr<rocksdb::FSRandomRWFile> file)
    : files_(std::move(files)), file_(std::move(file)) {}

Watermark::~Watermark() {
  // A failure leaves an older mark, which is still a lower bound.
  file_->Sync(rocksdb::IOOptions(), nullptr).PermitUncheckedError();
  file_->Close(rocksdb::IOOptions(), nullptr).PermitUncheckedError();
}

absl::Status Watermark::Raise(Mark mark) {
  const rocksdb::IOOptions io;
  const Slot slot = ToSlot(mark);
  auto status = file_->Write((turn_ % 2) * kSlotDistance, ToSlice(slot), io, nullptr);
  if (!status.ok()) return FromRocks(status, "write watermark");
  ++turn_;
  // fdatasync, of which power loss leaves at most the last few hundred batches unwatched.
  if (turn_ % kSyncEvery == 0) status = file_->Sync(io, nullptr);
  return status.ok() ? absl::OkStatus() : FromRocks(status, "sync watermark");
}

}  // namespace rapport
