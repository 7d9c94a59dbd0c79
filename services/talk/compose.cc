#include "services/talk/compose.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "services/talk/manners.h"
#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

// None: it cannot be said so.
std::optional<Part> Worded(const Claim& claim, const Voice& voice) {
  Part part{.kind = PartOf(claim.message),
            .strength = claim.strength,
            .line = {.message = claim.message, .slots = claim.slots},
            .evidence = claim.evidence};
  part.line.text = Render(voice.phrases, voice.manner, claim.message, claim.slots);
  if (!CheckSayable(part.line, voice).ok()) return std::nullopt;
  return part;
}

// All of them, or none.
std::optional<std::vector<Part>> Worded(const std::vector<Claim>& claims, const Voice& voice) {
  std::vector<Part> parts;
  for (const Claim& claim : claims) {
    auto part = Worded(claim, voice);
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
  }
  return parts;
}

bool Observes(const std::vector<Part>& parts, const std::string& item_id) {
  return std::ranges::any_of(parts, [&](const Part& part) {
    if (part.kind != PartKind::kObservation) return false;
    const std::vector<std::string> named = ItemsNamed(part.line);
    return std::ranges::find(named, item_id) != named.end();
  });
}

}  // namespace

absl::Status CheckSayable(const Line& line, const Voice& voice) {
  const MessageSpec& spec = SpecOf(line.message);
  const std::string own =
      Render(voice.phrases, voice.manner, line.message, line.slots, Names::kLeftOut);
  absl::Status status = CheckManners(own, spec, voice.manner.formality, voice.phrases.manners());
  if (!status.ok()) return status;
  if (const double length = SpokenLength(line.text); length > kMostLineLength + 1e-9)
    return Invalid(Cat("is ", length, " words long"));
  if (!IsUtf8(line.text) || HasControl(line.text))
    return Invalid("has characters that steer how text is shown");
  if (!IsolatesAreClosed(line.text)) return Invalid("has a name that is isolated on one side only");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Part>> ComposeParts(const PointFacts& facts, const Tact& tact,
                                               const Voice& voice) {
  const ClaimPlan plan = PlanOf(facts, tact, voice.southern, voice.attributes_can_be_said);
  std::vector<Part> parts;
  for (const std::vector<Claim>& reason : plan.reasons) {
    auto worded = Worded(reason, voice);
    if (!worded) continue;
    parts = *std::move(worded);
    break;
  }
  bool suggested = false;
  for (const Claim& claim : plan.suggestions) {
    if (!claim.beside.empty() && !Observes(parts, claim.beside)) continue;
    auto worded = Worded(claim, voice);
    if (!worded) continue;
    parts.push_back(*std::move(worded));
    suggested = true;
    break;
  }
  auto question = Worded(plan.question, voice);
  if (!suggested || !question || SpokenName(facts.explanation.item.title).empty()) {
    return absl::FailedPreconditionError(Cat("there is nothing that staff could call item ",
                                             facts.explanation.item.item_id, "; give it a title"));
  }
  parts.push_back(*std::move(question));
  return parts;
}

}  // namespace rapport::talk
