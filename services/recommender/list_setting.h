// ListSetting: what the answer to one question for a list rests on: a model beside the catalogue
// and the rules, one state of the shopper, what pages before have used up. Asking for the list and
// asking why an item is not in it both start here. A value; any thread.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/list_request.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/suggest_query.h"

namespace rapport {

struct ListSetting {
  std::shared_ptr<const ServingModel> serving;  // not null
  Shopper shopper;  // as far as it is used: nothing beside the id of who does not want it
  CustomerState state;
  ListRequest::Used used;  // by pages before
  TimePoint at;            // by which rules hold

  // The list without the what-if, on the very same purchases. Codes of Store's reads.
  absl::StatusOr<ListSetting> WithoutWhatIf(const Store& store, const Apart& apart) const;
};

// With a page_token: of the model, the purchases and the time of its first page. Codes as
// Suggester::Suggest.
absl::StatusOr<ListSetting> SettingOf(const Store& store, const ModelShelf& models,
                                      const SuggestQuery& query, TimePoint now);
// By another model than the one that serves, without pages. `serving` is not null.
absl::StatusOr<ListSetting> SettingBy(const Store& store,
                                      std::shared_ptr<const ServingModel> serving,
                                      const SuggestQuery& query, TimePoint now);
// The same as of a state of the history, which `as_of.sequence` gives exactly. Codes as StateAgain.
absl::StatusOr<ListSetting> SettingAt(const Store& store,
                                      std::shared_ptr<const ServingModel> serving,
                                      const SuggestQuery& query, AsOf as_of);

}  // namespace rapport
