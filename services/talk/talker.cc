#include "services/talk/talker.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <variant>

#include "model/bought_together.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/token.h"
#include "services/talk/compose.h"
#include "services/talk/crowd.h"
#include "services/talk/locale_tag.h"
#include "services/talk/subject.h"
#include "services/talk/verify.h"

namespace rapport::talk {
namespace {

constexpr int kEvidenceLines = 6;  // that may be spoken of
constexpr int kAllLines = 1'000;   // to see how much rests on what may not
constexpr int kSuggestionsTried = 10;
constexpr std::chrono::hours kBasketIsHere{12};  // since the list that it was part of

std::string_view LanguageOf(std::string_view tag) { return tag.substr(0, tag.find('-')); }

bool InList(const ItemExplanation& explanation) {
  return explanation.rank > 0 && explanation.rank <= explanation.list_length;
}

bool IsThin(const TalkingPoint& point) { return point.level == Confidence::kThin; }

// What a call is answered with, or why there is nothing.
using PointOr = std::variant<TalkingPoint, WithheldBy>;

// Whether what was reported of the customer keeps it from them.
bool IsRefusal(WithheldBy by) {
  return by == WithheldBy::kAllergy || by == WithheldBy::kDeclined || by == WithheldBy::kAlreadyHas;
}

class Conversation {
 public:
  struct Parts {
    const Store& store;
    const ModelShelf& models;
    const Suggester& suggester;
    const Explainer& explainer;
    const Phrasebook& phrasebook;
    const Tact& tact;
    const std::function<void(const absl::Status&)>& on_ungrounded;
  };

  Conversation(const Parts& parts, const TalkQuery& query, TimePoint now)
      : parts_(parts), query_(query), tact_(parts.tact), now_(now) {}

  absl::StatusOr<Talk> Hold(const std::string& default_locale) {
    if (absl::Status met = Meet(); !met.ok()) return met;
    ChooseVoice(default_locale);
    Situation situation = SituationSoFar();
    const bool asked = !query_.item_ids.empty();
    const bool may_suggest = ChooseMode(situation).mode < Mode::kListen;
    absl::Status told = absl::OkStatus();
    if (asked) {
      told = SpeakOf(query_.item_ids);
    } else if (may_suggest) {
      told = query_.token.empty() ? Suggest() : SpeakOfList();
    }
    if (!told.ok()) return told;
    if (asked || may_suggest) {
      const bool kept_back = talk_.points.empty() && any_kept_back_;
      situation.refused = talk_.points.empty() && any_refused_ && !any_kept_back_;
      situation.low_confidence =
          !kept_back && !situation.refused && std::ranges::all_of(talk_.points, IsThin);
      if (kept_back) situation.anything_sayable = false;
    }
    Conclude(ChooseMode(situation));
    return std::move(talk_);
  }

 private:
  absl::Status Meet() {
    Shopper shopper{.customer_id = query_.customer_id};
    if (!query_.token.empty()) {
      auto token = DecodeToken(query_.token);
      if (!token.ok()) return token.status();
      if (token->page) {
        return absl::InvalidArgumentError(
            "given a next_page_token; expected the token of a list of suggestions");
      }
      basket_is_here_ = now_ - token->as_of <= kBasketIsHere;
      shopper = std::move(token->shopper);
      store_ = std::move(token->store);
      listed_ = std::move(token->rules);
      listed_version_ = std::move(token->model_version);
    }
    auto subject =
        SubjectOf(parts_.store, parts_.models.Serving(), std::move(shopper), tact_, now_);
    if (!subject.ok()) return subject.status();
    subject_ = *std::move(subject);
    return absl::OkStatus();
  }

