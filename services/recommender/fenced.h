// Where what libraries throw becomes a status.
#pragma once

#include <exception>
#include <new>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace rapport {

// Libraries throw when memory runs out or no thread can be had; a training that fails must not end
// the server.
template <typename Work>
auto Fenced(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory to train");
  } catch (const std::exception& thrown) {
    return absl::InternalError(absl::StrCat("training failed: ", thrown.what()));
  }
}

}  // namespace rapport
