// Random filters, and the many ways in which the grammar lets them be written. Shares nothing with
// the parser. One thread at a time.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace rapport {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint32_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 engine_;
};

// What texts, keys and attributes are drawn from, for items and for filters.
inline const std::vector<std::string> kWords = {"Acme", "acme ale", "Tea",  "tea*", "*",  "a\"b",
                                                "\\",   "Ökotee",   "True", "OR",   "10", "9.5"};
inline const std::vector<std::string> kKeys = {"roast", "cup size", "a.b", "OR", "weight", ""};
inline const std::vector<std::string> kNumbers = {"-5", "0", "9.5", "10", "10.0", "95", "x1"};

struct Expr {
  enum class Kind { kAnd, kOr, kNot, kLeaf } kind = Kind::kLeaf;
  std::vector<Expr> children;
  // A leaf: `field` compared by `op`; "present" and the functions stand as an op of their own.
  std::string field, key, op, value;
  bool wild_front = false, wild_back = false;
};

Expr RandomExpr(Random& random, int depth);

// `expr` as the text of a filter.
std::string WriteExpression(Random& random, const Expr& expr);

}  // namespace rapport
