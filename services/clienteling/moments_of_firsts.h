// Firsts as moments: first orders, first purchases of a category and round orders that are news,
// and the day that the first order comes round again. Numbered as the stream of moments numbers
// them (data/firsts.h), so that both give a moment the same id; but what came back in full, or was
// not the customer's, is no reason for a word. Pure; any thread.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "services/clienteling/moment_candidates.h"

namespace rapport::clienteling {

struct FirstFound {
  Occasion occasion = Occasion::kFirstOrder;
  int32_t number = 0;    // of the order, or of years; 0: of a category
  std::string category;  // of kFirstInCategory
  std::string item_id;   // likewise
  std::vector<std::string> event_ids;
  std::chrono::local_days day;    // of the purchase; of an anniversary, its own
  std::chrono::local_days until;  // the last on which it is told
};

// `lines`: oldest first.
std::vector<FirstFound> FirstsOf(std::span<const HistoryLine> lines, std::chrono::local_days today,
                                 const Surroundings& around);

// Whether what was so many days ago is news.
constexpr bool IsNews(int days_ago, int fresh_days) {
  return days_ago >= 0 && days_ago < fresh_days;
}

// The day in `year` on which a day of another year comes round; the 29th of February on the 28th
// where there is none.
std::chrono::local_days AnniversaryIn(std::chrono::year year, std::chrono::local_days day);

}  // namespace rapport::clienteling
