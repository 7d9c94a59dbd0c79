#include "model/faithfulness/study.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/counterfactual.h"
#include "model/explanation.h"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr Pool kStudied = Pool::kNewToCustomer;
constexpr double kDaysInMonth = 365.25 / 12;

// Spread over the bits, so that neighbouring cases have nothing in common (SplitMix64).
uint64_t SeedOf(uint64_t seed, size_t customer, ItemIndex item) {
  uint64_t mixed = seed * 0x9E3779B97F4A7C15 + (uint64_t{customer} << 32 | Row(item));
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

double AdditivityError(const Explanation& explanation) {
  double sum = explanation.terms.repeat + explanation.terms.popularity + explanation.terms.rules;
  for (const Contribution& line : explanation.contributions) sum += line.contribution;
  for (const double note : explanation.notes) sum += note;
  const double score = explanation.terms.Sum();
  return std::abs(sum - score) / std::max(1.0, std::abs(score));
}

// Everything about one suggestion.
class CaseStudy {
 public:
  CaseStudy(const ItemScan& scan, const EvidenceOrders& orders, const StudyOptions& options,
            const ExplainedCustomer& customer, const ItemScan::Filter& eligible)
      : scan_(scan),
        orders_(orders),
        options_(options),
        eligible_(eligible),
        customer_(customer),
        scorer_(scan.model(), kStudied, customer.evidence) {}

  std::vector<Ranked> List() const { return scan_.TopK(scorer_, options_.list_length, eligible_); }

  void Fill(ExplainedCase& of) const {
    const PlainRefold refold(scan_, kStudied, customer_.purchases, eligible_, of.item,
                             options_.list_length);
    of.entries = refold.size();
    const uint64_t seed = SeedOf(options_.seed, of.customer, of.item);
    for (const OrderMethod method : options_.methods) {
      const std::vector<size_t> order = orders_.By(method, scorer_, refold, seed);
      of.measures[static_cast<size_t>(method)] = MeasuresOf(refold, order);
    }
    const Explanation explanation = Explain(scorer_, of.item);
    of.additivity_error = AdditivityError(explanation);
    of.covered = Covered(explanation);
    const Counterfactual counterfactual(scan_, scorer_, eligible_);
    CheckLines(counterfactual, refold, explanation, of);
    FindSmallest(counterfactual, refold, of);
  }

 private:
  size_t IndexOf(const Evidence::Entry* entry) const {
    return static_cast<size_t>(entry - scorer_.evidence().entries().data());
  }

  bool Covered(const Explanation& explanation) const {
    double weight = std::abs(explanation.terms.repeat) + std::abs(explanation.terms.popularity) +
                    std::abs(explanation.terms.rules) + std::abs(explanation.terms.notes);
    for (const Contribution& line : explanation.contributions)
      weight += std::abs(line.contribution);
    double said = 0;
    size_t lines = 0;
    for (const Contribution& line : explanation.contributions) {  // the largest first
      if (line.contribution <= 0 || !options_.sayable(scorer_.evidence(), *line.entry)) continue;
      said += line.contribution;
      if (++lines == options_.sayable_lines) break;
    }
    return lines > 0 && said >= options_.sayable_share * weight;
  }

  void CheckLines(const Counterfactual& counterfactual, const PlainRefold& refold,
                  const Explanation& explanation, ExplainedCase& of) const {
    of.statements.Check(refold, {}, counterfactual.Of(of.item).rank);
    std::vector<size_t> lines;
    for (const Contribution& line : explanation.contributions) {
      if (lines.size() == options_.stated_lines) break;
      lines.push_back(IndexOf(line.entry));
    }
    const std::vector<Counterfactual::Place> places = counterfactual.WithoutEach(of.item, lines);
    for (size_t line = 0; line < lines.size(); ++line)
      of.statements.Check(refold, std::span(&lines[line], 1), places[line].rank);
  }

  void FindSmallest(const Counterfactual& counterfactual, const PlainRefold& refold,
                    ExplainedCase& of) const {
    if (refold.With({}).listed) return;
    const Removal removal =
        FindSmallestRemoval(counterfactual, of.item, options_.list_length, kMostRemoved);
    of.removed = removal.entries;
    if (!removal.entries.empty()) of.statements.Check(refold, removal);
    // Nothing found: everything would have to go.
    of.smallest_removal = static_cast<double>(
        removal.entries.empty() ? std::min(of.entries, kMostRemoved) : removal.entries.size());
  }

  const ItemScan& scan_;
  const EvidenceOrders& orders_;
  const StudyOptions& options_;
  const ItemScan::Filter& eligible_;
  const ExplainedCustomer& customer_;
  const Scorer scorer_;
};

}  // namespace

Sayable BoughtWithinMonths(Instant as_of, double months) {
  return [as_of, months](const Evidence& evidence, const Evidence::Entry& entry) {
    return DaysBetween(evidence.orders(entry).back().at, as_of) <= months * kDaysInMonth;
  };
}

std::vector<ExplainedCase> StudyExplanations(const ExplainedData& data, const ModelSnapshot& model,
                                             const StudyOptions& options, const Watch& watch) {
  const ItemScan scan(model);
  const EvidenceOrders orders(model, data.customers_of());
  const auto customers = data.customers();
  std::vector<std::optional<ExplainedCase>> by_customer(customers.size());
  ParallelFor(
      options.threads, customers.size(),
      [&](size_t row, int) {
        const ItemScan::Filter eligible = data.EligibleFor(scan, customers[row]);
        const CaseStudy study(scan, orders, options, customers[row], eligible);
        const std::vector<Ranked> list = study.List();
        if (list.empty()) return;
        const size_t place = std::min(row % options.list_length, list.size() - 1);
        ExplainedCase& one = by_customer[row].emplace();
        one.customer = row;
        one.item = list[place].item;
        one.place = place + 1;
        study.Fill(one);
      },
      watch);
  std::vector<ExplainedCase> cases;
  for (std::optional<ExplainedCase>& own : by_customer) {
    if (own) cases.push_back(*std::move(own));
  }
  return cases;
}

std::vector<std::vector<size_t>> TopEvidence(const ExplainedData& data, const ModelSnapshot& model,
                                             const std::vector<ExplainedCase>& cases, size_t count,
                                             int threads) {
  std::vector<std::vector<size_t>> top(cases.size());
  ParallelFor(threads, cases.size(), [&](size_t row, int) {
    const Scorer scorer(model, kStudied, data.customers()[cases[row].customer].evidence);
    const Eigen::MatrixXd contributions = scorer.EntryContributions({&cases[row].item, 1});
    top[row] =
        MostImportantFirst({contributions.data(), static_cast<size_t>(contributions.rows())});
    top[row].resize(std::min(count, top[row].size()));
  });
  return top;
}

}  // namespace rapport
