#include "services/recommender/model_shelf.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "model/snapshot_format.h"

namespace rapport {

namespace {

// Refreshed often before the first training; each keeps the tokens of its time alive for as long as
// it stays.
constexpr size_t kPopularityKept = 5;
constexpr size_t kRejectedKept = 2;
constexpr size_t kItemsAtOnce = 10'000;
// Notes beside the models.
constexpr const char* kCutOff = "TRAINING";
constexpr const char* kTuned = "TUNED";

// The bytes of its file, which can be read again: what serves must serve after a restart too.
absl::StatusOr<std::string> FileOf(const ModelSnapshot& model) {
  std::string bytes = SerializeModel(model);
  if (const auto again = ParseModel(bytes); !again.ok()) {
    return absl::InternalError(
        absl::StrCat("the model could not be read back: ", again.status().message()));
  }
  return bytes;
}

}  // namespace

ModelShelf::ModelShelf(ModelShelfOptions options, std::unique_ptr<SnapshotDir> trained,
                       std::unique_ptr<SnapshotDir> popularity,
                       std::unique_ptr<SnapshotDir> rejected)
    : options_(std::move(options)),
      trained_(std::move(trained)),
      popularity_(std::move(popularity)),
      rejected_(std::move(rejected)) {}

absl::StatusOr<std::unique_ptr<ModelShelf>> ModelShelf::Open(ModelShelfOptions options) {
  auto trained = SnapshotDir::Open(options.path, options.keep);
  if (!trained.ok()) return trained.status();
  auto popularity = SnapshotDir::Open(options.path + "/popularity", kPopularityKept);
  if (!popularity.ok()) return popularity.status();
  auto rejected = SnapshotDir::Open(options.path + "/rejected", kRejectedKept);
  if (!rejected.ok()) return rejected.status();
  std::unique_ptr<ModelShelf> shelf(new ModelShelf(std::move(options), *std::move(trained),
                                                   *std::move(popularity), *std::move(rejected)));
  if (absl::Status loaded = shelf->LoadNewest(); !loaded.ok()) return loaded;
  return shelf;
}

absl::Status ModelShelf::LoadNewest() {
  std::string newest_learned;
  for (const SnapshotDir* dir : {popularity_.get(), trained_.get(), rejected_.get()}) {
    const auto versions = dir->List();
    if (!versions.ok()) return versions.status();
    for (const std::string& version : *versions) {
      auto model = Load(*dir, version);
      if (!model.ok()) continue;
      if (dir != popularity_.get() && version > newest_learned) {
        newest_learned = version;
        last_learned_ = {(*model)->sequence, (*model)->trained_at};
      }
      if (dir != rejected_.get()) current_.Publish(*std::move(model));  // the trained one wins
      break;
    }
  }
  if (absl::Status served = ServeChosen(*trained_); !served.ok()) return served;
  return ServeChosen(*rejected_);
}

absl::Status ModelShelf::ServeChosen(const SnapshotDir& dir) {
  const auto chosen = dir.Active();
  if (!chosen.ok()) return chosen.status();
  if (chosen->empty() || *chosen == Current()->version) return absl::OkStatus();
  if (auto model = Load(dir, *chosen); model.ok()) current_.Publish(*std::move(model));
  return absl::OkStatus();
}

SnapshotDir* ModelShelf::Where(std::string_view version) const {
  for (SnapshotDir* dir : {trained_.get(), rejected_.get(), popularity_.get()}) {
    if (dir->Bytes(version).ok()) return dir;
  }
  return nullptr;
}

bool ModelShelf::Keeps(std::string_view version) const {
  const SnapshotDir* dir = Where(version);
  return dir != nullptr && dir != popularity_.get();
}

absl::StatusOr<std::shared_ptr<const ModelSnapshot>> ModelShelf::Load(const SnapshotDir& dir,
                                                                      std::string_view version,
                                                                      int64_t* bytes) const {
  const auto file = dir.Read(version);
  if (!file.ok()) return file.status();
  if (bytes != nullptr) *bytes = static_cast<int64_t>(file->size());
  auto model = ParseModel(*file);
  if (model.ok() && model->version != version) {
    model = absl::DataLossError(
        absl::StrCat("model file is damaged: it holds version ", model->version));
  }
  if (model.ok()) return std::make_shared<const ModelSnapshot>(*std::move(model));

  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = refused_.insert(std::string(version)).second;
  }
  if (news && options_.on_refused) options_.on_refused(version, model.status());
  return absl::Status(model.status().code(), absl::StrCat("load model ", std::string(version), ": ",
                                                          model.status().message()));
}

absl::StatusOr<std::shared_ptr<const ModelSnapshot>> ModelShelf::Get(
    std::string_view version) const {
  if (auto current = Current(); current->version == version) return current;
  {
    const std::lock_guard lock(mutex_);
    if (last_loaded_ != nullptr && last_loaded_->version == version) return last_loaded_;
  }
  const SnapshotDir* dir = Where(version);
  if (dir == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("model ", std::string(version), " is no longer kept"));
  }
  auto model = Load(*dir, version);
  if (model.ok()) {
    const std::lock_guard lock(mutex_);
    last_loaded_ = *model;
  }
  return model;
}

absl::StatusOr<std::shared_ptr<const ServingModel>> ModelShelf::ServingThen(
    std::string_view version) const {
  if (auto recent = ServingAgain(version)) return recent;
  const std::lock_guard building(building_);  // or each caller would make one
  std::shared_ptr<const ServingModel> then;
  {
    const std::lock_guard lock(mutex_);
    if (last_then_ != nullptr && last_then_->model().version == version) then = last_then_;
  }
  auto fresh = then != nullptr ? UpToDate(std::move(then)) : ServingOf(version);
  if (fresh.ok()) {
    then = *fresh;
    const std::lock_guard lock(mutex_);
    last_then_.swap(then);
  }
  return fresh;  // the old one dies after the lock is gone
}

