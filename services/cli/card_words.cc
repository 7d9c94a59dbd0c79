#include "services/cli/card_words.h"

#include <map>
#include <vector>

#include "services/cli/feedback_words.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr size_t kLabelWidth = 13;

std::string Name(const std::string& title, const std::string& item_id) {
  return Harmless(title.empty() ? item_id : title);
}

std::string Name(const v1::CardItem& item) { return Name(item.title(), item.item_id()); }

std::string Join(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t part = 0; part < parts.size(); ++part) {
    if (part > 0) text += part + 1 == parts.size() ? " and " : ", ";
    text += parts[part];
  }
  return text;
}

std::string ItemsWords(const v1::ItemSet& set) {
  std::vector<std::string> items;
  for (const v1::UsualItem& item : set.items()) {
    const std::string pieces = item.quantity() > 1 ? FormatCount(item.quantity()) + " × " : "";
    items.push_back(pieces + Name(item.item()));
  }
  return Join(items);
}

std::string OfVisits(int times, int visits) {
  return FormatCount(times) + " of " + FormatCount(visits);
}

std::string Days(double days) {
  const bool whole = days == static_cast<double>(static_cast<int64_t>(days));
  return FormatFixed(days, whole ? 0 : 1) + (days == 1 ? " day" : " days");
}

std::string DaypartWords(v1::Daypart daypart) {
  switch (daypart) {
    case v1::DAYPART_MORNING:
      return "mornings";
    case v1::DAYPART_MIDDAY:
      return "middays";
    case v1::DAYPART_AFTERNOON:
      return "afternoons";
    case v1::DAYPART_EVENING:
      return "evenings";
    case v1::DAYPART_NIGHT:
      return "nights";
    default:
      return "";
  }
}

std::string ChannelWords(v1::Channel channel) {
  switch (channel) {
    case v1::CHANNEL_STORE:
      return "in a store";
    case v1::CHANNEL_ONLINE:
      return "online";
    case v1::CHANNEL_PHONE:
      return "by phone";
    case v1::CHANNEL_OTHER:
      return "elsewhere";
    default:
      return "";
  }
}

std::string YesOrNo(const char* what, bool said, bool yes) {
  return std::string(what) + (!said ? " not asked" : yes ? " yes" : " no");
}

std::string ConsentWords(const v1::Consent& consent) {
  return YesOrNo("suggestions", consent.has_personalization(), consent.personalization()) + ", " +
         YesOrNo("mention", consent.has_mention(), consent.mention()) + ", " +
         YesOrNo("contact", consent.has_contact(), consent.contact());
}

std::string PlaceWords(const std::string& store, v1::Channel channel) {
  if (!store.empty()) return "at " + Harmless(store);
  return ChannelWords(channel);
}

std::string MilestoneWords(const v1::Milestones& milestones) {
  std::string words = FormatPlural(milestones.orders(), "order", "orders");
  if (milestones.has_first_order()) words += " since " + FormatDate(milestones.first_order().at());
  std::vector<std::string> firsts;
  for (const v1::Milestone& first : milestones.by_category())
    firsts.push_back(Harmless(first.category()) + " " + FormatDate(first.at()));
  if (!firsts.empty()) words += "; first of " + Join(firsts);
  return words;
}

void PrintBeside(std::ostream& out, const std::string& label, const std::string& text,
                 size_t width) {
  cli::PrintBeside(out, "  " + label, text, kLabelWidth, width);
}

void PrintUsual(std::ostream& out, const v1::CustomerCard& card, size_t width) {
  bool first = true;
  for (const v1::UsualOrder& order : card.usual_orders()) {
    PrintBeside(out, first ? "USUAL" : "ALSO", UsualWords(order), width);
    first = false;
  }
  std::map<std::string, std::string> never, instead;  // by item: several sets may have it
  for (const v1::UsualOrder& order : card.usual_orders()) {
    for (const v1::UsualItem& item : order.usual().items()) {
      auto& why = item.item().not_to_be_offered() ? never : instead;
      if (!item.item().available() || item.item().not_to_be_offered())
        why.emplace(item.item().item_id(), SubstituteWords(item));
    }
  }
  for (const auto& [item_id, words] : never) PrintBeside(out, "NEVER", words, width);
  for (const auto& [item_id, words] : instead) PrintBeside(out, "NOT NOW", words, width);
}

