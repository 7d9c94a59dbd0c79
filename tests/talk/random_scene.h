// Random customers: histories, catalogues and explanations of every kind, planted with what may
// never be said. The same seed makes the same.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "services/talk/point_facts.h"
#include "services/talk/tact.h"

namespace rapport::talk {

struct RandomScene {
  PointFacts facts;
  // Titles of sensitive items, gifts, returned and old ones, and others' purchases: never to be
  // said. None is part of another title.
  std::vector<std::string> planted;
};

RandomScene MakeRandomScene(std::mt19937_64& random);

}  // namespace rapport::talk
