// Rules from the wire and to it (convert.h).
#include <cmath>

#include "services/filter/item_filter.h"
#include "services/recommender/rule_book.h"
#include "services/server/convert.h"

namespace rapport::server {
namespace {

constexpr int kMostPosition = 100;

RuleEffect EffectOf(v1::RuleEffect proto, FieldChecker& check) {
  switch (proto) {
    case v1::RULE_EFFECT_BOOST:
      return RuleEffect::kBoost;
    case v1::RULE_EFFECT_BURY:
      return RuleEffect::kBury;
    case v1::RULE_EFFECT_EXCLUDE:
      return RuleEffect::kExclude;
    case v1::RULE_EFFECT_PIN:
      return RuleEffect::kPin;
    default:
      check.Fail("effect", "given " + std::to_string(proto) +
                               "; expected 1 (boost), 2 (bury), 3 (exclude) or 4 (pin)");
      return RuleEffect::kBoost;
  }
}

v1::RuleEffect ToProto(RuleEffect effect) {
  switch (effect) {
    case RuleEffect::kBoost:
      return v1::RULE_EFFECT_BOOST;
    case RuleEffect::kBury:
      return v1::RULE_EFFECT_BURY;
    case RuleEffect::kExclude:
      return v1::RULE_EFFECT_EXCLUDE;
    case RuleEffect::kPin:
      return v1::RULE_EFFECT_PIN;
  }
  return v1::RULE_EFFECT_UNSPECIFIED;
}

// What only one of the effects has.
void CheckStrength(const v1::Rule& proto, FieldChecker& check) {
  const std::string amount = std::to_string(proto.amount());
  if (proto.effect() != v1::RULE_EFFECT_BOOST) {
    if (proto.amount() != 0)
      check.Fail("amount", "given " + amount + "; expected none, unless effect is boost");
  } else if (!(std::abs(proto.amount()) <= kMostBoost) || proto.amount() == 0) {
    check.Fail("amount", "given " + amount + "; expected -100 to 100, and not 0");
  }
  const std::string position = std::to_string(proto.position());
  if (proto.effect() != v1::RULE_EFFECT_PIN) {
    if (proto.position() != 0)
      check.Fail("position", "given " + position + "; expected none, unless effect is pin");
  } else if (proto.position() < 1 || proto.position() > kMostPosition) {
    check.Fail("position", "given " + position + "; expected 1 to 100");
  }
}

}  // namespace

Rule FromProto(const v1::Rule& proto, FieldChecker& check) {
  check.RequiredId("rule_id", proto.rule_id());
  if (const auto filter = ItemFilter::Parse(proto.filter()); !filter.ok())
    check.Fail("filter", std::string(filter.status().message()));
  CheckStrength(proto, check);
  check.AtMost("stores", proto.stores_size(), kMaxEntries);
  for (const std::string& store : proto.stores()) check.Text("stores", store);
  check.Text("description", proto.description(), kMaxNameBytes);
  Rule rule{.rule_id = proto.rule_id(),
            .filter = proto.filter(),
            .effect = EffectOf(proto.effect(), check),
            .amount = proto.amount(),
            .position = proto.position(),
            .stores = {proto.stores().begin(), proto.stores().end()},
            .commercial = proto.commercial(),
            .description = proto.description()};
  if (proto.has_valid_from()) rule.valid_from = check.Time("valid_from", proto.valid_from());
  if (proto.has_valid_until()) rule.valid_until = check.Time("valid_until", proto.valid_until());
  if (rule.valid_from && rule.valid_until && *rule.valid_until <= *rule.valid_from) {
    check.Fail("valid_until", "given " + TimeText(*rule.valid_until) +
                                  ", which is not after valid_from; expected a later time");
  }
  return rule;
}

void ToProto(const Rule& rule, v1::Rule* proto) {
  proto->set_rule_id(rule.rule_id);
  proto->set_filter(rule.filter);
  proto->set_effect(ToProto(rule.effect));
  proto->set_amount(rule.amount);
  proto->set_position(rule.position);
  if (rule.valid_from) *proto->mutable_valid_from() = ToProto(*rule.valid_from);
  if (rule.valid_until) *proto->mutable_valid_until() = ToProto(*rule.valid_until);
  for (const std::string& store : rule.stores) proto->add_stores(store);
  proto->set_commercial(rule.commercial);
  proto->set_description(rule.description);
}

}  // namespace rapport::server
