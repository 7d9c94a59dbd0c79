#include "model/neighbours.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "model/parallel.h"

namespace rapport {
namespace {

constexpr double kOwnExponent = -0.75;      // of n_j
constexpr double kOtherExponent = -0.25;    // of n_i
constexpr double kCustomerExponent = -0.5;  // of d_u

struct Neighbour {
  uint32_t item;
  double value;
};

// (sum of its weights)^exponent for each row; 0 for a row without weight.
std::vector<double> PowersOfSums(const CompressedRows& rows, double exponent) {
  std::vector<double> powers(rows.rows(), 0.0);
  for (size_t row = 0; row < rows.rows(); ++row) {
    const auto weights = rows.WeightsOf(row);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (sum > 0) powers[row] = std::pow(sum, exponent);
  }
  return powers;
}

// What a thread needs for itself.
struct Workspace {
  std::vector<double> sums;       // by item; zeros between rows
  std::vector<uint32_t> touched;  // items whose sum is not zero
  std::vector<Neighbour> found;   // all of an item
};

class NeighbourFinder {
 public:
  explicit NeighbourFinder(const Interactions& interactions)
      : interactions_(interactions),
        of_customer_(PowersOfSums(interactions.by_customer, kCustomerExponent)),
        own_(PowersOfSums(interactions.by_item, kOwnExponent)),
        other_(PowersOfSums(interactions.by_item, kOtherExponent)) {}

  // The kept ones, in order of items.
  std::vector<Neighbour> Of(uint32_t item, Workspace& workspace) const {
    AddUp(item, workspace);
    std::vector<Neighbour>& found = workspace.found;
    found.clear();
    for (const uint32_t other : workspace.touched) {
      const double value = own_[item] * other_[other] * workspace.sums[other];
      if (other != item && value > 0) found.push_back({other, value});
      workspace.sums[other] = 0;
    }
    workspace.touched.clear();
    const auto kept = static_cast<std::ptrdiff_t>(std::min(found.size(), kNeighbours));
    std::nth_element(found.begin(), found.begin() + kept, found.end(),
                     [](const Neighbour& a, const Neighbour& b) {
                       return a.value != b.value ? a.value > b.value : a.item < b.item;
                     });
    std::sort(found.begin(), found.begin() + kept,
              [](const Neighbour& a, const Neighbour& b) { return a.item < b.item; });
    return {found.begin(), found.begin() + kept};  // a copy, with room for no more
  }

 private:
  void AddUp(uint32_t item, Workspace& workspace) const {
    const CompressedRows& by_customer = interactions_.by_customer;
    const auto customers = interactions_.by_item.ColumnsOf(item);
    const auto weights = interactions_.by_item.WeightsOf(item);
    for (size_t place = 0; place < customers.size(); ++place) {
      const uint32_t customer = customers[place];
      const double share = static_cast<double>(weights[place]) * of_customer_[customer];
      const auto items = by_customer.ColumnsOf(customer);
      if (items.size() > kMostTogether) continue;
      const auto item_weights = by_customer.WeightsOf(customer);
      for (size_t entry = 0; entry < items.size(); ++entry) {
        double& sum = workspace.sums[items[entry]];
        if (sum == 0) workspace.touched.push_back(items[entry]);
        sum += share * static_cast<double>(item_weights[entry]);
      }
    }
  }

  const Interactions& interactions_;
  const std::vector<double> of_customer_;
  const std::vector<double> own_;
  const std::vector<double> other_;
};

}  // namespace

CompressedRows NeighboursOf(const Interactions& interactions, int threads, const Watch& watch) {
  const size_t items = interactions.by_item.rows();
  const NeighbourFinder finder(interactions);
  std::vector<Workspace> workspaces(
      static_cast<size_t>(threads),
      {.sums = std::vector<double>(items, 0.0), .touched = {}, .found = {}});
  std::vector<std::vector<Neighbour>> found(items);
  const auto find = [&](size_t item, int worker) {
    found[item] = finder.Of(static_cast<uint32_t>(item), workspaces[static_cast<size_t>(worker)]);
  };
  ParallelFor(threads, items, find, watch);
  CompressedRows neighbours;
  for (const std::vector<Neighbour>& row : found) {
    for (const Neighbour& neighbour : row) {
      neighbours.columns.push_back(neighbour.item);
      neighbours.weights.push_back(static_cast<float>(neighbour.value));
    }
    neighbours.offsets.push_back(neighbours.columns.size());
  }
  return neighbours;
}

double Neighbourhood(const CompressedRows& neighbours, size_t j, size_t i) {
  const auto columns = neighbours.ColumnsOf(j);
  const auto place = std::lower_bound(columns.begin(), columns.end(), i);
  if (place == columns.end() || *place != i) return 0;
  return static_cast<double>(neighbours.WeightsOf(j)[static_cast<size_t>(place - columns.begin())]);
}

}  // namespace rapport
