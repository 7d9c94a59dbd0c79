// TranslatedRanker: a model judged on a log whose items have other indices than its own: one that
// was learned earlier, or from less.
#pragma once

#include "model/evaluation.h"
#include "model/held_out.h"
#include "model/model_snapshot.h"
#include "model/vocabulary.h"

namespace rapport {

// As `model` would serve. `items`: of the log that `held_out` is of. An item that the model does
// not know is no evidence, and never listed. All three must outlive the ranker.
Ranker TranslatedRanker(const ModelSnapshot& model, const Vocabulary& items,
                        const HeldOut& held_out);

}  // namespace rapport
