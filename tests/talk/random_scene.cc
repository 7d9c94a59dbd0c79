#include "tests/talk/random_scene.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "tests/talk/scene.h"

namespace rapport::talk {
namespace {

// Titles that break what is not careful: directions, controls, digits, questions, forms of address,
// pressure, quotes, braces of MessageFormat, length.
constexpr std::array<const char*, 24> kTitles = {
    "House Blend",
    "Nyeri AA, 250 g",
    "قهوة عربية",
    "קפה של בוקר",
    "Turned \u202Eround",
    "Where is {item}?",
    "It's {0} 'quoted' # | \\",
    "Je t’aime, u en jij",
    "Sie und du",
    "Hurry, last chance",
    "新しいお茶か。",
    "ほうじ茶",
    "a name that goes on and on and on and on and on and on and on",
    "\u0001Bell\u0007",
    "Because of you",
    "“Quotes” «and» 「more」",
    "7 8 9",
    "Ünïcödé ÀÉ",
    "\xF0\x9F\x8D\xB5 tea",
    "broken \xC3\x28 bytes",
    "x",
    "Twice as good",
    "Two\nlines",
    "",
};
constexpr std::array<const char*, 6> kWords = {"light",     "dark",     "2 kg",
                                               "must-have", "für Sie?", "Nordlys"};

class Maker {
 public:
  explicit Maker(std::mt19937_64& random) : random_(random) {}

  RandomScene Make() {
    MakeItems();
    MakeHistory();
    RandomScene scene{.facts = {.customer = FactsOf(history_, Lookup(), Scene::kNow)},
                      .planted = Planted()};
    MakeExplanation(&scene.facts.explanation);
    for (const Item& item : items_) {
      if (Chance(0.5)) scene.facts.together[item.item_id] = Number(0, 60);
    }
    scene.facts.buyers = Number(0, 60);
    scene.facts.explanation.pinned = Chance(0.1);
    scene.facts.explanation.promoted = Chance(0.1);
    if (Chance(0.1)) scene.facts.explanation.left_out.push_back({.by = LeftOutBy::kUnavailable});
    if (Chance(0.5)) scene.facts.explanation.rank_shown = static_cast<int>(Number(1, 10));
    scene.facts.basket_is_here = !Chance(0.1);
    return scene;
  }

 private:
  enum class Kind { kPlain, kSensitive, kGift, kReturned, kOld, kOfOthers };

