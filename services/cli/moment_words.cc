#include "services/cli/moment_words.h"

#include "services/cli/explain_words.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
std::string MomentWords(const v1::Moment& moment) {
  switch (moment.kind()) {
    case v1::Moment::KIND_FIRST_ORDER:
      return "first order";
    case v1::Moment::KIND_FIRST_IN_CATEGORY:
      return "first " + Harmless(moment.category());
    case v1::Moment::KIND_NTH_ORDER:
      return FormatOrdinal(moment.order_number()) + " order";
    default:
      return "a moment that this version does not know";
  }
}

std::string MomentLine(const v1::Moment& moment, const std::string& customer,
                       const std::string& item) {
  std::string line = FormatTime(moment.purchased_at()) + "  " + MomentWords(moment) + "  " +
                     Harmless(customer) + "  ";
  if (!moment.order_id().empty()) line += "order " + Harmless(moment.order_id()) + ": ";
  line += Harmless(item);
  if (!moment.moved_from_event_id().empty())
    line += "  (and not " + Harmless(moment.moved_from_event_id()) + ", as was said before)";
  return line;
}

}  // namespace rapport::cli
