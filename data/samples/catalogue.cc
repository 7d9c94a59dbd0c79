#include "data/samples/catalogue.h"

#include <string>
#include <vector>

namespace rapport::samples {
namespace {

constexpr auto kAlways = Season::kAlways;
constexpr auto kAdvent = Season::kAdvent;
constexpr auto kEaster = Season::kEaster;
constexpr auto kSummer = Season::kSummer;
constexpr auto kWinter = Season::kWinter;

// clang-format off
constexpr CatalogueEntry kCatalogue[] = {
  // Coffee
  {"coffee-yirgacheffe-250g", "Yirgacheffe Kochere, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1250, "roast=light;origin=Ethiopia;process=washed", "filter fruity floral", 9},
  {"coffee-guji-natural-250g", "Guji Natural, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1350, "roast=light;origin=Ethiopia;process=natural", "filter fruity", 7},
  {"coffee-nyeri-aa-250g", "Nyeri AA, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1450, "roast=light;origin=Kenya;process=washed", "filter fruity", 6},
  {"coffee-huehuetenango-250g", "Huehuetenango Highland, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1150, "roast=medium;origin=Guatemala;process=washed", "filter chocolatey", 6},
  {"coffee-rwanda-kivu-250g", "Lake Kivu Bourbon, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1300, "roast=light;origin=Rwanda;process=washed", "filter floral", 5},
  {"coffee-costa-rica-honey-250g", "Tarrazú Honey, 250 g", "Coffee", "Whole bean", "Nordlys Kaffe", 1390, "roast=light;origin=Costa Rica;process=honey", "filter fruity", 5},
  {"coffee-burundi-kayanza-250g", "Kayanza Washed, 250 g", "Coffee", "Whole bean", "Nordlys Kaffe", 1320, "roast=light;origin=Burundi;process=washed", "filter floral", 3},
  {"coffee-panama-geisha-100g", "Boquete Geisha, 100 g", "Coffee", "Whole bean", "Nordlys Kaffe", 2400, "roast=light;origin=Panama;process=washed", "filter floral rare", 2, kAlways, 30},
  {"coffee-ethiopia-sidama-1kg", "Sidama for the Pot, 1 kg", "Coffee", "Whole bean", "Nordlys Kaffe", 3900, "roast=light;origin=Ethiopia;process=washed", "filter floral", 3},
  {"coffee-colombia-decaf-250g", "Sugarcane Decaf Huila, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1290, "roast=medium;origin=Colombia;caffeine=none", "filter decaf", 4},
  {"coffee-harbour-espresso-250g", "Harbour Espresso, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 990, "roast=dark;origin=Brazil and India", "espresso chocolatey", 9},
  {"coffee-harbour-espresso-1kg", "Harbour Espresso, 1 kg", "Coffee", "Whole bean", "Quayside Roasters", 3400, "roast=dark;origin=Brazil and India", "espresso chocolatey", 5},
  {"coffee-night-ferry-250g", "Night Ferry Blend, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1050, "roast=dark;origin=Sumatra", "espresso bold", 5},
  {"coffee-cerrado-250g", "Cerrado Pulped Natural, 250 g", "Coffee", "Whole bean", "Torrefazione Gallo", 980, "roast=medium;origin=Brazil", "espresso chocolatey", 5},
  {"coffee-napoli-bar-500g", "Napoli Bar, 500 g", "Coffee", "Whole bean", "Torrefazione Gallo", 1690, "roast=dark;origin=Italy, a blend", "espresso bold", 6},
  {"coffee-malabar-250g", "Monsooned Malabar, 250 g", "Coffee", "Whole bean", "Torrefazione Gallo", 1090, "roast=dark;origin=India", "espresso bold", 3},
  {"coffee-decaf-espresso-250g", "After Nine Decaf Espresso, 250 g", "Coffee", "Whole bean", "Torrefazione Gallo", 1150, "roast=dark;caffeine=none", "espresso decaf", 3},
  {"coffee-new-crop-pacamara-250g", "New Crop Pacamara, 250 g", "Coffee", "Whole bean", "Nordlys Kaffe", 1480, "roast=light;origin=El Salvador", "filter fruity rare", 4, kAlways, 60},
  {"coffee-anaerobic-caldas-250g", "Caldas Anaerobic, 250 g", "Coffee", "Whole bean", "Nordlys Kaffe", 1590, "roast=light;origin=Colombia;process=anaerobic", "filter fruity rare", 4, kAlways, 75},
  {"coffee-advent-blend-250g", "Advent Blend, 250 g", "Coffee", "Whole bean", "Quayside Roasters", 1190, "roast=medium;origin=Guatemala and Ethiopia", "filter espresso christmas", 6, kAdvent},
  {"coffee-cafetiere-grind-250g", "Breakfast Grind for Cafetière, 250 g", "Coffee", "Ground", "Quayside Roasters", 890, "roast=medium;grind=coarse", "filter everyday", 6},
  {"coffee-filter-grind-250g", "Sunday Filter Grind, 250 g", "Coffee", "Ground", "Quayside Roasters", 890, "roast=medium;grind=medium", "filter everyday", 5},
  {"coffee-moka-grind-250g", "Moka Grind Classico, 250 g", "Coffee", "Ground", "Torrefazione Gallo", 820, "roast=dark;grind=fine", "espresso everyday", 5},
  {"coffee-decaf-grind-250g", "Quiet Evening Decaf Grind, 250 g", "Coffee", "Ground", "Quayside Roasters", 920, "roast=medium;caffeine=none", "filter decaf", 3},
  {"drink-espresso", "Espresso", "Coffee", "Drinks", "Rapport Bar", 240, "size=single;milk=none", "espresso", 7},
  {"drink-double-espresso", "Double Espresso", "Coffee", "Drinks", "Rapport Bar", 290, "size=double;milk=none", "espresso", 7},
  {"drink-macchiato", "Macchiato", "Coffee", "Drinks", "Rapport Bar", 280, "size=single;milk=a spot", "espresso", 4},
  {"drink-cortado", "Cortado", "Coffee", "Drinks", "Rapport Bar", 310, "size=small;milk=cow", "espresso milk", 5},
  {"drink-flat-white", "Flat White", "Coffee", "Drinks", "Rapport Bar", 360, "size=medium;milk=cow", "espresso milk", 9},
  {"drink-cappuccino", "Cappuccino", "Coffee", "Drinks", "Rapport Bar", 350, "size=medium;milk=cow", "milk", 9},
  {"drink-latte", "Caffè Latte", "Coffee", "Drinks", "Rapport Bar", 370, "size=large;milk=cow", "milk", 8},
  {"drink-oat-latte", "Oat Latte", "Coffee", "Drinks", "Rapport Bar", 410, "size=large;milk=oat", "milk vegan", 7},
  {"drink-decaf-oat-cappuccino", "Decaf Oat Cappuccino", "Coffee", "Drinks", "Rapport Bar", 410, "size=medium;milk=oat;caffeine=none", "decaf vegan", 3},
  {"drink-americano", "Americano", "Coffee", "Drinks", "Rapport Bar", 290, "size=large;milk=none", "espresso", 5},
  {"drink-batch-brew", "Batch Brew of the Day", "Coffee", "Drinks", "Rapport Bar", 290, "size=large;milk=none", "filter", 7},
  {"drink-v60", "Hand-poured V60", "Coffee", "Drinks", "Rapport Bar", 450, "size=medium;milk=none", "filter", 7},
  {"drink-chemex-for-two", "Chemex for Two", "Coffee", "Drinks", "Rapport Bar", 790, "size=shared;milk=none", "filter", 4},
  {"drink-aeropress", "AeroPress, Guest Bean", "Coffee", "Drinks", "Rapport Bar", 430, "size=small;milk=none", "filter", 4},
  {"drink-mocha", "Mocha", "Coffee", "Drinks", "Rapport Bar", 420, "size=medium;milk=cow", "milk sweet", 4, kWinter},
  {"drink-gingerbread-latte", "Gingerbread Latte", "Coffee", "Drinks", "Rapport Bar", 450, "size=large;milk=cow", "milk sweet christmas", 7, kAdvent},
  {"drink-cold-brew", "Slow Cold Brew", "Coffee", "Drinks", "Rapport Bar", 420, "size=large;served=cold", "filter iced", 8, kSummer},
  {"drink-iced-latte", "Iced Latte", "Coffee", "Drinks", "Rapport Bar", 430, "size=large;served=cold", "milk iced", 9, kSummer},
  {"drink-espresso-tonic", "Espresso Tonic", "Coffee", "Drinks", "Rapport Bar", 440, "size=medium;served=cold", "espresso iced", 6, kSummer},
  {"drink-affogato", "Affogato", "Coffee", "Drinks", "Rapport Bar", 490, "size=small;served=cold", "espresso iced sweet", 5, kSummer},
  // Tea
  {"tea-darjeeling-first-flush-100g", "Darjeeling First Flush, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 1490, "kind=black;origin=India;caffeine=medium", "black floral", 5},
  {"tea-assam-mangalam-100g", "Assam Mangalam, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 890, "kind=black;origin=India;caffeine=high", "black breakfast", 7},
  {"tea-earl-grey-blue-100g", "Earl Grey Blue Flower, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 850, "kind=black;flavour=bergamot;caffeine=high", "black floral", 8},
  {"tea-lapsang-100g", "Lapsang Souchong, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 990, "kind=black;flavour=smoke;caffeine=high", "black smoky", 3},
  {"tea-keemun-100g", "Keemun Hao Ya, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 1290, "kind=black;origin=China;caffeine=medium", "black", 3},
  {"tea-breakfast-250g", "Market Square Breakfast, 250 g", "Tea", "Loose leaf", "Larkspur Tea", 1190, "kind=black;caffeine=high", "black breakfast", 7},
  {"tea-sencha-100g", "Sencha Fukamushi, 100 g", "Tea", "Loose leaf", "Midori-an", 1390, "kind=green;origin=Japan;caffeine=medium", "green", 6},
  {"tea-gyokuro-50g", "Gyokuro Yame, 50 g", "Tea", "Loose leaf", "Midori-an", 2190, "kind=green;origin=Japan;caffeine=high", "green rare", 3},
  {"tea-genmaicha-100g", "Genmaicha, 100 g", "Tea", "Loose leaf", "Midori-an", 950, "kind=green;flavour=toasted rice;caffeine=low", "green", 5},
  {"tea-hojicha-100g", "Hōjicha, 100 g", "Tea", "Loose leaf", "Midori-an", 990, "kind=green;flavour=roasted;caffeine=low", "green cosy", 5},
  {"tea-matcha-30g", "Ceremonial Matcha, 30 g", "Tea", "Loose leaf", "Midori-an", 2450, "kind=green;origin=Japan;caffeine=high", "green", 5},
  {"tea-jasmine-pearls-100g", "Jasmine Dragon Pearls, 100 g", "Tea", "Loose leaf", "Larkspur Tea", 1590, "kind=green;origin=China;caffeine=medium", "green floral", 4},
  {"tea-tieguanyin-50g", "Tie Guan Yin Oolong, 50 g", "Tea", "Loose leaf", "Larkspur Tea", 1350, "kind=oolong;origin=China;caffeine=medium", "oolong floral", 4},
  {"tea-milk-oolong-50g", "Alishan Milk Oolong, 50 g", "Tea", "Loose leaf", "Larkspur Tea", 1450, "kind=oolong;origin=Taiwan;caffeine=medium", "oolong", 3, kAlways, 40},
  {"tea-rooibos-orange-100g", "Rooibos with Orange Peel, 100 g", "Tea", "Loose leaf", "Hedgerow Herbs", 690, "kind=rooibos;caffeine=none", "herbal decaf", 6},
  {"tea-chamomile-50g", "Whole Chamomile Flowers, 50 g", "Tea", "Loose leaf", "Hedgerow Herbs", 590, "kind=herbal;caffeine=none", "herbal decaf", 6},
  {"tea-peppermint-50g", "Garden Peppermint, 50 g", "Tea", "Loose leaf", "Hedgerow Herbs", 550, "kind=herbal;caffeine=none", "herbal decaf", 6},
  {"tea-lemon-verbena-30g", "Lemon Verbena, 30 g", "Tea", "Loose leaf", "Hedgerow Herbs", 650, "kind=herbal;caffeine=none", "herbal decaf floral", 4},
  {"tea-ginger-turmeric-100g", "Ginger and Turmeric, 100 g", "Tea", "Loose leaf", "Hedgerow Herbs", 720, "kind=herbal;caffeine=none", "herbal decaf", 4, kWinter},
  {"tea-mulled-spice-100g", "Mulled Spice Infusion, 100 g", "Tea", "Loose leaf", "Hedgerow Herbs", 750, "kind=herbal;caffeine=none", "herbal christmas", 5, kAdvent},
  {"tea-bags-breakfast", "Breakfast Tea in Bags", "Tea", "Tea bags", "Larkspur Tea", 490, "kind=black;pieces=twenty", "black breakfast everyday", 6},
  {"tea-bags-chamomile", "Chamomile in Bags", "Tea", "Tea bags", "Hedgerow Herbs", 450, "kind=herbal;caffeine=none", "herbal decaf everyday", 5},
  {"tea-bags-green-lemon", "Green Tea with Lemon in Bags", "Tea", "Tea bags", "Larkspur Tea", 490, "kind=green;caffeine=medium", "green everyday", 4},
  {"tea-bags-sleep-well", "Sleep Well Blend in Bags", "Tea", "Tea bags", "Hedgerow Herbs", 520, "kind=herbal;caffeine=none", "herbal decaf cosy", 5},
  {"drink-pot-of-earl-grey", "Pot of Earl Grey", "Tea", "Tea drinks", "Rapport Bar", 390, "kind=black;served=hot", "black", 7},
  {"drink-pot-of-sencha", "Pot of Sencha", "Tea", "Tea drinks", "Rapport Bar", 420, "kind=green;served=hot", "green", 5},
  {"drink-pot-of-breakfast-tea", "Pot of Breakfast Tea", "Tea", "Tea drinks", "Rapport Bar", 360, "kind=black;served=hot", "black breakfast", 7},
  {"drink-matcha-latte", "Matcha Latte", "Tea", "Tea drinks", "Rapport Bar", 450, "kind=green;milk=oat", "green milk vegan", 6},
  {"drink-chai-latte", "Chai Latte", "Tea", "Tea drinks", "Rapport Bar", 420, "kind=black;milk=cow", "milk sweet cosy", 6, kWinter},
  {"drink-fresh-mint-tea", "Fresh Mint Tea", "Tea", "Tea drinks", "Rapport Bar", 370, "kind=herbal;caffeine=none", "herbal decaf", 6},
  {"drink-chamomile-honey", "Chamomile with Honey", "Tea", "Tea drinks", "Rapport Bar", 370, "kind=herbal;caffeine=none", "herbal decaf cosy", 4},
  {"drink-iced-peach-tea", "Iced Peach Tea", "Tea", "Tea drinks", "Rapport Bar", 390, "kind=black;served=cold", "black iced sweet", 7, kSummer},
  {"drink-elderflower-cooler", "Elderflower Cooler", "Tea", "Tea drinks", "Rapport Bar", 390, "kind=herbal;served=cold", "herbal iced", 6, kSummer},
  // Chocolate
  {"drink-hot-chocolate", "Hot Chocolate", "Chocolate", "Chocolate drinks", "Rapport Bar", 390, "milk=cow;served=hot", "kids sweet cosy", 9, kWinter},
  {"drink-small-hot-chocolate", "Little Hot Chocolate with Marshmallows", "Chocolate", "Chocolate drinks", "Rapport Bar", 290, "milk=cow;size=small", "kids sweet", 9},
  {"drink-babyccino", "Babyccino", "Chocolate", "Chocolate drinks", "Rapport Bar", 150, "milk=cow;size=small", "kids", 7},
  {"drink-dark-hot-chocolate", "Dark Hot Chocolate with Sea Salt", "Chocolate", "Chocolate drinks", "Rapport Bar", 430, "milk=oat;cocoa=dark", "vegan cosy", 4, kWinter},
  {"drink-strawberry-milkshake", "Strawberry Milkshake", "Chocolate", "Chocolate drinks", "Rapport Bar", 420, "milk=cow;served=cold", "kids sweet iced", 6, kSummer},
  {"chocolate-flakes-250g", "Drinking Chocolate Flakes, 250 g", "Chocolate", "Drinking chocolate", "Maison Brel", 1090, "cocoa=milk", "kids sweet", 7},
  {"chocolate-dark-flakes-250g", "Dark Drinking Chocolate, 250 g", "Chocolate", "Drinking chocolate", "Maison Brel", 1190, "cocoa=dark", "vegan cosy", 5},
  {"chocolate-on-a-stick-hazelnut", "Hazelnut Chocolate on a Stick", "Chocolate", "Drinking chocolate", "Maison Brel", 350, "cocoa=milk", "kids sweet gift", 5},
  {"chocolate-on-a-stick-caramel", "Salted Caramel Chocolate on a Stick", "Chocolate", "Drinking chocolate", "Maison Brel", 350, "cocoa=milk", "kids sweet gift", 5},
  {"chocolate-marshmallows-jar", "Vanilla Marshmallows in a Jar", "Chocolate", "Drinking chocolate", "Maison Brel", 690, "sugar=cane", "kids sweet", 5},
  {"chocolate-bar-dark-ecuador", "Dark Bar, Ecuador", "Chocolate", "Bars", "Maison Brel", 520, "cocoa=dark;origin=Ecuador", "dark vegan", 6},
  {"chocolate-bar-dark-sea-salt", "Dark Bar with Sea Salt", "Chocolate", "Bars", "Maison Brel", 490, "cocoa=dark", "dark vegan", 6},
  {"chocolate-bar-milk-almond", "Milk Bar with Almonds", "Chocolate", "Bars", "Maison Brel", 470, "cocoa=milk", "sweet", 6},
  {"chocolate-bar-white-raspberry", "White Bar with Raspberry", "Chocolate", "Bars", "Maison Brel", 490, "cocoa=white", "sweet", 4},
  {"chocolate-bar-gingerbread", "Gingerbread Milk Bar", "Chocolate", "Bars", "Maison Brel", 520, "cocoa=milk", "sweet christmas", 5, kAdvent},
  {"chocolate-truffle-box", "Box of Truffles", "Chocolate", "Bars", "Maison Brel", 1650, "cocoa=assorted;packed=gift box", "gift sweet", 6},
  {"chocolate-orange-slices", "Candied Orange in Dark Chocolate", "Chocolate", "Bars", "Maison Brel", 1290, "cocoa=dark;packed=gift box", "gift dark", 4},
  // Pastry
  {"pastry-croissant", "Butter Croissant", "Pastry", "Viennoiserie", "Ovenbird Bakery", 260, "contains=wheat, milk", "breakfast", 9},
  {"pastry-pain-au-chocolat", "Pain au Chocolat", "Pastry", "Viennoiserie", "Ovenbird Bakery", 290, "contains=wheat, milk", "breakfast sweet", 8},
  {"pastry-almond-croissant", "Almond Croissant", "Pastry", "Viennoiserie", "Ovenbird Bakery", 350, "contains=wheat, milk, nuts", "breakfast sweet", 6},
  {"pastry-cinnamon-bun", "Cinnamon Bun", "Pastry", "Viennoiserie", "Ovenbird Bakery", 330, "contains=wheat, milk", "sweet cosy", 7},
  {"pastry-cardamom-knot", "Cardamom Knot", "Pastry", "Viennoiserie", "Ovenbird Bakery", 340, "contains=wheat, milk", "sweet", 5},
  {"pastry-pain-aux-raisins", "Pain aux Raisins", "Pastry", "Viennoiserie", "Ovenbird Bakery", 310, "contains=wheat, milk", "breakfast sweet", 4},
  {"pastry-kouign-amann", "Kouign-amann", "Pastry", "Viennoiserie", "Ovenbird Bakery", 380, "contains=wheat, milk", "sweet", 4, kAlways, 45},
  {"pastry-vegan-croissant", "Vegan Croissant", "Pastry", "Viennoiserie", "Ovenbird Bakery", 290, "contains=wheat", "breakfast vegan", 4},
  {"pastry-carrot-cake", "Carrot Cake", "Pastry", "Cakes", "Ovenbird Bakery", 420, "contains=wheat, nuts", "sweet", 7},
  {"pastry-lemon-drizzle", "Lemon Drizzle Slice", "Pastry", "Cakes", "Ovenbird Bakery", 360, "contains=wheat, egg", "sweet", 6},
  {"pastry-brownie", "Sea Salt Brownie", "Pastry", "Cakes", "Ovenbird Bakery", 350, "contains=wheat, egg", "sweet kids", 7},
  {"pastry-banana-bread", "Banana Bread, Toasted", "Pastry", "Cakes", "Ovenbird Bakery", 340, "contains=wheat", "breakfast vegan", 6},
  {"pastry-scone-cream", "Scone with Cream and Jam", "Pastry", "Cakes", "Ovenbird Bakery", 450, "contains=wheat, milk", "sweet teatime", 7},
  {"pastry-victoria-sponge", "Victoria Sponge", "Pastry", "Cakes", "Ovenbird Bakery", 420, "contains=wheat, milk, egg", "sweet teatime", 5},
  {"pastry-apple-crumble", "Apple Crumble Cake", "Pastry", "Cakes", "Ovenbird Bakery", 390, "contains=wheat, milk", "sweet cosy", 6, kWinter},
  {"pastry-cheesecake", "Basque Cheesecake", "Pastry", "Cakes", "Ovenbird Bakery", 480, "contains=milk, egg", "sweet", 5},
  {"pastry-oat-cookie", "Oat and Raisin Cookie", "Pastry", "Cakes", "Ovenbird Bakery", 240, "contains=wheat", "sweet kids vegan", 6},
  {"pastry-gingerbread-man", "Gingerbread Man", "Pastry", "Cakes", "Ovenbird Bakery", 220, "contains=wheat", "sweet kids christmas", 7, kAdvent},
  {"pastry-mince-pie", "Mince Pie", "Pastry", "Cakes", "Ovenbird Bakery", 260, "contains=wheat", "sweet christmas", 7, kAdvent},
  {"pastry-hot-cross-bun", "Hot Cross Bun", "Pastry", "Cakes", "Ovenbird Bakery", 230, "contains=wheat", "sweet easter", 7, kEaster},
  {"pastry-cheese-toastie", "Gouda and Leek Toastie", "Pastry", "Savoury", "Ovenbird Bakery", 690, "contains=wheat, milk", "lunch", 7},
  {"pastry-ham-croissant", "Ham and Cheese Croissant", "Pastry", "Savoury", "Ovenbird Bakery", 450, "contains=wheat, milk", "lunch breakfast", 6},
  {"pastry-spinach-quiche", "Spinach Quiche", "Pastry", "Savoury", "Ovenbird Bakery", 590, "contains=wheat, milk, egg", "lunch", 6},
  {"pastry-sausage-roll", "Sausage Roll", "Pastry", "Savoury", "Ovenbird Bakery", 420, "contains=wheat", "lunch", 6},
  {"pastry-avocado-toast", "Avocado on Sourdough", "Pastry", "Savoury", "Ovenbird Bakery", 790, "contains=wheat", "lunch vegan", 7},
  {"pastry-soup-of-the-day", "Soup of the Day", "Pastry", "Savoury", "Rapport Bar", 650, "contains=celery", "lunch vegan", 5, kWinter},
  {"pastry-hummus-wrap", "Hummus and Beetroot Wrap", "Pastry", "Savoury", "Rapport Bar", 720, "contains=wheat, sesame", "lunch vegan", 5},
  {"pastry-shakshuka", "Shakshuka with Sourdough", "Pastry", "Savoury", "Rapport Bar", 1090, "contains=wheat, egg", "lunch", 5, kAlways, 25},
  // Brewing gear
  {"gear-v60-ceramic", "V60 Dripper, White Ceramic", "Brewing gear", "Pour-over", "Hario", 2490, "material=ceramic;size=two cups", "filter", 6},
  {"gear-v60-papers", "V60 Paper Filters, Pack of a Hundred", "Brewing gear", "Filter papers", "Hario", 690, "material=paper;fits=V60", "filter", 9},
  {"gear-chemex-six-cup", "Chemex, Six Cups", "Brewing gear", "Pour-over", "Chemex", 4990, "material=glass;size=six cups", "filter", 4},
  {"gear-chemex-papers", "Chemex Bonded Filters", "Brewing gear", "Filter papers", "Chemex", 1190, "material=paper;fits=Chemex", "filter", 5},
  {"gear-aeropress", "AeroPress Original", "Brewing gear", "Pour-over", "AeroPress", 3990, "material=polypropylene", "filter", 5},
  {"gear-aeropress-papers", "AeroPress Micro-filters", "Brewing gear", "Filter papers", "AeroPress", 690, "material=paper;fits=AeroPress", "filter", 5},
  {"gear-gooseneck-kettle", "Gooseneck Kettle, Matte Black", "Brewing gear", "Pour-over", "Hario", 7900, "material=steel", "filter", 3},
  {"gear-scale-timer", "Brewing Scale with Timer", "Brewing gear", "Pour-over", "Timeless Scales", 5900, "material=plastic;battery=rechargeable", "filter", 3},
  {"gear-server-glass", "Range Server, Glass", "Brewing gear", "Pour-over", "Hario", 2290, "material=glass", "filter", 3},
  {"gear-hand-grinder", "Hand Grinder, Walnut Handle", "Brewing gear", "Pour-over", "Comandante", 18900, "material=steel and walnut", "filter", 2},
  {"gear-flat-bottom-dripper", "Flat-bottom Dripper", "Brewing gear", "Pour-over", "Nordlys Kaffe", 2990, "material=steel", "filter", 4, kAlways, 50},
  {"gear-moka-pot-three", "Moka Pot, Three Cups", "Brewing gear", "Espresso tools", "Bialetti", 2990, "material=aluminium", "espresso", 6},
  {"gear-moka-pot-six", "Moka Pot, Six Cups", "Brewing gear", "Espresso tools", "Bialetti", 3690, "material=aluminium", "espresso", 4},
  {"gear-tamper", "Tamper, Beech and Steel", "Brewing gear", "Espresso tools", "Motta", 3490, "material=beech and steel", "espresso", 4},
  {"gear-milk-jug", "Milk Jug for Latte Art", "Brewing gear", "Espresso tools", "Motta", 2290, "material=steel", "espresso milk", 5},
  {"gear-knock-box", "Knock Box", "Brewing gear", "Espresso tools", "Motta", 2790, "material=steel and rubber", "espresso", 3},
  {"gear-espresso-cups", "Espresso Cups, Set of Two", "Brewing gear", "Espresso tools", "Loveramics", 2190, "material=porcelain", "espresso", 5},
  {"gear-descaler", "Descaler for Espresso Machines", "Brewing gear", "Espresso tools", "Cafiza", 1290, "material=citric acid", "espresso everyday", 5},
  {"gear-cafetiere", "Cafetière, Eight Cups", "Brewing gear", "Espresso tools", "Bodum", 3490, "material=glass and steel", "everyday", 4, kAlways, 0, false},
  {"gear-teapot-kyusu", "Kyūsu Side-handle Teapot", "Brewing gear", "Teaware", "Midori-an", 4490, "material=clay;origin=Tokoname", "green", 3},
  {"gear-teapot-glass", "Glass Teapot with Strainer", "Brewing gear", "Teaware", "Larkspur Tea", 2990, "material=glass", "herbal", 5},
  {"gear-tea-strainer", "Fine Tea Strainer", "Brewing gear", "Teaware", "Larkspur Tea", 890, "material=steel", "black", 6},
  {"gear-tea-caddy", "Washi Paper Tea Caddy", "Brewing gear", "Teaware", "Midori-an", 1490, "material=tin and paper", "green gift", 4},
  {"gear-matcha-whisk", "Bamboo Matcha Whisk", "Brewing gear", "Teaware", "Midori-an", 1890, "material=bamboo", "green", 4},
  {"gear-matcha-bowl", "Matcha Bowl, Moss Glaze", "Brewing gear", "Teaware", "Midori-an", 3290, "material=stoneware", "green", 3},
  {"gear-tea-cosy", "Knitted Tea Cosy", "Brewing gear", "Teaware", "Woolgather", 1990, "material=wool", "cosy black", 4},
  {"gear-paper-tea-filters", "Paper Tea Filters", "Brewing gear", "Teaware", "Larkspur Tea", 450, "material=paper", "everyday herbal", 5},
  {"gear-keep-cup", "Travel Cup with Cork Band", "Brewing gear", "Cups", "KeepCup", 2190, "material=glass and cork", "everyday commuter", 6},
  {"gear-flask", "Steel Flask", "Brewing gear", "Cups", "KeepCup", 2890, "material=steel", "everyday commuter", 4},
  {"gear-mug-speckled", "Speckled Stoneware Mug", "Brewing gear", "Cups", "Claybird Studio", 1890, "material=stoneware", "cosy gift", 6},
  // Gifts
  {"candle-fig-leaf", "Fig Leaf Candle", "Gifts", "Candles", "Wick and Whistle", 2290, "scent=fig;wax=soy", "gift", 7},
  {"candle-sea-linen", "Sea Linen Candle", "Gifts", "Candles", "Wick and Whistle", 2290, "scent=linen;wax=soy", "gift", 6},
  {"candle-cedar-smoke", "Cedar and Smoke Candle", "Gifts", "Candles", "Wick and Whistle", 2490, "scent=cedar;wax=soy", "gift cosy", 5},
  {"candle-tomato-vine", "Tomato Vine Candle", "Gifts", "Candles", "Wick and Whistle", 2290, "scent=tomato;wax=soy", "gift", 4, kAlways, 35},
  {"candle-lavender-tin", "Lavender Candle in a Tin", "Gifts", "Candles", "Wick and Whistle", 1290, "scent=lavender;wax=soy", "gift", 6},
  {"candle-beeswax-pair", "Pair of Beeswax Tapers", "Gifts", "Candles", "Hive Street", 1190, "wax=beeswax", "gift cosy", 5},
  {"candle-orange-clove", "Orange and Clove Candle", "Gifts", "Candles", "Wick and Whistle", 2490, "scent=orange;wax=soy", "gift christmas", 6, kAdvent},
  {"gift-matches-jar", "Long Matches in a Jar", "Gifts", "Candles", "Wick and Whistle", 990, "material=glass", "gift cosy", 5},
  {"card-thank-you-bees", "Thank You Card, Bees", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper", 7},
  {"card-birthday-balloons", "Birthday Card, Balloons", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper", 8},
  {"card-birthday-cake", "Birthday Card, Tall Cake", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper", 7},
  {"card-new-baby-stork", "New Baby Card, Stork", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper kids", 4},
  {"card-with-love", "With Love Card", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper", 5},
  {"card-get-well-teapot", "Get Well Card, Teapot", "Gifts", "Cards", "Inkberry Press", 390, "printed=letterpress", "gift paper", 4},
  {"card-harbour-view", "Harbour View Postcard", "Gifts", "Cards", "Inkberry Press", 180, "printed=offset", "paper", 5},
  {"card-christmas-robin", "Christmas Cards, Robin", "Gifts", "Cards", "Inkberry Press", 890, "printed=letterpress;pieces=five", "gift paper christmas", 8, kAdvent},
  {"gift-vase-bud", "Bud Vase, Sand", "Gifts", "Ceramics", "Claybird Studio", 2490, "material=stoneware", "gift", 5},
  {"gift-bowl-serving", "Serving Bowl, Tide Glaze", "Gifts", "Ceramics", "Claybird Studio", 4490, "material=stoneware", "gift", 3},
  {"gift-ring-dish", "Ring Dish, Little Moon", "Gifts", "Ceramics", "Claybird Studio", 1490, "material=porcelain", "gift", 5},
  {"gift-plant-pot", "Plant Pot with Saucer", "Gifts", "Ceramics", "Claybird Studio", 2790, "material=terracotta", "gift", 4},
  {"gift-soap-oat-honey", "Oat and Honey Soap", "Gifts", "Bath", "Hive Street", 790, "material=olive oil", "gift", 6},
  {"gift-hand-cream-rose", "Rose Hand Cream", "Gifts", "Bath", "Hive Street", 1490, "scent=rose", "gift", 6},
  {"gift-bath-salts", "Pine Bath Salts", "Gifts", "Bath", "Hive Street", 1690, "scent=pine", "gift cosy", 5},
  {"gift-hamper-coffee", "Coffee Lover's Hamper", "Gifts", "Hampers", "Rapport Bar", 4900, "packed=wicker", "gift", 4},
  {"gift-hamper-tea", "Afternoon Tea Hamper", "Gifts", "Hampers", "Rapport Bar", 4500, "packed=wicker", "gift teatime", 4},
  {"gift-hamper-christmas", "Christmas Hamper", "Gifts", "Hampers", "Rapport Bar", 6900, "packed=wicker", "gift christmas", 6, kAdvent},
  {"gift-wool-throw", "Lambswool Throw", "Gifts", "Hampers", "Woolgather", 8900, "material=wool", "gift cosy", 2, kAlways, 0, false},
  // Books
  {"book-coffee-from-hill-to-cup", "Coffee, from Hill to Cup", "Books", "Food and drink", "Quay Books", 3200, "language=English;bound=hardback", "filter espresso reading", 5},
  {"book-pour-over-notes", "Notes on Pouring Slowly", "Books", "Food and drink", "Quay Books", 1890, "language=English;bound=paperback", "filter reading", 4},
  {"book-tea-year", "A Year in Tea", "Books", "Food and drink", "Quay Books", 2290, "language=English;bound=hardback", "black green reading", 4},
  {"book-sunday-baking", "Sunday Baking", "Books", "Food and drink", "Quay Books", 2690, "language=English;bound=hardback", "sweet reading", 5},
  {"book-vegan-lunches", "Forty Vegan Lunches", "Books", "Food and drink", "Quay Books", 2190, "language=English;bound=paperback", "vegan reading", 3},
  {"book-little-owl-lost", "Little Owl Lost", "Books", "Children", "Starling Press", 1290, "language=English;age=two and up", "kids reading", 7},
  {"book-bear-who-baked", "The Bear Who Baked", "Books", "Children", "Starling Press", 1390, "language=English;age=three and up", "kids reading", 7},
  {"book-goodnight-harbour", "Goodnight, Harbour", "Books", "Children", "Starling Press", 1290, "language=English;age=two and up", "kids reading", 6},
  {"book-rabbit-goes-to-market", "Rabbit Goes to Market", "Books", "Children", "Starling Press", 990, "language=Dutch;age=one and up", "kids reading", 6},
  {"book-snail-postman", "The Snail Postman", "Books", "Children", "Starling Press", 1350, "language=English;age=four and up", "kids reading", 5},
  {"book-dinosaurs-for-tea", "Dinosaurs for Tea", "Books", "Children", "Starling Press", 1390, "language=English;age=three and up", "kids reading", 6},
  {"book-whale-in-the-bath", "A Whale in the Bath", "Books", "Children", "Starling Press", 1290, "language=English;age=three and up", "kids reading", 5, kAlways, 55},
  {"book-sticker-town", "Sticker Town", "Books", "Children", "Starling Press", 890, "language=none;age=four and up", "kids", 6},
  {"book-night-before-snow", "The Night Before Snow", "Books", "Children", "Starling Press", 1490, "language=English;age=three and up", "kids reading christmas", 6, kAdvent},
  {"book-lighthouse-keepers", "The Lighthouse Keepers", "Books", "Fiction", "Quay Books", 1590, "language=English;bound=paperback", "reading", 6},
  {"book-salt-road", "The Salt Road", "Books", "Fiction", "Quay Books", 1490, "language=English;bound=paperback", "reading", 5},
  {"book-winter-in-ghent", "A Winter in Ghent", "Books", "Fiction", "Quay Books", 1690, "language=English;bound=paperback", "reading cosy", 5},
  {"book-murder-at-market-square", "Murder at Market Square", "Books", "Fiction", "Quay Books", 1290, "language=English;bound=paperback", "reading cosy", 7},
  {"book-the-cartographers-daughter", "The Cartographer's Daughter", "Books", "Fiction", "Quay Books", 1590, "language=English;bound=paperback", "reading", 4, kAlways, 65},
  {"book-short-stories-rain", "Stories for Rainy Days", "Books", "Fiction", "Quay Books", 1390, "language=English;bound=paperback", "reading cosy", 5},
  {"book-poems-kitchen", "Kitchen Table Poems", "Books", "Fiction", "Quay Books", 1190, "language=English;bound=paperback", "reading paper", 3},
  // Stationery
  {"paper-notebook-linen-dots", "Linen Notebook, Dots", "Stationery", "Notebooks", "Folio & Fern", 1690, "paper=dotted;size=A5", "paper", 7},
  {"paper-notebook-linen-plain", "Linen Notebook, Plain", "Stationery", "Notebooks", "Folio & Fern", 1690, "paper=plain;size=A5", "paper", 5},
  {"paper-pocket-notebooks", "Pocket Notebooks, Set of Three", "Stationery", "Notebooks", "Folio & Fern", 1190, "paper=ruled;size=A6", "paper", 6},
  {"paper-weekly-planner", "Weekly Planner Pad", "Stationery", "Notebooks", "Folio & Fern", 1490, "paper=printed;size=A4", "paper", 5},
  {"paper-tomoe-writing-pad", "Tomoe River Writing Pad", "Stationery", "Notebooks", "Midori-an", 1890, "paper=blank;size=A5", "paper ink", 4},
  {"paper-travel-journal", "Travel Journal, Tan Leather", "Stationery", "Notebooks", "Folio & Fern", 4590, "cover=leather;size=passport", "paper", 3},
  {"paper-diary-new-year", "Cloth Diary for the New Year", "Stationery", "Notebooks", "Folio & Fern", 2190, "paper=dated;size=A5", "paper christmas", 6, kAdvent},
  {"pen-fountain-fine", "Fountain Pen, Fine Nib", "Stationery", "Pens and ink", "Kaweco", 2690, "nib=fine", "ink", 5},
  {"pen-fountain-broad", "Fountain Pen, Broad Nib", "Stationery", "Pens and ink", "Kaweco", 2690, "nib=broad", "ink", 3},
  {"pen-ink-storm-blue", "Storm Blue Ink", "Stationery", "Pens and ink", "Pilot Iroshizuku", 2490, "colour=blue", "ink", 5},
  {"pen-ink-moss-green", "Moss Green Ink", "Stationery", "Pens and ink", "Pilot Iroshizuku", 2490, "colour=green", "ink", 4},
  {"pen-ink-plum", "Plum Ink", "Stationery", "Pens and ink", "Pilot Iroshizuku", 2490, "colour=purple", "ink", 3, kAlways, 50},
  {"pen-cartridges-blue-black", "Ink Cartridges, Blue-black", "Stationery", "Pens and ink", "Kaweco", 390, "colour=blue-black", "ink everyday", 6},
  {"pen-pencils-cedar", "Cedar Pencils in a Box", "Stationery", "Pens and ink", "Folio & Fern", 1290, "material=cedar", "paper", 6},
  {"pen-brush-calligraphy", "Calligraphy Brush Pen", "Stationery", "Pens and ink", "Kuretake", 790, "tip=brush", "ink", 4},
  {"paper-washi-tape", "Washi Tape, Herbarium", "Stationery", "Wrapping", "Folio & Fern", 450, "material=paper", "paper", 6},
  {"paper-wrapping-ferns", "Wrapping Paper, Ferns", "Stationery", "Wrapping", "Folio & Fern", 490, "material=recycled paper", "paper gift", 6},
  {"paper-wrapping-stars", "Wrapping Paper, Paper Stars", "Stationery", "Wrapping", "Folio & Fern", 490, "material=recycled paper", "paper gift christmas", 7, kAdvent},
  {"paper-ribbon-velvet", "Velvet Ribbon", "Stationery", "Wrapping", "Folio & Fern", 390, "material=velvet", "paper gift", 4},
  // Seasonal
  {"season-advent-calendar", "Advent Calendar of Chocolates", "Seasonal", "Advent", "Maison Brel", 2490, "packed=card", "christmas kids sweet", 8, kAdvent},
  {"season-advent-tea-calendar", "Advent Calendar of Teas", "Seasonal", "Advent", "Larkspur Tea", 2990, "packed=card", "christmas black herbal", 6, kAdvent},
  {"season-stollen", "Almond Stollen", "Seasonal", "Advent", "Ovenbird Bakery", 1890, "contains=wheat, nuts", "christmas sweet", 7, kAdvent},
  {"season-speculaas", "Speculaas in a Tin", "Seasonal", "Advent", "Ovenbird Bakery", 1290, "contains=wheat", "christmas sweet", 7, kAdvent},
  {"season-glass-baubles", "Glass Baubles, Set of Four", "Seasonal", "Advent", "Wick and Whistle", 1990, "material=glass", "christmas", 6, kAdvent},
  {"season-wool-stocking", "Knitted Stocking", "Seasonal", "Advent", "Woolgather", 2290, "material=wool", "christmas kids", 5, kAdvent},
  {"season-paper-star", "Folded Paper Star", "Seasonal", "Advent", "Folio & Fern", 1490, "material=paper", "christmas paper", 6, kAdvent},
  {"season-wreath-dried", "Wreath of Dried Flowers", "Seasonal", "Advent", "Hedgerow Herbs", 3490, "material=dried flowers", "christmas", 4, kAdvent},
  {"season-chocolate-eggs", "Little Chocolate Eggs in a Bag", "Seasonal", "Easter", "Maison Brel", 690, "cocoa=milk", "easter kids sweet", 8, kEaster},
  {"season-chocolate-hare", "Chocolate Hare", "Seasonal", "Easter", "Maison Brel", 990, "cocoa=milk", "easter kids sweet", 7, kEaster},
  {"season-painted-eggs", "Painted Wooden Eggs", "Seasonal", "Easter", "Claybird Studio", 1490, "material=wood", "easter", 5, kEaster},
  {"season-picnic-blanket", "Picnic Blanket, Blue Check", "Seasonal", "Summer", "Woolgather", 4900, "material=cotton", "summer", 4, kSummer},
  {"season-ice-cube-tray", "Ice Cube Tray for Cold Brew", "Seasonal", "Summer", "Hario", 1290, "material=silicone", "summer iced", 5, kSummer},
  {"season-cold-brew-bottle", "Cold Brew Bottle", "Seasonal", "Summer", "Hario", 2990, "material=glass", "summer iced filter", 6, kSummer},
  {"season-beach-spade", "Tin Bucket and Spade", "Seasonal", "Summer", "Starling Press", 1490, "material=tin", "summer kids", 5, kSummer, 0, false},
};
// clang-format on

std::vector<std::string> Split(std::string_view text, char between) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t at = text.find(between);
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  }
  return parts;
}

}  // namespace

std::span<const CatalogueEntry> Catalogue() { return kCatalogue; }

bool HasTag(const CatalogueEntry& entry, std::string_view tag) {
  std::string_view tags = entry.tags;
  while (!tags.empty()) {
    const size_t at = tags.find(' ');
    if (tags.substr(0, at) == tag) return true;
    tags.remove_prefix(at == std::string_view::npos ? tags.size() : at + 1);
  }
  return false;
}

bool IsServed(const CatalogueEntry& entry) {
  return entry.category == "Pastry" || entry.id.starts_with("drink-");
}

Item ToItem(const CatalogueEntry& entry) {
  Item item;
  item.item_id = entry.id;
  item.title = entry.title;
  item.category_path = {std::string(entry.category), std::string(entry.subcategory)};
  item.brand = entry.brand;
  item.price = Money{"EUR", entry.price_cents / 100, entry.price_cents % 100 * 10'000'000};
  for (const std::string& attribute : Split(entry.attributes, ';')) {
    const size_t at = attribute.find('=');
    item.attributes.emplace(attribute.substr(0, at), attribute.substr(at + 1));
  }
  item.available = entry.available;
  item.tags = Split(entry.tags, ' ');
  return item;
}

}  // namespace rapport::samples
