// A study of explanations: a suggestion that a model makes to each of some customers, with how
// faithful every order of their evidence is (measures.h), the smallest removal, the truth of what
// is stated, and whether a few lines carry it. Pure; the same bits for any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "model/faithfulness/evidence_order.h"
#include "model/faithfulness/explained_data.h"
#include "model/faithfulness/measures.h"
#include "model/faithfulness/statements.h"
#include "model/watch.h"

namespace rapport {

// Whether staff may say a line of evidence to the customer.
using Sayable = std::function<bool(const Evidence& evidence, const Evidence::Entry& entry)>;
// Last bought at most so many months before `as_of`; evidence was kept and is no gift anyhow.
Sayable BoughtWithinMonths(Instant as_of, double months);

struct StudyOptions {
  size_t list_length = 10;  // K
  std::vector<OrderMethod> methods;
  size_t stated_lines = 5;     // whose removal has a stated rank
  size_t sayable_lines = 3;    // at most so many
  double sayable_share = 0.3;  // are to carry at least so much of the score's absolute weight
  Sayable sayable;
  uint64_t seed = 1;
  int threads = 1;
};

struct ExplainedCase {
  size_t customer = 0;  // of data.customers()
  ItemIndex item{};
  size_t place = 0;                              // in the list, from 1
  size_t entries = 0;                            // of the evidence
  std::array<Measures, kOrderMethods> measures;  // by OrderMethod
  // Of the smallest removal, up to kMostRemoved; none where nothing makes the item leave.
  std::optional<double> smallest_removal;
  std::vector<size_t> removed;  // its entries; empty: none was found
  double additivity_error = 0;  // relative to max(1, |score|)
  Statements statements;        // of the lines' ranks and the smallest removal's
  bool covered = false;         // by sayable lines
};

// One of each customer to whom anything can be suggested, in their order: of the first the first of
// the list, of the second the second, and so on around, so that all places come up alike.
std::vector<ExplainedCase> StudyExplanations(const ExplainedData& data, const ModelSnapshot& model,
                                             const StudyOptions& options, const Watch& watch = {});

// The `count` entries of greatest contribution for each case's item, as `model` has it, whether it
// would suggest the item or not.
std::vector<std::vector<size_t>> TopEvidence(const ExplainedData& data, const ModelSnapshot& model,
                                             const std::vector<ExplainedCase>& cases, size_t count,
                                             int threads);

}  // namespace rapport
