#include "services/cli/moment_list_words.h"

#include <sstream>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr size_t kLabelWidth = 9;

std::string NameOf(const std::vector<std::string>& names, int value) {
  return value >= 1 && value <= std::ssize(names) ? names[static_cast<size_t>(value) - 1]
                                                  : "unknown";
}

std::string ItemWords(const v1::CardItem& item) {
  return Harmless(item.title().empty() ? item.item_id() : item.title());
}

std::string NameWords(const v1::CustomerMoment& moment) {
  const std::string id = Harmless(moment.customer_id());
  return moment.name().empty() ? id : Harmless(moment.name()) + " (" + id + ")";
}

std::string WhoWords(const v1::CustomerMoment& moment) {
  std::string who = NameWords(moment);
  if (!moment.form_of_address().empty()) who += ", " + Harmless(moment.form_of_address());
  if (!moment.owner_staff_id().empty())
    who += "; in the book of " + Harmless(moment.owner_staff_id());
  return who;
}

std::string ChannelWords(const v1::ListedMoment& listed) {
  std::string words;
  for (const int channel : listed.channels())
    words += (words.empty() ? "" : ", ") + NameOf(ContactChannelNames(), channel);
  return words;
}

void PrintBeside(std::ostream& out, const std::string& label, const std::string& text,
                 size_t width) {
  cli::PrintBeside(out, "    " + label, text, kLabelWidth, width);
}

void Print(std::ostream& out, const v1::ListedMoment& listed, size_t width) {
  const v1::CustomerMoment& moment = listed.moment();
  std::string why = OccasionWords(moment);
  if (moment.chance() < 1) why += ", " + FormatShare(moment.chance());
  why += "; since " + moment.since() + ", until " + moment.until();
  if (listed.has_claimed_until())
    why += "; yours until " + FormatTime(listed.claimed_until()) + " UTC";
  PrintBeside(out, "why", why, width);
  PrintBeside(out, "say", listed.opener(), width);
  PrintBeside(out, "ask", listed.question(), width);
  PrintBeside(out, "by", ChannelWords(listed), width);
  PrintBeside(out, "id", moment.moment_id(), width);
}

void Print(std::ostream& out, const v1::SuppressedMoment& suppressed, size_t width) {
  const v1::CustomerMoment& moment = suppressed.moment();
  std::string line = "  " + NameWords(moment) + ": ";
  if (moment.occasion() != v1::OCCASION_UNSPECIFIED) line += OccasionWords(moment) + ": ";
  line += SuppressionWords(suppressed.by());
  if (!suppressed.held_by_staff_id().empty())
    line += " (" + Harmless(suppressed.held_by_staff_id()) + ")";
  out << Fit(line, width) << "\n";
}

}  // namespace

const std::vector<std::string>& OccasionNames() {
  static const std::vector<std::string> kNames = {
      "first-order", "first-in-category", "nth-order",   "replenish-due", "usual-late",
      "lapsed",      "returned",          "anniversary", "back-in-stock", "follow-up"};
  return kNames;
}

const std::vector<std::string>& FateNames() {
  static const std::vector<std::string> kNames = {"contacted", "not-reached", "skipped", "wrong"};
  return kNames;
}

const std::vector<std::string>& ContactChannelNames() {
  static const std::vector<std::string> kNames = {"in-person", "phone", "email", "text", "post"};
  return kNames;
}

std::string OccasionWords(const v1::CustomerMoment& moment) {
  const std::string item = ItemWords(moment.item());
  switch (moment.occasion()) {
    case v1::OCCASION_FIRST_ORDER:
      return "first order";
    case v1::OCCASION_FIRST_IN_CATEGORY:
      return "first " + Harmless(moment.category()) + ": " + item;
    case v1::OCCASION_NTH_ORDER:
      return FormatOrdinal(moment.number()) + " order";
    case v1::OCCASION_REPLENISH_DUE:
      return "due again: " + item;
    case v1::OCCASION_USUAL_LATE:
      return "late for the usual: " + item;
    case v1::OCCASION_LAPSED_REGULAR:
      return "a regular who stays away";
    case v1::OCCASION_RETURNED:
      return "came back after long";
    case v1::OCCASION_ANNIVERSARY:
      return FormatPlural(moment.number(), "year", "years") + " since the first order";
    case v1::OCCASION_BACK_IN_STOCK:
      return "the usual is back in stock: " + item;
    case v1::OCCASION_FOLLOW_UP:
      return "spoken of and still open: " + item;
    default:
      return "a moment that this version does not know";
  }
}

std::string SuppressionWords(v1::Suppression by) {
  switch (by) {
    case v1::SUPPRESSION_OPTED_OUT:
      return "purchases are not to be used";
    case v1::SUPPRESSION_NO_CONSENT:
      return "no consent to be contacted";
    case v1::SUPPRESSION_OPEN_COMPLAINT:
      return "an open complaint";
    case v1::SUPPRESSION_ANOTHERS_CUSTOMER:
      return "another’s customer";
    case v1::SUPPRESSION_DONE:
      return "done";
    case v1::SUPPRESSION_CLAIMED:
      return "a colleague is on it";
    case v1::SUPPRESSION_CONTACTED_LATELY:
      return "contacted lately";
    case v1::SUPPRESSION_DECLINED:
      return "declined, unwelcome or an allergy";
    case v1::SUPPRESSION_QUIET_HOURS:
      return "quiet hours";
    case v1::SUPPRESSION_ENOUGH:
      return "enough for one contact";
    case v1::SUPPRESSION_BEYOND_CAPACITY:
      return "beyond the capacity";
    default:
      return "a reason that this version does not know";
  }
}

std::string ClaimWords(const v1::MomentClaim& claim) {
  const std::string who = Harmless(claim.staff_id());
  if (!claim.has_done_at()) return who + " has it until " + FormatTime(claim.until()) + " UTC";
  std::string words = "done by " + who + ": " + NameOf(FateNames(), claim.fate());
  if (claim.channel() != v1::CONTACT_CHANNEL_UNSPECIFIED)
    words += ", " + NameOf(ContactChannelNames(), claim.channel());
  return words;
}

void PrintMoments(std::ostream& out, const v1::ListMomentsResponse& list, size_t width) {
  std::string before;
  int rank = 0;
  for (const v1::ListedMoment& listed : list.moments()) {
    if (const std::string& customer = listed.moment().customer_id(); customer != before) {
      out << Fit(FormatCount(++rank) + "  " + WhoWords(listed.moment()), width) << "\n";
      before = customer;
    }
    Print(out, listed, width);
  }
  if (list.moments().empty()) out << "  Nobody to be in touch with on " << list.date() << ".\n";
  if (!list.suppression_counts().empty()) {
    std::string counts = "Not now: ";
    for (const v1::SuppressionCount& count : list.suppression_counts()) {
      if (!counts.ends_with(": ")) counts += ", ";
      counts += FormatCount(count.moments()) + " × " + SuppressionWords(count.by());
    }
    std::istringstream lines(Wrap(counts, width - 2));
    for (std::string line; std::getline(lines, line);) out << "  " << line << "\n";
  }
  for (const v1::SuppressedMoment& suppressed : list.suppressed()) Print(out, suppressed, width);
  out << Fit("  " + list.date() + " by the clock of " + list.time_zone() + "; " +
                 FormatPlural(list.customers(), "customer", "customers") + " looked at",
             width)
      << "\n";
}

}  // namespace rapport::cli
