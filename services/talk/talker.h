// Talker: what staff may say to a customer, and whether to say anything: from the explainer's
// facts, within the shop's tact, in a locale and register, each sentence verified before it is
// given out. Any thread; may read from disk, so not for a gRPC thread.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/recommender/clock.h"
#include "services/recommender/explainer.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/suggester.h"
#include "services/talk/mode.h"
#include "services/talk/phrasebook.h"
#include "services/talk/tact.h"
#include "services/talk/talking_point.h"
#include "services/talk/voice.h"

namespace rapport::talk {

struct TalkQuery {
  std::string token;        // from a SuggestionList; empty: what holds now
  std::string customer_id;  // without a token
  // At most three; none: the first of the token's list, or what would be suggested now.
  std::vector<std::string> item_ids;
  std::string locale;                    // a canonical tag; empty: the customer's own
  std::optional<Formality> formality;    // none: the locale's own
  std::optional<Directness> directness;  // likewise
  Medium medium = Medium::kSpoken;
};

// Why an item that was asked about has no point.
enum class WithheldBy : uint8_t {
  kTact,        // staff do not offer it to this customer; which rule is not told
  kNoName,      // the catalogue has no title for it
  kNotOnOffer,  // it cannot be sold now, or a rule of the shop leaves it out
  kEnough,      // as many suggestions as one visit takes
  kUngrounded,  // our bug: a sentence was not so
  kAllergy,     // they are allergic to it
  kDeclined,    // they never want it
  kAlreadyHas,  // from elsewhere
};

struct Withheld {
  std::string item_id;
  WithheldBy by = WithheldBy::kTact;
  std::string title;  // empty: there is none, or kTact
};

struct Talk {
  ModeChoice mode;
  Line advice;                    // of the mode, for staff
  std::vector<Line> because;      // of the reasons, for staff, in their order
  std::array<Line, 2> questions;  // open ones, to the customer
  std::vector<TalkingPoint> points;
  std::vector<Withheld> withheld;
  std::string asked_locale;  // a canonical tag
  std::string locale;        // whose words these are: that, a parent's, or kLastLocale
  bool reviewed = false;     // by native speakers
  Register manner;
  std::string model_version;
  TimePoint as_of;
};

class Talker {
 public:
  // `default_locale`: where neither the request nor the customer has one; canonical.
  // `on_ungrounded` is told of each sentence that was not so, and may be empty. All must outlive
  // this.
  Talker(const Store& store, const ModelShelf& models, const Suggester& suggester,
         const Explainer& explainer, const Phrasebook& phrasebook, const Tact& tact, Clock clock,
         std::string default_locale,
         std::function<void(const absl::Status&)> on_ungrounded = nullptr);

  // Codes of Explainer::Explain and Suggester::Suggest.
  absl::StatusOr<Talk> TalkingPoints(const TalkQuery& query) const;

 private:
  const Store& store_;
  const ModelShelf& models_;
  const Suggester& suggester_;
  const Explainer& explainer_;
  const Phrasebook& phrasebook_;
  const Tact& tact_;
  const Clock clock_;
  const std::string default_locale_;
  const std::function<void(const absl::Status&)> on_ungrounded_;
};

}  // namespace rapport::talk
