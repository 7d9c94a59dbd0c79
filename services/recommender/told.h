// Told: what people reported of a customer, as one list takes it: what must not stand in it, and
// notes that its scores take into account (model/notes.h).
//
//   declined for now        the item falls out of sight (Cap), and half of that is back every 30
//                           days, all of it once it is accepted or bought; until then, for 30 days,
//                           no rule puts it forward (declines.h)
//   declined for ever       never in a list
//   has it already          never in a list, and as much evidence as a purchase
//   owns it elsewhere       likewise
//   allergic to             nothing that the subject names, ever, in any list
//   likes                   a tenth of what the subject lacks to a full taste is made up
//   dislikes                each item that the subject names falls out of sight, for as long as it
//   holds
//
// Lines that an outcome sets aside are no evidence already (data/history_view.h). All else has no
// effect on lists. For one request; holds references to all it is made from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/notes.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/reported_items.h"
#include "services/recommender/serving_model.h"

namespace rapport {

// The items of the model that it names, in order of item_id; none is null.
std::vector<std::shared_ptr<const Item>> ItemsNamed(const ServingModel& serving,
                                                    const Subject& subject);

class Told {
 public:
  // What keeps items out.
  struct Constraint {
    const Reported* reported;
    LeftOutBy by;
    ItemScan::Filter items;
  };

  using Reports = std::shared_ptr<const std::vector<Reported>>;

  // `now`: what is in force by the time of a later page: its constraints hold instead of those of
  // the state. Null: the state is of now.
  Told(const ServingModel& serving, const CustomerState& state, Reports now = nullptr);

  const std::vector<Constraint>& constraints() const { return constraints_; }
  // Null: there are none.
  const std::shared_ptr<const Notes>& notes() const { return notes_; }
  // Of what each of the notes was made, in their order.
  std::span<const Reported* const> noted() const { return noted_; }
  // Of the items that they are about: a list can be rebuilt only while it is the same. 0: there is
  // nothing.
  uint64_t fingerprint() const { return fingerprint_; }

 private:
  struct Builder;

  const Reports now_;
  std::vector<Constraint> constraints_;
  std::shared_ptr<const Notes> notes_;
  std::vector<const Reported*> noted_;
  uint64_t fingerprint_ = 0;
};

}  // namespace rapport
