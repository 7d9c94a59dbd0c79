// FeedbackCalls: the calls of ClientelingService that report something of a customer, take it back
// and list it. Decides nothing. Workers call it: it waits for the disk.
#pragma once

#include "data/store.h"
#include "grpcpp/support/status.h"
#include "rapport/v1/feedback.pb.h"
#include "services/clienteling/feedback.h"
#include "services/recommender/clock.h"

namespace rapport::server {

class FeedbackCalls {
 public:
  // References must outlive every call.
  FeedbackCalls(const Store& store, const clienteling::Feedback& feedback, Clock clock);

  grpc::Status Record(const v1::RecordOutcomeRequest& request,
                      v1::RecordOutcomeResponse* response) const;
  grpc::Status Record(const v1::RecordInsightRequest& request,
                      v1::RecordInsightResponse* response) const;
  grpc::Status Undo(const v1::UndoReportRequest& request, v1::UndoReportResponse* response) const;
  grpc::Status List(const v1::ListOutcomesRequest& request,
                    v1::ListOutcomesResponse* response) const;
  grpc::Status List(const v1::ListInsightsRequest& request,
                    v1::ListInsightsResponse* response) const;

 private:
  const Store& store_;
  const clienteling::Feedback& feedback_;
  const Clock clock_;
};

}  // namespace rapport::server
