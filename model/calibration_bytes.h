// A model's calibration to bytes and back, as model/README.md has them. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/purchase_chance.h"

namespace rapport {

std::string CalibrationBytes(const Calibration& calibration);

// False unless the section, to its last byte, is what CalibrationBytes wrote: finite numbers,
// curves whose scores ascend, whose probabilities are some and rest on something.
bool LoadCalibration(std::string_view section, Calibration* calibration);

}  // namespace rapport
