#include "services/server/recommendation_convert.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

#include "services/server/convert.h"
#include "services/server/fields.h"
#include "services/server/recommendation_parts.h"

namespace rapport::server {
namespace {

std::unordered_set<std::string> ReadIds(const google::protobuf::RepeatedPtrField<std::string>& ids,
                                        const std::string& field, FieldChecker& check) {
  check.AtMost(field, ids.size(), kMaxFilterIds);
  if (ids.size() > kMaxFilterIds) return {};
  for (int index = 0; index < ids.size(); ++index) {
    check.RequiredId(field + "[" + std::to_string(index) + "]", ids[index]);
  }
  return {ids.begin(), ids.end()};
}

v1::ReasonCode CodeOf(Reason reason) {
  switch (reason) {
    case Reason::kTaste:
      return v1::REASON_CODE_TASTE;
    case Reason::kBoughtBefore:
      return v1::REASON_CODE_BOUGHT_BEFORE;
    case Reason::kPopular:
      return v1::REASON_CODE_POPULAR;
    case Reason::kNew:
      return v1::REASON_CODE_NEW;
  }
  return v1::REASON_CODE_UNSPECIFIED;
}

void Write(const Suggestion& suggestion, double window_days, v1::Suggestion* proto) {
  ToProto(*suggestion.item, proto->mutable_item());
  proto->set_rank(suggestion.rank);
  proto->set_score(suggestion.score);
  ToProto(suggestion.terms, proto->mutable_terms());
  for (const Reason reason : suggestion.reasons) proto->add_reasons(CodeOf(reason));
  proto->set_source(SourceOf(suggestion.personal));
  for (const auto& item : suggestion.goes_with) WriteName(*item, proto->add_goes_with());
  proto->set_rank_by_score(suggestion.rank_by_score);
  for (const RuleTerm& term : suggestion.rules) WriteRule(term, proto->add_rules());
  proto->set_pinned_by(suggestion.pinned_by);
  proto->set_promoted(suggestion.promoted);
  proto->set_popularity_driven(suggestion.popularity_driven);
  if (suggestion.chance) WriteChance(*suggestion.chance, window_days, proto->mutable_chance());
}

double ReadPart(std::string_view field, double value, FieldChecker& check) {
  if (value >= 0 && value <= 1) return value;  // not of NaN
  check.Fail(field, "given " + std::to_string(value) + "; expected 0 to 1");
  return 0;
}

// What limits and shapes a list.
void ReadWishes(const v1::SuggestForCustomerRequest& request, FieldChecker& check,
                SuggestQuery& query) {
  const auto at_least_zero = [&](std::string_view field, int value) {
    if (value < 0) check.Fail(field, "given " + std::to_string(value) + "; expected 0 or more");
    return std::max(0, value);
  };
  query.max_per_category = at_least_zero("max_per_category", request.max_per_category());
  query.diversity = ReadPart("diversity", request.diversity(), check);
  query.min_confidence = ReadPart("min_confidence", request.min_confidence(), check);
  if (request.has_promoted_slots())
    query.promoted_slots = at_least_zero("promoted_slots", request.promoted_slots());
  check.Text("store", request.store());
  query.store = request.store();
}

void ReadPages(const v1::SuggestForCustomerRequest& request, FieldChecker& check,
               SuggestQuery& query) {
  query.paged = request.page_size() != 0;
  if (!query.paged) {
    query.count = check.Count("count", request.count(), 10, kMostSuggestions);
    if (!request.page_token().empty())
      check.Fail("page_token", "given without page_size; expected the page_size of the first page");
    return;
  }
  query.count = check.Count("page_size", request.page_size(), 10, kMostSuggestions);
  if (request.count() != 0)
    check.Fail("count", "given beside page_size, which says how many; expected none");
  check.Text("page_token", request.page_token(), kMaxTokenBytes);
  query.page_token = request.page_token();
}

}  // namespace

SuggestQuery ReadSuggest(const v1::SuggestForCustomerRequest& request, TimePoint now,
                         FilterCache& filters, FieldChecker& check) {
  SuggestQuery query;
  query.shopper = ReadShopper(request, now, check);
  check.OptionalId("customer_id", request.customer_id());
  query.shopper.customer_id = request.customer_id();
  query.shopper.what_if = ReadWhatIf(request.what_if(), check);
  ReadPages(request, check, query);
  ReadWishes(request, check, query);
  query.filter = ReadFilter(request.filter(), filters, check);
  query.filter_text = request.filter();
  query.pool = FromProto(request.pool(), "pool", check);
  query.exclude_item_ids = ReadIds(request.exclude_item_ids(), "exclude_item_ids", check);
  query.only_item_ids = ReadIds(request.only_item_ids(), "only_item_ids", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  return query;
}

void Write(const SuggestionList& list, v1::SuggestForCustomerResponse* proto) {
  proto->set_token(list.token);
  proto->set_model_version(list.model_version);
  proto->set_history_size(list.history_size);
  proto->set_pool(ToProto(list.pool));
  *proto->mutable_as_of() = ToProto(list.as_of);
  for (const Suggestion& suggestion : list.suggestions)
    Write(suggestion, list.window_days, proto->add_suggestions());
  proto->set_next_page_token(list.next_page_token);
  proto->set_basket_size(list.basket_size);
  for (const LeftOut& left_out : list.left_out) WriteLeftOut(left_out, proto->add_left_out());
  for (const ListChange& change : list.changes) WriteChange(change, proto->add_changes());
}

SimilarQuery ReadSimilar(const v1::SimilarItemsRequest& request, FilterCache& filters,
                         FieldChecker& check) {
  SimilarQuery query;
  check.RequiredId("item_id", request.item_id());
  query.item_id = request.item_id();
  query.count = check.Count("count", request.count(), 10, kMostSuggestions);
  if (request.basis() == v1::BASIS_BOUGHT_TOGETHER) {
    query.basis = SimilarQuery::Basis::kBoughtTogether;
  } else if (request.basis() != v1::BASIS_UNSPECIFIED && request.basis() != v1::BASIS_TASTE) {
    check.Fail("basis", "given " + std::to_string(request.basis()) + "; expected 0 to 2");
  }
  const int support = request.min_support();
  if (support != 0 && support < static_cast<int>(kLeastSupport))
    check.Fail("min_support",
               "given " + std::to_string(support) + "; expected 5 or more, or unset");
  query.least_support = std::max(support, static_cast<int>(kLeastSupport));
  query.filter = ReadFilter(request.filter(), filters, check);
  if (query.filter != nullptr && query.filter->asks_history()) {
    check.Fail("filter",
               "asks what a customer bought, and there is no customer; expected none of "
               "bought_within, bought_in");
    query.filter = nullptr;
  }
  check.Text("store", request.store());
  query.store = request.store();
  return query;
}

void Write(const SimilarItem& similar, v1::SimilarItem* proto) {
  ToProto(*similar.item, proto->mutable_item());
  proto->set_similarity(similar.similarity);
  proto->set_lift(similar.lift);
  proto->set_support(similar.support);
}

}  // namespace rapport::server
