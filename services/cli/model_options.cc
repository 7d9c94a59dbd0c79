#include "services/cli/model_options.h"

namespace rapport::cli {

void AddModelOptions(CLI::App& command, ModelOptions& options) {
  AlsOptions& als = options.als;
  command.add_option("--factors", als.factors, "1 to 1024; 0: what suits the data")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command
      .add_option("--alpha0", als.alpha0, "weight of what was not bought; 0: what suits the data")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--regularization", als.regularization, "0: what suits the data")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--nu", als.nu, "frequency scaling of the regularization, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--iterations", als.iterations, "sweeps, 1 to 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command
      .add_option("--neighbour-weight", als.neighbour_weight,
                  "of items bought by the same customers, beside the factors; 0: none; -1: what "
                  "suits the data")
      ->check(CLI::Range(-1.0, 1000.0))
      ->capture_default_str();
  command
      .add_option("--half-life", als.half_life_days, "days in which a purchase comes to count half")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      .add_option("--long-half-life", options.long_half_life_days,
                  "the same in a second taste, of longer memory; 0: one taste only")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace rapport::cli
