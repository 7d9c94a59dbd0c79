#include "data/csv/purchase_writer.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "data/csv/fields.h"
#include "data/csv/purchases_columns.h"

namespace rapport::csv {
namespace {

using Fields = std::array<std::string, kColumns.size()>;

void WriteRow(std::ostream& out, const Fields& fields) {
  for (size_t column = 0; column < fields.size(); ++column) {
    if (column > 0) out << ',';
    const std::string& field = fields[column];
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      out << field;
      continue;
    }
    out << '"';
    for (const char c : field) {
      if (c == '"') out << '"';
      out << c;
    }
    out << '"';
  }
  out << '\n';
}

std::string_view ChannelName(Channel channel) {
  for (const auto& [known, name] : kChannelNames) {
    if (known == channel) return name;
  }
  return {};
}

Fields PurchaseFields(const Purchase& purchase, const Item* item) {
  Fields fields;
  fields[kEventId] = purchase.event_id;
  fields[kItemId] = purchase.item_id;
  fields[kPurchasedAt] = FormatTime(purchase.purchased_at);
  fields[kQuantity] = std::to_string(purchase.quantity);
  fields[kCustomerId] = purchase.customer_id;
  fields[kOrderId] = purchase.order_id;
  if (purchase.unit_price) {
    fields[kUnitPrice] = FormatPrice(*purchase.unit_price);
    fields[kCurrency] = purchase.unit_price->currency_code;
  }
  fields[kChannel] = ChannelName(purchase.channel);
  fields[kStaffId] = purchase.staff_id;
  if (purchase.gift) fields[kGift] = "true";
  fields[kStore] = purchase.store;
  if (item != nullptr) {
    fields[kTitle] = item->title;
    for (const std::string& level : item->category_path) {
      if (!fields[kCategory].empty()) fields[kCategory] += " > ";
      fields[kCategory] += level;
    }
    fields[kBrand] = item->brand;
  }
  return fields;
}

Fields ReturnFields(const Return& back) {
  Fields fields;
  fields[kEventId] = back.event_id;
  fields[kPurchasedAt] = FormatTime(back.returned_at);
  if (back.quantity) fields[kQuantity] = std::to_string(*back.quantity);
  fields[kCustomerId] = back.customer_id;
  fields[kStaffId] = back.staff_id;
  fields[kReturnsEventId] = back.purchase_event_id;
  return fields;
}

}  // namespace

absl::Status WritePurchases(std::ostream& out, std::span<const Event> events,
                            std::span<const Item> items) {
  std::map<std::string_view, const Item*> by_id;
  for (const Item& item : items) by_id.emplace(item.item_id, &item);
  Fields header;
  for (size_t column = 0; column < header.size(); ++column) header[column] = kColumns[column];
  WriteRow(out, header);
  for (const Event& event : events) {
    if (const auto* purchase = std::get_if<Purchase>(&event)) {
      const auto item = by_id.find(purchase->item_id);
      WriteRow(out, PurchaseFields(*purchase, item == by_id.end() ? nullptr : item->second));
    } else {
      WriteRow(out, ReturnFields(std::get<Return>(event)));
    }
  }
  out.flush();
  return out ? absl::OkStatus()
             : absl::UnavailableError("write purchases: the output takes no more");
}

}  // namespace rapport::csv
