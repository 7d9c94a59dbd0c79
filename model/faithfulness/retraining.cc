#include "model/faithfulness/retraining.h"

#include <algorithm>
#include <span>
#include <utility>

#include "model/faithfulness/evidence_order.h"
#include "model/parallel.h"

namespace rapport {
namespace {

struct Question {
  size_t customer = 0;
  ItemIndex item{};
  std::vector<size_t> removed;  // entries, ascending
};

std::vector<ExplainedCase> Sample(const std::vector<ExplainedCase>& cases, size_t most) {
  const size_t count = std::min(cases.size(), most);
  std::vector<ExplainedCase> sample;
  for (size_t place = 0; place < count; ++place)
    sample.push_back(cases[place * cases.size() / count]);
  return sample;
}

PlainRefold::Standing Without(const ExplainedData& data, const ItemScan& scan,
                              const Question& question, std::span<const size_t> removed,
                              size_t list_length) {
  const ExplainedCustomer& customer = data.customers()[question.customer];
  const ItemScan::Filter eligible = data.EligibleFor(scan, customer);
  const PlainRefold refold(scan, Pool::kNewToCustomer, customer.purchases, eligible, question.item,
                           list_length);
  return refold.With(AllBut(refold, removed));
}

std::vector<PurchaseLog::Gifts> GiftsOf(const ExplainedData& data,
                                        std::span<const Question> questions) {
  std::vector<PurchaseLog::Gifts> gifts;
  for (const Question& question : questions) {
    const ExplainedCustomer& customer = data.customers()[question.customer];
    PurchaseLog::Gifts& own = gifts.emplace_back();
    own.customer = customer.customer;
    for (const size_t entry : question.removed)
      own.items.push_back(customer.evidence.entries()[entry].item);
  }
  return gifts;
}

absl::StatusOr<std::vector<RetrainedCase>> Answer(const ExplainedData& data,
                                                  const ModelSnapshot& model,
                                                  const std::vector<Question>& questions,
                                                  const RetrainingOptions& options,
                                                  const Watch& watch) {
  std::vector<RetrainedCase> answers(questions.size());
  const ItemScan scan(model);
  for (size_t begin = 0; begin < questions.size(); begin += options.at_once) {
    const size_t count = std::min(options.at_once, questions.size() - begin);
    const auto batch = std::span(questions).subspan(begin, count);
    const auto whole = static_cast<double>(questions.size());
    auto again = data.Retrain(
        model, GiftsOf(data, batch), options.threads,
        watch.Part(static_cast<double>(begin) / whole, static_cast<double>(begin + count) / whole));
    if (!again.ok()) return again.status();
    const ItemScan scan_again(*again);
    ParallelFor(options.threads, count, [&](size_t place, int) {
      const Question& question = batch[place];
      const auto standing = [&](const ItemScan& of, std::span<const size_t> removed) {
        return Without(data, of, question, removed, options.list_length);
      };
      const double score = standing(scan, {}).score;
      const PlainRefold::Standing folded = standing(scan, question.removed);
      const PlainRefold::Standing retrained = standing(scan_again, question.removed);
      answers[begin + place] = {.customer = question.customer,
                                .folded_listed = folded.listed,
                                .retrained_listed = retrained.listed,
                                .folded_change = folded.score - score,
                                .retrained_change = retrained.score - score};
    });
  }
  return answers;
}

}  // namespace

absl::StatusOr<RetrainingAgreement> AgreementWithRetraining(const ExplainedData& data,
                                                            const ModelSnapshot& model,
                                                            const std::vector<ExplainedCase>& cases,
                                                            const RetrainingOptions& options,
                                                            const Watch& watch) {
  const std::vector<ExplainedCase> sampled = Sample(cases, options.cases);
  const std::vector<std::vector<size_t>> top =
      TopEvidence(data, model, sampled, 1, options.threads);
  std::vector<Question> of_top, of_smallest;
  for (size_t row = 0; row < sampled.size(); ++row) {
    of_top.push_back({sampled[row].customer, sampled[row].item, top[row]});
    if (!sampled[row].removed.empty())
      of_smallest.push_back({sampled[row].customer, sampled[row].item, sampled[row].removed});
  }
  auto top_entry = Answer(data, model, of_top, options, watch.Part(0, 0.5));
  if (!top_entry.ok()) return top_entry.status();
  auto smallest = Answer(data, model, of_smallest, options, watch.Part(0.5, 1));
  if (!smallest.ok()) return smallest.status();
  return RetrainingAgreement{.top_entry = *std::move(top_entry), .smallest = *std::move(smallest)};
}

}  // namespace rapport
