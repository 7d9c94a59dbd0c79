// SnapshotDir: model files on disk. A file appears whole or not at all: written aside, synced,
// renamed, directory synced. It knows bytes, not models: whoever reads them decides whether they
// are good. Any thread may call; calls are serialised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rapport {

class SnapshotDir {
 public:
  // Creates the directory if it is missing and removes files left half-written. `keep` >= 1: how
  // many files remain.
  static absl::StatusOr<std::unique_ptr<SnapshotDir>> Open(std::string path, size_t keep);

  // Writes `<version>.model`. `version`: [A-Za-z0-9-]+, and versions sort by age. ALREADY_EXISTS if
  // there; UNAVAILABLE or RESOURCE_EXHAUSTED (disk full), and then the directory is as it was.
  absl::Status Write(std::string_view version, std::string_view bytes);
  // Removes the oldest beyond `keep`, but never the active one or `serving`. What cannot be removed
  // now is removed the next time.
  void RemoveOld(std::string_view serving);

  // NOT_FOUND if there is no such version.
  absl::StatusOr<std::string> Read(std::string_view version) const;

  // The size of its file. NOT_FOUND.
  absl::StatusOr<int64_t> Bytes(std::string_view version) const;

  // Newest first.
  absl::StatusOr<std::vector<std::string>> List() const;

  // Which version serves after a restart, if somebody chose one (ActivateModel); empty: the newest.
  // Durable.
  absl::Status SetActive(std::string_view version);
  absl::StatusOr<std::string> Active() const;

  // A word that outlives the process, in a file `name` beside the models; empty: none. Durable.
  // Requires: `name` is in capitals, and not "ACTIVE".
  absl::Status SetNote(const std::string& name, std::string_view text);
  absl::StatusOr<std::string> Note(const std::string& name) const;

 private:
  SnapshotDir(std::string path, size_t keep) : path_(std::move(path)), keep_(keep) {}
  const std::string path_;
  const size_t keep_;
  mutable std::mutex mutex_;
};

}  // namespace rapport
