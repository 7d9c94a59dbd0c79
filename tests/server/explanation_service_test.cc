// What explains, compares and tells why not, as callers get it: what-ifs, tokens of every kind, bad
// fields, and histories at their ends.
#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/server/recommending_shop.h"

namespace rapport::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExplanationServiceTest : public RecommendingShop {
 protected:
  grpc::Status Explain(const v1::ExplainSuggestionRequest& request,
                       v1::ExplainSuggestionResponse* response) {
    return Ask(*server_.recommendations, &Recommendations::ExplainSuggestion, request, response);
  }
  using RecommendingShop::Explain;
  grpc::Status Compare(const v1::CompareSuggestionsRequest& request,
                       v1::CompareSuggestionsResponse* response) {
    return Ask(*server_.recommendations, &Recommendations::CompareSuggestions, request, response);
  }
  grpc::Status WhyNot(const v1::WhyNotRequest& request, v1::WhyNotResponse* response) {
    return Ask(*server_.recommendations, &Recommendations::WhyNot, request, response);
  }
  // Of the list of ten of any items.
  v1::WhyNotResponse FateOf(const std::string& customer, const std::string& item,
                            v1::Pool pool = v1::POOL_ANY) {
    v1::WhyNotRequest request;
    request.mutable_list()->set_customer_id(customer);
    request.mutable_list()->set_pool(pool);
    request.set_item_id(item);
    v1::WhyNotResponse response;
    const grpc::Status status = WhyNot(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static v1::ExplainSuggestionRequest About(const std::string& customer, const std::string& item) {
    v1::ExplainSuggestionRequest request;
    request.set_customer_id(customer);
    request.set_item_id(item);
    request.set_pool(v1::POOL_ANY);
    return request;
  }
  std::string ReasonNotExplained(const std::string& token, const std::string& item) {
    v1::ExplainSuggestionResponse response;
    return ReasonOf(Explain(token, item, &response));
  }
};

TEST_F(ExplanationServiceTest, AnExplanationSaysWhereTheItemStandsAndWhatHoldsItThere) {
  FillShop();
  server_.Train();
  const auto list = Suggest("c4");
  const v1::Suggestion& second = list.suggestions(1);
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(list.token(), second.item().item_id(), &explanation).ok());
  EXPECT_EQ(explanation.rank(), 2);
  EXPECT_EQ(explanation.rank_by_score(), 2);
  EXPECT_EQ(explanation.list_length(), 10);
  EXPECT_EQ(explanation.unranked_because(), "");
  ASSERT_GT(explanation.evidence_size(), 1);
  for (const v1::Evidence& line : explanation.evidence()) {
    EXPECT_GT(line.rank_without(), 0);
    EXPECT_EQ(line.kind(), line.item().item_id() == second.item().item_id()
                               ? v1::EVIDENCE_KIND_OWN_REPEAT
                               : v1::EVIDENCE_KIND_PURCHASE);
    for (const v1::EvidenceOrder& order : line.orders()) EXPECT_NE(order.event_id(), "");
  }
  EXPECT_TRUE(explanation.has_smallest_removal());
  EXPECT_EQ(explanation.next().item().item_id(), list.suggestions(2).item().item_id());
  EXPECT_EQ(explanation.next().score(), list.suggestions(2).score());
  EXPECT_EQ(explanation.has_chance(), second.has_chance());
}

TEST_F(ExplanationServiceTest, WhatSuitsThemNoMoreThanOthersIsSaidToBePopularAndNothingElse) {
  FillShop();
  // Both tastes buy it, as often as they can.
  v1::RecordPurchasesRequest hit;
  for (int customer = 1; customer < 40; ++customer) {
    for (int week = 0; week < 4; ++week) {
      *hit.add_purchases() = MakePurchase("h" + std::to_string(week),
                                          "c" + std::to_string(customer), "hit", 2 + 7 * week);
    }
  }
  Record(hit);
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.set_customer_id("c0");
  request.set_count(16);
  const auto list = Suggest(request);
  int driven = 0, personal = 0;
  for (const v1::Suggestion& suggestion : list.suggestions()) {
    v1::ExplainSuggestionResponse explanation;
    ASSERT_TRUE(Explain(list.token(), suggestion.item().item_id(), &explanation).ok());
    EXPECT_EQ(explanation.popularity_driven(), suggestion.popularity_driven());
    ASSERT_TRUE(explanation.has_average_score());
    EXPECT_EQ(explanation.popularity_driven(), explanation.score() <= explanation.average_score());
    EXPECT_EQ(suggestion.source(), v1::SOURCE_PERSONAL);
    (suggestion.popularity_driven() ? driven : personal) += 1;
    if (!suggestion.popularity_driven()) continue;
    EXPECT_THAT(suggestion.reasons(), testing::Not(Contains(v1::REASON_CODE_TASTE)));
    EXPECT_THAT(suggestion.goes_with(), IsEmpty());
    EXPECT_THAT(explanation.sentence(), HasSubstr("it suits this customer no more than others"));
  }
  EXPECT_GT(driven, 0);
  EXPECT_GT(personal, 0);
}

TEST_F(ExplanationServiceTest, WithoutPlacesThereAreNone) {
  FillShop();
  server_.Train();
  v1::ExplainSuggestionRequest request = About("c4", "i1");
  request.set_without_places(true);
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(request, &explanation).ok());
  ExpectSums(explanation);
  EXPECT_EQ(explanation.rank_by_score(), 0);
  EXPECT_EQ(explanation.evidence(0).rank_without(), 0);
  EXPECT_FALSE(explanation.has_smallest_removal());
  EXPECT_FALSE(explanation.has_next());
}

