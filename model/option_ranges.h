// What people may give as options of a model, on the command line and in the server's config alike.
// Values and pure functions.
#pragma once

#include <optional>
#include <string>

namespace rapport {

// From the least to the greatest, both included, or a value apart with a meaning of its own.
struct OptionRange {
  double least = 0;
  double greatest = 0;
  std::optional<double> apart = {};

  // Never what is not a number.
  bool Holds(double value) const {
    return (value >= least && value <= greatest) || (apart && value == *apart);
  }
};

// "0 to 1000", "-1, or 0 to 1000".
std::string Words(const OptionRange& range);

inline constexpr OptionRange kFactorsRange{0, 1'024};       // 0: what suits the data
inline constexpr OptionRange kAlpha0Range{0, 1e3};          // 0: what suits the data
inline constexpr OptionRange kRegularizationRange{0, 1e3};  // 0: what suits the data
inline constexpr OptionRange kNuRange{0, 2};
inline constexpr OptionRange kIterationsRange{1, 1'000};         // sweeps
inline constexpr OptionRange kHalfLifeRange{0.01, 1e5};          // days
inline constexpr OptionRange kLongHalfLifeRange{0.01, 1e5, 0};   // days; 0: one taste only
inline constexpr OptionRange kNeighbourWeightRange{0, 1e3, -1};  // -1: what suits the data
inline constexpr OptionRange kWindowRange{0.01, 3'650};          // days held out

}  // namespace rapport
