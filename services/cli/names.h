// Names: what items and customers are called, each asked of the server once. Main thread only.
#pragma once

#include <map>
#include <string>

#include "rapport/v1/feedback.pb.h"
#include "services/cli/context.h"

namespace rapport::cli {

class Names {
 public:
  explicit Names(Context& context) : context_(context) {}

  // The title; the id of one that has none, or cannot be told.
  const std::string& OfItem(const std::string& item_id);
  // "Maya Okafor (C001)", or the id where there is no name.
  const std::string& OfCustomer(const std::string& customer_id);
  // In each insight that is about an item, the title in the place of its id: for printing.
  void PutInto(google::protobuf::RepeatedPtrField<v1::RecordedInsight>* insights);

 private:
  Context& context_;
  std::map<std::string, std::string> items_, customers_;
};

}  // namespace rapport::cli
