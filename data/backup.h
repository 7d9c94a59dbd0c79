// Backup: what a backup of a store says of itself. RocksDB keeps these bytes with the description
// of its own files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/watermark.h"

namespace rapport {

// A file below the directory of models, as it was copied.
struct ModelCopy {
  std::string name;  // from that directory: "rejected/20261127T101500.model"
  std::string hash;  // of what it holds: XXH3, 128 bits, as 32 hexadecimal digits
  uint64_t bytes = 0;
  bool operator==(const ModelCopy&) const = default;
};

struct Backup {
  uint32_t id = 0;  // 1 or more; later ones are larger
  TimePoint made_at{};
  Mark mark;            // acknowledged before it was made: at least so much is in it
  std::string made_by;  // the version of Rapport
  std::vector<ModelCopy> models;
  uint64_t bytes = 0;  // of all its files, those that other backups hold too included
};

// Those of a directory.
struct BackupList {
  std::vector<Backup> whole;      // as far as names and sizes tell; newest first
  std::vector<uint32_t> damaged;  // their description or files are missing; oldest first
};

// Of the trained models in it, newest first; without those that were rejected or are of popularity.
std::vector<std::string> ModelVersions(const Backup& backup);

// All but `id` and `bytes`, which RocksDB knows.
std::string EncodeBackup(const Backup& backup);
// DATA_LOSS: these bytes are no such record, or the name of a model file leads elsewhere.
absl::StatusOr<Backup> DecodeBackup(std::string_view bytes);

}  // namespace rapport