TEST_F(ExplanationServiceTest, AWhatIfTellsWhatItChangesAndStoresNothing) {
  FillShop();
  server_.Train();
  const auto before = Suggest("c4");
  v1::SuggestForCustomerRequest request;
  request.set_customer_id("c4");
  request.set_pool(v1::POOL_ANY);
  request.mutable_what_if()->add_add_item_ids("i9");
  request.mutable_what_if()->add_add_item_ids("i10");
  request.mutable_what_if()->add_leave_out_event_ids("e0");
  const auto with = Suggest(request);
  EXPECT_EQ(with.history_size(), before.history_size() + 1);
  ASSERT_GT(with.changes_size(), 0);
  for (const v1::ListChange& change : with.changes()) {
    if (change.from_rank() > 0) {
      EXPECT_EQ(before.suggestions(change.from_rank() - 1).item().item_id(),
                change.item().item_id());
    }
    if (change.to_rank() > 0) {
      EXPECT_EQ(with.suggestions(change.to_rank() - 1).item().item_id(), change.item().item_id());
    }
  }
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(with.token(), with.suggestions(0).item().item_id(), &explanation).ok());
  EXPECT_EQ(explanation.score(), with.suggestions(0).score());
  int supposed = 0;
  for (const v1::Evidence& line : explanation.evidence()) {
    for (const v1::EvidenceOrder& order : line.orders()) {
      supposed += order.supposed() ? 1 : 0;
      EXPECT_NE(order.event_id(), "e0");
    }
  }
  EXPECT_EQ(supposed, 2);
  EXPECT_EQ(Suggest("c4").SerializeAsString(), before.SerializeAsString());
}

