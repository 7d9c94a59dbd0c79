// What was reported of a customer, and what it changes, in words for a terminal. Pure; any thread.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "rapport/v1/feedback.pb.h"
#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

// "declined for now".
std::string OutcomeWords(v1::Outcome outcome);
// "allergic to anything with \"nuts\"", "likes the category Coffee", "size M", a note as it is;
// made harmless.
std::string InsightWords(v1::InsightKind kind, const v1::Subject& subject, std::string_view text);
inline std::string InsightWords(const v1::RecordedInsight& insight) {
  return InsightWords(insight.kind(), insight.subject(), insight.text());
}
// What begins the answer to a report: whether it is new, and whether it holds.
std::string KnownWords(bool duplicate, const google::protobuf::Timestamp* undone_at);
template <typename Report>
std::string KnownWords(bool duplicate, const Report& report) {
  return KnownWords(duplicate, report.has_undone_at() ? &report.undone_at() : nullptr);
}
// "2026-05-01, sam" or just the date.
std::string SourceWords(const google::protobuf::Timestamp& at, const std::string& staff_id);
// "Lapsang: declined for now (2026-05-01, sam: \"too dear\")", made harmless.
std::string ToldWords(const v1::ToldItem& told);

// A table of changes of a list, two columns in.
void PrintChanges(std::ostream& out,
                  const google::protobuf::RepeatedPtrField<v1::ListChange>& changes, size_t width);
// What a report changed, or undoing it: a heading and the changes.
void PrintEffect(std::ostream& out, const v1::Effect& effect, bool undone, size_t width);

}  // namespace rapport::cli
