#include "services/server/call_policy.h"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/proto_buffer_writer.h"
#include "services/server/errors.h"
#include "services/server/logging.h"

namespace rapport::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// Path of the first string field in `bytes` that is not UTF-8; none if there is none, or the bytes
// are not fields at all. Its depth is that of the schema, which does not recurse.
std::optional<std::string> FirstBrokenString(const Descriptor& type, const std::string& bytes,
                                             const std::string& prefix) {
  UnknownFieldSet fields;
  if (!fields.ParseFromString(bytes)) return std::nullopt;
  std::vector<int> seen(static_cast<size_t>(type.field_count()), 0);
  for (int index = 0; index < fields.field_count(); ++index) {
    const UnknownField& given = fields.field(index);
    const FieldDescriptor* field = type.FindFieldByNumber(given.number());
    if (field == nullptr || given.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    std::string path = prefix + field->name();
    if (field->is_repeated()) {
      path += "[" + std::to_string(seen[static_cast<size_t>(field->index())]++) + "]";
    }
    const std::string& value = given.length_delimited();
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      if (!google::protobuf::internal::IsStructurallyValidUTF8(value)) return path;
    } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      if (auto found = FirstBrokenString(*field->message_type(), value, path + ".")) return found;
    }
  }
  return std::nullopt;
}

std::string Flatten(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string flat;
  if (!bytes.Dump(&slices).ok()) return flat;
  for (const grpc::Slice& slice : slices) {
    flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return flat;
}

constexpr char kCriticalityKey[] = "rapport-criticality";
constexpr size_t kMostShown = 64;  // bytes of a wrong value

// The same each time: made once, copied at each refusal.
const grpc::Status& TooManyAtOnce() {
  static const grpc::Status status =
      Error(grpc::StatusCode::RESOURCE_EXHAUSTED,
            "too many calls at once for the latency that is usual here; come back later",
            "TOO_MANY_CALLS", std::chrono::milliseconds(200));
  return status;
}

}  // namespace

grpc::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  grpc::ByteBuffer copy = bytes;  // shares the slices; parsing empties the buffer that it is given
  if (grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&copy, message)
          .ok()) {
    return grpc::Status::OK;
  }
  const Descriptor& type = *message->GetDescriptor();
  if (const auto path = FirstBrokenString(type, Flatten(bytes), "")) {
    return InvalidArgument(*path, "given bytes that are not UTF-8; expected UTF-8");
  }
  return Error(grpc::StatusCode::INVALID_ARGUMENT,
               "the request is not a " + type.full_name() + " in protobuf's encoding",
               "MALFORMED_MESSAGE");
}

grpc::Status SerializeReply(const google::protobuf::Message& message, grpc::ByteBuffer* bytes) {
  bytes->Clear();  // the writer insists on an empty one, which a stream's is not after its first
                   // message
  bool own_buffer = false;
  return grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, bytes,
                                                                                    &own_buffer);
}

grpc::Status StillWanted(const grpc::CallbackServerContext& context) {
  if (context.deadline() < std::chrono::system_clock::now()) {
    return Error(grpc::StatusCode::DEADLINE_EXCEEDED, "the call's deadline has passed",
                 "DEADLINE_EXCEEDED");
  }
  if (context.IsCancelled()) {
    return Error(grpc::StatusCode::CANCELLED, "the caller cancelled", "CANCELLED");
  }
  return grpc::Status::OK;
}

grpc::Status ReadCriticality(const grpc::CallbackServerContext& context, Criticality* criticality) {
  *criticality = Criticality::kDefault;
  const auto& metadata = context.client_metadata();
  const auto given = metadata.find(kCriticalityKey);
  if (given == metadata.end()) return grpc::Status::OK;
  const std::string_view name(given->second.data(), given->second.size());
  const auto known = ParseCriticality(name);
  if (!known) {
    return InvalidArgument(kCriticalityKey, "given " + std::string(name.substr(0, kMostShown)) +
                                                "; expected critical, default or sheddable");
  }
  *criticality = *known;
  return grpc::Status::OK;
}

void ReportFault(const MethodMetrics& metrics, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DATA_LOSS:
      // These messages may name a record, and with it a customer: they go to the caller only.
      LogFault(metrics.name(), CodeName(status.error_code()), "the caller was told what");
      break;
    case grpc::StatusCode::UNAVAILABLE:
      LogFault(metrics.name(), CodeName(status.error_code()), status.error_message());
      break;
    default:
      break;
  }
}

grpc::Status FromException() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return Error(grpc::StatusCode::RESOURCE_EXHAUSTED, "out of memory", "OUT_OF_MEMORY",
                 std::chrono::seconds(1));
  } catch (const std::exception& error) {
    return Error(grpc::StatusCode::INTERNAL, std::string("unexpected: ") + error.what(),
                 "INTERNAL");
  } catch (...) {
    return Error(grpc::StatusCode::INTERNAL, "unexpected", "INTERNAL");
  }
}

Call::Call(MethodMetrics& metrics, const grpc::CallbackServerContext& context,
           Limiter::Permit permit, grpc::ByteBuffer* out)
    : metrics_(metrics), context_(context), permit_(std::move(permit)), out_(out) {
  metrics_.Began();
}

void Call::Reply(grpc::Status status) {
  if (status.ok()) status = StillWanted(context_);
  if (status.ok()) status = SerializeReply(*reply_, out_);
  const auto now = std::chrono::steady_clock::now();
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::NOT_FOUND:  // it was looked for
      permit_.Served(now);
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      permit_.TimedOut(now);
      break;
    default:
      permit_.Abandon();
      break;
  }
  ReportFault(metrics_, status);
  metrics_.Ended(status.error_code(), std::chrono::duration<double>(now - began_).count());
  Finish(std::move(status));
}

grpc::Status CallPolicy::Admit(Limiter* limiter, const grpc::CallbackServerContext& context,
                               Limiter::Permit* permit) {
  Criticality criticality = Criticality::kDefault;
  grpc::Status status = ReadCriticality(context, &criticality);
  if (status.ok()) status = StillWanted(context);
  if (!status.ok() || limiter == nullptr) return status;
  auto admitted = limiter->Admit(criticality, std::chrono::steady_clock::now());
  if (!admitted) return TooManyAtOnce();
  *permit = *std::move(admitted);
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* CallPolicy::Refuse(MethodMetrics& metrics,
                                             grpc::CallbackServerContext& context,
                                             grpc::Status status) {
  metrics.Refused(status.error_code());
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(std::move(status));
  return reactor;
}

grpc::Status CallPolicy::TooManyWaiting() {
  return Error(grpc::StatusCode::RESOURCE_EXHAUSTED,
               "too many calls wait (server.max_waiting_calls); come back later", "TOO_MANY_CALLS",
               std::chrono::milliseconds(200));
}

}  // namespace rapport::server
