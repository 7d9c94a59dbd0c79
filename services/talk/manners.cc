#include "services/talk/manners.h"

#include <algorithm>
#include <utility>

#include "services/talk/strings.h"

namespace rapport::talk {
namespace {

template <typename Text>
void AddList(std::string_view line, std::vector<Text>* list) {
  for (const std::string_view part : Split(line, ',')) {
    const std::string_view word = Stripped(part);
    if (!word.empty()) list->emplace_back(word);
  }
}

// False: there is no such field or value.
bool ReadField(const std::string& name, const std::string& value, Manners* manners) {
  if (name == "FORMALITY") {
    manners->formality = value == "formal" ? Formality::kFormal : Formality::kInformal;
    return value == "formal" || value == "informal";
  }
  if (name == "DIRECTNESS") {
    manners->directness = value == "direct"     ? Directness::kDirect
                          : value == "balanced" ? Directness::kBalanced
                                                : Directness::kIndirect;
    return value == "direct" || value == "balanced" || value == "indirect";
  }
  if (name == "QUESTION_MARKS") {
    AddList(value, &manners->question_marks);
  } else if (name == "FORMAL_FORBIDS") {
    AddList(value, &manners->formal_forbids);
  } else if (name == "INFORMAL_FORBIDS") {
    AddList(value, &manners->informal_forbids);
  } else if (name == "BANNED") {
    AddList(value, &manners->banned);
  } else if (name == "CAUSAL") {
    AddList(value, &manners->causal);
  } else {
    return name == "REVIEWED";
  }
  return true;
}

// A line, to look for phrases in.
struct Searched {
  explicit Searched(std::string_view line) : text(line), folded(Folded(line)) {}

  // OK, or what stands in the line.
  absl::Status HasNone(const std::vector<Phrase>& phrases, std::string_view why) const {
    for (const Phrase& phrase : phrases) {
      if (phrase.StandsIn(text, folded)) return Invalid(Cat("\"", phrase.text(), "\" ", why));
    }
    return absl::OkStatus();
  }

  const std::string_view text;
  const std::string folded;
};

}  // namespace

absl::Status ReadManners(const MessageFile& file, const ParsedMessages& parsed, Manners* manners) {
  if (!parsed.entries.empty())
    return Invalid(Cat(parsed.entries.front().place, ": expected FIELD: value"));
  for (const auto& [name, values] : parsed.fields) {
    for (const std::string& value : values) {
      if (ReadField(name, value, manners)) continue;
      return Invalid(
          Cat(file.path, ": ", name, ": ", value,
              ": expected REVIEWED, FORMALITY (formal, informal), DIRECTNESS (direct, balanced, "
              "indirect), QUESTION_MARKS, FORMAL_FORBIDS, INFORMAL_FORBIDS, BANNED or CAUSAL"));
    }
  }
  return absl::OkStatus();
}

int QuestionsIn(std::string_view line, const Manners& manners) {
  int questions = 0;
  for (const std::string& mark : manners.question_marks) {
    for (size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + mark.size()))
      ++questions;
  }
  return questions;
}

absl::Status CheckManners(std::string_view line, const MessageSpec& spec, Formality formality,
                          const Manners& manners) {
  if (HasDigit(line)) return Invalid("has a digit outside names");
  const Searched searched(line);
  absl::Status status = searched.HasNone(manners.banned, "is banned");
  if (status.ok() && !spec.causal) status = searched.HasNone(manners.causal, "claims a cause");
  if (status.ok() && formality == Formality::kFormal)
    status = searched.HasNone(manners.formal_forbids, "is familiar where the register is formal");
  if (status.ok() && formality == Formality::kInformal)
    status = searched.HasNone(manners.informal_forbids, "is polite where the register is informal");
  if (!status.ok()) return status;
  const int questions = QuestionsIn(line, manners);
  const int expected = spec.form == Form::kQuestion ? 1 : 0;
  if (questions != expected)
    return Invalid(Cat("asks ", questions, " questions; expected ", expected));
  return absl::OkStatus();
}

}  // namespace rapport::talk
