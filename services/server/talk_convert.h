// The messages of TalkService <-> the use case's query and answer. What is wrong with a request is
// noted in the checker, and the query is not to be used then. Any thread.
#pragma once

#include "rapport/v1/talk_service.pb.h"
#include "services/server/fields.h"
#include "services/talk/talker.h"

namespace rapport::server {

talk::TalkQuery ReadTalk(const v1::GetTalkingPointsRequest& request, FieldChecker& check);
// `staff`: with what is for staff.
void Write(const talk::Talk& talk, bool staff, v1::GetTalkingPointsResponse* proto);

}  // namespace rapport::server
