#include "services/cli/left_out_words.h"

namespace rapport::cli {

std::string LeftOutWords(const v1::LeftOut& left_out) {
  switch (left_out.reason()) {
    case v1::LEFT_OUT_REASON_NOT_AMONG_ONLY:
      return "not among --only";
    case v1::LEFT_OUT_REASON_EXCLUDED:
      return "excluded by this request";
    case v1::LEFT_OUT_REASON_POOL:
      return "not in this pool";
    case v1::LEFT_OUT_REASON_BASKET:
      return "in the basket already";
    case v1::LEFT_OUT_REASON_FILTER:
      return "not let in by the filter";
    case v1::LEFT_OUT_REASON_UNAVAILABLE:
      return "cannot be sold now";
    case v1::LEFT_OUT_REASON_RULE:
      return "excluded by rule " + left_out.rule_id();
    case v1::LEFT_OUT_REASON_MIN_CONFIDENCE:
      return "less likely than --min-confidence";
    case v1::LEFT_OUT_REASON_LIMIT:
      return "beyond --max-per-category or --promoted-slots";
    case v1::LEFT_OUT_REASON_DIVERSITY:
      return "too much like others, for --diversity";
    case v1::LEFT_OUT_REASON_DECLINED:
      return "declined for ever, as was reported";
    case v1::LEFT_OUT_REASON_ALREADY_HAS:
      return "they have it already, as was reported";
    case v1::LEFT_OUT_REASON_ALLERGY:
      return "of something they are allergic to, as was reported";
    case v1::LEFT_OUT_REASON_DECLINED_LATELY:
      return "declined lately: rule " + left_out.rule_id() + " does not put it forward";
    default:
      return "for another reason";
  }
}

}  // namespace rapport::cli
