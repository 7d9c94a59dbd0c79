#include "model/timing_bytes.h"

#include <algorithm>
#include <cmath>

#include "model/byte_archive.h"

namespace rapport {
namespace {

// Of one subject: four float32, two u32.
constexpr size_t kStatisticsBytes = 24;

void PutStatistics(const GapStatistics& of, ByteWriter& writer) {
  writer.Put(of.repeat_share);
  writer.Put(of.mean_log_gap);
  writer.Put(of.deviation);
  writer.Put(of.lately);
  writer.Put(of.customers);
  writer.Put(of.gaps);
}

bool LoadStatistics(ByteReader& reader, GapStatistics* of) {
  reader.Get(&of->repeat_share);
  reader.Get(&of->mean_log_gap);
  reader.Get(&of->deviation);
  reader.Get(&of->lately);
  reader.Get(&of->customers);
  reader.Get(&of->gaps);
  return reader.ok() && of->repeat_share > 0 && of->repeat_share < 1 && of->deviation > 0 &&
         std::isfinite(of->deviation) && std::isfinite(of->mean_log_gap) &&
         std::isfinite(of->lately);
}

void PutRepurchase(const RepurchaseModel& model, ByteWriter& writer) {
  writer.Put(model.weights.constant);
  for (const double weight : model.weights.of) writer.Put(weight);
  PutStatistics(model.gaps.all, writer);
  writer.Put(static_cast<uint32_t>(model.gaps.of.size()));
  for (const GapStatistics& of : model.gaps.of) PutStatistics(of, writer);
}

// What rises with the days asked about may not fall.
bool Rises(const DueWeights& weights) {
  return weights.of[static_cast<size_t>(DueFeature::kGaps)] >= 0 &&
         weights.of[static_cast<size_t>(DueFeature::kDays)] >= 0;
}

bool LoadRepurchase(ByteReader& reader, RepurchaseModel* model) {
  reader.Get(&model->weights.constant);
  for (double& weight : model->weights.of) reader.Get(&weight);
  uint32_t count = 0;
  if (!LoadStatistics(reader, &model->gaps.all) || !Rises(model->weights)) return false;
  reader.Get(&count);
  if (reader.left() / kStatisticsBytes < count) return false;
  model->gaps.of.resize(count);
  return std::ranges::all_of(model->gaps.of,
                             [&](GapStatistics& of) { return LoadStatistics(reader, &of); });
}

}  // namespace

std::string TimingBytes(const PurchaseTiming& timing) {
  ByteWriter writer;
  PutRepurchase(timing.items, writer);
  writer.Put(static_cast<uint8_t>(timing.categories.empty() ? 0 : 1));
  if (!timing.categories.empty()) {
    PutRepurchase(timing.categories, writer);
    writer.PutAll(timing.category_of.data(), timing.category_of.size());
  }
  writer.Put(timing.lapse.customers);
  writer.Put(timing.lapse.constant);
  for (const double weight : timing.lapse.weights) writer.Put(weight);
  return writer.Take();
}

bool LoadTiming(std::string_view section, size_t items, PurchaseTiming* timing) {
  ByteReader reader(section);
  if (!LoadRepurchase(reader, &timing->items) || timing->items.gaps.of.size() != items)
    return false;
  uint8_t has_categories = 0;
  reader.Get(&has_categories);
  if (!reader.ok() || has_categories > 1) return false;
  if (has_categories == 1) {
    if (!LoadRepurchase(reader, &timing->categories)) return false;
    timing->category_of.resize(items);
    reader.GetAll(timing->category_of.data(), items);
    const size_t categories = timing->categories.gaps.of.size();
    const auto known = [&](uint32_t category) {
      return category == PurchaseTiming::kNoCategory || category < categories;
    };
    if (!reader.ok() || !std::ranges::all_of(timing->category_of, known)) return false;
  }
  reader.Get(&timing->lapse.customers);
  reader.Get(&timing->lapse.constant);
  for (double& weight : timing->lapse.weights) reader.Get(&weight);
  return reader.AtEnd() && timing->lapse.customers >= 0 && !timing->items.empty() &&
         timing->categories.empty() == (has_categories == 0);
}

}  // namespace rapport