TEST_F(ExplanationServiceTest, BadWhatIfsNameEveryField) {
  FillShop();
  server_.Train();
  v1::WhatIf unknown;
  unknown.add_leave_out_event_ids("e0");
  unknown.add_leave_out_event_ids("e77");
  unknown.add_gift_item_ids("i15");  // of the other taste
  unknown.add_add_item_ids("nothing");
  v1::SuggestForCustomerRequest suggest;
  suggest.set_customer_id("c4");
  *suggest.mutable_what_if() = unknown;
  v1::SuggestForCustomerResponse list;
  const grpc::Status status =
      Ask(*server_.recommendations, &Recommendations::SuggestForCustomer, suggest, &list);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(PathsOf(status), ElementsAre("what_if.leave_out_event_ids[1]",
                                           "what_if.gift_item_ids[0]", "what_if.add_item_ids[0]"));
  EXPECT_THAT(ViolationsOf(status)[0].description, HasSubstr("given e77; expected"));

  v1::CompareSuggestionsRequest compare;
  *compare.mutable_one() = About("c4", "i1");
  *compare.mutable_one()->mutable_what_if() = unknown;
  compare.set_other_item_id("i2");
  v1::CompareSuggestionsResponse comparison;
  EXPECT_THAT(PathsOf(Compare(compare, &comparison)),
              Contains("one.what_if.leave_out_event_ids[1]"));
  v1::WhyNotRequest why_not;
  *why_not.mutable_list() = suggest;
  why_not.set_item_id("i1");
  v1::WhyNotResponse fate;
  EXPECT_THAT(PathsOf(WhyNot(why_not, &fate)), Contains("list.what_if.leave_out_event_ids[1]"));

  suggest.mutable_what_if()->Clear();
  suggest.mutable_what_if()->add_gift_event_ids("");
  for (int id = 0; id < 1'001; ++id) suggest.mutable_what_if()->add_leave_out_item_ids("i1");
  EXPECT_THAT(
      PathsOf(Ask(*server_.recommendations, &Recommendations::SuggestForCustomer, suggest, &list)),
      ElementsAre("what_if.leave_out_item_ids", "what_if.gift_event_ids[0]"));
  v1::ExplainSuggestionRequest explain;
  explain.set_item_id("i1");
  explain.set_token("x");
  explain.mutable_what_if()->add_gift_item_ids("i1");
  explain.set_filter("price < 3");
  explain.set_list_length(3);
  v1::ExplainSuggestionResponse explanation;
  EXPECT_THAT(PathsOf(Explain(explain, &explanation)),
              ElementsAre("filter", "list_length", "what_if"));
}

TEST_F(ExplanationServiceTest, TokensThatAreNoneOrWereChangedAreRefusedByField) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.set_customer_id("c4");
  request.set_page_size(3);
  const auto list = Suggest(request);
  const std::string& token = list.token();
  std::string forged = token;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {forged, token.substr(0, token.size() - 3), token + "AAAA",
                                 std::string("AAAA"), list.next_page_token()}) {
    v1::ExplainSuggestionResponse explanation;
    EXPECT_THAT(PathsOf(Explain(bad, "i1", &explanation)), ElementsAre("token"));
    v1::CompareSuggestionsRequest compare;
    compare.mutable_one()->set_token(bad);
    compare.mutable_one()->set_item_id("i1");
    compare.set_other_item_id("i2");
    v1::CompareSuggestionsResponse comparison;
    EXPECT_THAT(PathsOf(Compare(compare, &comparison)), ElementsAre("one.token"));
  }
  v1::WhyNotRequest why_not;
  *why_not.mutable_list() = request;
  why_not.mutable_list()->set_page_token(token);  // of a list, not of a page
  why_not.set_item_id("i1");
  v1::WhyNotResponse fate;
  EXPECT_THAT(PathsOf(WhyNot(why_not, &fate)), ElementsAre("list.page_token"));
}

TEST_F(ExplanationServiceTest, ATokenOfAnotherServerIsOfAModelThatIsNotKept) {
  FillShop();
  server_.Train();
  RunningServer elsewhere;
  v1::RecordPurchasesRequest request;
  for (int customer = 0; customer < 30; ++customer) {
    for (int order = 0; order < 8; ++order) {
      *request.add_purchases() =
          MakePurchase("e" + std::to_string(order), "c" + std::to_string(customer),
                       "i" + std::to_string((customer + order) % 9), 1 + order * 12);
    }
  }
  v1::RecordPurchasesResponse recorded;
  ASSERT_TRUE(
      Ask(*elsewhere.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &recorded)
          .ok());
  elsewhere.Train();
  v1::SuggestForCustomerRequest suggest;
  suggest.set_customer_id("c4");
  v1::SuggestForCustomerResponse list;
  ASSERT_TRUE(
      Ask(*elsewhere.recommendations, &Recommendations::SuggestForCustomer, suggest, &list).ok());
  EXPECT_EQ(ReasonNotExplained(list.token(), "i1"), "MODEL_NOT_KEPT");
}

TEST_F(ExplanationServiceTest, ItemsThatTheModelDoesNotKnowAreNotExplainedAndHaveTheirFates) {
  FillShop();
  server_.Train();
  v1::UpsertItemsRequest items;
  items.add_items()->set_item_id("nobody-bought-it");
  v1::UpsertItemsResponse upserted;
  ASSERT_TRUE(Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, items, &upserted).ok());
  v1::ExplainSuggestionResponse explanation;
  const grpc::Status unbought = Explain(About("c4", "nobody-bought-it"), &explanation);
  EXPECT_EQ(unbought.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(unbought.error_message(), HasSubstr("nobody had bought it"));
  const grpc::Status unknown = Explain(About("c4", "nothing"), &explanation);
  EXPECT_EQ(ReasonOf(unknown), "NOT_EXPLAINABLE");
  EXPECT_THAT(unknown.error_message(), HasSubstr("neither"));
  EXPECT_EQ(FateOf("c4", "nobody-bought-it").fate(), v1::FATE_NOT_LEARNED);
  const v1::WhyNotResponse fate = FateOf("c4", "nothing");
  EXPECT_EQ(fate.fate(), v1::FATE_UNKNOWN_ITEM);
  EXPECT_EQ(fate.item().item_id(), "nothing");
  EXPECT_FALSE(fate.has_score());
}

