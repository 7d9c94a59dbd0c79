#include "model/calibration_bytes.h"

#include <algorithm>
#include <cstdint>

#include "model/byte_archive.h"

namespace rapport {
namespace {

void PutCurve(const CalibrationCurve& curve, ByteWriter& writer) {
  writer.Put(static_cast<uint32_t>(curve.size()));
  for (const CalibrationKnot& knot : curve) {
    writer.Put(knot.score);
    writer.Put(knot.probability);
    writer.Put(knot.samples);
  }
}

bool LoadCurve(ByteReader& reader, CalibrationCurve* curve) {
  uint32_t count = 0;
  reader.Get(&count);
  for (uint32_t at = 0; at < count && reader.ok(); ++at) {
    CalibrationKnot knot;
    reader.Get(&knot.score);
    reader.Get(&knot.probability);
    reader.Get(&knot.samples);
    const bool follows = curve->empty() || curve->back().score < knot.score;
    if (!follows || knot.probability < 0 || knot.probability > 1 || knot.samples <= 0) return false;
    curve->push_back(knot);
  }
  return reader.ok();
}

}  // namespace

std::string CalibrationBytes(const Calibration& calibration) {
  ByteWriter writer;
  writer.Put(calibration.window_days);
  for (const double level : calibration.levels) writer.Put(level);
  for (const PoolCalibration& pool : calibration.pools) {
    writer.Put(pool.samples);
    writer.Put(pool.base_rate);
    writer.Put(pool.shift);
    for (const auto& of_depth : pool.curves) {
      for (const CalibrationCurve& curve : of_depth) PutCurve(curve, writer);
    }
  }
  // Nothing where there are none: as it was before there were any.
  if (std::ranges::any_of(calibration.answers, &AnswerCounts::answered)) {
    for (const AnswerCounts& each : calibration.answers) {
      writer.Put(each.accepted);
      writer.Put(each.declined);
    }
  }
  return writer.Take();
}

bool LoadCalibration(std::string_view section, Calibration* calibration) {
  ByteReader reader(section);
  reader.Get(&calibration->window_days);
  for (double& level : calibration->levels) reader.Get(&level);
  for (PoolCalibration& pool : calibration->pools) {
    reader.Get(&pool.samples);
    reader.Get(&pool.base_rate);
    reader.Get(&pool.shift);
    for (auto& of_depth : pool.curves) {
      for (CalibrationCurve& curve : of_depth) {
        if (!LoadCurve(reader, &curve)) return false;
      }
    }
  }
  if (reader.AtEnd()) return true;
  for (AnswerCounts& each : calibration->answers) {
    reader.Get(&each.accepted);
    reader.Get(&each.declined);
    if (each.accepted < 0 || each.declined < 0) return false;
  }
  return reader.AtEnd() && std::ranges::any_of(calibration->answers, &AnswerCounts::answered);
}

}  // namespace rapport