  void ChooseVoice(const std::string& default_locale) {
    std::string tag = query_.locale;
    if (tag.empty() && subject_.described) {
      const auto own = CanonicalTag(subject_.described->locale);
      if (own.ok()) tag = *own;
    }
    if (tag.empty()) tag = default_locale;
    const Phrases& phrases = parts_.phrasebook.For(tag);
    const Manners& manners = phrases.manners();
    voice_.emplace(Voice{.phrases = phrases,
                         .manner = {query_.formality.value_or(manners.formality),
                                    query_.directness.value_or(manners.directness), query_.medium},
                         .southern = IsSouthern(tag),
                         .attributes_can_be_said = LanguageOf(phrases.locale()) ==
                                                   LanguageOf(tact_.options().catalogue_language)});
    talk_.asked_locale = tag;
    talk_.locale = phrases.locale();
    talk_.reviewed = phrases.reviewed();
    talk_.manner = voice_->manner;
    talk_.model_version =
        listed_version_.empty() ? subject_.serving->model().version : listed_version_;
    talk_.as_of = subject_.state.as_of;
  }

  Situation SituationSoFar() const {
    const ModelSnapshot& model = subject_.serving->model();
    const double days =
        std::chrono::duration<double, std::ratio<86'400>>(now_ - model.trained_at).count();
    return {.open_complaint = subject_.open_complaint,
            .personalization = subject_.personalization(),
            .mention = subject_.state.may_mention,
            .any_visit = subject_.facts.visits > 0,
            .anything_sayable = subject_.anything_sayable,
            .lapsed = Lapsed(subject_.facts),
            .drifted = subject_.facts.drifted,
            .popularity_only = model.kind == ModelKind::kPopularity,
            .stale = days > tact_.options().stale_days};
  }

  // Points of the first items of the token's list.
  absl::Status SpeakOfList() {
    const auto model = parts_.models.Get(listed_version_);
    if (!model.ok()) return model.status();
    std::vector<std::string> ids;
    for (const RuledItem& listed : listed_) {
      if (std::ssize(ids) == kSuggestionsTried) break;
      if (Row(listed.item) < (*model)->items.size()) ids.push_back((*model)->items.Id(listed.item));
    }
    return SpeakOf(ids);
  }

  // Points of items that were asked about, or that a list has.
  absl::Status SpeakOf(const std::vector<std::string>& item_ids) {
    const bool asked = !query_.item_ids.empty();
    for (const std::string& item_id : item_ids) {
      if (Enough()) {
        if (!asked) break;
        talk_.withheld.push_back({item_id, WithheldBy::kEnough});
        continue;
      }
      auto explanation = Explained(item_id);
      if (!explanation.ok()) return explanation.status();
      Add(item_id, explanation->has_value() ? PointOf(**std::move(explanation)) : WithheldBy::kTact,
          asked);
    }
    return absl::OkStatus();
  }

  // The first of what would be suggested now that can be spoken of, above thin confidence.
  absl::Status Suggest() {
    SuggestQuery query{.shopper = subject_.shopper, .count = kSuggestionsTried};
    if (!tact_.options().sensitive_shapes_taste) query.apart = WhatIsSensitive();
    const auto list = parts_.suggester.Suggest(query);
    if (!list.ok()) return list.status();
    for (const Suggestion& suggestion : list->suggestions) {
      if (Enough()) break;
      if (!suggestion.chance || suggestion.chance->confidence == Confidence::kThin) continue;
      ExplainQuery question{.token = list->token,
                            .apart = query.apart,
                            .item_id = suggestion.item->item_id,
                            .max_evidence = kEvidenceLines};
      auto explanation = query.apart != nullptr ? Explain(question) : Tactful(question);
      if (!explanation.ok()) return explanation.status();
      if (explanation->has_value()) Add(question.item_id, PointOf(**std::move(explanation)), false);
    }
    return absl::OkStatus();
  }

  bool Enough() const {
    return static_cast<int>(talk_.points.size()) >= tact_.options().suggestions_a_visit;
  }

