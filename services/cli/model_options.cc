#include "services/cli/model_options.h"

#include "services/cli/option_types.h"

namespace rapport::cli {

void AddModelOptions(CLI::App& command, ModelOptions& options) {
  AlsOptions& als = options.als;
  const auto add = [&command](const char* name, auto& value, const std::string& what,
                              const OptionRange& range, const std::string& note = "") {
    command.add_option(name, value, what + Words(range) + note)
        ->check(IsIn(range))
        ->capture_default_str();
  };
  const std::string open = "; 0: what suits the data";
  add("--factors", als.factors, "", kFactorsRange, open);
  add("--alpha0", als.alpha0, "weight of what was not bought, ", kAlpha0Range, open);
  add("--regularization", als.regularization, "", kRegularizationRange, open);
  add("--nu", als.nu, "frequency scaling of the regularization, ", kNuRange);
  add("--iterations", als.iterations, "sweeps, ", kIterationsRange);
  add("--neighbour-weight", als.neighbour_weight,
      "of items bought by the same customers, beside the factors, ", kNeighbourWeightRange,
      "; 0: none; -1: what suits the data");
  add("--half-life", als.half_life_days, "days in which a purchase comes to count half, ",
      kHalfLifeRange);
  add("--long-half-life", options.long_half_life_days,
      "the same in a second taste, of longer memory, ", kLongHalfLifeRange, "; 0: one taste only");
}

void RefuseHalfLivesWith(CLI::App& command, CLI::Option* without_times) {
  without_times->excludes(command.get_option("--half-life"))
      ->excludes(command.get_option("--long-half-life"));
}

}  // namespace rapport::cli
