#include "data/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "data/keys.h"

namespace rapport {
namespace {

// In the order of Database's accessors. A new family means a new format: older versions refuse it
// by its name.
const std::array<std::string, 9> kFamilies = {rocksdb::kDefaultColumnFamilyName,
                                              "purchases",
                                              "items",
                                              "customers",
                                              "rules",
                                              "firsts",
                                              "moments",
                                              "claims",
                                              "merged"};

// What bloom filters and prefix seeks know of a key. The name stands in the files: never change
// what it means.
class CustomerPrefixTransform final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "rapport.CustomerPrefix.1"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), keys::PrefixLength(key.ToStringView())};
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return keys::PrefixLength(key.ToStringView()) > 0;
  }
};

// The first of them that this build of RocksDB has.
rocksdb::CompressionType Supported(std::initializer_list<rocksdb::CompressionType> wanted) {
  const auto have = rocksdb::GetSupportedCompressions();
  for (const auto type : wanted) {
    if (std::find(have.begin(), have.end(), type) != have.end()) return type;
  }
  return rocksdb::kNoCompression;
}

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options, bool create,
                                   std::shared_ptr<rocksdb::Statistics> statistics) {
  rocksdb::DBOptions db;
  db.env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  db.create_if_missing = create;
  db.create_missing_column_families = true;
  // The default drops everything after a damaged record without a word; this one refuses to open.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // After a failed write the log's end is unknown; only opening anew tells what it holds.
  db.max_bgerror_resume_count = 0;
  db.max_total_wal_size = 2 * options.memtable_bytes;  // bounds what a start must replay
  db.max_background_jobs = 2;
  db.bytes_per_sync = size_t{1} << 20;
  db.compaction_readahead_size = size_t{2} << 20;
  db.max_log_file_size = size_t{8} << 20;
  db.keep_log_file_num = 5;
  statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  db.statistics = std::move(statistics);
  return db;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const StoreOptions& options, const std::string& family,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions cf;
  cf.compression = Supported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  cf.bottommost_compression = Supported({rocksdb::kZSTD, cf.compression});
  cf.level_compaction_dynamic_level_bytes = true;
  cf.write_buffer_size = std::min(options.memtable_bytes, size_t{8} << 20);
  if (family == "purchases") {
    cf.write_buffer_size = options.memtable_bytes;
    cf.prefix_extractor = std::make_shared<CustomerPrefixTransform>();
    cf.memtable_prefix_bloom_size_ratio = 0.05;
    cf.memtable_whole_key_filtering = true;
  }
  if (family == "firsts") {  // read and written with the purchases
    cf.write_buffer_size = options.memtable_bytes;
    cf.memtable_prefix_bloom_size_ratio = 0.02;
    cf.memtable_whole_key_filtering = true;
  }
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;  // so that block_cache_bytes bounds all of it
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 16 << 10;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return cf;
}

bool Contains(const rocksdb::Status& status, std::string_view text) {
  return status.ToString().find(text) != std::string::npos;
}

absl::Status OpenError(const rocksdb::Status& status, const std::string& doing) {
  if (Contains(status, "lock hold by current process")) {
    return absl::FailedPreconditionError(doing + ": this process has it open already");
  }
  if (IsLockHeld(status)) {
    return absl::FailedPreconditionError(
        doing + ": another process holds its lock; stop it or choose another directory");
  }
  return FromRocks(status, doing);
}

// Makes the directory if need be. True: there is a database in it.
absl::StatusOr<bool> LookAt(rocksdb::FileSystem& files, const std::string& path,
                            const std::string& doing) {
  const rocksdb::IOOptions io;
  if (auto made = files.CreateDirIfMissing(path, io, nullptr); !made.ok()) {
    if (made.IsPathNotFound() || Contains(made, "No such file or directory")) {
      return absl::FailedPreconditionError(doing +
                                           ": its parent directory does not exist; create it");
    }
    return OpenError(made, doing);
  }
  if (files.FileExists(path + "/CURRENT", io, nullptr).ok()) return true;
  // RocksDB would start afresh here and remove what it does not know.
  std::vector<std::string> names;
  if (auto listed = files.GetChildren(path, io, &names, nullptr); !listed.ok()) {
    return OpenError(listed, doing);
  }
  for (const std::string& name : names) {
    uint64_t bytes = 0;
    if (name.ends_with(".log") && files.GetFileSize(path + "/" + name, io, &bytes, nullptr).ok() &&
        bytes == 0) {
      continue;
    }
    if (name.ends_with(".sst") || name.ends_with(".log") || name == "WATERMARK") {
      return absl::DataLossError(doing + ": file CURRENT is missing though " + name +
                                 " is there; restore a backup");
    }
  }
  return false;
}

