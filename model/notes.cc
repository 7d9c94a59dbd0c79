#include "model/notes.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace rapport {
namespace {

bool HasEffect(const Note& note) {
  const auto* gap = std::get_if<GapLeft>(&note.strength);
  return gap == nullptr || gap->rho < 1;
}

Eigen::MatrixXd PseudoItemsOf(const Taste& taste, std::span<const Note> notes) {
  Eigen::MatrixXd means =
      Eigen::MatrixXd::Zero(taste.factors.cols(), static_cast<Eigen::Index>(notes.size()));
  for (size_t note = 0; note < notes.size(); ++note) {
    if (notes[note].items.empty()) continue;
    auto mean = means.col(static_cast<Eigen::Index>(note));
    for (const ItemIndex item : notes[note].items) {
      mean += taste.factors.row(static_cast<Eigen::Index>(Row(item))).cast<double>().transpose();
    }
    mean /= static_cast<double>(notes[note].items.size());
  }
  return means;
}

// One of each item, the strongest.
std::vector<Cap> CapsOf(std::span<const Note> notes) {
  std::vector<Cap> caps;
  for (size_t note = 0; note < notes.size(); ++note) {
    if (notes[note].wanted || notes[note].keep >= 1) continue;
    for (const ItemIndex item : notes[note].items) caps.push_back({item, notes[note].keep, note});
  }
  std::ranges::sort(caps, {},
                    [](const Cap& cap) { return std::tuple(cap.item, cap.keep, cap.note); });
  const auto rest = std::ranges::unique(caps, {}, &Cap::item);
  caps.erase(rest.begin(), rest.end());
  return caps;
}

}  // namespace

Note Unwanted(std::vector<ItemIndex> items, double spill, double keep) {
  return {.items = std::move(items), .wanted = false, .strength = GapLeft{spill}, .keep = keep};
}

Note Declined(ItemIndex item) { return Unwanted({item}, kDeclinedSpill); }

Note Disliked(std::vector<ItemIndex> items) { return Unwanted(std::move(items), kDislikedSpill); }

Note Liked(std::vector<ItemIndex> items, double gap_left) {
  return {.items = std::move(items), .wanted = true, .strength = GapLeft{gap_left}};
}

Note OwnedElsewhere(ItemIndex item) {
  return {.items = {item}, .wanted = true, .strength = AsPurchases{1}};
}

double Faded(double left, double age_days, double half_life_days) {
  return 1 - (1 - left) * std::exp2(-age_days / half_life_days);
}

double Cap::Most(double score) const { return std::min(keep * score, score) - 3 * (1 - keep); }

Notes::Notes(const ModelSnapshot& model, std::vector<Note> notes) : notes_(std::move(notes)) {
  for (Note& note : notes_) {
    std::ranges::sort(note.items);
    const auto rest = std::ranges::unique(note.items);
    note.items.erase(rest.begin(), rest.end());
  }
  caps_ = CapsOf(notes_);
  for (const Taste& taste : model.tastes) {
    const Eigen::MatrixXd& means = pseudo_items_.emplace_back(PseudoItemsOf(taste, notes_));
    for (size_t note = 0; note < notes_.size(); ++note) {
      tell_taste_ = tell_taste_ || (notes_[note].wanted && HasEffect(notes_[note]) &&
                                    !means.col(static_cast<Eigen::Index>(note)).isZero(0));
    }
  }
}

const Cap* Notes::CapOf(ItemIndex item) const {
  const auto found = std::ranges::lower_bound(caps_, item, {}, &Cap::item);
  return found != caps_.end() && found->item == item ? &*found : nullptr;
}

}  // namespace rapport
