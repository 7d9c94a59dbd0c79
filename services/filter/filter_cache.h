// FilterCache: filters by their text, so that each is parsed once. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "services/filter/item_filter.h"

namespace rapport {

class FilterCache {
 public:
  // As ItemFilter::Parse. Never null.
  absl::StatusOr<std::shared_ptr<const ItemFilter>> Parse(const std::string& text);

 private:
  // Few are in use at a time; should there be more, all go, and those in use come again.
  static constexpr size_t kMost = 1'000;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ItemFilter>> parsed_;  // guarded by mutex_
};

}  // namespace rapport
