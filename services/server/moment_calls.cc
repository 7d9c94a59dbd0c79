#include "services/server/moment_calls.h"

#include <utility>
#include <vector>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/moments_convert.h"

namespace rapport::server {
namespace {

template <class Request>
void CheckIds(const Request& request, FieldChecker& check) {
  check.RequiredId("customer_id", request.customer_id());
  check.RequiredId("moment_id", request.moment_id());
  check.RequiredId("staff_id", request.staff_id());
}

grpc::Status Unanswered(const absl::Status& status) {
  return ToGrpc(status, absl::IsNotFound(status) ? "MOMENT_UNKNOWN" : "");
}

grpc::Status ReplyWith(const ClaimAnswer& answer, v1::MomentClaim* response) {
  const MomentClaim& claim = answer.claim;
  switch (answer.outcome) {
    case ClaimOutcome::kHeld:
      return Error(grpc::StatusCode::FAILED_PRECONDITION,
                   claim.staff_id + " deals with the customer until " + TimeText(claim.until),
                   "MOMENT_CLAIMED");
    case ClaimOutcome::kDone:
      return Error(grpc::StatusCode::FAILED_PRECONDITION,
                   claim.staff_id + " dealt with it on " + TimeText(claim.done_at), "MOMENT_DONE");
    case ClaimOutcome::kGranted:
      break;
  }
  Write(claim, response);
  return grpc::Status::OK;
}

// As the list of moments has it for staff.
std::string WordsOf(clienteling::SuppressedBy by, const std::string& owner) {
  using clienteling::SuppressedBy;
  switch (by) {
    case SuppressedBy::kOptedOut:
      return "purchases are not to be used";
    case SuppressedBy::kNoConsent:
      return "no consent to be contacted";
    case SuppressedBy::kOpenComplaint:
      return "an open complaint";
    case SuppressedBy::kAnothers:
      return "another's customer, in the book of " + owner;
    case SuppressedBy::kContactedLately:
      return "contacted lately";
    case SuppressedBy::kDeclined:
      return "declined, unwelcome or an allergy";
    case SuppressedBy::kQuietHours:
      return "quiet hours";
    default:  // the desk answers of who has it; the rest is of lists alone
      return std::string(NameOf(by));
  }
}

// The words go where the customer reads or hears them.
talk::Medium MediumOf(std::optional<ContactChannel> channel) {
  const bool written = channel == ContactChannel::kEmail || channel == ContactChannel::kText ||
                       channel == ContactChannel::kPost;
  return written ? talk::Medium::kWritten : talk::Medium::kSpoken;
}

}  // namespace

MomentCalls::MomentCalls(const MomentUseCases& uses, std::string time_zone, CallPolicy& policy)
    : uses_(uses),
      time_zone_(std::move(time_zone)),
      policy_(policy),
      list_metrics_(policy.metrics().Method("ClientelingService/ListMoments")),
      claim_metrics_(policy.metrics().Method("ClientelingService/ClaimMoment")),
      complete_metrics_(policy.metrics().Method("ClientelingService/CompleteMoment")) {}

grpc::ServerUnaryReactor* MomentCalls::List(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.RunBehind<v1::ListMomentsRequest, v1::ListMomentsResponse>(
      list_metrics_, context, in, out, [this, context](const auto& request, auto* response) {
        return List(*context, request, response);
      });
}

grpc::ServerUnaryReactor* MomentCalls::Claim(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.Run<v1::ClaimMomentRequest, v1::MomentClaim>(
      claim_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Claim(request, response); });
}

grpc::ServerUnaryReactor* MomentCalls::Complete(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.Run<v1::CompleteMomentRequest, v1::MomentClaim>(
      complete_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Complete(request, response); });
}

grpc::Status MomentCalls::List(const grpc::CallbackServerContext& context,
                               const v1::ListMomentsRequest& request,
                               v1::ListMomentsResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const clienteling::MomentQuery query = ReadMoments(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto day = uses_.finder.List(query, [&context] { return !StillWanted(context).ok(); });
  if (!day.ok()) return ToGrpc(day.status());
  policy_.metrics().Listed(day->list);
  std::vector<talk::MomentWords> words;
  for (const clienteling::ListedMoment& listed : day->list.listed) {
    words.push_back(
        uses_.speaker.WordsFor(listed.moment, *listed.customer, MediumOf(query.channel)));
  }
  Write(*day, words, request.include_suppressed(), response);
  response->set_time_zone(time_zone_);
  return grpc::Status::OK;
}

grpc::Status MomentCalls::Claim(const v1::ClaimMomentRequest& request, v1::MomentClaim* response) {
  Violations violations;
  FieldChecker check(violations);
  CheckIds(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto reply =
      uses_.desk.Claim(request.customer_id(), request.moment_id(), request.staff_id());
  if (!reply.ok()) return Unanswered(reply.status());
  if (reply->suppressed) {
    return Error(grpc::StatusCode::FAILED_PRECONDITION,
                 "the moment is not for now: " + WordsOf(*reply->suppressed, reply->owner),
                 "MOMENT_SUPPRESSED");
  }
  return ReplyWith(reply->answer, response);
}

grpc::Status MomentCalls::Complete(const v1::CompleteMomentRequest& request,
                                   v1::MomentClaim* response) {
  Violations violations;
  FieldChecker check(violations);
  CheckIds(request, check);
  const EndOfMoment end = ReadEnd(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto answer = uses_.desk.Complete(request.customer_id(), request.moment_id(),
                                          request.staff_id(), end.fate, end.channel);
  if (!answer.ok()) return Unanswered(answer.status());
  return ReplyWith(*answer, response);
}

}  // namespace rapport::server
