#include "model/snapshot_format.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "model/byte_archive.h"
#include "model/calibration_bytes.h"
#include "model/popularity.h"
#include "model/row_bytes.h"
#include "model/section_file.h"
#include "model/timing_bytes.h"

namespace rapport {
namespace {

constexpr uint32_t kFormatVersion = 6;
// 5: the same without timing; 4: also without averages, 3: and without what was bought together.
constexpr uint32_t kOldestReadable = 3;

enum class SectionId : uint32_t {
  kHeader = 1,
  kItems = 2,
  kPopularity = 5,
  kWeights = 6,
  kEvaluation = 7,
  kCalibration = 8,
  kTogether = 9,    // may be missing
  kAverages = 10,   // likewise
  kTiming = 11,     // likewise
  kFirstTaste = 16  // and one more for each further taste
};
// All but tastes and what may be missing.
constexpr uint32_t kPlainSections = 6;
constexpr uint32_t kMostSections = kPlainSections + 3 + kMostTastes;
constexpr size_t kTasteHead = 64;  // options, then zeros, then matrices and neighbours

SectionId TasteSection(size_t taste) {
  return static_cast<SectionId>(static_cast<uint32_t>(SectionId::kFirstTaste) + taste);
}

// One description of each section's fields, in order, for both directions: Fields(writer, const
// model) and Fields(reader, model) visit the same members.
template <typename Archive, typename Difference>
void DifferenceFields(Archive&& archive, Difference& difference) {
  archive(difference.mean);
  archive(difference.low);
  archive(difference.high);
}

template <typename Archive, typename Model>
void HeaderFields(Archive&& archive, Model& model) {
  archive(model.version);
  archive(model.kind);
  archive(model.trained_at);
  archive(model.training_seconds);
  archive(model.sequence);
  archive(model.data.customers);
  archive(model.data.items);
  archive(model.data.orders);
  archive(model.data.purchases);
  archive(model.data.pairs);
  archive(model.data.first_purchase);
  archive(model.data.last_purchase);
  archive(model.remark);
  archive(model.prior.weight);
  archive(model.prior.purchases);
  DifferenceFields(archive, model.prior.gain);
}

template <typename Archive, typename Options>
void OptionFields(Archive&& archive, Options& options) {
  archive(options.factors);
  archive(options.iterations);
  archive(options.alpha0);
  archive(options.regularization);
  archive(options.nu);
  archive(options.half_life_days);
  archive(options.seed);
  archive(options.neighbour_weight);
}

// As many tastes as the model has.
template <typename Archive, typename Weights>
void WeightFields(Archive&& archive, Weights& weights) {
  for (auto& weight : weights.tastes) archive(weight);
  for (auto& weight : weights.repeat) archive(weight);
  for (auto& weight : weights.popularity) archive(weight);
  archive(weights.fitted);
}

template <typename Archive, typename Row>
void RowFields(Archive&& archive, Row& row) {
  archive(row.method);
  archive(row.pool);
  archive(row.customers);
  archive(row.recall);
  archive(row.ndcg);
  archive(row.hit_rate);
}

template <typename Archive, typename Comparison>
void ComparisonFields(Archive&& archive, Comparison& comparison) {
  archive(comparison.method);
  archive(comparison.pool);
  DifferenceFields(archive, comparison.recall);
  DifferenceFields(archive, comparison.ndcg);
}

template <typename Archive, typename Quality>
void QualityFields(Archive&& archive, Quality& quality) {
  archive(quality.samples);
  archive(quality.expected);
  archive(quality.bought);
  archive(quality.brier);
  archive(quality.brier_skill);
  archive(quality.ece);
}

// Booleans and enumerations are one byte.
template <typename T>
constexpr bool kIsByte = std::is_enum_v<T> || std::is_same_v<T, bool>;

auto Saving(ByteWriter& writer) {
  return [&writer]<typename T>(const T& value) {
    if constexpr (kIsByte<T>) {
      writer.Put(static_cast<uint8_t>(value));
    } else {
      writer.Put(value);
    }
  };
}

auto Loading(ByteReader& reader) {
  return [&reader]<typename T>(T& value) {
    if constexpr (kIsByte<T>) {
      uint8_t byte = 0;
      reader.Get(&byte);
      constexpr uint8_t kGreatest = std::is_same_v<T, Pool> ? kPoolCount - 1 : 1;
      if (byte > kGreatest) reader.Fail();
      value = static_cast<T>(byte);
    } else {
      reader.Get(&value);
    }
  };
}

// FAILED_PRECONDITION unless this program reads it.
absl::Status CheckVersion(uint32_t version) {
  if (version >= kOldestReadable && version <= kFormatVersion) return absl::OkStatus();
  const std::string has = absl::StrCat("model file has format version ", version);
  if (version > kFormatVersion)
    return absl::FailedPreconditionError(
        absl::StrCat(has, "; this program reads up to ", kFormatVersion));
  return absl::FailedPreconditionError(has + ", whose factors had another basis; train again");
}

template <typename MatrixType>
bool LoadMatrix(std::string_view section, size_t rows, size_t columns, MatrixType* matrix) {
  using Scalar = typename MatrixType::Scalar;
  if (columns != 0 && rows > section.size() / (columns * sizeof(Scalar))) return false;
  matrix->resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  ByteReader reader(section);
  reader.GetAll(matrix->data(), rows * columns);
  return reader.AtEnd() && matrix->allFinite();
}

bool LoadItems(std::string_view section, Vocabulary* items) {
  ByteReader reader(section);
  uint32_t count = 0;
  reader.Get(&count);
  std::vector<std::string> ids;
  for (uint32_t row = 0; row < count && reader.ok(); ++row) {
    std::string id;
    reader.Get(&id);
    if (!ids.empty() && ids.back() >= id) return false;
    ids.push_back(std::move(id));
  }
  *items = Vocabulary(std::move(ids));
  return reader.AtEnd();
}

bool LoadEvaluation(std::string_view section, EvaluationReport* report) {
  ByteReader reader(section);
  uint32_t rows = 0;
  reader.Get(&report->cut);
  reader.Get(&report->window_days);
  reader.Get(&rows);
  for (uint32_t row = 0; row < rows && reader.ok(); ++row)
    RowFields(Loading(reader), report->rows.emplace_back());
  uint32_t comparisons = 0;
  reader.Get(&comparisons);
  for (uint32_t row = 0; row < comparisons && reader.ok(); ++row)
    ComparisonFields(Loading(reader), report->comparisons.emplace_back());
  for (CalibrationQuality& quality : report->calibration) QualityFields(Loading(reader), quality);
  return reader.AtEnd();
}

bool SaneOptions(const AlsOptions& options) {
  return options.factors >= 1 && options.factors <= 1024 && options.alpha0 > 0 &&
         options.regularization > 0 && options.half_life_days > 0 && options.neighbour_weight >= 0;
}

std::string TasteBytes(const Taste& taste) {
  ByteWriter head;
  OptionFields(Saving(head), taste.options);
  std::string bytes = head.Take();
  bytes.resize(kTasteHead);
  ByteWriter matrices;
  matrices.PutAll(taste.factors.data(), static_cast<size_t>(taste.factors.size()));
  matrices.PutAll(taste.spectrum.data(), static_cast<size_t>(taste.spectrum.size()));
  matrices.PutAll(taste.mean.data(), static_cast<size_t>(taste.mean.size()));
  PutRows(matrices, taste.neighbours);
  return bytes + matrices.Take();
}

bool LoadTaste(std::string_view section, size_t items, Taste* taste) {
  if (section.size() < kTasteHead) return false;
  ByteReader head(section.substr(0, kTasteHead));
  OptionFields(Loading(head), taste->options);
  if (!head.ok() || !SaneOptions(taste->options)) return false;
  const auto factors = static_cast<size_t>(taste->options.factors);
  const std::string_view matrices = section.substr(kTasteHead);
  const size_t of_factors = items * factors * sizeof(float);
  const size_t of_spectrum = factors * sizeof(double);
  const size_t of_matrices = of_factors + 2 * of_spectrum;
  if (matrices.size() < of_matrices) return false;
  return LoadMatrix(matrices.substr(0, of_factors), items, factors, &taste->factors) &&
         LoadMatrix(matrices.substr(of_factors, of_spectrum), factors, 1, &taste->spectrum) &&
         LoadMatrix(matrices.substr(of_factors + of_spectrum, of_spectrum), factors, 1,
                    &taste->mean) &&
         (taste->options.neighbour_weight == 0
              ? matrices.size() == of_matrices
              : LoadRows(matrices.substr(of_matrices), items, &taste->neighbours));
}

std::string TogetherBytes(const BoughtTogether& together) {
  ByteWriter writer;
  writer.Put(together.orders);
  writer.PutAll(together.orders_of.data(), together.orders_of.size());
  PutRows(writer, together.support);
  return writer.Take();
}

// Each item that has company is in some order.
bool LoadTogether(std::string_view section, size_t items, BoughtTogether* together) {
  ByteReader reader(section);
  reader.Get(&together->orders);
  if (reader.left() / sizeof(uint32_t) < items) return false;
  together->orders_of.resize(items);
  reader.GetAll(together->orders_of.data(), items);
  if (!reader.ok() ||
      !LoadRows(section.substr(section.size() - reader.left()), items, &together->support)) {
    return false;
  }
  return std::ranges::none_of(together->support.columns,
                              [&](uint32_t item) { return together->orders_of[item] == 0; });
}

bool KnowsAverages(const ModelSnapshot& model) {
  return !model.tastes.empty() && std::ranges::all_of(model.tastes, [](const Taste& taste) {
    return taste.average.customers > 0;
  });
}

std::string AverageBytes(const ModelSnapshot& model) {
  ByteWriter writer;
  for (const Taste& taste : model.tastes) {
    const AverageCustomer& average = taste.average;
    writer.Put(average.customers);
    writer.PutAll(average.vector.data(), static_cast<size_t>(average.vector.size()));
    writer.PutAll(average.neighbourhood.data(), static_cast<size_t>(average.neighbourhood.size()));
  }
  return writer.Take();
}

// The tastes are whole already.
bool LoadAverages(std::string_view section, ModelSnapshot* model) {
  ByteReader reader(section);
  for (Taste& taste : model->tastes) {
    AverageCustomer& average = taste.average;
    reader.Get(&average.customers);
    average.vector.resize(taste.factors.cols());
    reader.GetAll(average.vector.data(), static_cast<size_t>(average.vector.size()));
    average.neighbourhood.resize(taste.options.neighbour_weight > 0 ? taste.factors.rows() : 0);
    reader.GetAll(average.neighbourhood.data(), static_cast<size_t>(average.neighbourhood.size()));
    if (!reader.ok() || average.customers <= 0 || !average.vector.allFinite() ||
        !average.neighbourhood.allFinite()) {
      return false;
    }
  }
  return reader.AtEnd();
}

}  // namespace

std::string SerializeModel(const ModelSnapshot& model) {
  std::map<SectionId, ByteWriter> writers;
  HeaderFields(Saving(writers[SectionId::kHeader]), model);
  writers[SectionId::kItems].Put(static_cast<uint32_t>(model.items.size()));
  for (const std::string& id : model.items.ids())
    writers[SectionId::kItems].Put(std::string_view(id));
  writers[SectionId::kPopularity].PutAll(model.popularity.data(),
                                         static_cast<size_t>(model.popularity.size()));
  for (const PoolWeights& weights : model.weights)
    WeightFields(Saving(writers[SectionId::kWeights]), weights);
  ByteWriter& evaluation = writers[SectionId::kEvaluation];
  evaluation.Put(model.evaluation.cut);
  evaluation.Put(model.evaluation.window_days);
  evaluation.Put(static_cast<uint32_t>(model.evaluation.rows.size()));
  for (const EvaluationRow& row : model.evaluation.rows) RowFields(Saving(evaluation), row);
  evaluation.Put(static_cast<uint32_t>(model.evaluation.comparisons.size()));
  for (const EvaluationComparison& comparison : model.evaluation.comparisons)
    ComparisonFields(Saving(evaluation), comparison);
  for (const CalibrationQuality& quality : model.evaluation.calibration)
    QualityFields(Saving(evaluation), quality);
  std::map<uint32_t, std::string> sections;
  for (auto& [id, writer] : writers) sections[static_cast<uint32_t>(id)] = writer.Take();
  sections[static_cast<uint32_t>(SectionId::kCalibration)] = CalibrationBytes(model.calibration);
  if (!model.together.empty())
    sections[static_cast<uint32_t>(SectionId::kTogether)] = TogetherBytes(model.together);
  if (KnowsAverages(model))
    sections[static_cast<uint32_t>(SectionId::kAverages)] = AverageBytes(model);
  if (!model.timing.empty())
    sections[static_cast<uint32_t>(SectionId::kTiming)] = TimingBytes(model.timing);
  for (size_t taste = 0; taste < model.tastes.size(); ++taste)
    sections[static_cast<uint32_t>(TasteSection(taste))] = TasteBytes(model.tastes[taste]);
  return JoinSections(kFormatVersion, sections);
}

absl::StatusOr<ModelSnapshot> ParseModel(std::string_view bytes) {
  const auto version = FormatVersionOf(bytes);
  if (!version.ok()) return version.status();
  if (absl::Status readable = CheckVersion(*version); !readable.ok()) return readable;
  const auto sections = SplitSections(bytes);
  if (!sections.ok()) return sections.status();
  if (sections->size() < kPlainSections || sections->size() > kMostSections)
    return Damaged("it has too few sections, or too many");
  const auto section = [&](SectionId id) {
    const auto found = sections->find(static_cast<uint32_t>(id));
    return found == sections->end() ? std::string_view() : found->second;
  };

  ModelSnapshot model;
  ByteReader header(section(SectionId::kHeader));
  HeaderFields(Loading(header), model);
  if (!header.AtEnd()) return Damaged("its header section makes no sense");
  if (!LoadItems(section(SectionId::kItems), &model.items))
    return Damaged("its items are not a sorted list");
  if (!LoadMatrix(section(SectionId::kPopularity), model.items.size(), kPopularityFeatures.size(),
                  &model.popularity)) {
    return Damaged("its popularity has the wrong size or numbers that are not finite");
  }
  const std::string_view together = section(SectionId::kTogether);
  const std::string_view averages = section(SectionId::kAverages);
  const std::string_view timing = section(SectionId::kTiming);
  const size_t others = kPlainSections + (together.empty() ? 0 : 1) + (averages.empty() ? 0 : 1) +
                        (timing.empty() ? 0 : 1);
  if (sections->size() < others) return Damaged("it has too few sections");
  model.tastes.resize(sections->size() - others);
  if ((model.kind == ModelKind::kTrained) == model.tastes.empty())
    return Damaged("its tastes do not go with its kind");
  for (size_t taste = 0; taste < model.tastes.size(); ++taste) {
    if (!LoadTaste(section(TasteSection(taste)), model.items.size(), &model.tastes[taste]))
      return Damaged("a taste has the wrong size or numbers that are not finite");
  }
  ByteReader weights(section(SectionId::kWeights));
  for (PoolWeights& pool : model.weights) {
    pool.tastes.resize(model.tastes.size());
    WeightFields(Loading(weights), pool);
  }
  if (!weights.AtEnd()) return Damaged("its weights make no sense");
  if (!LoadEvaluation(section(SectionId::kEvaluation), &model.evaluation))
    return Damaged("its evaluation makes no sense");
  if (!LoadCalibration(section(SectionId::kCalibration), &model.calibration))
    return Damaged("its calibration makes no sense");
  if (!together.empty() && !LoadTogether(together, model.items.size(), &model.together))
    return Damaged("what was bought together makes no sense");
  if (!averages.empty() && !LoadAverages(averages, &model))
    return Damaged("its averages over customers make no sense");
  if (!timing.empty() && !LoadTiming(timing, model.items.size(), &model.timing))
    return Damaged("its timing makes no sense");
  model.new_below = NewBelow(model);
  return model;
}

}  // namespace rapport
