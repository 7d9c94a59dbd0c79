// KnownItem: an item of a history, and whether it may be shown to staff. A value; any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "data/records.h"

namespace rapport::clienteling {

struct KnownItem {
  std::shared_ptr<const Item> item;  // not null
  bool hidden = false;
};

// Of an item that is known.
using ItemLookup = std::function<const KnownItem&(const std::string& item_id)>;

}  // namespace rapport::clienteling
