// Voice: in which words a conversation is held: a locale's phrases, a register, and what follows
// from the tag that was asked for. A value; refers to a phrasebook.
#pragma once

#include "services/talk/phrases.h"
#include "services/talk/register.h"

namespace rapport::talk {

struct Voice {
  const Phrases& phrases;
  Register manner;
  bool southern = false;               // seasons of the region
  bool attributes_can_be_said = true;  // the catalogue is in this language
};

}  // namespace rapport::talk
