// Trial: a model put back to a cut, with the window after it to judge it by; and the same one
// window earlier, which gave the model its weights. A value.
#pragma once

#include "model/held_out.h"
#include "model/model_snapshot.h"

namespace rapport {

struct Trial {
  HeldOut before;         // the window before the cut; without customers: too little history for it
  ModelSnapshot earlier;  // of just before `before`; of use only if that has customers
  HeldOut held_out;       // the window after the cut; has customers
  ModelSnapshot model;    // of just before the cut, with weights fitted on `before`
};

}  // namespace rapport
