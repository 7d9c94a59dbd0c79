// What options of several commands accept. A value that does not fit is a usage error, told before
// anything is called.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "model/option_ranges.h"
#include "rapport/v1/recommendation_service.pb.h"
#include "rapport/v1/types.pb.h"

namespace rapport::cli {

CLI::Validator IsTime();           // see ParseTime
CLI::Validator IsPool();           // new, bought, any
CLI::Validator IsId();             // not empty, as a variable of a shell may be
CLI::Validator IsGuestPurchase();  // "tea-1", "tea-1@2026-05-01"
CLI::Validator IsChannel();        // store, online, phone, other
// A number in the range: neither nan, which no comparison of CLI11's own checks catches, nor inf.
CLI::Validator IsIn(const OptionRange& range);
// Of use in transform(): what remains is a number.
CLI::Validator IsDays();      // "28d", "28": days, see kWindowRange
CLI::Validator IsDuration();  // "90s", "10m", "1h": seconds

// Requires: checked by IsTime, IsPool, IsChannel, IsGuestPurchase. An empty pool or channel is the
// unspecified one.
google::protobuf::Timestamp TimeOf(const std::string& text);
v1::Pool PoolOf(const std::string& name);
v1::GuestPurchase GuestPurchaseOf(const std::string& text);
v1::Channel ChannelOf(const std::string& name);

// "new to the customer", "bought before", "any".
std::string PoolWords(v1::Pool pool);

}  // namespace rapport::cli
