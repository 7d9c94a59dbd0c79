// Feedback: what people report of a customer flows back: an outcome or an insight is stored, takes
// effect at once, and is answered with what it changed. Any thread that may wait for the disk, so
// not gRPC's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/suggester.h"

namespace rapport::clienteling {

// The list by which an effect is shown.
struct EffectQuery {
  int count = 10;  // 1 to kMostSuggestions
  Pool pool = Pool::kNewToCustomer;
  std::string store;  // for rules; empty: the customer's own
};

struct Effect {
  std::vector<ListChange> changes;
  int lines_set_aside = 0;  // by this report alone
  std::string model_version;
};

struct Recorded {
  Reported reported;
  bool duplicate = false;  // nothing was written
  // That an insight's subject names in the model that serves; none is null.
  std::vector<std::shared_ptr<const Item>> items_named;
  Effect effect;
};

// Told of each report that was written, and not of duplicates.
struct FeedbackListener {
  std::function<void(const Outcome&)> on_outcome;
  std::function<void(const Insight&)> on_insight;
  std::function<void()> on_undo;
};

class Feedback {
 public:
  // All must outlive this; each function of `listener` may be empty.
  Feedback(Store& store, const ModelShelf& models, const Suggester& suggester, Clock clock,
           FeedbackListener listener = {});

  // What comes under the id of one who was merged into another goes to the other, and ids of
  // reports and purchases are those of the other's history: what staff see. So a report that was
  // sent before the merge and again after it is a duplicate, unless the other had a report of its
  // id: then it is refused. An outcome that sets lines aside is of each line once, and of all
  // purchases of its item if it names none. Codes, beside those of the store and of
  // Suggester::Suggest: NOT_FOUND (customer, item), ALREADY_EXISTS (a purchase or another report
  // has the id), INVALID_ARGUMENT with FieldErrors (purchases that the customer did not make, or of
  // another item).
  absl::StatusOr<Recorded> Record(Outcome outcome, const EffectQuery& effect) const;
  absl::StatusOr<Recorded> Record(Insight insight, const EffectQuery& effect) const;
  // Again it answers the same, by the model of now. NOT_FOUND: there is no such outcome or insight.
  absl::StatusOr<Recorded> Undo(const std::string& customer_id, const std::string& report_id,
                                const std::string& staff_id, const EffectQuery& effect) const;

 private:
  // The id that the customer has now. NOT_FOUND: the shop knows no such customer.
  absl::StatusOr<std::string> WhoIs(const std::string& customer_id) const;
  absl::Status CheckItem(const std::string& item_id) const;
  // What is stored under the id of `event`, which was appended or had been before.
  absl::StatusOr<Recorded> Append(Event event) const;
  // On the list as of then, or of now.
  absl::Status AddEffect(const EffectQuery& query, ReportStep step, Recorded* recorded,
                         std::optional<AsOf> as_of) const;
  // What the undoing of the report, which was undone, was answered with.
  absl::StatusOr<Recorded> UndoneBefore(const std::string& customer_id, const HistoryView& now,
                                        const Reported& undone, const EffectQuery& effect) const;

  Store& store_;
  const ModelShelf& models_;
  const Suggester& suggester_;
  const Clock clock_;
  const FeedbackListener listener_;
};

}  // namespace rapport::clienteling
