#include "services/recommender/model_shelf.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "model/snapshot_format.h"

namespace rapport {

ModelShelf::ModelShelf(ModelShelfOptions options, std::unique_ptr<SnapshotDir> dir)
    : options_(std::move(options)), dir_(std::move(dir)) {}

absl::StatusOr<std::unique_ptr<ModelShelf>> ModelShelf::Open(ModelShelfOptions options) {
  auto dir = SnapshotDir::Open(options.path, options.keep);
  if (!dir.ok()) return dir.status();
  std::unique_ptr<ModelShelf> shelf(new ModelShelf(std::move(options), *std::move(dir)));

  auto versions = shelf->dir_->List();
  if (!versions.ok()) return versions.status();
  // The chosen one first, then from the newest: whatever parses serves.
  auto chosen = shelf->dir_->Active();
  if (!chosen.ok()) return chosen.status();
  if (!chosen->empty()) versions->insert(versions->begin(), *chosen);
  for (const std::string& version : *versions) {
    auto model = shelf->Load(version, nullptr);
    if (!model.ok()) continue;
    shelf->current_.Publish(*std::move(model));
    break;
  }
  return shelf;
}

absl::StatusOr<std::shared_ptr<const ModelSnapshot>> ModelShelf::Load(std::string_view version,
                                                                      int64_t* bytes) const {
  auto file = dir_->Read(version);
  if (!file.ok()) return file.status();
  if (bytes != nullptr) *bytes = static_cast<int64_t>(file->size());
  auto model = ParseModel(*file);
  if (model.ok() && model->version != version) {
    model = absl::DataLossError(
        absl::StrCat("model file is damaged: it holds version ", model->version));
  }
  if (!model.ok()) {
    if (options_.on_refused) options_.on_refused(version, model.status());
    return absl::Status(model.status().code(), absl::StrCat("load model ", std::string(version),
                                                            ": ", model.status().message()));
  }
  return std::make_shared<const ModelSnapshot>(*std::move(model));
}

absl::StatusOr<std::shared_ptr<const ModelSnapshot>> ModelShelf::Get(
    std::string_view version) const {
  if (auto current = Current(); current->version == version) return current;
  {
    const std::lock_guard lock(mutex_);
    if (last_loaded_ != nullptr && last_loaded_->version == version) return last_loaded_;
  }
  auto model = Load(version, nullptr);
  if (absl::IsNotFound(model.status())) {
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
  auto published = std::make_shared<const ModelSnapshot>(std::move(model));
  if (absl::Status written =
          dir_->Write(published->version, SerializeModel(*published), published->version);
      !written.ok()) {
    return written;
  }
  if (absl::Status chosen = dir_->SetActive(""); !chosen.ok()) return chosen;
  current_.Publish(std::move(published));
  return absl::OkStatus();
}

absl::Status ModelShelf::Activate(std::string_view version) {
  auto model = Load(version, nullptr);
  if (!model.ok()) return model.status();
  if (absl::Status chosen = dir_->SetActive(version); !chosen.ok()) return chosen;
  current_.Publish(*std::move(model));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ModelShelf::Kept>> ModelShelf::List() const {
  auto versions = dir_->List();
  if (!versions.ok()) return versions.status();
  const std::string serving = Current()->version;
  std::vector<Kept> kept;
  for (const std::string& version : *versions) {
    int64_t bytes = 0;
    auto model = Load(version, &bytes);
    if (model.ok())
      kept.push_back({.model = *std::move(model), .bytes = bytes, .serving = version == serving});
  }
  return kept;
}

}  // namespace rapport
