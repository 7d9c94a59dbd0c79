#include "services/cli/what_if_options.h"

namespace rapport::cli {

void AddWhatIfOptions(CLI::App& command, WhatIfOptions& options, CLI::Option* excludes) {
  const auto add = [&](const char* name, std::vector<std::string>& items, const char* help) {
    auto* option =
        command.add_option(name, items, help)->type_name("ITEM")->allow_extra_args(false);
    if (excludes != nullptr) option->excludes(excludes);
  };
  add("--what-if-never", options.without,
      "As if the customer had never bought it; may be repeated. Nothing is stored");
  add("--what-if-gift", options.as_gift, "As if bought for somebody else; may be repeated");
  add("--what-if-bought", options.and_bought, "As if bought now; may be repeated");
}

v1::WhatIf WhatIfOf(const WhatIfOptions& options) {
  v1::WhatIf what_if;
  what_if.mutable_leave_out_item_ids()->Assign(options.without.begin(), options.without.end());
  what_if.mutable_gift_item_ids()->Assign(options.as_gift.begin(), options.as_gift.end());
  what_if.mutable_add_item_ids()->Assign(options.and_bought.begin(), options.and_bought.end());
  return what_if;
}

}  // namespace rapport::cli
