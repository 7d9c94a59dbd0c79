#include "services/talk/tact.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {

const std::string_view kSensitiveByDefault =
    // Health.
    "health, medic, pharma, drug, =pill, =pills, therap, wellness, diabet, allerg, supplement, "
    "incontinen, "
    "gezond, geneesmiddel, apotheek, gesundheit, arznei, apotheke, medizin, santé, médic, "
    "=contains, =enthält, =bevat, =contient, "
    // Bereavement.
    "sympathy, condolence, bereave, funeral, mourning, condoleance, rouwkaart, beileid, trauer, "
    "condoléance, deuil, "
    // Pregnancy and babies.
    "pregnan, matern, fertilit, baby, babies, infant, newborn, nursing, zwanger, kraam, schwanger, "
    "stillen, säugling, grossesse, "
    "enceinte, bébé, nourrisson, allaitement, "
    // Intimate.
    "intimate, =sex, sexual, erotic, contracepti, condom, lingerie, menstru, intiem, erotiek, "
    "intim, erotik, verhüt, "
    "érotique, préservatif, "
    // Religion.
    "religi, =bible, =bibles, =quran, =koran, =torah, =prayer, =prayers, bijbel, =bibel, gebet, "
    "=coran, prière, "
    // Politics.
    "politi, election, wahlkampf, "
    // Addiction.
    "addict, alcohol, alkohol, alcool, =wine, =wines, =beer, =beers, =gin, =vodka, =rum, whisk, "
    "liqueur, "
    "=wijn, =bier, =wein, =vin, =bière, spirituos, "
    "tobacco, tabak, tabac, cigar, nicotin, nikotin, vaping, "
    "vape, gambl, gokken, "
    "glücksspiel, verslav, sucht, cannabis, "
    // Money.
    "financ, finanz, debt, loan, =credit, bankrupt, schulden, lening, kredit, dette, "
    // Minors.
    "minor, child, =kid, =kids, toddler, teen, kinder, =kind, enfant, jugend, "
    // The same in Japanese.
    "健康, 医薬, 薬, 妊娠, 赤ちゃん, ベビー, 下着, 避妊, 宗教, 政治, 酒, ワイン, ビール, 弔, "
    "たばこ, タバコ, 煙草, "
    "ギャンブル, 金融, 借金, 子供, 子ども, "
    "キッズ";

namespace {

bool IsLetter(UChar32 point) { return u_isalnum(point) || u_charType(point) == U_NON_SPACING_MARK; }

// The words of a folded text, each as it stands there.
std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  const auto size = static_cast<int32_t>(text.size());
  int32_t begin = -1;
  for (int32_t at = 0; at < size;) {
    const int32_t here = at;
    UChar32 point = 0;
    U8_NEXT_OR_FFFD(text.data(), at, size, point);
    if (IsLetter(point)) {
      if (begin < 0) begin = here;
    } else if (begin >= 0) {
      words.push_back(text.substr(static_cast<size_t>(begin), static_cast<size_t>(here - begin)));
      begin = -1;
    }
  }
  if (begin >= 0) words.push_back(text.substr(static_cast<size_t>(begin)));
  return words;
}

// Whether one of the sorted `begins` begins `word`: then the last one that is not after it does, or
// one that begins that one.
bool AnyBegins(const std::vector<std::string>& begins, std::string_view word) {
  auto place = std::ranges::upper_bound(
      begins, word, {}, [](const std::string& each) { return std::string_view(each); });
  while (place != begins.begin()) {
    --place;
    if (word.starts_with(*place)) return true;
    if (place->front() != word.front()) return false;
  }
  return false;
}

}  // namespace

Tact::Tact(TactOptions options) : options_(std::move(options)) {
  for (const std::string_view part : Split(options_.sensitive_categories, ',')) {
    std::string_view word = Stripped(part);
    const bool whole = word.starts_with('=');
    if (whole) word.remove_prefix(1);
    std::string folded = Folded(word);
    if (folded.empty()) continue;
    const bool unspaced = IsUnspaced(folded);
    (whole ? whole_ : unspaced ? within_ : begins_).push_back(std::move(folded));
  }
  std::ranges::sort(begins_);
  std::ranges::sort(whole_);
}

bool Tact::IsSensitive(std::string_view text) const {
  if (text.empty()) return false;
  const std::string folded = Folded(text);
  for (const std::string& part : within_) {
    if (folded.find(part) != std::string::npos) return true;
  }
  return std::ranges::any_of(WordsOf(folded), [this](std::string_view word) {
    return AnyBegins(begins_, word) || std::ranges::binary_search(whole_, word);
  });
}

bool Tact::IsSensitive(const Item& item) const {
  const auto any = [this](const std::vector<std::string>& texts) {
    return std::ranges::any_of(texts,
                               [this](const std::string& text) { return IsSensitive(text); });
  };
  return any(item.category_path) || any(item.tags) || IsSensitive(item.title);
}

}  // namespace rapport::talk
