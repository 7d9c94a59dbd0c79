// CustomerMoment: a reason to be in touch with one customer, on one day. Values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/records.h"

namespace rapport::clienteling {

// A moment names no more purchases, but of orders.
inline constexpr size_t kMostEvidence = 12;

struct CustomerMoment {
  // The same on every day on which it holds, and for the same customer, occasion and subject only.
  std::string id;
  // What tells it from others of its occasion and customer, as MomentId has it.
  int64_t occurrence = 0;
  std::string about;
  Occasion occasion = Occasion::kFirstOrder;
  std::string customer_id;
  std::string owner;                   // in whose book the customer is; empty: in nobody's
  std::shared_ptr<const Item> item;    // that it is about; null: about none
  std::string category;                // kFirstInCategory
  int32_t number = 0;                  // of the order, of years; else 0
  std::vector<std::string> event_ids;  // what it rests on, the latest first
  std::chrono::local_days since;       // the first day on which it held
  std::chrono::local_days until;       // the last day on which it is worth a word
  double chance = 1;                   // that it is so, or comes to something
  double value = 1;          // of a visit or a purchase, in money; 1: prices are not known
  bool may_mention = false;  // whether what it rests on may be spoken of

  double Worth() const { return chance * value; }
  // Its id as that of a customer of this id: what it was called before they were merged.
  std::string IdOf(const std::string& of_customer_id) const {
    return MomentId(occasion, occurrence, of_customer_id, about);
  }
};

// "REPLENISH_DUE".
std::string_view NameOf(Occasion occasion);

}  // namespace rapport::clienteling
