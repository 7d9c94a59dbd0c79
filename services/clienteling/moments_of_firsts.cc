#include "services/clienteling/moments_of_firsts.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "services/recommender/customer_state.h"

namespace rapport::clienteling {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr int kStillACustomerDays = 365;

using Order = std::vector<const HistoryLine*>;

// Oldest first, by the first line of each.
std::vector<Order> OrdersOf(std::span<const HistoryLine> lines) {
  std::vector<Order> orders;
  std::unordered_map<std::string_view, size_t> by_id;
  for (const HistoryLine& line : lines) {
    const std::string& id = line.purchase.order_id;
    const size_t next = orders.size();
    const size_t place = id.empty() ? next : by_id.try_emplace(id, next).first->second;
    if (place == next) orders.emplace_back();
    orders[place].push_back(&line);
  }
  return orders;
}

// Whether a line is a reason for a word: kept, the customer's, and not hidden.
bool Stands(const HistoryLine& line, const Surroundings& around) {
  return line.KeptQuantity() > 0 && IsTheirs(line) && !around.items(line.purchase.item_id).hidden;
}

}  // namespace

local_days AnniversaryIn(std::chrono::year year, local_days day) {
  const year_month_day date(day);
  const year_month_day then(year, date.month(), date.day());
  return then.ok() ? local_days(then) : local_days(year / date.month() / std::chrono::last);
}

std::vector<FirstFound> FirstsOf(std::span<const HistoryLine> lines, local_days today,
                                 const Surroundings& around) {
  const CandidateOptions& options = around.options;
  const auto day_of = [&](const HistoryLine& line) {
    return around.time.At(line.purchase.purchased_at).day;
  };
  const auto is_news = [&](local_days day) {
    return IsNews(static_cast<int>((today - day).count()), options.fresh_days);
  };
  std::vector<FirstFound> found;
  const std::vector<Order> orders = OrdersOf(lines);
  const Order* first_standing = nullptr;
  for (size_t place = 0; place < orders.size(); ++place) {
    const auto number = static_cast<int32_t>(place) + 1;
    const bool told =
        number == 1 || std::ranges::find(options.milestones, number) != options.milestones.end();
    const local_days day = day_of(*orders[place].front());
    if (first_standing != nullptr && !(told && is_news(day))) continue;
    FirstFound first{.occasion = number == 1 ? Occasion::kFirstOrder : Occasion::kNthOrder,
                     .number = number,
                     .day = day,
                     .until = day + days(options.fresh_days - 1)};
    for (auto line = orders[place].rbegin(); line != orders[place].rend(); ++line) {
      if (Stands(**line, around)) first.event_ids.push_back((*line)->purchase.event_id);
    }
    if (first.event_ids.empty()) continue;
    if (first_standing == nullptr) first_standing = &orders[place];
    if (told && is_news(day)) found.push_back(std::move(first));
  }

  // A category of the first order is no news beside it.
  std::map<std::string, const HistoryLine*> categories;
  for (const HistoryLine& line : lines) {
    const auto& known = around.items(line.purchase.item_id);
    if (line.purchase.gift || !IsTheirs(line) || known.hidden || known.item->category_path.empty())
      continue;
    categories.try_emplace(known.item->category_path.front(), &line);
  }
  for (const auto& [category, line] : categories) {
    const local_days day = day_of(*line);
    if (!is_news(day) || !Counts(*line) ||
        std::ranges::find(orders.front(), line) != orders.front().end())
      continue;
    found.push_back({.occasion = Occasion::kFirstInCategory,
                     .category = category,
                     .item_id = line->purchase.item_id,
                     .event_ids = {line->purchase.event_id},
                     .day = day,
                     .until = day + days(options.fresh_days - 1)});
  }

  if (!options.anniversaries || first_standing == nullptr) return found;
  const local_days first_day = day_of(*first_standing->front());
  const std::chrono::year year = year_month_day(today).year();
  const int years = static_cast<int>(year) - static_cast<int>(year_month_day(first_day).year());
  const auto last = std::ranges::find_if(lines.rbegin(), lines.rend(), IsTheirs);
  const bool still_comes = today - day_of(*last) <= days(kStillACustomerDays);
  if (years > 0 && still_comes && AnniversaryIn(year, first_day) == today) {
    FirstFound anniversary{
        .occasion = Occasion::kAnniversary, .number = years, .day = today, .until = today};
    for (const HistoryLine* line : *first_standing) {
      if (Stands(*line, around)) anniversary.event_ids.push_back(line->purchase.event_id);
    }
    found.push_back(std::move(anniversary));
  }
  return found;
}

}  // namespace rapport::clienteling
