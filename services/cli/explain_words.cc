#include "services/cli/explain_words.h"

#include <cmath>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

std::string Percent(double part) { return FormatFixed(100 * part, part < 0.1 ? 1 : 0); }

}  // namespace

std::string FormatOrdinal(int64_t number) {
  const int64_t tens = number % 100;
  std::string_view ending = "th";
  if (tens < 11 || tens > 13) {
    if (number % 10 == 1) ending = "st";
    if (number % 10 == 2) ending = "nd";
    if (number % 10 == 3) ending = "rd";
  }
  return FormatCount(number) + std::string(ending);
}

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
                      FormatPlural(std::llround(chance.samples()), "suggestion", "suggestions") +
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
    words += ", and " + Harmless(ItemName(removal.takes_place())) + " would come into the list";
  words += removal.items_size() == 1
               ? "."
               : "; " + std::string(removal.proven() ? "no fewer do." : "each of them is needed.");
  return words;
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
  const double sum = terms.taste() + terms.repeat() + terms.popularity() + terms.rules();
  table.AddRow(
      {Harmless(one) + " over " + Harmless(ItemName(contrast.item())), FormatSigned(sum, 3)});
  table.Print(out, width);
}

}  // namespace rapport::cli
