#include "services/backup/backup_keeper.h"

#include <algorithm>
#include <utility>

#include "services/recommender/low_priority.h"

namespace rapport {
namespace {

constexpr size_t kMostWaiting = 10;
constexpr std::chrono::seconds kRetry{60};  // after one that failed

}  // namespace

BackupKeeper::BackupKeeper(const Store& store, Backups& backups, BackupKeeperOptions options,
                           Clock clock, std::function<void(const BackupReport&)> on_finished)
    : store_(store),
      backups_(backups),
      options_(std::move(options)),
      clock_(std::move(clock)),
      on_finished_(std::move(on_finished)),
      list_(backups.List()),
      thread_([this](const std::stop_token& stop) { Loop(stop); }) {}

void BackupKeeper::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  backups_.Stop();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void BackupKeeper::Create(const Done& done) {
  Submit([this, done](bool stopped) { done(stopped ? Stopped() : Make()); }, done);
}

void BackupKeeper::Verify(std::optional<uint32_t> id, const Done& done) {
  Submit([this, id, done](bool stopped) { done(stopped ? Stopped() : Read(id)); }, done);
}

std::vector<Backup> BackupKeeper::List() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

std::optional<BackupWork> BackupKeeper::Running() const {
  const std::lock_guard lock(mutex_);
  auto running = running_;
  if (running) running->bytes_read = backups_.bytes_read();
  return running;
}

absl::Status BackupKeeper::Stopped() { return absl::CancelledError("the server stops"); }

void BackupKeeper::Submit(Task task, const Done& done) {
  std::unique_lock lock(mutex_);
  if (stopped_) {
    lock.unlock();
    return done(Stopped());
  }
  if (waiting_.size() < kMostWaiting) {
    waiting_.push_back(std::move(task));
    wake_.notify_one();
    return;
  }
  lock.unlock();
  done(
      absl::ResourceExhaustedError("as many backups as may wait are waiting; ListBackups shows "
                                   "when one is made"));
}

void BackupKeeper::Loop(const std::stop_token& stop) {
  LowerThreadPriority();
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, options_.poll, [this] { return !waiting_.empty(); });
      if (!waiting_.empty()) {
        task = std::move(waiting_.front());
        waiting_.pop_front();
      }
    }
    if (task) {
      task(stop.stop_requested());
    } else if (stop.stop_requested()) {
      return;
    } else if (Due()) {
      Make().IgnoreError();  // on_finished_ was told
    }
  }
}

bool BackupKeeper::Due() const {
  if (options_.interval.count() == 0) return false;
  const TimePoint now = clock_();
  // A clock that was set back makes one too many, rather than none for as long.
  const auto passed = [now](TimePoint since, std::chrono::seconds time) {
    return now < since || now - since >= time;
  };
  if (failed_at_ && !passed(*failed_at_, std::min(kRetry, options_.interval))) return false;
  const auto backups = List();
  return backups.empty() || passed(backups.front().made_at, options_.interval);
}

absl::StatusOr<Backup> BackupKeeper::Make() {
  const auto began = std::chrono::steady_clock::now();
  const TimePoint now = clock_();
  {
    const std::lock_guard lock(mutex_);
    running_ = BackupWork{.reading = std::nullopt, .since = now};
  }
  BackupReport report{
      .backup = store_.BackUp(
          backups_, {.models_path = options_.models_path, .now = now, .made_by = options_.made_by}),
      .seconds = 0,
      .removal = absl::OkStatus()};
  failed_at_.reset();
  if (report.backup.ok()) {
    report.removal = backups_.RemoveOld(options_.keep);
  } else {
    failed_at_ = clock_();
  }
  {
    auto list = backups_.List();
    const std::lock_guard lock(mutex_);
    list_ = std::move(list);
    running_.reset();
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (on_finished_) on_finished_(report);
  return report.backup;
}

absl::StatusOr<Backup> BackupKeeper::Read(std::optional<uint32_t> id) {
  const auto backups = List();
  if (backups.empty()) return absl::NotFoundError("there is no backup yet; CreateBackup makes one");
  const auto found = id ? std::ranges::find(backups, *id, &Backup::id) : backups.begin();
  if (found == backups.end()) return backups_.Verify(*id);  // which names those that there are
  {
    const std::lock_guard lock(mutex_);
    running_ = BackupWork{.reading = *found, .since = clock_()};
  }
  const absl::Status read = backups_.Verify(found->id);
  {
    const std::lock_guard lock(mutex_);
    running_.reset();
  }
  if (!read.ok()) return read;
  return *found;
}

}  // namespace rapport
