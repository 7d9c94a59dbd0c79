#include "services/filter/filter_cache.h"

#include <utility>

namespace rapport {

absl::StatusOr<std::shared_ptr<const ItemFilter>> FilterCache::Parse(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = parsed_.find(text); known != parsed_.end()) return known->second;
  }
  auto filter = ItemFilter::Parse(text);
  if (!filter.ok()) return filter.status();
  auto shared = std::make_shared<const ItemFilter>(*std::move(filter));
  const std::lock_guard lock(mutex_);
  if (parsed_.size() >= kMost) parsed_.clear();
  return parsed_.try_emplace(text, std::move(shared)).first->second;
}

}  // namespace rapport
