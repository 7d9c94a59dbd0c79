// CatalogAdapter: CatalogService over the store. Decides nothing. gRPC's threads call it.
#pragma once

#include "data/store.h"
#include "rapport/v1/catalog_service.grpc.pb.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawCatalogService = v1::CatalogService::WithRawCallbackMethod_UpsertItems<
    v1::CatalogService::WithRawCallbackMethod_GetItem<
        v1::CatalogService::WithRawCallbackMethod_ListItems<
            v1::CatalogService::WithRawCallbackMethod_SetAvailability<
                v1::CatalogService::WithRawCallbackMethod_UpsertCustomers<
                    v1::CatalogService::WithRawCallbackMethod_GetCustomer<
                        v1::CatalogService::WithRawCallbackMethod_ListCustomers<
                            v1::CatalogService::Service>>>>>>>;

class CatalogAdapter final : public RawCatalogService {
 public:
  // Both must outlive every call.
  CatalogAdapter(Store& store, CallPolicy& policy);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;
  grpc::ServerUnaryReactor* UpsertItems(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetItem(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListItems(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* SetAvailability(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* UpsertCustomers(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetCustomer(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListCustomers(Context*, const Bytes* in, Bytes* out) override;

 private:
  Store& store_;
  CallPolicy& policy_;
  MethodMetrics& upsert_items_;
  MethodMetrics& get_item_;
  MethodMetrics& list_items_;
  MethodMetrics& set_availability_;
  MethodMetrics& upsert_customers_;
  MethodMetrics& get_customer_;
  MethodMetrics& list_customers_;
};

}  // namespace rapport::server