std::string Remark(const v1::CardLine& line) {
  std::vector<std::string> remarks;
  if (line.gift()) remarks.emplace_back("gift");
  if (line.kept_quantity() == 0) {
    remarks.emplace_back("came back");
  } else if (line.kept_quantity() < line.quantity()) {
    remarks.push_back("came back: " + FormatCount(line.quantity() - line.kept_quantity()));
  }
  if (!line.item().may_say()) remarks.emplace_back("not to be spoken of");
  return Join(remarks);
}

void PrintRecent(std::ostream& out, const v1::CustomerCard& card, size_t width) {
  if (card.recent_lines().empty()) return;
  out << "  LATELY\n";
  Table table({{""}, {"", true}, {"", false, true}, {"", false, true}, {"", false, true}});
  for (const v1::CardLine& line : card.recent_lines()) {
    table.AddRow({"  " + FormatDate(line.purchased_at()), FormatCount(line.quantity()),
                  Name(line.item()), PlaceWords(line.store(), line.channel()), Remark(line)});
  }
  table.Print(out, width);
}

}  // namespace

std::string ContextWords(const v1::VisitContext& context) {
  std::vector<std::string> words;
  const std::string kind = context.day_kind() == v1::DAY_KIND_WEEKDAY   ? "weekday"
                           : context.day_kind() == v1::DAY_KIND_WEEKEND ? "weekend"
                                                                        : "";
  const std::string daypart = DaypartWords(context.daypart());
  if (!daypart.empty()) {
    words.push_back("on " + kind + (kind.empty() ? "" : " ") + daypart);
  } else if (!kind.empty()) {
    words.push_back(kind == "weekday" ? "on weekdays" : "at weekends");
  }
  if (!context.store().empty()) words.push_back("at " + Harmless(context.store()));
  if (const std::string channel = ChannelWords(context.channel()); !channel.empty())
    words.push_back(channel);
  if (words.empty()) return "all visits";
  std::string text = words[0];
  for (size_t word = 1; word < words.size(); ++word) text += " " + words[word];
  return text;
}

std::string UsualWords(const v1::UsualOrder& order) {
  if (order.has_usual()) {
    const v1::ItemSet& usual = order.usual();
    std::string words = ItemsWords(usual) + ": in " + OfVisits(usual.times(), order.visits()) +
                        " visits (share " + FormatShare(usual.share()) + ", at least " +
                        FormatShare(usual.low()) + "), " + ContextWords(order.context());
    std::vector<std::string> oftener;
    for (const v1::UsualItem& item : usual.items()) {
      if (item.times() > usual.times())
        oftener.push_back(Name(item.item()) + " in " + FormatCount(item.times()));
    }
    if (!oftener.empty()) words += "; " + Join(oftener);
    return words + "; since " + FormatDate(usual.first()) + ", last " + FormatDate(usual.last());
  }
  std::string words = order.no_usual() == v1::NO_USUAL_TOO_FEW_VISITS
                          ? "none: too few visits (" + FormatCount(order.visits()) + ")"
                          : "none: too mixed, " + ContextWords(order.context());
  std::vector<std::string> closest;
  for (const v1::ItemSet& set : order.closest())
    closest.push_back(ItemsWords(set) + " (" + OfVisits(set.times(), order.visits()) + ")");
  if (closest.empty()) return words;
  std::string near;
  for (const std::string& set : closest) near += (near.empty() ? "" : "; ") + set;
  return words + "; closest: " + near;
}

