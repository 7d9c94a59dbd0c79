#include "services/backup/backup_keeper.h"

#include <algorithm>
#include <utility>

#include "services/recommender/low_priority.h"

namespace rapport {
namespace {

constexpr size_t kMostWaiting = 10;
constexpr std::chrono::seconds kRetry{60};  // after one that failed

}  // namespace

BackupKeeper::BackupKeeper(const Store& store, BackupsOptions directory,
                           BackupKeeperOptions options, Clock clock, BackupListener listener)
    : store_(store),
      directory_(std::move(directory)),
      options_(std::move(options)),
      clock_(std::move(clock)),
      listener_(std::move(listener)),
      opened_(absl::UnavailableError("open backups at " + directory_.path +
                                     ": it does not answer; is it on a disk that is away?")) {
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, options_.patience, [this] { return looked_; });
}

void BackupKeeper::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (backups_ != nullptr) backups_->Stop();
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

// On the thread: a disk that does not answer holds no call up.
absl::Status BackupKeeper::Open() {
  auto backups = Backups::Open(directory_);
  BackupList list = backups.ok() ? (*backups)->List() : BackupList();
  if (backups.ok() && listener_.on_listed) listener_.on_listed(list);
  const std::lock_guard lock(mutex_);
  looked_ = true;
  wake_.notify_all();
  opened_ = backups.status();
  if (!opened_.ok()) return opened_;
  backups_ = *std::move(backups);
  list_ = std::move(list);
  if (stopped_) backups_->Stop();
  return absl::OkStatus();
}

void BackupKeeper::LookAtList() {
  BackupList list = backups_->List();
  if (listener_.on_listed) listener_.on_listed(list);
  const std::lock_guard lock(mutex_);
  list_ = std::move(list);
  running_.reset();
}

void BackupKeeper::Create(const Done& done) {
  Submit([this, done](bool stopped) { done(stopped ? Stopped() : Make()); }, done);
}

void BackupKeeper::Verify(std::optional<uint32_t> id, const Done& done) {
  Submit([this, id, done](bool stopped) { done(stopped ? Stopped() : Read(id)); }, done);
}

absl::StatusOr<BackupList> BackupKeeper::List() const {
  const std::lock_guard lock(mutex_);
  if (!opened_.ok()) return opened_;
  return list_;
}

std::optional<BackupWork> BackupKeeper::Running() const {
  const std::lock_guard lock(mutex_);
  auto running = running_;
  if (running) running->bytes_read = backups_->bytes_read();
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
  if (const absl::Status opened = Open(); !opened.ok()) Failed(opened);
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
      Make().IgnoreError();  // on_made was told
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
  return !backups.ok() || backups->whole.empty() ||
         passed(backups->whole.front().made_at, options_.interval);
}

void BackupKeeper::Close() {
  const std::lock_guard lock(mutex_);
  backups_.reset();
}

void BackupKeeper::Failed(const absl::Status& why) {
  failed_at_ = clock_();
  if (listener_.on_made) listener_.on_made({.backup = why, .seconds = 0, .removal = {}});
}

absl::StatusOr<Backup> BackupKeeper::Make() {
  const auto began = std::chrono::steady_clock::now();
  const TimePoint now = clock_();
  BackupReport report{.backup = absl::UnknownError("not tried"), .seconds = 0, .removal = {}};
  // The disk may have been changed for another.
  const bool in_place = backups_ != nullptr && backups_->IsInPlace();
  if (!in_place) Close();
  const absl::Status opened = in_place ? absl::OkStatus() : Open();
  if (opened.ok()) {
    // First, since there may be no space for another before.
    backups_->RemoveOld(options_.keep, options_.keep_days).IgnoreError();  // told below
    {
      const std::lock_guard lock(mutex_);
      running_ = BackupWork{.reading = std::nullopt, .since = now};
    }
    report.backup = store_.BackUp(
        *backups_, {.models_path = options_.models_path, .now = now, .made_by = options_.made_by});
    if (report.backup.ok()) report.removal = backups_->RemoveOld(options_.keep, options_.keep_days);
    LookAtList();
  } else {
    report.backup = opened;
  }
  failed_at_.reset();
  if (!report.backup.ok()) failed_at_ = clock_();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (listener_.on_made) listener_.on_made(report);
  return report.backup;
}

absl::StatusOr<Backup> BackupKeeper::Read(std::optional<uint32_t> id) {
  const auto backups = List();
  if (!backups.ok()) return backups.status();
  const std::vector<Backup>& whole = backups->whole;
  if (!id && whole.empty())
    return absl::NotFoundError("there is no backup yet; CreateBackup makes one");
  const auto found = id ? std::ranges::find(whole, *id, &Backup::id) : whole.begin();
  if (found == whole.end()) return backups_->Verify(*id);  // which says why not
  {
    const std::lock_guard lock(mutex_);
    running_ = BackupWork{.reading = *found, .since = clock_()};
  }
  const absl::Status read = backups_->Verify(found->id);
  LookAtList();
  if (listener_.on_read && !absl::IsCancelled(read)) listener_.on_read(read);
  if (!read.ok()) return read;
  return *found;
}

}  // namespace rapport