TEST_F(ExplanationServiceTest, WhatWasBoughtAndBroughtBackIsNoEvidenceAndNotNew) {
  FillShop();
  server_.Train();
  Buy("c4", "i9");
  v1::RecordPurchasesRequest request;
  *request.add_returns() = MakeReturn("back", "c4", "new-i9");
  v1::RecordPurchasesResponse recorded;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &recorded)
          .ok());
  const v1::WhyNotResponse fresh = FateOf("c4", "i9", v1::POOL_NEW_TO_CUSTOMER);
  EXPECT_EQ(fresh.fate(), v1::FATE_BOUGHT);
  EXPECT_EQ(fresh.bought().times(), 1);
  EXPECT_EQ(fresh.bought().quantity(), 0);
  EXPECT_EQ(FateOf("c4", "i9", v1::POOL_BOUGHT_BEFORE).fate(), v1::FATE_NOT_BOUGHT);
  v1::ExplainSuggestionRequest about = About("c4", "i10");
  about.set_max_evidence(1'000);
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(about, &explanation).ok());
  for (const v1::Evidence& line : explanation.evidence()) EXPECT_NE(line.item().item_id(), "i9");
}

TEST_F(ExplanationServiceTest, OnePurchaseIsExplainedByItself) {
  FillShop();
  server_.Train();
  Buy("newcomer", "i3");
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(About("newcomer", "i2"), &explanation).ok());
  ASSERT_EQ(explanation.evidence_size(), 1);
  ExpectSums(explanation);
  EXPECT_GE(explanation.evidence(0).rank_without(), 1);
  EXPECT_TRUE(explanation.smallest_removal().items().empty() ||
              explanation.smallest_removal().rank_without() ==
                  explanation.evidence(0).rank_without());
}

