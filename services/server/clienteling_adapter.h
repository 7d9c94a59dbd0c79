// ClientelingAdapter: ClientelingService over the use cases and the store. Decides nothing. gRPC's
// threads call it.
#pragma once

#include <string>
#include <string_view>

#include "data/store.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/clienteling/customer_card.h"
#include "services/clienteling/customers_for_item.h"
#include "services/clienteling/feedback.h"
#include "services/clienteling/hand_off.h"
#include "services/clienteling/moment_mask.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"
#include "services/server/call_policy.h"
#include "services/server/feedback_calls.h"
#include "services/server/moment_calls.h"
#include "services/server/moment_feed.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

// In two steps: the names grow with each.
using RawMomentMethods = v1::ClientelingService::WithRawCallbackMethod_ListMoments<
    v1::ClientelingService::WithRawCallbackMethod_ClaimMoment<
        v1::ClientelingService::WithRawCallbackMethod_CompleteMoment<
            v1::ClientelingService::WithRawCallbackMethod_WatchMoments<
                v1::ClientelingService::Service>>>>;
using RawFeedbackMethods = v1::ClientelingService::WithRawCallbackMethod_RecordOutcome<
    v1::ClientelingService::WithRawCallbackMethod_RecordInsight<
        v1::ClientelingService::WithRawCallbackMethod_UndoReport<
            v1::ClientelingService::WithRawCallbackMethod_ListOutcomes<
                v1::ClientelingService::WithRawCallbackMethod_ListInsights<RawMomentMethods>>>>>;
using RawClientelingService = v1::ClientelingService::WithRawCallbackMethod_GetCustomerCard<
    v1::ClientelingService::WithRawCallbackMethod_GetHandOff<
        v1::ClientelingService::WithRawCallbackMethod_SuggestCustomersForItem<
            v1::ClientelingService::WithRawCallbackMethod_MergeCustomers<RawFeedbackMethods>>>>;

// What the calls are answered from; all must outlive every call.
struct ClientelingParts {
  Store& store;
  const ModelShelf& models;
  const clienteling::CardMaker& cards;
  const clienteling::HandOffMaker& hand_offs;
  const clienteling::Feedback& feedback;
  clienteling::ReverseParts reverse;
  MomentUseCases moments;
  const clienteling::MomentMask& mask;
  MomentFeed& feed;
  Clock clock;
  std::string time_zone;  // that the cards are of
};

class ClientelingAdapter final : public RawClientelingService {
 public:
  ClientelingAdapter(ClientelingParts parts, CallPolicy& policy);

  grpc::ServerUnaryReactor* GetCustomerCard(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* RecordOutcome(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* RecordInsight(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* UndoReport(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListOutcomes(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListInsights(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetHandOff(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* MergeCustomers(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SuggestCustomersForItem(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchMoments(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in) override;
  grpc::ServerUnaryReactor* ListMoments(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override {
    return moments_.List(context, in, out);
  }
  grpc::ServerUnaryReactor* ClaimMoment(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override {
    return moments_.Claim(context, in, out);
  }
  grpc::ServerUnaryReactor* CompleteMoment(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override {
    return moments_.Complete(context, in, out);
  }

 private:
  grpc::Status Card(const v1::GetCustomerCardRequest& request, v1::CustomerCard* response);
  grpc::Status HandOff(const v1::GetHandOffRequest& request, v1::HandOff* response);
  grpc::Status ForItem(const v1::SuggestCustomersForItemRequest& request,
                       const grpc::CallbackServerContext& context,
                       v1::SuggestCustomersForItemResponse* response);
  grpc::Status Merge(const v1::MergeCustomersRequest& request,
                     v1::MergeCustomersResponse* response);
  MethodMetrics& Metrics(std::string_view call);

  const ClientelingParts parts_;
  CallPolicy& policy_;
  const FeedbackCalls feedback_;
  MomentCalls moments_;
  MethodMetrics& card_metrics_;
  MethodMetrics& outcome_metrics_;
  MethodMetrics& insight_metrics_;
  MethodMetrics& undo_metrics_;
  MethodMetrics& list_outcomes_metrics_;
  MethodMetrics& list_insights_metrics_;
  MethodMetrics& hand_off_metrics_;
  MethodMetrics& for_item_metrics_;
  MethodMetrics& merge_metrics_;
  MethodMetrics& watch_metrics_;
  // Its own, so that calls that crowd the workers cut off nobody who watches. Last: its thread uses
  // all of the above.
  WorkerPool watchers_{1, MomentFeed::kMostWatchers};
};

}  // namespace rapport::server
