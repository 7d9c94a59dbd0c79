#include "services/cli/explain_words.h"

#include <cmath>
#include <sstream>

#include "services/cli/feedback_words.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

std::string Percent(double part) { return FormatFixed(100 * part, part < 0.1 ? 1 : 0); }

}  // namespace

std::string ItemNames(const google::protobuf::RepeatedPtrField<v1::Item>& items) {
  std::string names;
  for (int index = 0; index < items.size(); ++index) {
    if (index > 0) names += index + 1 == items.size() ? " and " : ", ";
    names += Harmless(ItemName(items[index]));
  }
  return names;
}

std::string ChanceWords(const v1::Chance& chance) {
  std::string words = Percent(chance.probability()) + " % likely to be bought within " +
                      FormatFixed(chance.window_days(), 0) + " days (" + Percent(chance.low()) +
                      " to " + Percent(chance.high()) + " %, from " +
                      FormatPlural(chance.samples(), "suggestion", "suggestions") +
                      " like it), where lists usually have " + Percent(chance.base_rate()) + " %";
  if (chance.level() == v1::CONFIDENCE_LEVEL_STRONG) return words + ": strong";
  if (chance.level() == v1::CONFIDENCE_LEVEL_FAIR) return words + ": fair";
  return words + ": thin";
}

std::string RemovalWords(const v1::ExplainSuggestionResponse& response) {
  if (!response.has_smallest_removal()) return "";
  const v1::SmallestRemoval& removal = response.smallest_removal();
  if (removal.items().empty()) {
    return "No five purchases or fewer take it out of the first " +
           FormatCount(response.list_length()) + ": it rests on their taste as a whole.";
  }
  std::string words = "Without " + ItemNames(removal.items()) + " it would be " +
                      FormatOrdinal(removal.rank_without());
  if (removal.has_takes_place())
    words += "; " + Harmless(ItemName(removal.takes_place())) + " would take its place";
  words += ".";
  if (removal.items_size() > 1)
    words += removal.proven() ? " No fewer do it." : " Each of them is needed for it.";
  return words;
}

std::string PlaceWords(const v1::ExplainSuggestionResponse& response) {
  if (response.rank_by_score() == 0) return "";
  const std::string by_score = FormatOrdinal(response.rank_by_score()) + " by score";
  if (response.rank() > 0) {
    return "It was " + FormatOrdinal(response.rank()) + " in that list" +
           (response.rank() == response.rank_by_score() ? "." : ", " + by_score + ".");
  }
  return "It is " + by_score + ", for a list of " + FormatCount(response.list_length()) + ".";
}

std::string NextWords(const v1::ExplainSuggestionResponse& response) {
  const v1::Contrast& next = response.next();
  std::string words = Harmless(ItemName(next.item())) + " comes next, " +
                      FormatFixed(response.score() - next.score(), 3) + " below";
  if (!next.lines().empty() && next.lines(0).difference() > 0)
    words += ", most of all for " + Harmless(ItemName(next.lines(0).item()));
  return words + ".";
}

std::string AverageWords(const v1::ExplainSuggestionResponse& response) {
  if (!response.has_average_score() || response.source() != v1::SOURCE_PERSONAL) return "";
  return (response.popularity_driven() ? "No more to their taste than to others': "
                                       : "More to their taste than to others': ") +
         ("the average customer's score is " + FormatSigned(response.average_score(), 3) + ".");
}

std::string AgainstWords(const v1::ExplainSuggestionResponse& response) {
  std::string words;
  for (const v1::Evidence& evidence : response.evidence()) {
    if (evidence.contribution() >= 0) continue;
    words += (words.empty() ? "Speaks against it: " : ", ") + Harmless(ItemName(evidence.item())) +
             " (" + FormatSigned(evidence.contribution(), 3) + ")";
  }
  return words.empty() ? words : words + ".";
}

std::string NotBoughtWords(const v1::Evidence& evidence) {
  if (evidence.orders().empty()) return "";
  if (evidence.orders(0).basket()) return " (in the basket)";
  return evidence.orders(0).supposed() ? " (supposed)" : "";
}

std::string NoteWords(const v1::Note& note) {
  const std::string what =
      note.outcome() == v1::OUTCOME_UNSPECIFIED
          ? InsightWords(note.insight(), note.subject(), "")
          : Harmless(ItemName(note.item())) + " " + OutcomeWords(note.outcome());
  return "Note of " + SourceWords(note.at(), note.staff_id()) + ": " + what + ": " +
         FormatSigned(note.contribution(), 3) + ".";
}

std::string Indented(std::string_view text, size_t width) {
  constexpr size_t kIndent = 2;
  std::string indented;
  std::istringstream lines(Wrap(text, width > kIndent ? width - kIndent : width));
  for (std::string line; std::getline(lines, line);)
    indented += std::string(kIndent, ' ') + line + "\n";
  return indented;
}

void PrintContrast(std::ostream& out, const std::string& one, const v1::Contrast& contrast,
                   size_t width) {
  Table table({{"because of", false, true}, {"difference", true}});
  for (const v1::Contrast::Line& line : contrast.lines())
    table.AddRow({ItemName(line.item()), FormatSigned(line.difference(), 3)});
  if (contrast.other_count() > 0) {
    table.AddRow({FormatPlural(contrast.other_count(), "other item", "other items"),
                  FormatSigned(contrast.other_difference(), 3)});
  }
  const v1::ScoreTerms& terms = contrast.terms();
  const auto term = [&](const char* name, double difference) {
    if (difference != 0) table.AddRow({name, FormatSigned(difference, 3)});
  };
  term("bought before", terms.repeat());
  term("popularity", terms.popularity());
  term("rules of the shop", terms.rules());
  term("notes", terms.notes());
  const double sum =
      terms.taste() + terms.repeat() + terms.popularity() + terms.rules() + terms.notes();
  table.AddRow(
      {Harmless(one) + " over " + Harmless(ItemName(contrast.item())), FormatSigned(sum, 3)});
  table.Print(out, width);
}

}  // namespace rapport::cli
