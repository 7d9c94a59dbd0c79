#include "model/average_taste.h"

#include <algorithm>
#include <vector>

#include "model/parallel.h"
#include "model/scorer.h"

namespace rapport {
namespace {

constexpr size_t kBlocks = 16;  // fixed, so that sums have one order; each may hold a sum by item

std::vector<CustomerIndex> Averaged(const PurchaseLog& log, Instant cut) {
  std::vector<CustomerIndex> known;
  for (size_t row = 0; row < log.customer_count(); ++row) {
    const auto lines = log.LinesOf(CustomerIndex(row));
    if (std::ranges::any_of(
            lines, [&](const PurchaseLog::Line& line) { return line.KeptAt(cut) && !line.gift; })) {
      known.push_back(CustomerIndex(row));
    }
  }
  const size_t taken = std::min(known.size(), kMostAveraged);
  for (size_t place = 0; place < taken; ++place) known[place] = known[place * known.size() / taken];
  known.resize(taken);
  return known;
}

// Of one block's customers, for each taste.
struct Sums {
  std::vector<Eigen::VectorXd> vectors, neighbourhoods;

  explicit Sums(const ModelSnapshot& model) {
    for (const Taste& taste : model.tastes) {
      const bool has_neighbours = taste.options.neighbour_weight > 0;
      vectors.push_back(Eigen::VectorXd::Zero(taste.factors.cols()));
      neighbourhoods.push_back(Eigen::VectorXd::Zero(has_neighbours ? taste.factors.rows() : 0));
    }
  }
  void Add(const ModelSnapshot& model, const Evidence& evidence) {
    for (size_t taste = 0; taste < model.tastes.size(); ++taste) {
      const FoldedTaste folded(model.tastes[taste], evidence);
      vectors[taste] += folded.vector();
      neighbourhoods[taste] += folded.neighbourhood();
    }
  }
};

}  // namespace

void LearnAverages(const PurchaseLog& log, Instant cut, int threads, const Watch& watch,
                   ModelSnapshot* model) {
  const std::vector<CustomerIndex> customers = Averaged(log, cut);
  if (customers.empty()) return;
  std::vector<Sums> blocks(kBlocks, Sums(*model));
  const auto add = [&](size_t block, int) {
    const size_t end = (block + 1) * customers.size() / kBlocks;
    for (size_t place = block * customers.size() / kBlocks; place < end && !watch.Stopped();
         ++place)
      blocks[block].Add(*model, Evidence(log.OwnPurchasesAt(customers[place], cut)));
  };
  ParallelFor(threads, kBlocks, add, watch);
  const auto count = static_cast<double>(customers.size());
  for (size_t taste = 0; taste < model->tastes.size(); ++taste) {
    Eigen::VectorXd vector = blocks[0].vectors[taste];
    Eigen::VectorXd neighbourhood = blocks[0].neighbourhoods[taste];
    for (size_t block = 1; block < kBlocks; ++block) {
      vector += blocks[block].vectors[taste];
      neighbourhood += blocks[block].neighbourhoods[taste];
    }
    model->tastes[taste].average = {.customers = static_cast<int64_t>(customers.size()),
                                    .vector = vector / count,
                                    .neighbourhood = (neighbourhood / count).cast<float>()};
  }
}

}  // namespace rapport