TEST_F(ExplanationServiceTest, AThousandPurchasesAreExplainedWhole) {
  FillShop();
  server_.Train();
  v1::RecordPurchasesRequest request;
  for (int line = 0; line < 1'000; ++line) {
    *request.add_purchases() = MakePurchase("many-" + std::to_string(line), "regular",
                                            "i" + std::to_string(line % 16), 1 + line % 300);
  }
  Record(request);
  v1::ExplainSuggestionRequest about = About("regular", "i2");
  about.set_max_evidence(1'000);
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(about, &explanation).ok());
  EXPECT_EQ(explanation.history_size(), 1'000);
  EXPECT_EQ(explanation.evidence_size(), 16);
  ExpectSums(explanation);
  for (const v1::Evidence& line : explanation.evidence()) EXPECT_LE(line.orders_size(), 100);
  v1::SuggestForCustomerRequest suggest;
  suggest.set_customer_id("regular");
  for (int line = 0; line < 1'000; ++line)
    suggest.mutable_what_if()->add_gift_event_ids("many-" + std::to_string(line));
  EXPECT_EQ(Suggest(suggest).history_size(), 0);
}

TEST_F(ExplanationServiceTest, ComparisonsSumToTheDifferenceAndNameBadFields) {
  FillShop();
  server_.Train();
  v1::CompareSuggestionsRequest request;
  *request.mutable_one() = About("c4", "i2");
  request.mutable_one()->set_max_evidence(2);
  request.set_other_item_id("i12");
  v1::CompareSuggestionsResponse response;
  ASSERT_TRUE(Compare(request, &response).ok());
  const v1::Contrast& contrast = response.contrast();
  EXPECT_EQ(contrast.lines_size(), 2);
  double sum = contrast.other_difference() + contrast.terms().repeat() +
               contrast.terms().popularity() + contrast.terms().rules();
  for (const v1::Contrast::Line& line : contrast.lines()) sum += line.difference();
  EXPECT_NEAR(sum, response.score() - contrast.score(), 1e-9);
  EXPECT_LT(response.rank_by_score(), contrast.rank_by_score());
  EXPECT_EQ(response.source(), v1::SOURCE_PERSONAL);

  const auto list = Suggest("c4");
  request.mutable_one()->Clear();
  request.mutable_one()->set_token(list.token());
  request.mutable_one()->set_item_id(list.suggestions(0).item().item_id());
  request.set_other_item_id(list.suggestions(1).item().item_id());
  ASSERT_TRUE(Compare(request, &response).ok());
  EXPECT_EQ(response.score(), list.suggestions(0).score());
  EXPECT_EQ(response.contrast().score(), list.suggestions(1).score());

  request.set_other_item_id(request.one().item_id());
  EXPECT_THAT(PathsOf(Compare(request, &response)), ElementsAre("other_item_id"));
  request.Clear();
  EXPECT_THAT(PathsOf(Compare(request, &response)),
              ElementsAre("one.subject", "one.item_id", "other_item_id"));
  *request.mutable_one() = About("c4", "i2");
  request.set_other_item_id("nothing");
  EXPECT_EQ(ReasonOf(Compare(request, &response)), "NOT_EXPLAINABLE");
}

TEST_F(ExplanationServiceTest, WhyNotAgreesWithTheListAndNamesBadFields) {
  FillShop();
  server_.Train();
  const auto list = Suggest("c4");
  for (int place = 0; place < list.suggestions_size(); ++place) {
    const auto fate = FateOf("c4", list.suggestions(place).item().item_id());
    EXPECT_EQ(fate.fate(), v1::FATE_SUGGESTED);
    EXPECT_EQ(fate.rank(), place + 1);
    EXPECT_EQ(fate.score(), list.suggestions(place).score());
  }
  int below = 0;
  for (int item = 0; item < 16; ++item) {
    const auto fate = FateOf("c4", "i" + std::to_string(item));
    if (fate.fate() != v1::FATE_BELOW_CUTOFF) continue;
    ++below;
    EXPECT_GT(fate.rank_by_score(), 10);
    EXPECT_EQ(fate.gap(), list.suggestions(9).score() - fate.score());
  }
  EXPECT_EQ(below, 6);

  v1::WhyNotRequest request;
  request.mutable_list()->set_count(101);
  request.mutable_list()->set_filter("prize < 3");
  v1::WhyNotResponse response;
  EXPECT_THAT(PathsOf(WhyNot(request, &response)),
              ElementsAre("list.count", "list.filter", "item_id"));
}

TEST_F(ExplanationServiceTest, AListThatNothingIsLikelyEnoughForSaysSo) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.set_customer_id("c4");
  request.set_pool(v1::POOL_ANY);
  const auto all = Suggest(request);
  ASSERT_TRUE(all.suggestions(0).has_chance());
  const v1::Chance& chance = all.suggestions(0).chance();
  EXPECT_LE(chance.low(), chance.probability());
  EXPECT_GE(chance.high(), chance.probability());
  EXPECT_GT(chance.samples(), 0);
  EXPECT_GT(chance.window_days(), 0);
  EXPECT_NE(chance.level(), v1::CONFIDENCE_LEVEL_UNSPECIFIED);
  request.set_min_confidence(1);
  const auto none = Suggest(request);
  EXPECT_THAT(none.suggestions(), IsEmpty());
  ASSERT_EQ(none.left_out_size(), 1);
  EXPECT_EQ(none.left_out(0).reason(), v1::LEFT_OUT_REASON_MIN_CONFIDENCE);
  EXPECT_EQ(none.left_out(0).items(), 16);
  v1::WhyNotRequest why_not;
  *why_not.mutable_list() = request;
  why_not.set_item_id("i1");
  v1::WhyNotResponse fate;
  ASSERT_TRUE(WhyNot(why_not, &fate).ok());
  EXPECT_EQ(fate.fate(), v1::FATE_FILTERED);
  EXPECT_EQ(fate.left_out().reason(), v1::LEFT_OUT_REASON_MIN_CONFIDENCE);
}

TEST_F(ExplanationServiceTest, CallsAreCountedByMethod) {
  server_.Stop();
  server_.config().metrics.listen = "127.0.0.1:0";
  server_.Start();
  FillShop();
  server_.Train();
  FateOf("c4", "i1");
  v1::CompareSuggestionsResponse comparison;
  EXPECT_FALSE(Compare({}, &comparison).ok());
  const std::string metrics = server_.Scrape();
  EXPECT_THAT(metrics, HasSubstr("code=\"OK\",method=\"RecommendationService/WhyNot\"} 1"));
  EXPECT_THAT(
      metrics,
      HasSubstr(
          "code=\"INVALID_ARGUMENT\",method=\"RecommendationService/CompareSuggestions\"} 1"));
}

}  // namespace
}  // namespace rapport::server
