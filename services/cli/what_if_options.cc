#include "services/cli/what_if_options.h"

#include <string_view>

namespace rapport::cli {
namespace {

using Ids = google::protobuf::RepeatedPtrField<std::string>;

constexpr std::string_view kEvent = "event:";

void Sort(const std::vector<std::string>& named, Ids* event_ids, Ids* item_ids) {
  for (const std::string& name : named) {
    if (name.starts_with(kEvent)) {
      *event_ids->Add() = name.substr(kEvent.size());
    } else {
      *item_ids->Add() = name;
    }
  }
}

}  // namespace

void AddWhatIfOptions(CLI::App& command, WhatIfOptions& options, CLI::Option* excludes) {
  const auto add = [&](const char* name, std::vector<std::string>& items, const char* help) {
    auto* option =
        command.add_option(name, items, help)->type_name("ITEM")->allow_extra_args(false);
    if (excludes != nullptr) option->excludes(excludes);
  };
  add("--what-if-without", options.without,
      "As if never bought; event:ID for one purchase; may be repeated, nothing is stored");
  add("--what-if-gift", options.gift,
      "As if bought for somebody else; event:ID for one purchase; may be repeated");
  add("--what-if-add", options.add, "As if bought now, all in one order; may be repeated");
}

v1::WhatIf WhatIfOf(const WhatIfOptions& options) {
  v1::WhatIf what_if;
  Sort(options.without, what_if.mutable_leave_out_event_ids(),
       what_if.mutable_leave_out_item_ids());
  Sort(options.gift, what_if.mutable_gift_event_ids(), what_if.mutable_gift_item_ids());
  what_if.mutable_add_item_ids()->Assign(options.add.begin(), options.add.end());
  return what_if;
}

}  // namespace rapport::cli
