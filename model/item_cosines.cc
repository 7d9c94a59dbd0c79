#include "model/item_cosines.h"

#include <algorithm>
#include <cmath>

namespace rapport {
namespace {

// An expression of the taste's own numbers: nothing is copied.
auto Centred(const Taste& taste, ItemIndex item) {
  return taste.factors.row(static_cast<Eigen::Index>(Row(item))).cast<double>() -
         taste.mean.transpose();
}

}  // namespace

ItemCosines::ItemCosines(const ModelSnapshot& model)
    : model_(model), inverse_(model.items.size(), 0.0) {
  for (const Taste& taste : model.tastes) {
    double whole = 0;
    std::vector<double> squares(model.items.size());
    for (size_t item = 0; item < squares.size(); ++item)
      whole += squares[item] = Centred(taste, ItemIndex(item)).squaredNorm();
    const double scale = whole > 0 ? std::sqrt(static_cast<double>(squares.size()) / whole) : 0;
    scales_.push_back(scale);
    for (size_t item = 0; item < squares.size(); ++item)
      inverse_[item] += squares[item] * scale * scale;
  }
  for (double& square : inverse_) square = square > 0 ? 1 / std::sqrt(square) : 0;
}

double ItemCosines::Of(ItemIndex a, ItemIndex b) const {
  double product = 0;
  for (size_t taste = 0; taste < scales_.size(); ++taste) {
    product += scales_[taste] * scales_[taste] *
               Centred(model_.tastes[taste], a).dot(Centred(model_.tastes[taste], b));
  }
  return std::clamp(product * inverse_[Row(a)] * inverse_[Row(b)], -1.0, 1.0);
}

std::vector<Ranked> ItemCosines::MostLike(ItemIndex item, size_t count,
                                          const ItemScan::Filter& filter) const {
  std::vector<Ranked> all;
  for (size_t other = 0; other < inverse_.size(); ++other) {
    if (ItemIndex(other) != item && filter.Admits(ItemIndex(other)))
      all.push_back({ItemIndex(other), Of(item, ItemIndex(other))});
  }
  const auto kept = static_cast<std::ptrdiff_t>(std::min(count, all.size()));
  std::partial_sort(all.begin(), all.begin() + kept, all.end(), RanksBefore);
  all.resize(static_cast<size_t>(kept));
  return all;
}

}  // namespace rapport
