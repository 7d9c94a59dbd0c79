// BackupKeeper: makes backups, on a schedule and when asked, on one thread of its own that yields
// to calls. The schedule counts from the newest backup that there is, so that a restart neither
// postpones nor repeats one. A directory that cannot be used is tried again each minute: a shop
// sells without its backups, and is told. Any thread may call.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/backups.h"
#include "data/store.h"
#include "services/recommender/clock.h"

namespace rapport {

struct BackupKeeperOptions {
  std::string models_path;
  std::string made_by;               // the version of Rapport
  std::chrono::seconds interval{0};  // from one backup to the next; 0: only when asked
  size_t keep = 1;                   // older ones are removed after each that is made; 1 or more
  size_t keep_days = 0;              // of so many days the newest stays all the same
  std::chrono::milliseconds poll{1000};      // how often the thread looks whether one is due
  std::chrono::milliseconds patience{5000};  // the constructor waits so long for the directory
};

// How the making of a backup ended.
struct BackupReport {
  absl::StatusOr<Backup> backup;
  double seconds = 0;
  absl::Status removal;  // of older ones; they are removed the next time
};

// What a keeper does at the moment.
struct BackupWork {
  std::optional<Backup> reading;  // none: it makes one, and how much is new nobody knows before
  TimePoint since;
  uint64_t bytes_read = 0;  // by now
};

// Told on the keeper's thread; each may be empty.
struct BackupListener {
  // What there is, whenever that changes.
  std::function<void(const BackupList&)> on_listed;
  // Each that was made, or was not.
  std::function<void(const BackupReport&)> on_made;
  // Each that was read back, or could not be.
  std::function<void(const absl::Status&)> on_read;
};

class BackupKeeper {
 public:
  BackupKeeper(const Store& store, BackupsOptions directory, BackupKeeperOptions options,
               Clock clock, BackupListener listener = {});
  ~BackupKeeper() { Stop(); }
  BackupKeeper(const BackupKeeper&) = delete;
  BackupKeeper& operator=(const BackupKeeper&) = delete;

  // Ends what is being made or read; that, what waits and what is asked for later is answered
  // CANCELLED. From one thread.
  void Stop();

  using Done = std::function<void(absl::StatusOr<Backup>)>;
  // One of all that is acknowledged by now. `done` is called once, on the keeper's thread, or at
  // once with RESOURCE_EXHAUSTED if too many wait. Codes as Backups::Create.
  void Create(const Done& done);
  // Reads all of one; no id: the newest. Codes as Backups::Verify.
  void Verify(std::optional<uint32_t> id, const Done& done);

  // What there is, at once, whatever is being made. Codes as Backups::Open.
  absl::StatusOr<BackupList> List() const;
  // What is being made or read; none: nothing.
  std::optional<BackupWork> Running() const;

 private:
  using Task = std::function<void(bool stopped)>;

  static absl::Status Stopped();
  void Submit(Task task, const Done& done);
  void Loop(const std::stop_token& stop);
  absl::Status Open();
  void Close();
  void Failed(const absl::Status& why);
  void LookAtList();
  bool Due() const;
  absl::StatusOr<Backup> Make();
  absl::StatusOr<Backup> Read(std::optional<uint32_t> id);

  const Store& store_;
  const BackupsOptions directory_;
  const BackupKeeperOptions options_;
  const Clock clock_;
  const BackupListener listener_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> waiting_;           // guarded by mutex_
  bool stopped_ = false;               // guarded by mutex_
  std::unique_ptr<Backups> backups_;   // changed with mutex_ held, by the thread; none: see opened_
  absl::Status opened_;                // guarded by mutex_
  BackupList list_;                    // guarded by mutex_
  bool looked_ = false;                // guarded by mutex_: whether the directory was tried
  std::optional<BackupWork> running_;  // guarded by mutex_
  std::optional<TimePoint> failed_at_;  // the thread's own: unless the last one was made

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace rapport
