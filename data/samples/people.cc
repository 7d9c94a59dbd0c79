#include "data/samples/people.h"

#include <array>
#include <cctype>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rapport::samples {
namespace {

// As written, and in plain letters where it has others.
struct Word {
  std::string_view written;
  std::string_view plain = {};
};

// clang-format off
constexpr Word kEnglishWomen[] = {{"Amara"}, {"Grace"}, {"Olivia"}, {"Priya"}, {"Hannah"}, {"Zara"}, {"Fiona"}, {"Beth"}, {"Imogen"}, {"Nadia"}, {"Ruth"}, {"Siân", "sian"}, {"Aisha"}, {"Eleanor"}, {"Mei"}, {"Josephine"}, {"Tamsin"}, {"Rosa"}};
constexpr Word kEnglishMen[] = {{"Oliver"}, {"Samir"}, {"George"}, {"Callum"}, {"Kwame"}, {"Hugh"}, {"Daniel"}, {"Rajan"}, {"Tom"}, {"Lewis"}, {"Marcus"}, {"Felix"}, {"Owen"}, {"Idris"}, {"Patrick"}, {"Theo"}, {"Graham"}};
constexpr Word kBritishFamilies[] = {{"Okafor"}, {"Whitcombe"}, {"Patel"}, {"Hughes"}, {"Mackenzie"}, {"Ashdown"}, {"Begum"}, {"O'Neill", "oneill"}, {"Fletcher"}, {"Pryce"}, {"Adeyemi"}, {"Sutton"}, {"Kaur"}, {"Blackwood"}, {"Trelawney"}, {"Marsh"}, {"Osei"}, {"Lovell"}, {"Hargreaves"}, {"Dunn"}};
constexpr Word kAmericanWomen[] = {{"Emily"}, {"Jasmine"}, {"Maria"}, {"Taylor"}, {"Brooke"}, {"Denise"}, {"Lucia"}, {"Naomi"}, {"Paige"}, {"Yolanda"}, {"Audrey"}, {"Kayla"}};
constexpr Word kAmericanMen[] = {{"Ethan"}, {"Carlos"}, {"Tyler"}, {"Andre"}, {"Noah"}, {"Wesley"}, {"Diego"}, {"Jordan"}, {"Hank"}, {"Terrence"}, {"Eli"}, {"Vince"}};
constexpr Word kAmericanFamilies[] = {{"Ramirez"}, {"Johnson"}, {"Nguyen"}, {"Kowalski"}, {"Washington"}, {"Rossi"}, {"Goldberg"}, {"Carter"}, {"Delgado"}, {"Sullivan"}, {"Park"}, {"Freeman"}, {"Hawkins"}, {"Lindqvist"}};
constexpr Word kDutchWomen[] = {{"Sanne"}, {"Lotte"}, {"Femke"}, {"Anouk"}, {"Noor"}, {"Marloes"}, {"Fleur"}, {"Roos"}, {"Willemijn"}, {"Zoë", "zoe"}, {"Ilse"}, {"Jacqueline"}, {"Samira"}, {"Tess"}};
constexpr Word kDutchMen[] = {{"Daan"}, {"Sem"}, {"Bram"}, {"Jeroen"}, {"Maarten"}, {"Thijs"}, {"Ruben"}, {"Youssef"}, {"Gijs"}, {"Pieter"}, {"Koen"}, {"Joost"}, {"Hendrik"}};
constexpr Word kDutchFamilies[] = {{"de Vries"}, {"Jansen"}, {"van den Berg"}, {"Bakker"}, {"Visser"}, {"Smit"}, {"Meijer"}, {"de Boer"}, {"Mulder"}, {"van Dijk"}, {"Bos"}, {"Hendriks"}, {"van der Meer"}, {"El Amrani"}, {"Kuipers"}, {"ter Horst"}};
constexpr Word kFlemishWomen[] = {{"Elke"}, {"Griet"}, {"Marie"}, {"Lien"}, {"Katrijn"}, {"Louise"}, {"Veerle"}, {"Emma"}, {"Joke"}, {"Hilde"}};
constexpr Word kFlemishMen[] = {{"Wout"}, {"Arne"}, {"Stijn"}, {"Lander"}, {"Jef"}, {"Seppe"}, {"Dirk"}, {"Mathias"}, {"Bart"}, {"Luc"}};
constexpr Word kFlemishFamilies[] = {{"Peeters"}, {"Janssens"}, {"Maes"}, {"De Smet"}, {"Claes"}, {"Van den Broeck"}, {"Goossens"}, {"Wouters"}, {"De Clercq"}, {"Vermeulen"}, {"Aerts"}, {"Willems"}};
constexpr Word kGermanWomen[] = {{"Lena"}, {"Anna"}, {"Katharina"}, {"Heike"}, {"Jule"}, {"Marlene"}, {"Frieda"}, {"Aylin"}, {"Sabine"}, {"Käthe", "kaethe"}, {"Ines"}, {"Charlotte"}};
constexpr Word kGermanMen[] = {{"Jonas"}, {"Lukas"}, {"Jürgen", "juergen"}, {"Matthias"}, {"Emre"}, {"Klaus"}, {"Niklas"}, {"Sören", "soeren"}, {"Florian"}, {"Georg"}, {"Anton"}, {"Uwe"}};
constexpr Word kGermanFamilies[] = {{"Schmidt"}, {"Müller", "mueller"}, {"Vogt"}, {"Schneider"}, {"Weiß", "weiss"}, {"Hoffmann"}, {"Krüger", "krueger"}, {"Yilmaz"}, {"Lindner"}, {"Brandt"}, {"Köhler", "koehler"}, {"Busch"}, {"Seidel"}};
constexpr Word kFrenchWomen[] = {{"Camille"}, {"Chloé", "chloe"}, {"Inès", "ines"}, {"Margaux"}, {"Hélène", "helene"}, {"Manon"}, {"Fatou"}, {"Claire"}, {"Solène", "solene"}, {"Juliette"}};
constexpr Word kFrenchMen[] = {{"Hugo"}, {"Théo", "theo"}, {"Mathieu"}, {"Karim"}, {"Étienne", "etienne"}, {"Julien"}, {"Rémi", "remi"}, {"Antoine"}, {"Bastien"}, {"Olivier"}};
constexpr Word kFrenchFamilies[] = {{"Laurent"}, {"Moreau"}, {"Lefèvre", "lefevre"}, {"Garnier"}, {"Dubois"}, {"Benali"}, {"Rousseau"}, {"Chevalier"}, {"Mercier"}, {"d'Aubigny", "daubigny"}, {"Faure"}, {"Perrin"}};
constexpr Word kJapaneseWomen[] = {{"陽子", "yoko"}, {"美咲", "misaki"}, {"由美", "yumi"}, {"さくら", "sakura"}, {"恵", "megumi"}, {"直子", "naoko"}, {"葵", "aoi"}, {"千尋", "chihiro"}};
constexpr Word kJapaneseMen[] = {{"健", "ken"}, {"大輔", "daisuke"}, {"翔太", "shota"}, {"誠", "makoto"}, {"拓也", "takuya"}, {"浩", "hiroshi"}, {"蓮", "ren"}, {"修", "osamu"}};
constexpr Word kJapaneseFamilies[] = {{"田中", "tanaka"}, {"佐藤", "sato"}, {"鈴木", "suzuki"}, {"高橋", "takahashi"}, {"渡辺", "watanabe"}, {"小林", "kobayashi"}, {"山本", "yamamoto"}, {"中村", "nakamura"}, {"石川", "ishikawa"}, {"藤田", "fujita"}};
// clang-format on

struct Locale {
  std::string_view tag;
  int64_t weight;
  std::span<const Word> women, men, families;
  std::string_view to_women, to_men;  // before the family name
};

constexpr Locale kLocales[] = {
    {"en-GB", 30, kEnglishWomen, kEnglishMen, kBritishFamilies, "Ms ", "Mr "},
    {"en-US", 13, kAmericanWomen, kAmericanMen, kAmericanFamilies, "Ms. ", "Mr. "},
    {"nl-NL", 22, kDutchWomen, kDutchMen, kDutchFamilies, "mevrouw ", "meneer "},
    {"nl-BE", 11, kFlemishWomen, kFlemishMen, kFlemishFamilies, "mevrouw ", "meneer "},
    {"de-DE", 12, kGermanWomen, kGermanMen, kGermanFamilies, "Frau ", "Herr "},
    {"fr-FR", 8, kFrenchWomen, kFrenchMen, kFrenchFamilies, "Madame ", "Monsieur "},
    {"ja-JP", 4, kJapaneseWomen, kJapaneseMen, kJapaneseFamilies, "", ""},
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Plain(const Word& word) {
  std::string plain(word.plain.empty() ? word.written : word.plain);
  for (char& c : plain) c = c == ' ' ? '-' : Lower(c);
  return plain;
}

// "mevrouw De Vries": without a first name before it, a Dutch name begins with a capital.
std::string AtTheFront(std::string_view family) {
  std::string capital(family);
  if (capital[0] >= 'a' && capital[0] <= 'z')
    capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  return capital;
}

Customer Named(const Locale& locale, const Word& given, const Word& family, bool woman,
               bool by_first_name) {
  Customer customer;
  customer.locale = locale.tag;
  const std::string first(given.written);
  const std::string last(family.written);
  if (locale.tag == "ja-JP") {
    customer.customer_id = "c-" + Plain(family) + "-" + Plain(given);
    customer.name = last + " " + first;
    customer.form_of_address = last + "様";
    return customer;
  }
  customer.customer_id = "c-" + Plain(given) + "-" + Plain(family);
  customer.name = first + " " + last;
  const std::string_view title = woman ? locale.to_women : locale.to_men;
  // A French particle stays small: "Madame d'Aubigny".
  const std::string address = locale.tag == "fr-FR" ? last : AtTheFront(last);
  customer.form_of_address = by_first_name ? first : std::string(title) + address;
  return customer;
}

// Most were never asked or said yes; a few said no to something.
std::optional<bool> Consent(Chance& chance, int32_t no_permille) {
  const int32_t drawn = chance.Below(1000);
  if (drawn < no_permille) return false;
  if (drawn < 400) return true;
  return std::nullopt;
}

template <typename Range>
const auto& OneOf(Chance& chance, const Range& range) {
  return range[static_cast<size_t>(chance.Below(static_cast<int32_t>(std::size(range))))];
}

}  // namespace

Customer MakePerson(Chance& chance) {
  std::array<int64_t, std::size(kLocales)> weights;
  for (size_t k = 0; k < weights.size(); ++k) weights[k] = kLocales[k].weight;
  const Locale& locale = kLocales[chance.Weighted(weights)];
  const bool woman = chance.Permille(540);
  const Word& given = OneOf(chance, woman ? locale.women : locale.men);
  const Word& family = OneOf(chance, locale.families);
  Customer customer = Named(locale, given, family, woman, chance.Permille(180));
  customer.store = OneOf(chance, kStores);
  customer.consent_personalization = Consent(chance, 25);
  customer.consent_mention = Consent(chance, 35);
  customer.consent_contact = Consent(chance, 60);
  return customer;
}

Customer Regular() {
  Customer customer = Named(kLocales[0], {"Amara"}, {"Okafor"}, true, false);
  customer.store = kStores[0];
  return customer;
}

Customer Newcomer() {
  Customer customer = Named(kLocales[4], {"Lena"}, {"Vogt"}, true, false);
  customer.store = kStores[1];
  return customer;
}

}  // namespace rapport::samples
