// One item and one customer: what was bought, what the explanation says, what may be said then. A
// made-up explanation stands in for the explainer's, so that any case is three lines.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/talk/compose.h"
#include "services/talk/point_facts.h"
#include "services/talk/tact.h"
#include "services/talk/talking_point.h"
#include "services/talk/voice.h"

namespace rapport::talk {

class Scene {
 public:
  // 26 November 2026, a Thursday.
  static const TimePoint kNow;

  // About "kayanza", Kayanza Washed: third of a list of ten, of a personal score, FAIR.
  explicit Scene(TactOptions options = {});

  // A title of letters is made of the id: "house-blend" is "House Blend", of category Coffee.
  Item& Describe(const std::string& id, const std::string& category = "Coffee");
  // An order of its own; the event's id.
  std::string Buys(const std::string& id, double days_ago, bool gift = false);
  void Returns(const std::string& event_id);
  // A line of evidence; what was bought, or what lies in the basket.
  EvidenceLine& Rests(const std::string& id, double share = 0.3);
  EvidenceLine& RestsOnBasket(const std::string& id, double share = 0.3);
  // Bought so many days ago, and evidence.
  void Likes(const std::string& id, const std::vector<double>& days_ago, double share = 0.3);
  void Sure(Confidence level);

  PointFacts Facts() const;
  // Composed, and verified: fails the test if that is not so.
  std::vector<Part> Parts(const Voice& voice) const;
  // In American English, spoken, informal, direct: the sentences, one space between them.
  std::string Says() const;
  std::string Says(const Voice& voice) const;
  // Whatever is said, and whatever staff see.
  std::string SaysAndTells(const Voice& voice) const;

  ItemExplanation explanation;
  std::map<std::string, int64_t> together;
  int64_t buyers = 0;
  Tact tact;

 private:
  std::map<std::string, Item> catalogue_;
  std::vector<HistoryLine> history_;
};

Voice American();
std::string SentencesOf(const std::vector<Part>& parts);
bool HasMessage(const std::vector<Part>& parts, MessageId message);

}  // namespace rapport::talk
