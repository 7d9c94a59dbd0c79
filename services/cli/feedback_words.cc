#include "services/cli/feedback_words.h"

#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

std::string SubjectWords(const v1::Subject& subject) {
  switch (subject.about_case()) {
    case v1::Subject::kItemId:
      return "the item " + subject.item_id();
    case v1::Subject::kCategory:
      return "the category " + subject.category();
    case v1::Subject::kBrand:
      return "the brand " + subject.brand();
    case v1::Subject::kTag:
      return "what is tagged " + subject.tag();
    case v1::Subject::kAttribute:
      return subject.attribute().name() + " " + subject.attribute().value();
    case v1::Subject::kWord:
      return "anything with \"" + subject.word() + "\"";
    case v1::Subject::ABOUT_NOT_SET:
      break;
  }
  return "";
}

std::string ChangeWords(const v1::ListChange& change) {
  const std::string from = FormatOrdinal(change.from_rank()), to = FormatOrdinal(change.to_rank());
  if (change.from_rank() == 0) return "enters as " + to;
  if (change.to_rank() != 0) return "from " + from + " to " + to;
  return "leaves, was " + from +
         (change.rank_by_score() == 0 ? "; may not be in it"
                                      : "; now " + FormatOrdinal(change.rank_by_score()));
}

}  // namespace

std::string OutcomeWords(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_NOT_RELAYED:
      return "not told";
    case v1::OUTCOME_RELAYED:
      return "told, no answer yet";
    case v1::OUTCOME_ACCEPTED:
      return "accepted";
    case v1::OUTCOME_DECLINED_NOT_NOW:
      return "declined for now";
    case v1::OUTCOME_DECLINED_NEVER:
      return "declined for ever";
    case v1::OUTCOME_ALREADY_HAS:
      return "has it already";
    case v1::OUTCOME_BOUGHT_AS_GIFT:
      return "was bought as a gift";
    case v1::OUTCOME_NOT_REPRESENTATIVE:
      return "was not typical of them";
    case v1::OUTCOME_WRONG_FACT:
      return "was not theirs";
    case v1::OUTCOME_UNCOMFORTABLE:
      return "made them uncomfortable";
    default:
      return "answered otherwise";
  }
}

std::string InsightWords(v1::InsightKind kind, const v1::Subject& subject, std::string_view text) {
  const std::string about = Harmless(SubjectWords(subject));
  const std::string said = Harmless(text);
  const auto with_text = [&](const std::string& words) {
    return said.empty() ? words : words + " (" + said + ")";
  };
  switch (kind) {
    case v1::INSIGHT_KIND_LIKES:
      return with_text("likes " + about);
    case v1::INSIGHT_KIND_DISLIKES:
      return with_text("dislikes " + about);
    case v1::INSIGHT_KIND_ALLERGIC_TO:
      return with_text("allergic to " + about);
    case v1::INSIGHT_KIND_SIZE:
      return "size " + said + (about.empty() ? "" : " of " + about);
    case v1::INSIGHT_KIND_OWNS_ELSEWHERE:
      return with_text("has " + about + " from elsewhere");
    case v1::INSIGHT_KIND_AVOID_TOPIC:
      return with_text("does not want to speak of " + about);
    case v1::INSIGHT_KIND_COMPLAINT:
      return "complaint: " + said;
    default:
      return said;
  }
}

std::string KnownWords(bool duplicate, const google::protobuf::Timestamp* undone_at) {
  if (!duplicate) return "Recorded: ";
  if (undone_at == nullptr) return "Known already: ";
  return "Not recorded: this was taken back on " + FormatDate(*undone_at) +
         "; to report it anew, use a new id: ";
}

std::string SourceWords(const google::protobuf::Timestamp& at, const std::string& staff_id) {
  return FormatDate(at) + (staff_id.empty() ? "" : ", " + Harmless(staff_id));
}

std::string ToldWords(const v1::ToldItem& told) {
  std::string words = Harmless(ItemName(told.item())) + ": " + OutcomeWords(told.outcome()) + " (" +
                      SourceWords(told.at(), told.staff_id());
  if (!told.remark().empty()) words += ": \"" + Harmless(told.remark()) + "\"";
  return words + ")";
}

void PrintChanges(std::ostream& out,
                  const google::protobuf::RepeatedPtrField<v1::ListChange>& changes, size_t width) {
  Table table({{"", false, true}, {""}});
  for (const v1::ListChange& change : changes)
    table.AddRow({ItemName(change.item()), ChangeWords(change)});
  if (table.empty()) {
    out << "  nothing in this list\n";
  } else {
    table.Print(out, width);
  }
}

void PrintEffect(std::ostream& out, const v1::Effect& effect, bool undone, size_t width) {
  if (effect.lines_set_aside() > 0) {
    out << "  " << FormatPlural(effect.lines_set_aside(), "purchase", "purchases")
        << (undone ? " taken for theirs again\n" : " set aside: no evidence of their taste\n");
  }
  out << "\n  What it changes in their " << FormatCount(effect.count()) << " suggestions ("
      << PoolWords(effect.pool()) << "):\n";
  PrintChanges(out, effect.changes(), width);
}

}  // namespace rapport::cli
