#include "services/recommender/model_shelf.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "model/snapshot_format.h"

namespace rapport {

namespace {

// Refreshed often before the first training; each keeps the tokens of its time alive for as long as
// it stays.
constexpr size_t kPopularityKept = 5;

}  // namespace

ModelShelf::ModelShelf(ModelShelfOptions options, std::unique_ptr<SnapshotDir> trained,
                       std::unique_ptr<SnapshotDir> popularity)
    : options_(std::move(options)),
      trained_(std::move(trained)),
      popularity_(std::move(popularity)) {}

absl::StatusOr<std::unique_ptr<ModelShelf>> ModelShelf::Open(ModelShelfOptions options) {
  auto trained = SnapshotDir::Open(options.path, options.keep);
  if (!trained.ok()) return trained.status();
  auto popularity = SnapshotDir::Open(options.path + "/popularity", kPopularityKept);
  if (!popularity.ok()) return popularity.status();
  std::unique_ptr<ModelShelf> shelf(
      new ModelShelf(std::move(options), *std::move(trained), *std::move(popularity)));
  if (absl::Status loaded = shelf->LoadNewest(); !loaded.ok()) return loaded;
  return shelf;
}

absl::Status ModelShelf::LoadNewest() {
  for (const SnapshotDir* dir : {popularity_.get(), trained_.get()}) {  // the later one wins
    const auto versions = dir->List();
    if (!versions.ok()) return versions.status();
    for (const std::string& version : *versions) {
      auto model = Load(*dir, version);
      if (!model.ok()) continue;
      if (dir == trained_.get()) last_learned_ = {(*model)->sequence, (*model)->trained_at};
      current_.Publish(*std::move(model));
      break;
    }
  }
  const auto chosen = trained_->Active();
  if (!chosen.ok()) return chosen.status();
  if (chosen->empty() || *chosen == Current()->version) return absl::OkStatus();
  if (auto model = Load(*trained_, *chosen); model.ok()) current_.Publish(*std::move(model));
  return absl::OkStatus();
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
  auto model = Load(*trained_, version);
  if (absl::IsNotFound(model.status())) model = Load(*popularity_, version);
  if (absl::IsNotFound(model.status()) || absl::IsInvalidArgument(model.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat("model ", std::string(version), " is no longer kept"));
  }
  if (model.ok()) {
    const std::lock_guard lock(mutex_);
    last_loaded_ = *model;
  }
  return model;
}

absl::Status ModelShelf::Publish(ModelSnapshot model) {
  const bool trained = model.kind == ModelKind::kTrained;
  const auto published = std::make_shared<const ModelSnapshot>(std::move(model));
  const std::string bytes = SerializeModel(*published);
  const std::lock_guard publishing(publishing_);
  SnapshotDir& dir = trained ? *trained_ : *popularity_;
  if (absl::Status written = dir.Write(published->version, bytes); !written.ok()) return written;
  if (trained) {
    if (absl::Status chosen = trained_->SetActive(""); !chosen.ok()) return chosen;
    const std::lock_guard lock(mutex_);
    last_learned_ = {published->sequence, published->trained_at};
  }
  current_.Publish(published);
  dir.RemoveOld(published->version);
  return absl::OkStatus();
}

absl::Status ModelShelf::Activate(std::string_view version) {
  const std::lock_guard publishing(publishing_);
  auto model = Load(*trained_, version);
  if (absl::IsInvalidArgument(model.status())) {
    return absl::NotFoundError(absl::StrCat("there is no model ", std::string(version)));
  }
  if (!model.ok()) return model.status();
  if (absl::Status chosen = trained_->SetActive(version); !chosen.ok()) return chosen;
  current_.Publish(*std::move(model));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ModelShelf::Kept>> ModelShelf::List() const {
  const auto versions = trained_->List();
  if (!versions.ok()) return versions.status();
  const std::string serving = Current()->version;
  std::vector<Kept> kept;
  for (const std::string& version : *versions) {
    int64_t bytes = 0;
    auto model = Load(*trained_, version, &bytes);
    if (model.ok())
      kept.push_back({.model = *std::move(model), .bytes = bytes, .serving = version == serving});
  }
  return kept;
}

absl::StatusOr<ModelShelf::Kept> ModelShelf::Find(std::string_view version) const {
  auto model = Get(version);
  if (!model.ok()) return model.status();
  const SnapshotDir& dir = (*model)->kind == ModelKind::kTrained ? *trained_ : *popularity_;
  return Kept{
      .model = *model, .bytes = dir.Bytes(version).value_or(0), .serving = *model == Current()};
}

ModelShelf::Learned ModelShelf::LastLearned() const {
  const std::lock_guard lock(mutex_);
  return last_learned_;
}

}  // namespace rapport