  int Number(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool Chance(double chance) { return static_cast<double>(random_() % 1'000'000) < chance * 1e6; }
  template <typename Table>
  auto OneOf(const Table& table) {
    return table[random_() % std::size(table)];
  }

  void MakeItems() {
    const int count = Number(1, 9);
    for (int number = 0; number < count; ++number) {
      const auto kind = Chance(0.5) ? Kind::kPlain : static_cast<Kind>(Number(1, 5));
      Item item{.item_id = "item-" + std::to_string(number)};
      item.title = kind == Kind::kPlain
                       ? OneOf(kTitles)
                       : "Planted" + std::string(1, static_cast<char>('A' + number));
      if (Chance(0.8)) item.category_path = {"Shop", Chance(0.5) ? "Coffee" : "Tea"};
      if (kind == Kind::kSensitive) {
        if (Chance(0.5)) {
          item.category_path = {"Shop", "Pregnancy and Baby"};
        } else {
          item.tags = {"health"};
        }
      }
      if (Chance(0.5)) item.brand = OneOf(kWords);
      if (Chance(0.5)) item.attributes["roast"] = OneOf(kWords);
      if (Chance(0.2)) item.attributes[OneOf(kWords)] = "yes";
      items_.push_back(std::move(item));
      kinds_.push_back(kind);
    }
  }

  void MakeHistory() {
    for (size_t number = 0; number < items_.size(); ++number) {
      const Kind kind = kinds_[number];
      if (kind == Kind::kOfOthers) continue;
      const int orders = Chance(0.2) ? 0 : Number(1, 7);
      for (int order = 0; order < orders; ++order) {
        const int days = kind == Kind::kOld ? Number(1'000, 2'000) : Number(0, 700);
        HistoryLine line{.purchase = {.event_id = "event-" + std::to_string(history_.size()),
                                      .item_id = items_[number].item_id,
                                      .purchased_at = Scene::kNow - std::chrono::days(days),
                                      .quantity = Number(1, 3),
                                      .gift = kind == Kind::kGift}};
        if (Chance(0.3)) line.purchase.order_id = "order-" + std::to_string(days);
        if (kind == Kind::kReturned && (order == 0 || Chance(0.5)))
          line.returns.push_back({.event_id = "return", .quantity = 1});
        history_.push_back(std::move(line));
      }
    }
    // Enough visits of late that nothing old is usual.
    for (int visit = 0; visit < 8; ++visit) {
      history_.push_back({.purchase = {.event_id = "late-" + std::to_string(visit),
                                       .item_id = "late-" + std::to_string(visit % 4),
                                       .order_id = "late-" + std::to_string(visit),
                                       .purchased_at = Scene::kNow}});
    }
    std::ranges::stable_sort(history_, {},
                             [](const HistoryLine& line) { return line.purchase.purchased_at; });
  }

  ItemLookup Lookup() const {
    return [this](const std::string& id) -> std::shared_ptr<const Item> {
      const auto item = std::ranges::find(items_, id, &Item::item_id);
      return item == items_.end() ? nullptr : std::make_shared<const Item>(*item);
    };
  }

  std::vector<std::string> Planted() const {
    std::vector<std::string> planted;
    for (size_t number = 0; number < items_.size(); ++number) {
      if (kinds_[number] != Kind::kPlain) planted.push_back(items_[number].title);
    }
    return planted;
  }

  // Every item may be evidence, also what the explainer would leave out.
  void MakeExplanation(ItemExplanation* explanation) {
    const auto plain = std::ranges::find(kinds_, Kind::kPlain);
    if (plain != kinds_.end() && Chance(0.3)) {
      explanation->item = items_[static_cast<size_t>(plain - kinds_.begin())];
    } else {
      explanation->item = {.item_id = "suggested",
                           .title = OneOf(kTitles),
                           .category_path = {"Shop", "Coffee"},
                           .brand = OneOf(kWords),
                           .attributes = {{"roast", OneOf(kWords)}}};
    }
    if (explanation->item.title.empty()) explanation->item.title = "Named after all";
    explanation->rank = Number(0, 12);
    explanation->list_length = 10;
    double left = 1;
    for (const Item& item : items_) {
      EvidenceLine line{.item = item, .share = left * Number(-10, 70) / 100};
      line.contribution = line.share * 4;
      line.rank_without = Chance(0.5) ? Number(0, 30) : 0;
      left -= std::abs(line.share);
      if (Chance(0.1)) line.kind = EvidenceKind::kBasket;
      if (line.kind == EvidenceKind::kBasket && !Sayable(item)) line.kind = EvidenceKind::kPurchase;
      explanation->evidence.push_back(std::move(line));
    }
    if (Chance(0.5)) {
      SmallestRemoval removal{.rank_without = Number(5, 40)};
      for (const Item& item : items_) {
        if (Chance(0.3)) removal.items.push_back(item);
      }
      explanation->smallest_removal = std::move(removal);
    }
    explanation->terms = {.taste = 2,
                          .repeat = 0.3,
                          .popularity = 0.4,
                          .rules = Chance(0.2) ? Number(-20, 20) / 10.0 : 0};
    explanation->standing = static_cast<Standing>(Number(0, 2));
    explanation->commercial = Chance(0.3);
    explanation->popularity_driven = Chance(0.1);
    explanation->personal = Chance(0.9);
    explanation->may_mention = Chance(0.9);
    explanation->window_days = 28;
    if (Chance(0.8)) {
      explanation->chance = PurchaseChance{.probability = Number(0, 100) / 100.0,
                                           .base_rate = 0.03,
                                           .confidence = static_cast<Confidence>(Number(0, 2))};
    }
    if (Chance(0.3)) {
      explanation->own_history =
          OwnHistory{.times = Number(1, 9), .median_gap_days = Number(0, 90) / 3.0};
    }
  }

  // A basket tells of no past, so what is planted as a gift may lie in it; keep the planted out.
  bool Sayable(const Item& item) const {
    return kinds_[static_cast<size_t>(std::ranges::find(items_, item.item_id, &Item::item_id) -
                                      items_.begin())] == Kind::kPlain;
  }

  std::mt19937_64& random_;
  std::vector<Item> items_;
  std::vector<Kind> kinds_;
  std::vector<HistoryLine> history_;
};

}  // namespace

RandomScene MakeRandomScene(std::mt19937_64& random) { return Maker(random).Make(); }

}  // namespace rapport::talk
