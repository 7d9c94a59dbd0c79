#include "model/score.h"

namespace rapport {

std::string_view PoolName(Pool pool) {
  switch (pool) {
    case Pool::kNewToCustomer:
      return "new";
    case Pool::kBoughtBefore:
      return "bought-before";
    case Pool::kAny:
      return "any";
  }
  return "?";
}

}  // namespace rapport
