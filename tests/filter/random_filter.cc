#include "tests/filter/random_filter.h"

namespace rapport {
namespace {

Expr RandomLeaf(Random& random) {
  Expr leaf;
  const std::vector<std::string> ops = {"=", "!=", "<", "<=", ">", ">=", ":", "present"};
  leaf.field = random.Pick<std::string>({"item_id", "title", "brand", "category", "price",
                                         "price.currency", "available", "tags", "attributes",
                                         "bought_within", "bought_in", "mentions"});
  leaf.op = random.Pick(ops);
  leaf.value = random.Pick(kWords);
  if (leaf.field == "price") leaf.value = random.Pick<std::string>({"-5", "0", "9.5", "10", "95"});
  if (leaf.field == "available") {
    leaf.op = random.Pick<std::string>({"=", "!="});
    leaf.value = random.Chance(50) ? "true" : "false";
  }
  if (leaf.field == "category" || leaf.field == "tags") {
    leaf.op = random.Pick<std::string>({"=", "!=", ":", "present"});
  }
  if (leaf.field == "attributes") {
    leaf.key = random.Pick(kKeys);
    if (random.Chance(50)) leaf.value = random.Pick(kNumbers);
  }
  if (leaf.field == "bought_within") leaf.value = std::to_string(1 + random.Below(40));
  const bool text = leaf.field != "price" && leaf.field != "available";
  const bool whole = leaf.op == "=" || leaf.op == "!=";
  if (text && whole && random.Chance(30)) leaf.wild_front = true;
  if (text && whole && random.Chance(30)) leaf.wild_back = true;
  return leaf;
}

std::string Space(Random& random) { return random.Pick<std::string>({"", "", " ", "  ", "\n"}); }

std::string WriteText(Random& random, const std::string& text, bool front, bool back) {
  const char quote = random.Chance(50) ? '"' : '\'';
  std::string written(1, quote);
  if (front) written += '*';
  for (const char c : text) {
    if (c == quote || c == '\\' || c == '*') written += '\\';
    written += c;
  }
  if (back) written += '*';
  return written + quote;
}

std::string WriteLeaf(Random& random, const Expr& leaf) {
  if (leaf.field == "bought_in")
    return "bought_in(" + WriteText(random, leaf.value, false, false) + ")";
  if (leaf.field == "mentions")
    return "mentions(" + WriteText(random, leaf.value, false, false) + ")";
  if (leaf.field == "bought_within") {
    const std::string days =
        random.Chance(50) ? leaf.value + "d" : std::to_string(std::stoi(leaf.value) * 24) + "h";
    return "bought_within(" + (random.Chance(50) ? days : "'" + days + "'") + ")";
  }
  std::string field = leaf.field;
  if (field == "attributes") field += "." + WriteText(random, leaf.key, false, false);
  if (leaf.key == "roast" && random.Chance(50)) field = "attributes.roast";
  const std::string before = Space(random);
  const std::string after = Space(random);
  if (leaf.op == "present") {
    // Only availability has none.
    return field + before + ":" + after + (random.Chance(50) ? "*" : "\"*\"");
  }
  const bool bare = leaf.field == "price" || leaf.field == "available";
  return field + before + leaf.op + after +
         (bare ? leaf.value : WriteText(random, leaf.value, leaf.wild_front, leaf.wild_back));
}

std::string WriteTerm(Random& random, const Expr& expr) {
  if (random.Chance(15)) {
    return "(" + Space(random) + WriteExpression(random, expr) + Space(random) + ")";
  }
  if (expr.kind == Expr::Kind::kLeaf) return WriteLeaf(random, expr);
  if (expr.kind == Expr::Kind::kNot) {
    return (random.Chance(50) ? "NOT " : "-") + WriteTerm(random, expr.children[0]);
  }
  return "(" + WriteExpression(random, expr) + ")";
}

std::string WriteFactor(Random& random, const Expr& expr) {
  if (expr.kind != Expr::Kind::kOr) return WriteTerm(random, expr);
  std::string text;
  for (const Expr& child : expr.children) {
    if (!text.empty()) text += " OR ";
    text += WriteTerm(random, child);
  }
  return text;
}

}  // namespace

Expr RandomExpr(Random& random, int depth) {
  if (depth == 0 || random.Chance(25)) return RandomLeaf(random);
  Expr expr;
  expr.kind = random.Pick<Expr::Kind>({Expr::Kind::kAnd, Expr::Kind::kOr, Expr::Kind::kNot});
  const int children = expr.kind == Expr::Kind::kNot ? 1 : 2 + random.Below(2);
  for (int k = 0; k < children; ++k) expr.children.push_back(RandomExpr(random, depth - 1));
  return expr;
}

std::string WriteExpression(Random& random, const Expr& expr) {
  if (expr.kind != Expr::Kind::kAnd) return WriteFactor(random, expr);
  std::string text;
  for (const Expr& child : expr.children) {
    if (!text.empty()) text += random.Chance(50) ? " AND " : " ";
    text += WriteFactor(random, child);
  }
  return text;
}

}  // namespace rapport
