#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/server/recommending_shop.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using Models = v1::ModelService::Stub;

using RecommendationServiceTest = RecommendingShop;

TEST_F(RecommendationServiceTest, BeforeAnyPurchaseThereIsAnEmptyListAndNoError) {
  EXPECT_EQ(Suggest("nobody").suggestions_size(), 0);
}

TEST_F(RecommendationServiceTest, AfterTrainingAnExplanationSumsToTheScoreThatWasServed) {
  FillShop();
  const v1::Training training = server_.Train();
  ASSERT_EQ(training.state(), v1::Training::STATE_SUCCEEDED) << training.message();
  EXPECT_EQ(training.rows(), 400);
  const auto suggested = Suggest("c4");
  EXPECT_EQ(suggested.model_version(), training.model_version());
  EXPECT_EQ(suggested.pool(), v1::POOL_ANY);
  ASSERT_EQ(suggested.suggestions_size(), 10);
  for (int place = 0; place < suggested.suggestions_size(); ++place) {
    const v1::Suggestion& suggestion = suggested.suggestions(place);
    EXPECT_EQ(suggestion.rank(), place + 1);
    EXPECT_EQ(suggestion.source(), v1::SOURCE_PERSONAL);
    if (place == 0) {
      EXPECT_GT(suggestion.reasons_size(), 0);
    } else {
      EXPECT_LE(suggestion.score(), suggested.suggestions(place - 1).score());
    }
    v1::ExplainSuggestionResponse explanation;
    ASSERT_TRUE(Explain(suggested.token(), suggestion.item().item_id(), &explanation).ok());
    EXPECT_EQ(explanation.score(), suggestion.score());
    EXPECT_EQ(explanation.terms().SerializeAsString(), suggestion.terms().SerializeAsString());
    EXPECT_FALSE(explanation.sentence().empty());
    ExpectSums(explanation);
  }
}

TEST_F(RecommendationServiceTest, ATokenExplainsBitForBitAfterMorePurchasesAndARestart) {
  FillShop();
  server_.Train();
  const auto suggested = Suggest("c4");
  ASSERT_GT(suggested.suggestions_size(), 0);
  const std::string item = suggested.suggestions(0).item().item_id();
  v1::ExplainSuggestionResponse before;
  ASSERT_TRUE(Explain(suggested.token(), item, &before).ok());

  server_.clock().Advance(std::chrono::hours(30));
  Buy("c4", item);
  Buy("c4", "i9");
  v1::ExplainSuggestionResponse after;
  ASSERT_TRUE(Explain(suggested.token(), item, &after).ok());
  EXPECT_EQ(before.SerializeAsString(), after.SerializeAsString());

  server_.Restart();
  ASSERT_TRUE(Explain(suggested.token(), item, &after).ok());
  EXPECT_EQ(before.SerializeAsString(), after.SerializeAsString());

  const auto now = Suggest("c4");  // while a new list has seen them
  EXPECT_EQ(now.history_size(), suggested.history_size() + 2);
  EXPECT_NE(now.suggestions(0).score(), suggested.suggestions(0).score());
}

TEST_F(RecommendationServiceTest, TheSameQuestionGetsTheSameAnswerAfterARestart) {
  FillShop();
  server_.Train();
  const auto before = Suggest("c4");
  server_.Restart();
  EXPECT_EQ(Suggest("c4").SerializeAsString(), before.SerializeAsString());
}

TEST_F(RecommendationServiceTest, FiltersAndPoolsAreKept) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.set_customer_id("c4");
  request.set_pool(v1::POOL_ANY);
  request.set_count(100);
  request.add_only_item_ids("i1");
  request.add_only_item_ids("i9");
  request.add_exclude_item_ids("i9");
  const auto response = Suggest(request);
  ASSERT_EQ(response.suggestions_size(), 1);
  EXPECT_EQ(response.suggestions(0).item().item_id(), "i1");
  request.Clear();
  request.set_customer_id("c4");
  EXPECT_EQ(Suggest(request).pool(), v1::POOL_NEW_TO_CUSTOMER);
}

