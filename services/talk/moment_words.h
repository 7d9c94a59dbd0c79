// MomentWords: what staff say first when they are in touch about a moment, and one open question:
// in the customer's locale, within the shop's tact, checked before it is given out. Where what the
// moment rests on may not be spoken of, or cannot be worded, the words are neutral. Any thread.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "data/records.h"
#include "services/clienteling/customer_moment.h"
#include "services/talk/line.h"
#include "services/talk/phrasebook.h"
#include "services/talk/tact.h"
#include "services/talk/voice.h"

namespace rapport::talk {

struct MomentWords {
  Line opener;
  Line question;
  bool neutral = false;   // they say nothing of the moment
  std::string locale;     // whose words these are
  bool reviewed = false;  // by native speakers
};

class MomentSpeaker {
 public:
  // `default_locale`: where the customer has none; canonical. `on_ungrounded` is told of each
  // sentence that was not so, and may be empty. References must outlive this.
  MomentSpeaker(const Phrasebook& phrasebook, const Tact& tact, std::string default_locale,
                std::function<void(const absl::Status&)> on_ungrounded);

  // In the register that is usual in the locale.
  MomentWords WordsFor(const clienteling::CustomerMoment& moment, const Customer& customer,
                       Medium medium) const;

 private:
  const Phrasebook& phrasebook_;
  const Tact& tact_;
  const std::string default_locale_;
  const std::function<void(const absl::Status&)> on_ungrounded_;
};

// INTERNAL with what is not so: the line is not what its message says, names another item than the
// moment's, or something that may not be spoken of.
absl::Status VerifyMoment(const Line& line, const clienteling::CustomerMoment& moment,
                          const Tact& tact, const Voice& voice);

}  // namespace rapport::talk
