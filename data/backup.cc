#include "data/backup.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>

#include "data/codec_parts.h"
#include "data/hash_text.h"
#include "rapport/store/v1/records.pb.h"

namespace rapport {
namespace {

// They become paths: of the copy, and of where it is restored to.
bool IsSafe(const ModelCopy& copy) {
  const std::filesystem::path name(copy.name);
  const bool below = !name.empty() && name.is_relative() &&
                     std::ranges::none_of(name, [](const auto& part) { return part == ".."; });
  return IsHashText(copy.hash) && below;
}

}  // namespace

std::vector<std::string> ModelVersions(const Backup& backup) {
  std::vector<std::string> versions;
  for (const ModelCopy& copy : backup.models) {
    const std::filesystem::path name(copy.name);
    if (name.extension() == ".model" && !name.has_parent_path()) versions.push_back(name.stem());
  }
  std::ranges::sort(versions, std::greater());  // they sort by age
  return versions;
}

std::string EncodeBackup(const Backup& backup) {
  store::v1::BackupRecord record;
  record.set_made_at_us(codec::Micros(backup.made_at));
  record.set_sequence(backup.mark.sequence);
  record.set_commits(backup.mark.commits);
  record.set_made_by(backup.made_by);
  for (const ModelCopy& copy : backup.models) {
    auto* model = record.add_models();
    model->set_name(copy.name);
    model->set_hash(copy.hash);
    model->set_bytes(copy.bytes);
  }
  return record.SerializeAsString();
}

absl::StatusOr<Backup> DecodeBackup(std::string_view bytes) {
  store::v1::BackupRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || bytes.empty())
    return absl::DataLossError("its description is none of Rapport's");
  Backup backup;
  backup.made_at = codec::Time(record.made_at_us());
  backup.mark = {.sequence = record.sequence(), .commits = record.commits()};
  backup.made_by = record.made_by();
  for (const auto& model : record.models()) {
    backup.models.push_back({model.name(), model.hash(), model.bytes()});
    if (!IsSafe(backup.models.back()))
      return absl::DataLossError("its description names a model file that cannot be");
  }
  return backup;
}

}  // namespace rapport
