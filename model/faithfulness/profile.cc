#include "model/faithfulness/profile.h"

#include <array>
#include <limits>

namespace rapport {
namespace {

constexpr size_t kAny = std::numeric_limits<size_t>::max();

struct Part {
  std::string_view of;
  size_t first_place = 1, last_place = kAny;
  size_t least_entries = 0, most_entries = kAny;

  bool Holds(const ExplainedCase& one) const {
    return one.place >= first_place && one.place <= last_place && one.entries >= least_entries &&
           one.entries <= most_entries;
  }
};

constexpr std::array<Part, 8> kParts = {{
    {.of = "all"},
    {.of = "place 1", .last_place = 1},
    {.of = "places 2-5", .first_place = 2, .last_place = 5},
    {.of = "places 6-10", .first_place = 6},
    {.of = "1-10 items", .most_entries = 10},
    {.of = "11-25 items", .least_entries = 11, .most_entries = 25},
    {.of = "26-60 items", .least_entries = 26, .most_entries = 60},
    {.of = "61 items or more", .least_entries = 61},
}};

class Mean {
 public:
  void Add(std::optional<double> value) {
    if (!value) return;
    sum_ += *value;
    ++count_;
  }
  std::optional<double> Get() const {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  size_t count_ = 0;
};

ProfileRow RowOfPart(const Part& part, std::span<const ExplainedCase> cases) {
  ProfileRow row{.of = part.of};
  Mean pos_additive, pos_cosine, neg_additive, ce_smallest, ce_lime, ce_cosine;
  for (const ExplainedCase& one : cases) {
    if (!part.Holds(one)) continue;
    ++row.cases;
    const auto measured = [&](OrderMethod method, Measure measure) {
      return Of(one.measures[static_cast<size_t>(method)], measure);
    };
    pos_additive.Add(measured(OrderMethod::kAdditive, Measure::kPos));
    pos_cosine.Add(measured(OrderMethod::kCosine, Measure::kPos));
    neg_additive.Add(measured(OrderMethod::kAdditive, Measure::kNeg));
    ce_smallest.Add(one.smallest_removal);
    ce_lime.Add(measured(OrderMethod::kLime, Measure::kCe));
    ce_cosine.Add(measured(OrderMethod::kCosine, Measure::kCe));
  }
  row.pos_additive = pos_additive.Get().value_or(0);
  row.pos_cosine = pos_cosine.Get().value_or(0);
  row.neg_additive = neg_additive.Get().value_or(0);
  row.ce_smallest = ce_smallest.Get();
  row.ce_lime = ce_lime.Get();
  row.ce_cosine = ce_cosine.Get();
  return row;
}

}  // namespace

std::vector<ProfileRow> ProfileOf(std::span<const ExplainedCase> cases) {
  std::vector<ProfileRow> rows;
  for (const Part& part : kParts) {
    const ProfileRow row = RowOfPart(part, cases);
    if (row.cases > 0) rows.push_back(row);
  }
  return rows;
}

}  // namespace rapport
