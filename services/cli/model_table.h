// How models look in a terminal. Main thread only.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "rapport/v1/model_service.pb.h"

namespace rapport::cli {

// One beneath the other: whether it serves, how good it is, and how sure that is.
void PrintModels(const google::protobuf::RepeatedPtrField<v1::Model>& models);
// All of one.
void PrintModel(const v1::Model& model);

}  // namespace rapport::cli
