#include "model/section_file.h"

#include <xxhash.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "model/byte_archive.h"

namespace rapport {
namespace {

constexpr std::string_view kMagic = "RAPPORT\n";
constexpr size_t kAlignment = 64;

// 32 bytes in the file.
struct SectionEntry {
  uint32_t id;
  uint32_t reserved;
  uint64_t offset;
  uint64_t length;
  uint64_t checksum;
};
static_assert(sizeof(SectionEntry) == 32);
constexpr size_t kTableOffset = kMagic.size() + 2 * sizeof(uint32_t);

constexpr size_t TableEnd(size_t sections) {
  return kTableOffset + sections * sizeof(SectionEntry);
}

constexpr size_t Aligned(size_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

uint64_t Checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError("model file is damaged: " + std::string(what));
}

std::string JoinSections(uint32_t version, const std::map<uint32_t, std::string>& sections) {
  std::string body;
  ByteWriter head;
  head.PutAll(kMagic.data(), kMagic.size());
  head.Put(version);
  head.Put(static_cast<uint32_t>(sections.size()));
  const size_t body_begin = Aligned(TableEnd(sections.size()) + sizeof(uint64_t));
  for (const auto& [id, section] : sections) {
    body.resize(Aligned(body.size()));
    const SectionEntry entry{id, 0, body_begin + body.size(), section.size(), Checksum(section)};
    head.PutAll(&entry, 1);
    body += section;
  }
  std::string bytes = head.Take();
  const uint64_t checksum = Checksum(bytes);
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  bytes.resize(body_begin);
  return bytes + body;
}

absl::StatusOr<uint32_t> FormatVersionOf(std::string_view bytes) {
  if (!bytes.starts_with(kMagic))
    return absl::DataLossError("not a model file: it does not begin with the mark of one");
  ByteReader reader(bytes.substr(kMagic.size()));
  uint32_t version = 0;
  reader.Get(&version);
  if (!reader.ok()) return Damaged("it is cut short in the header");
  if (version == 0) return Damaged("its header makes no sense");
  return version;
}

absl::StatusOr<std::map<uint32_t, std::string_view>> SplitSections(std::string_view bytes) {
  if (const auto version = FormatVersionOf(bytes); !version.ok()) return version.status();
  ByteReader reader(bytes.substr(kMagic.size() + sizeof(uint32_t)));
  uint32_t count = 0;
  reader.Get(&count);
  if (!reader.ok()) return Damaged("it is cut short in the header");
  if (count > reader.left() / sizeof(SectionEntry))
    return Damaged("it is cut short in the table of sections");
  std::vector<SectionEntry> table(count);
  reader.GetAll(table.data(), table.size());
  uint64_t checksum = 0;
  reader.Get(&checksum);
  if (!reader.ok()) return Damaged("it is cut short in the table of sections");
  if (checksum != Checksum(bytes.substr(0, TableEnd(count))))
    return Damaged("the checksum of its header does not match");

  std::map<uint32_t, std::string_view> sections;
  uint64_t end = TableEnd(count) + sizeof(checksum);
  for (const SectionEntry& entry : table) {
    if (entry.offset < end || entry.offset > bytes.size() ||
        entry.length > bytes.size() - entry.offset) {
      return Damaged(absl::StrCat("it is cut short in section ", entry.id));
    }
    const std::string_view section = bytes.substr(entry.offset, entry.length);
    if (Checksum(section) != entry.checksum)
      return Damaged(absl::StrCat("the checksum of section ", entry.id, " does not match"));
    const std::string_view gap = bytes.substr(end, entry.offset - end);
    if (gap.find_first_not_of('\0') != std::string_view::npos)
      return Damaged("there is something between its sections");
    sections[entry.id] = section;
    end = entry.offset + entry.length;
  }
  if (sections.size() != count || end != bytes.size())
    return Damaged("its sections do not fill it");
  return sections;
}

}  // namespace rapport