absl::Status CheckFamilies(const rocksdb::DBOptions& db, const std::string& path,
                           const std::string& doing) {
  std::vector<std::string> names;
  if (auto listed = rocksdb::DB::ListColumnFamilies(db, path, &names); !listed.ok()) {
    return OpenError(listed, doing);
  }
  for (const std::string& name : names) {
    if (std::find(kFamilies.begin(), kFamilies.end(), name) == kFamilies.end()) {
      return absl::FailedPreconditionError(doing + ": column family '" + name +
                                           "' is unknown to this version; a newer one wrote it, "
                                           "open it with that");
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsLockHeld(const rocksdb::Status& status) {
  return Contains(status, "lock hold by current process") || Contains(status, "While lock file");
}

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound()) {
    return absl::DataLossError(message + "; restore a backup");
  }
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  if (Contains(status, "Permission denied") || Contains(status, "Read-only file system") ||
      Contains(status, "Operation not permitted")) {
    return absl::PermissionDeniedError(message);
  }
  return absl::UnavailableError(message);
}

absl::StatusOr<uint64_t> FreeSpace(rocksdb::FileSystem& files, const std::string& path) {
  uint64_t free = 0;
  const auto status = files.GetFreeSpace(path, rocksdb::IOOptions(), &free, nullptr);
  if (status.IsNotSupported()) return UINT64_MAX;  // a file system in memory
  if (!status.ok()) return FromRocks(status, "ask for free space at " + path);
  return free;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const StoreOptions& options) {
  const std::string doing = "open store at " + options.path;
  auto database = std::unique_ptr<Database>(new Database());
  database->path_ = options.path;
  database->free_bytes_ = options.free_bytes;
  database->free_space_floor_bytes_ = options.free_space_floor_bytes;
  database->cache_ = rocksdb::NewLRUCache(options.block_cache_bytes);
  database->statistics_ = rocksdb::CreateDBStatistics();
  rocksdb::DBOptions db_options = DatabaseOptions(options, false, database->statistics_);
  database->files_ = db_options.env->GetFileSystem();
  // Compactions yield to calls (flushes do not: a write may wait for one). Where the system can't,
  // they compete.
  db_options.env
      ->LowerThreadPoolCPUPriority(rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow)
      .PermitUncheckedError();

  const auto found = LookAt(*database->files_, options.path, doing);
  if (!found.ok()) return found.status();
  db_options.create_if_missing = !*found;
  if (*found) {
    if (auto known = CheckFamilies(db_options, options.path, doing); !known.ok()) return known;
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& family : kFamilies) {
    families.emplace_back(family, FamilyOptions(options, family, database->cache_));
  }
  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::Open(db_options, options.path, families, &database->families_, &opened);
  database->db_.reset(opened);
  if (!status.ok()) return OpenError(status, doing);
  return database;
}

Database::~Database() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  db_->Close().PermitUncheckedError();
}

absl::StatusOr<uint64_t> Database::CountEvents() const {
  rocksdb::TablePropertiesCollection tables;
  const auto status = db_->GetPropertiesOfAllTables(purchases(), &tables);
  if (!status.ok()) return FromRocks(status, "count events of store at " + path_);
  uint64_t count = 0;
  for (const auto& [file, properties] : tables) count += properties->num_entries;
  for (const auto& property : {rocksdb::DB::Properties::kNumEntriesActiveMemTable,
                               rocksdb::DB::Properties::kNumEntriesImmMemTables}) {
    uint64_t entries = 0;
    db_->GetIntProperty(purchases(), property, &entries);
    count += entries;
  }
  return count;
}

absl::StatusOr<uint64_t> Database::CountMerged() const {
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(rocksdb::ReadOptions(), merged()));
  uint64_t count = 0;
  for (it->SeekToFirst(); it->Valid(); it->Next()) ++count;
  if (!it->status().ok()) return FromRocks(it->status(), "count merges of store at " + path_);
  return count;
}

absl::StatusOr<uint64_t> Database::FreeBytes() const {
  return free_bytes_ ? free_bytes_() : FreeSpace(*files_, path_);
}

StoreSizes Database::Sizes() const {
  using Properties = rocksdb::DB::Properties;
  StoreSizes sizes;
  const auto keep = [&](const std::string& property, bool found, uint64_t value) {
    if (found) sizes.properties[property.substr(property.find('.') + 1)] = value;
  };
  for (const auto& property : {Properties::kEstimateLiveDataSize, Properties::kTotalSstFilesSize,
                               Properties::kCurSizeAllMemTables}) {
    uint64_t value = 0;
    const bool found = db_->GetAggregatedIntProperty(property, &value);
    keep(property, found, value);
  }
  // Of the whole database, or of the one cache: the same from every family.
  for (const auto& property : {Properties::kBlockCacheUsage, Properties::kBlockCacheCapacity,
                               Properties::kNumRunningCompactions, Properties::kIsWriteStopped,
                               Properties::kActualDelayedWriteRate}) {
    uint64_t value = 0;
    const bool found = db_->GetIntProperty(purchases(), property, &value);
    keep(property, found, value);
  }
  sizes.block_cache_hits = statistics_->getTickerCount(rocksdb::BLOCK_CACHE_HIT);
  sizes.block_cache_misses = statistics_->getTickerCount(rocksdb::BLOCK_CACHE_MISS);
  sizes.free_bytes = FreeBytes().value_or(0);
  sizes.free_space_floor_bytes = free_space_floor_bytes_;
  sizes.stall_micros = statistics_->getTickerCount(rocksdb::STALL_MICROS);
  return sizes;
}

}  // namespace rapport