  void Add(const std::string& item_id, PointOr point, bool asked) {
    if (auto* spoken = std::get_if<TalkingPoint>(&point)) {
      talk_.points.push_back(std::move(*spoken));
      return;
    }
    const auto by = std::get<WithheldBy>(point);
    (asked && IsRefusal(by) ? any_refused_ : any_kept_back_) = true;
    if (!asked) return;
    const auto item = by == WithheldBy::kTact ? nullptr : subject_.Known(item_id);
    talk_.withheld.push_back({item_id, by, item == nullptr ? "" : item->title});
  }

  // Null: there is nothing of the kind.
  Apart WhatIsSensitive() const {
    if (!subject_.any_sensitive) return nullptr;
    return [this](const std::string& item_id) { return subject_.IsSensitive(item_id, tact_); };
  }

  absl::StatusOr<std::optional<ItemExplanation>> Explained(const std::string& item_id) {
    const bool by_token = !query_.token.empty() && subject_.personalization();
    return Tactful({.token = by_token ? query_.token : "",
                    .shopper = subject_.shopper,
                    .store = store_,
                    .item_id = item_id,
                    .max_evidence = kEvidenceLines,
                    .pool = subject_.facts.bought.contains(item_id) ? Pool::kBoughtBefore
                                                                    : Pool::kNewToCustomer});
  }

  // None: it is sensitive itself, or the customer is not to be spoken to of it.
  absl::StatusOr<std::optional<ItemExplanation>> Explain(const ExplainQuery& query) const {
    auto explanation = parts_.explainer.Explain(query);
    if (!explanation.ok()) return explanation.status();
    const Item& item = explanation->item;
    if (tact_.IsSensitive(item) || subject_.IsUnspoken(item)) return std::nullopt;
    return *std::move(explanation);
  }

  // None: tact forbids it. What rests on what may not be said is folded in again without it; what
  // has its place by that alone is not offered. What was served as popular stays just popular.
  absl::StatusOr<std::optional<ItemExplanation>> Tactful(ExplainQuery query) const {
    const bool any_sensitive = subject_.any_sensitive && subject_.personalization();
    if (any_sensitive) query.max_evidence = kAllLines;
    auto served = Explain(query);
    if (!served.ok() || !served->has_value() || !any_sensitive) return served;
    const bool rests = SensitiveShare(**served) >= tact_.options().most_sensitive_share;
    if (!rests && tact_.options().sensitive_shapes_taste) return served;
    query.max_evidence = kEvidenceLines;
    query.apart = WhatIsSensitive();
    auto without = Explain(query);
    if (!without.ok() || !without->has_value()) return without;
    if (!InList(**without) && (rests || InList(**served))) return std::nullopt;
    (*without)->popularity_driven |= (*served)->popularity_driven;
    return without;
  }

  double SensitiveShare(const ItemExplanation& explanation) const {
    double share = 0;
    for (const EvidenceLine& line : explanation.evidence) {
      if (tact_.IsSensitive(line.item)) share += std::abs(line.share);
    }
    return share;
  }

  // Whether it can be sold to them now, whatever the list said when it was made.
  bool OnOffer(const ItemExplanation& explanation) const {
    const bool had_since = explanation.pool == Pool::kNewToCustomer &&
                           subject_.facts.bought.contains(explanation.item.item_id);
    return (!had_since || !query_.item_ids.empty()) &&
           std::ranges::none_of(explanation.left_out, [](const LeftOut& left_out) {
             return left_out.by == LeftOutBy::kUnavailable || left_out.by == LeftOutBy::kRule;
           });
  }

  // By what was reported of the customer up to now, whatever the list said when it was made.
  std::optional<WithheldBy> RefusedBy(const Item& item) const {
    const auto refused = std::ranges::find_if(
        subject_.refused, [&](const auto& each) { return each.second && each.second(item); });
    if (refused == subject_.refused.end()) return std::nullopt;
    return refused->first == LeftOutBy::kAllergy    ? WithheldBy::kAllergy
           : refused->first == LeftOutBy::kDeclined ? WithheldBy::kDeclined
                                                    : WithheldBy::kAlreadyHas;
  }