TEST_F(RecommendationServiceTest, BadSuggestRequestsNameEveryField) {
  v1::SuggestForCustomerRequest request;
  request.set_count(101);
  request.set_pool(static_cast<v1::Pool>(7));
  request.add_exclude_item_ids("ok");
  request.add_exclude_item_ids("");
  for (int id = 0; id < 10'001; ++id) request.add_only_item_ids("x");
  request.mutable_as_of()->set_nanos(-1);
  request.set_customer_id(std::string(129, 'c'));
  request.add_basket_item_ids("");
  request.add_guest_purchases();
  request.set_filter("prize < 3");
  request.set_diversity(std::nan(""));
  request.set_min_confidence(1.5);
  request.set_max_per_category(-1);
  request.set_page_token("x");
  v1::SuggestForCustomerResponse response;
  const grpc::Status status =
      Ask(*server_.recommendations, &Recommendations::SuggestForCustomer, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(PathsOf(status),
              ElementsAre("basket_item_ids[0]", "guest_purchases", "guest_purchases[0].item_id",
                          "customer_id", "count", "page_token", "max_per_category", "diversity",
                          "min_confidence", "filter", "pool", "exclude_item_ids[1]",
                          "only_item_ids", "as_of.nanos"));
}

TEST_F(RecommendationServiceTest, AGuestWithABasketGetsAListAndItsReasons) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.add_basket_item_ids("i3");
  request.set_count(5);
  const auto list = Suggest(request);
  ASSERT_EQ(list.suggestions_size(), 5);
  EXPECT_EQ(list.basket_size(), 1);
  EXPECT_EQ(list.suggestions(0).source(), v1::SOURCE_PERSONAL);
  v1::ExplainSuggestionResponse explanation;
  ASSERT_TRUE(Explain(list.token(), list.suggestions(0).item().item_id(), &explanation).ok());
  ASSERT_EQ(explanation.evidence_size(), 1);
  EXPECT_TRUE(explanation.evidence(0).orders(0).basket());
  EXPECT_EQ(explanation.score(), list.suggestions(0).score());
  EXPECT_NE(explanation.sentence().find("in the basket now"), std::string::npos);
}

TEST_F(RecommendationServiceTest, AFilterSaysWhereItIsWrong) {
  v1::SuggestForCustomerRequest request;
  request.set_filter("price < 3 AND brnad = \"x\"");
  v1::SuggestForCustomerResponse response;
  const grpc::Status status =
      Ask(*server_.recommendations, &Recommendations::SuggestForCustomer, request, &response);
  ASSERT_THAT(PathsOf(status), ElementsAre("filter"));
  EXPECT_THAT(ViolationsOf(status)[0].description, ::testing::HasSubstr("column 15"));
  EXPECT_THAT(ViolationsOf(status)[0].description, ::testing::HasSubstr("brand"));
}

TEST_F(RecommendationServiceTest, PagesGoOnWhereTheyEnded) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomerRequest request;
  request.set_pool(v1::POOL_ANY);
  request.set_customer_id("c4");
  request.set_page_size(6);
  std::vector<std::string> ids;
  do {
    const auto page = Suggest(request);
    for (const auto& suggestion : page.suggestions()) ids.push_back(suggestion.item().item_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids.size(), 16u);
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST_F(RecommendationServiceTest, BadExplainRequestsNameEveryField) {
  v1::ExplainSuggestionRequest request;
  v1::ExplainSuggestionResponse response;
  const auto ask = [&] {
    return Ask(*server_.recommendations, &Recommendations::ExplainSuggestion, request, &response);
  };
  request.set_max_evidence(1'001);
  EXPECT_THAT(PathsOf(ask()), ElementsAre("subject", "item_id", "max_evidence"));
  request.Clear();
  request.set_item_id("i1");
  request.set_token("not a token");
  EXPECT_THAT(PathsOf(ask()), ElementsAre("token"));
  request.set_pool(v1::POOL_ANY);
  request.mutable_as_of()->set_seconds(1);
  request.add_basket_item_ids("i2");
  request.set_store("Harbour");
  EXPECT_THAT(PathsOf(ask()), ElementsAre("pool", "as_of", "basket_item_ids", "store"));
  request.Clear();
  request.set_customer_id("c1");
  request.set_item_id("not in the model");
  EXPECT_EQ(ask().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(RecommendationServiceTest, ATokenWhoseModelIsGoneSaysSo) {
  server_.Stop();
  server_.config().model.keep = 1;
  server_.Start();
  FillShop();
  server_.Train();
  const auto suggested = Suggest("c4");
  server_.clock().Advance(std::chrono::hours(1));
  Buy("c4", "i9");
  server_.Train();
  server_.Restart();  // and out of memory
  v1::ExplainSuggestionResponse explanation;
  const grpc::Status status = Explain(suggested.token(), "i9", &explanation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "MODEL_NOT_KEPT");
}

TEST_F(RecommendationServiceTest, ModelsAreListedNewestFirstAndCanBeRolledBackOverARestart) {
  FillShop();
  std::vector<std::string> versions;
  for (int training = 0; training < 3; ++training) {
    versions.insert(versions.begin(), server_.Train().model_version());
    server_.clock().Advance(std::chrono::hours(1));
    Buy("c4", "extra" + std::to_string(training));
  }
  v1::ListModelsRequest list;
  list.set_page_size(2);
  v1::ListModelsResponse page;
  ASSERT_TRUE(Ask(*server_.models, &Models::ListModels, list, &page).ok());
  ASSERT_EQ(page.models_size(), 2);
  EXPECT_EQ(page.models(0).version(), versions[0]);
  EXPECT_TRUE(page.models(0).serving());
  EXPECT_EQ(page.models(0).purchases_since(), 1);
  EXPECT_EQ(page.models(0).kind(), v1::Model::KIND_TRAINED);
  EXPECT_GT(page.models(0).bytes(), 0);
  EXPECT_EQ(page.models(0).data().customers(), 40);
  EXPECT_EQ(page.models(0).weights_size(), 3);
  EXPECT_EQ(page.models(1).version(), versions[1]);
  EXPECT_EQ(page.models(1).purchases_since(), 0);
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(Ask(*server_.models, &Models::ListModels, list, &page).ok());
  ASSERT_GE(page.models_size(), 1);
  EXPECT_EQ(page.models(0).version(), versions[2]);

  v1::ActivateModelRequest activate;
  activate.set_version(versions[2]);
  v1::Model model;
  ASSERT_TRUE(Ask(*server_.models, &Models::ActivateModel, activate, &model).ok());
  EXPECT_TRUE(model.serving());
  server_.Restart();
  ASSERT_TRUE(Ask(*server_.models, &Models::GetModel, {}, &model).ok());
  EXPECT_EQ(model.version(), versions[2]);
  EXPECT_EQ(Suggest("c4").model_version(), versions[2]);
}

TEST_F(RecommendationServiceTest, UnknownModelsAndTrainingsAreNotFoundAndBadPagesRefused) {
  v1::Model model;
  v1::ActivateModelRequest activate;
  EXPECT_THAT(PathsOf(Ask(*server_.models, &Models::ActivateModel, activate, &model)),
              ElementsAre("version"));
  activate.set_version("no-such");
  const grpc::Status status = Ask(*server_.models, &Models::ActivateModel, activate, &model);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "MODEL_NOT_KEPT");
  v1::GetModelRequest get;
  get.set_version("no-such");
  EXPECT_EQ(Ask(*server_.models, &Models::GetModel, get, &model).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::GetTrainingRequest training;
  training.set_training_id("no-such");
  v1::Training found;
  EXPECT_EQ(Ask(*server_.models, &Models::GetTraining, training, &found).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::ListModelsRequest list;
  list.set_page_size(101);
  list.set_page_token("?");
  v1::ListModelsResponse page;
  EXPECT_THAT(PathsOf(Ask(*server_.models, &Models::ListModels, list, &page)),
              ElementsAre("page_size", "page_token"));
}

TEST_F(RecommendationServiceTest, BeforeAnyTrainingTheModelThatServesIsTold) {
  v1::Model model;
  ASSERT_TRUE(Ask(*server_.models, &Models::GetModel, {}, &model).ok());
  EXPECT_TRUE(model.serving());
  EXPECT_EQ(model.kind(), v1::Model::KIND_POPULARITY);
}

TEST_F(RecommendationServiceTest, SimilarItemsAreOfTheSameTasteOrTheSameOrders) {
  FillShop();
  server_.Train();
  const auto ask = [&](const v1::SimilarItemsRequest& request, v1::SimilarItemsResponse* response) {
    return Ask(*server_.recommendations, &Recommendations::SimilarItems, request, response);
  };
  v1::SimilarItemsRequest request;
  request.set_item_id("i3");
  request.set_count(5);
  v1::SimilarItemsResponse response;
  ASSERT_TRUE(ask(request, &response).ok());
  ASSERT_EQ(response.items_size(), 5);
  for (int place = 0; place < 5; ++place) {
    EXPECT_LT(std::stoi(response.items(place).item().item_id().substr(1)), 8);
    EXPECT_EQ(response.items(place).rank(), place + 1);
  }
  request.set_filter("item_id = \"i12\"");
  ASSERT_TRUE(ask(request, &response).ok());
  ASSERT_EQ(response.items_size(), 1);
  EXPECT_LT(response.items(0).similarity(), 0);
  request.set_basis(v1::BASIS_BOUGHT_TOGETHER);  // orders of one line each: nothing together
  ASSERT_TRUE(ask(request, &response).ok());
  EXPECT_EQ(response.items_size(), 0);

  request.set_filter("NOT bought_within(\"3d\")");
  request.set_min_support(2);
  request.set_count(-1);
  EXPECT_THAT(PathsOf(ask(request, &response)), ElementsAre("count", "min_support", "filter"));
  request.Clear();
  request.set_item_id("nothing");
  EXPECT_EQ(ReasonOf(ask(request, &response)), "ITEM_NOT_IN_MODEL");
}

TEST_F(RecommendationServiceTest, AStreamHasEachCustomersList) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomersRequest request;
  for (int round = 0; round < 20; ++round) {
    for (int customer = 0; customer < 40; ++customer)
      request.add_customer_ids("c" + std::to_string(customer));
  }
  request.mutable_each()->set_count(7);
  grpc::ClientContext context;
  const auto reader = server_.recommendations->SuggestForCustomers(&context, request);
  v1::SuggestForCustomersResponse message;
  int messages = 0, done = 0;
  while (reader->Read(&message)) {
    ++messages;
    for (const auto& customer : message.customers())
      EXPECT_EQ(customer.customer_id(), request.customer_ids(done++));
    EXPECT_EQ(message.done(), done);
    if (messages > 1) continue;
    const auto alone = [&] {
      v1::SuggestForCustomerRequest one = request.each();
      one.set_customer_id(message.customers(5).customer_id());
      return Suggest(one);
    }();
    EXPECT_EQ(message.customers(5).list().SerializeAsString(), alone.SerializeAsString());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(done, 800);
  EXPECT_GT(messages, 1);
}

TEST_F(RecommendationServiceTest, AStreamSaysWhatIsWrongAndEndsWhenNobodyListens) {
  FillShop();
  server_.Train();
  v1::SuggestForCustomersRequest request;
  request.add_customer_ids("");
  request.mutable_each()->set_customer_id("c1");
  request.mutable_each()->set_diversity(2);
  v1::SuggestForCustomersResponse message;
  {
    grpc::ClientContext context;
    const auto reader = server_.recommendations->SuggestForCustomers(&context, request);
    EXPECT_FALSE(reader->Read(&message));
    EXPECT_THAT(PathsOf(reader->Finish()),
                ElementsAre("customer_ids[0]", "each.customer_id", "each.diversity"));
  }
  request.Clear();
  for (int customer = 0; customer < 50'000; ++customer) request.add_customer_ids("c1");
  grpc::ClientContext context;
  const auto reader = server_.recommendations->SuggestForCustomers(&context, request);
  EXPECT_TRUE(reader->Read(&message));
  context.TryCancel();
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  server_.Stop();  // does not hang
}

}  // namespace
}  // namespace rapport::server
