// Values of files and samples -> public messages. Pure functions; any thread.
#pragma once

#include "data/records.h"
#include "rapport/v1/purchase_service.pb.h"
#include "rapport/v1/types.pb.h"

namespace rapport::cli {

v1::Item ToMessage(const Item& item);
v1::Customer ToMessage(const Customer& customer);
// A purchase or a return, at the end of the message.
void Append(const Event& event, v1::ImportPurchasesRequest& message);

}  // namespace rapport::cli