  PointOr PointOf(ItemExplanation explanation) {
    const ModelSnapshot& model = subject_.serving->model();
    if (const auto by = RefusedBy(explanation.item)) return *by;
    if (!OnOffer(explanation)) return WithheldBy::kNotOnOffer;
    PointFacts facts{.explanation = std::move(explanation),
                     .customer = subject_.facts,
                     .together = {},
                     .buyers = 0,
                     .basket_is_here = basket_is_here_};
    const Item& item = facts.explanation.item;
    facts.explanation.may_mention = subject_.state.may_mention;  // as of now
    if (const auto index = model.items.Find(item.item_id)) {
      facts.buyers = LeastBuyers(model, *index);
      if (!model.together.empty()) {
        for (const Together& pair : TogetherWith(model.together, *index, kLeastSupport)) {
          if (OftenTogether(model.together, pair))
            facts.together[model.items.Id(pair.item)] = pair.support;
        }
      }
    }
    auto parts = ComposeParts(facts, tact_, *voice_);
    if (!parts.ok()) return WithheldBy::kNoName;
    TalkingPoint point{.item = item, .level = LevelOf(facts), .parts = *std::move(parts)};
    point.briefing = ComposeBriefing(facts, tact_, *voice_, point.parts);
    absl::Status so = VerifyParts(point.parts, facts, tact_, *voice_);
    if (so.ok()) so = VerifyBriefing(point.briefing, facts, tact_, *voice_);
    if (so.ok()) return point;
    if (parts_.on_ungrounded) parts_.on_ungrounded(so);
    return WithheldBy::kUngrounded;
  }

  Line General(MessageId message) const {
    Line line{.message = message};
    line.text = Render(voice_->phrases, voice_->manner, message, {});
    if (const absl::Status so = VerifyGeneral(line, *voice_); !so.ok()) {
      if (parts_.on_ungrounded) parts_.on_ungrounded(so);
      line.text.clear();
    }
    return line;
  }

  void Conclude(ModeChoice choice) {
    talk_.mode = std::move(choice);
    const Mode mode = talk_.mode.mode;
    talk_.advice = General(MessageOf(mode));
    for (const ModeReason reason : talk_.mode.reasons)
      talk_.because.push_back(General(MessageOf(reason)));
    const auto questions = QuestionsOf(mode);
    talk_.questions = {General(questions[0]), General(questions[1])};
    for (TalkingPoint& point : talk_.points) {
      for (Part& part : point.parts) part.say_to_customer = mode < Mode::kListen;
    }
  }

  const Parts& parts_;
  const TalkQuery& query_;
  const Tact& tact_;
  const TimePoint now_;
  Subject subject_;
  std::string store_;              // of the token, for rules
  std::vector<RuledItem> listed_;  // of the token
  std::string listed_version_;
  bool basket_is_here_ = true;
  bool any_kept_back_ = false;  // of what was considered
  bool any_refused_ = false;    // of what was asked about
  std::optional<Voice> voice_;
  Talk talk_;
};

}  // namespace

Talker::Talker(const Store& store, const ModelShelf& models, const Suggester& suggester,
               const Explainer& explainer, const Phrasebook& phrasebook, const Tact& tact,
               Clock clock, std::string default_locale,
               std::function<void(const absl::Status&)> on_ungrounded)
    : store_(store),
      models_(models),
      suggester_(suggester),
      explainer_(explainer),
      phrasebook_(phrasebook),
      tact_(tact),
      clock_(std::move(clock)),
      default_locale_(std::move(default_locale)),
      on_ungrounded_(std::move(on_ungrounded)) {}

absl::StatusOr<Talk> Talker::TalkingPoints(const TalkQuery& query) const {
  const Conversation::Parts parts{store_,      models_, suggester_,    explainer_,
                                  phrasebook_, tact_,   on_ungrounded_};
  return Conversation(parts, query, clock_()).Hold(default_locale_);
}

}  // namespace rapport::talk
