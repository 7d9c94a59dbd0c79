#include "services/recommender/list_setting.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/recommender/fingerprint.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

// None: not of this request, or made up.
std::optional<Token> PageOf(const SuggestQuery& query) {
  auto page = DecodeToken(query.page_token);
  if (!page.ok() || !page->page || page->shown.empty() || page->request != Fingerprint(query))
    return std::nullopt;
  return *std::move(page);
}

// What is in force of the customer by now, as a first page would have it.
absl::StatusOr<Told::Reports> ReportsNow(const Store& store, const SuggestQuery& query,
                                         const ListSetting& setting, TimePoint now) {
  auto reports = std::make_shared<std::vector<Reported>>();
  if (setting.shopper.customer_id.empty()) return reports;
  const auto view =
      store.View(setting.shopper.customer_id, {.time = query.as_of.value_or(TimePoint::max())});
  if (!view.ok()) return view.status();
  const TimePoint at = query.as_of.value_or(std::max(now, (*view)->history.latest));
  const std::vector<std::string>& supposed = setting.shopper.what_if.leave_out_report_ids;
  for (const Reported& reported : (*view)->history.reports) {
    if (reported.InForce(at) && (setting.state.may_personalize || IsConstraint(reported)) &&
        std::ranges::find(supposed, EventIdOf(reported)) == supposed.end())
      reports->push_back(reported);
  }
  return reports;
}

absl::Status NotThisPage() {
  return absl::InvalidArgumentError(
      "expected a next_page_token of this very request; ask for the first page again");
}

}  // namespace

absl::StatusOr<ListSetting> ListSetting::WithoutWhatIf(const Store& store,
                                                       const Apart& apart) const {
  ListSetting without{.serving = serving, .shopper = shopper, .state = {}, .used = used, .at = at};
  without.shopper.what_if = {};
  auto plain = StateAgain(store, serving->model(), without.shopper,
                          {.sequence = state.history->sequence, .time = state.as_of}, apart);
  if (!plain.ok()) return plain.status();
  without.state = *std::move(plain);
  return without;
}

absl::StatusOr<ListSetting> SettingBy(const Store& store,
                                      std::shared_ptr<const ServingModel> serving,
                                      const SuggestQuery& query, TimePoint now) {
  auto state = StateFor(store, serving->model(), query.shopper, query.as_of, now, query.apart);
  if (!state.ok()) return state.status();
  ListSetting setting{.serving = std::move(serving),
                      .shopper = query.shopper,
                      .state = *std::move(state),
                      .used = {},
                      .at = query.as_of.value_or(now)};
  if (!setting.state.may_personalize) {
    setting.shopper.basket_item_ids.clear();
    setting.shopper.what_if = {};
  }
  return setting;
}

absl::StatusOr<ListSetting> SettingAt(const Store& store,
                                      std::shared_ptr<const ServingModel> serving,
                                      const SuggestQuery& query, AsOf as_of) {
  auto state = StateAgain(store, serving->model(), query.shopper, as_of, query.apart);
  if (!state.ok()) return state.status();
  return ListSetting{.serving = std::move(serving),
                     .shopper = query.shopper,
                     .state = *std::move(state),
                     .used = {},
                     .at = as_of.time};
}

absl::StatusOr<ListSetting> SettingOf(const Store& store, const ModelShelf& models,
                                      const SuggestQuery& query, TimePoint now) {
  if (query.page_token.empty()) return SettingBy(store, models.Serving(), query, now);
  auto page = PageOf(query);
  if (!page) return NotThisPage();
  auto serving = models.ServingAgain(page->model_version);
  if (serving == nullptr) {
    return absl::FailedPreconditionError(
        "the model that made the first page serves no more; ask for the first page again");
  }
  const size_t items = serving->model().items.size();
  if (std::ranges::any_of(page->shown,
                          [&](const Shown& shown) { return Row(shown.item) >= items; }))
    return NotThisPage();
  ListSetting setting{.serving = std::move(serving),
                      .shopper = query.shopper,
                      .state = {},
                      .used = {std::move(page->shown), std::move(page->spent_pins), nullptr},
                      .at = query.as_of.value_or(now)};
  setting.shopper.basket_item_ids = std::move(page->shopper.basket_item_ids);
  setting.shopper.what_if = std::move(page->shopper.what_if);
  auto state = StateAgain(store, setting.serving->model(), setting.shopper,
                          {.sequence = page->sequence, .time = page->as_of}, query.apart);
  if (!state.ok()) return state.status();
  setting.state = *std::move(state);
  auto reports = ReportsNow(store, query, setting, now);
  if (!reports.ok()) return reports.status();
  setting.used.reports = *std::move(reports);
  return setting;
}

}  // namespace rapport
