// A shop of any size, made up: purchases over two years with what makes real ones hard and easy.
// Few customers buy most, most come twice or thrice; new ones join all the time. An item belongs to
// a topic, a customer to three; within a topic few items sell most. What a customer bought they buy
// again, the more often the sooner they first chose it. Guests buy, too. Everything is a hash of a
// number: nothing is kept, and the same size gives the same shop. Immutable; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace rapport {

class ScaleShop {
 public:
  // Customers are three twentieths of it, items three two-hundredths: of 10,000,000 purchases
  // 1,500,000 and 150,000. Requires: purchases >= 1,000.
  explicit ScaleShop(int64_t purchases);

  int64_t purchases() const { return purchases_; }
  int64_t customers() const { return customers_; }
  int64_t items() const { return items_; }
  // Of customer 0 to customers() - 1; they join in this order.
  static std::string CustomerId(int64_t customer);

  // All of it in the `purchases` format, oldest first. Ends early if `out` takes no more.
  void Write(std::ostream& out) const;

 private:
  struct Order {
    int64_t number = 0;
    int64_t customer = 0;  // -1: a guest
    std::chrono::sys_seconds at;
  };

  int64_t OrderCount() const;
  int64_t JoinedBefore(int64_t order) const;
  int64_t CustomerOf(int64_t order) const;
  int64_t ItemOf(int64_t customer, int64_t line) const;
  void WriteLine(const Order& order, int64_t line, std::ostream& out) const;

  const int64_t purchases_;
  const int64_t customers_;
  const int64_t items_;
  const int64_t topics_;
};

}  // namespace rapport
