#include "services/talk/verify.h"

#include <string>

#include "services/talk/compose.h"
#include "services/talk/witness.h"

namespace rapport::talk {
namespace {

absl::Status SaysWhatItsSlotsSay(const Line& line, Audience audience, const Voice& voice) {
  if (SpecOf(line.message).audience != audience) return Untrue(line, "is for other eyes and ears");
  if (!SlotsFit(line.message, line.slots)) return Untrue(line, "has other slots");
  if (Render(voice.phrases, voice.manner, line.message, line.slots) != line.text)
    return Untrue(line, "is not what its message says");
  if (audience == Audience::kStaff) return absl::OkStatus();
  const absl::Status sayable = CheckSayable(line, voice);
  return sayable.ok() ? sayable : Untrue(line, std::string(sayable.message()));
}

// `observed`: the items named so far, which grows.
absl::Status VerifyPart(const Part& part, const Witness& witness,
                        std::vector<std::string>* observed) {
  absl::Status status = absl::OkStatus();
  if (part.kind == PartKind::kObservation) {
    status = witness.Observation(part.line);
    *observed = ItemsNamed(part.line);
  } else if (part.kind == PartKind::kBridge) {
    status = witness.Bridge(part.line, *observed);
    const auto more = ItemsNamed(part.line);
    observed->insert(observed->end(), more.begin(), more.end());
  } else if (part.kind == PartKind::kSuggestion) {
    status = witness.Suggestion(part.line, *observed);
  }
  if (status.ok()) status = witness.Evidence(part.line, part.evidence, *observed);
  for (const Slot& slot : part.line.slots) {
    if (status.ok()) status = witness.Evidence(part.line, slot.evidence, *observed);
  }
  return status;
}

}  // namespace

absl::Status VerifyParts(const std::vector<Part>& parts, const PointFacts& facts, const Tact& tact,
                         const Voice& voice) {
  const Witness witness(facts, tact, voice);
  std::vector<std::string> observed;
  int last_kind = -1;
  for (const Part& part : parts) {
    absl::Status status = SaysWhatItsSlotsSay(part.line, Audience::kCustomer, voice);
    if (!status.ok()) return status;
    if (part.kind != PartOf(part.line.message) || static_cast<int>(part.kind) <= last_kind)
      return Untrue(part.line, "stands in the wrong place");
    last_kind = static_cast<int>(part.kind);
    if (part.strength > LevelOf(facts)) return Untrue(part.line, "is surer than the model is");
    status = VerifyPart(part, witness, &observed);
    if (!status.ok()) return status;
  }
  if (last_kind != static_cast<int>(PartKind::kQuestion))
    return absl::InternalError("a point does not end with its one question");
  return absl::OkStatus();
}

absl::Status VerifyBriefing(const Briefing& briefing, const PointFacts& facts, const Tact& tact,
                            const Voice& voice) {
  const Witness witness(facts, tact, voice);
  for (const Line& line : briefing.facts) {
    absl::Status status = SaysWhatItsSlotsSay(line, Audience::kStaff, voice);
    if (status.ok()) status = witness.Fact(line);
    if (!status.ok()) return status;
  }
  absl::Status status = SaysWhatItsSlotsSay(briefing.confidence, Audience::kStaff, voice);
  if (status.ok()) status = witness.Confidence(briefing.confidence);
  for (const Answer& answer : briefing.listen_for) {
    if (status.ok()) status = VerifyGeneral(answer.line, voice);
  }
  for (const Line& line : briefing.avoid) {
    if (status.ok()) status = VerifyGeneral(line, voice);
  }
  if (status.ok()) status = VerifyGeneral(briefing.if_declined, voice);
  return status;
}

absl::Status VerifyGeneral(const Line& line, const Voice& voice) {
  if (!line.slots.empty()) return Untrue(line, "names something");
  return SaysWhatItsSlotsSay(line, SpecOf(line.message).audience, voice);
}

}  // namespace rapport::talk