std::string RhythmWords(const v1::Rhythm& rhythm) {
  const std::string every = "every " + Days(rhythm.median_days()) + "; ";
  switch (rhythm.due()) {
    case v1::DUE_STATE_DUE:
      return every + "due since " + rhythm.due_date();
    case v1::DUE_STATE_LATE:
      return every + "was due on " + rhythm.due_date() + ", " + Days(rhythm.days_late()) + " late";
    default:
      return every + "due on " + rhythm.due_date();
  }
}

std::string SubstituteWords(const v1::UsualItem& item) {
  const std::string name = Name(item.item());
  if (!item.has_substitute()) return name + ": nothing like it to offer";
  const v1::Substitute& substitute = item.substitute();
  std::string words = name + ": offer " + Name(substitute.title(), substitute.item_id()) +
                      " (also " + Harmless(substitute.category());
  const std::map<std::string, std::string> shared(substitute.shared_attributes().begin(),
                                                  substitute.shared_attributes().end());
  for (const auto& [attribute, value] : shared)
    words += "; " + Harmless(attribute) + ": " + Harmless(value);
  return words + ")";
}

std::string DoNotSayWords(const v1::DoNotSay& flag) {
  switch (flag.reason()) {
    case v1::DoNotSay::REASON_NO_MENTION:
      return "past purchases: they don’t want that";
    case v1::DoNotSay::REASON_GIFT:
      if (flag.gifts() < flag.purchases()) {
        return Name(flag.item()) + ": " + FormatCount(flag.gifts()) + " of " +
               FormatPlural(flag.purchases(), "purchase", "purchases") +
               (flag.gifts() == 1 ? " was a gift" : " were gifts");
      }
      return Name(flag.item()) + ": it was a gift";
    case v1::DoNotSay::REASON_RETURNED:
      return Name(flag.item()) + ": it came back";
    case v1::DoNotSay::REASON_UNWELCOME:
      return Name(flag.item()) + ": they do not like to speak of it";
    case v1::DoNotSay::REASON_NOT_TO_BE_OFFERED:
      return Name(flag.item()) + ": not to be offered, see the notes";
    default:
      return Name(flag.item()) + ": too long ago";
  }
}

// The label beside the first of the lines.
template <typename Entries, typename Words>
void PrintEach(std::ostream& out, const char* label, const Entries& entries, size_t width,
               const Words& words) {
  for (const auto& entry : entries) {
    PrintBeside(out, &entry == &entries.Get(0) ? label : "", words(entry), width);
  }
}

void PrintCard(std::ostream& out, const v1::CustomerCard& card, size_t width) {
  const std::string id = Harmless(card.customer_id());
  const std::string who = card.name().empty() ? id : Harmless(card.name()) + " (" + id + ")";
  out << Fit(who, width) << "\n";
  if (!card.form_of_address().empty()) PrintBeside(out, "ADDRESS", card.form_of_address(), width);
  PrintBeside(out, "CONSENT", ConsentWords(card.consent()), width);
  PrintEach(out, "NOTES", card.insights(), width, [](const v1::RecordedInsight& insight) {
    return InsightWords(insight) + " (" + SourceWords(insight.at(), insight.staff_id()) + ")";
  });
  if (card.no_personalization()) {
    PrintBeside(out, "", "They do not want purchases to be used; serve them as anyone.", width);
    return;
  }
  PrintUsual(out, card, width);
  if (card.has_rhythm()) PrintBeside(out, "RHYTHM", RhythmWords(card.rhythm()), width);
  if (card.has_last_visit()) {
    PrintBeside(out, "LAST",
                FormatTime(card.last_visit().at()) + " " +
                    PlaceWords(card.last_visit().store(), card.last_visit().channel()),
                width);
  }
  PrintBeside(out, "ORDERS", MilestoneWords(card.milestones()), width);
  PrintRecent(out, card, width);
  PrintEach(out, "SUGGESTED", card.outcomes(), width, ToldWords);
  PrintEach(out, "DO NOT SAY", card.do_not_say(), width, DoNotSayWords);
  out << Fit("  as of " + FormatTime(card.as_of()) + " UTC; days by the clock of " +
                 card.time_zone(),
             width)
      << "\n";
}

}  // namespace rapport::cli