absl::StatusOr<std::shared_ptr<const ServingModel>> ModelShelf::ServingOf(
    std::string_view version) const {
  auto model = Get(version);
  if (!model.ok()) return model.status();
  return current_.Beside(*std::move(model));
}

absl::Status ModelShelf::Publish(ModelSnapshot model) {
  const bool trained = model.kind == ModelKind::kTrained;
  const auto published = std::make_shared<const ModelSnapshot>(std::move(model));
  const auto bytes = FileOf(*published);
  if (!bytes.ok()) return bytes.status();
  const std::lock_guard publishing(publishing_);
  SnapshotDir& dir = trained ? *trained_ : *popularity_;
  if (absl::Status written = dir.Write(published->version, *bytes); !written.ok()) return written;
  if (trained) {
    for (SnapshotDir* each : {trained_.get(), rejected_.get()}) {
      if (absl::Status chosen = each->SetActive(""); !chosen.ok()) return chosen;
    }
    const std::lock_guard lock(mutex_);
    last_learned_ = {published->sequence, published->trained_at};
  }
  current_.Publish(published);
  dir.RemoveOld(published->version);
  return absl::OkStatus();
}

absl::Status ModelShelf::KeepRejected(const ModelSnapshot& model) {
  const auto bytes = FileOf(model);
  if (!bytes.ok()) return bytes.status();
  const std::lock_guard publishing(publishing_);
  if (absl::Status written = rejected_->Write(model.version, *bytes); !written.ok()) return written;
  rejected_->RemoveOld(model.version);
  const std::lock_guard lock(mutex_);
  last_learned_ = {model.sequence, model.trained_at};
  return absl::OkStatus();
}

absl::Status ModelShelf::Activate(std::string_view version) {
  const std::lock_guard publishing(publishing_);
  SnapshotDir* dir = Where(version);
  if (dir == nullptr || dir == popularity_.get()) {
    return absl::NotFoundError(absl::StrCat("there is no model ", std::string(version)));
  }
  auto model = Load(*dir, version);
  if (!model.ok()) return model.status();
  if (absl::Status chosen = dir->SetActive(version); !chosen.ok()) return chosen;
  // A rejected one that was chosen wins over a trained one that was, so this comes last.
  if (dir == trained_.get()) {
    if (absl::Status chosen = rejected_->SetActive(""); !chosen.ok()) return chosen;
  }
  current_.Publish(*std::move(model));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ModelShelf::Kept>> ModelShelf::List() const {
  const std::string serving = Current()->version;
  std::vector<Kept> kept;
  for (const SnapshotDir* dir : {trained_.get(), rejected_.get()}) {
    const auto versions = dir->List();
    if (!versions.ok()) return versions.status();
    for (const std::string& version : *versions) {
      int64_t bytes = 0;
      auto model = Load(*dir, version, &bytes);
      if (!model.ok()) continue;
      kept.push_back({.model = *std::move(model),
                      .bytes = bytes,
                      .serving = version == serving,
                      .rejected = dir == rejected_.get()});
    }
  }
  std::ranges::sort(kept, std::greater(), [](const Kept& each) { return each.model->version; });
  return kept;
}

absl::StatusOr<ModelShelf::Kept> ModelShelf::Find(std::string_view version) const {
  auto model = Get(version);
  if (!model.ok()) return model.status();
  const SnapshotDir* dir = Where(version);
  return Kept{.model = *model,
              .bytes = dir == nullptr ? 0 : dir->Bytes(version).value_or(0),
              .serving = *model == Current(),
              .rejected = dir == rejected_.get()};
}

absl::Status ModelShelf::SetCutOff(int times) {
  return trained_->SetNote(kCutOff, times > 0 ? absl::StrCat(times) : "");
}

int ModelShelf::CutOff() const {
  int times = 0;
  const auto note = trained_->Note(kCutOff);
  return note.ok() && absl::SimpleAtoi(*note, &times) && times > 0 ? times : 0;
}

absl::Status ModelShelf::SetLastTuning(const Tuning& tuning) {
  return trained_->SetNote(kTuned, absl::StrCat(tuning.at.time_since_epoch().count(),
                                                tuning.found_better ? " better" : ""));
}

std::optional<ModelShelf::Tuning> ModelShelf::LastTuning() const {
  const auto note = trained_->Note(kTuned);
  if (!note.ok()) return std::nullopt;
  const std::string at = note->substr(0, note->find(' '));
  int64_t microseconds = 0;
  if (!absl::SimpleAtoi(at, &microseconds)) return std::nullopt;
  return Tuning{.at = Instant(std::chrono::microseconds(microseconds)),
                .found_better = note->substr(at.size()) == " better"};
}

ModelShelf::Learned ModelShelf::LastLearned() const {
  const std::lock_guard lock(mutex_);
  return last_learned_;
}

absl::Status LoadCatalogue(const Store& store, ModelShelf& models) {
  std::string last;
  for (;;) {
    auto items = store.ListItems(last, kItemsAtOnce);
    if (!items.ok()) return items.status();
    if (items->empty()) break;
    last = items->back().item_id;
    models.UpdateItems(*std::move(items));
  }
  auto rules = store.ListRules();
  if (!rules.ok()) return rules.status();
  models.UpdateRules(*std::move(rules));
  return absl::OkStatus();
}

}  // namespace rapport
