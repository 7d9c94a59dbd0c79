// Register: how something is said, never what: formality (T/V), directness, and whether it is
// spoken or written. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rapport::talk {

enum class Formality : uint8_t { kFormal, kInformal };
enum class Directness : uint8_t { kDirect, kBalanced, kIndirect };
enum class Medium : uint8_t { kSpoken, kWritten };

struct Register {
  Formality formality = Formality::kFormal;
  Directness directness = Directness::kBalanced;
  Medium medium = Medium::kSpoken;
  bool operator==(const Register&) const = default;
};

inline constexpr size_t kRegisters = 12;

// 0 to kRegisters - 1.
constexpr size_t IndexOf(Register manner) {
  return (static_cast<size_t>(manner.formality) * 3 + static_cast<size_t>(manner.directness)) * 2 +
         static_cast<size_t>(manner.medium);
}

constexpr std::array<Register, kRegisters> AllRegisters() {
  std::array<Register, kRegisters> all;
  for (const Formality formality : {Formality::kFormal, Formality::kInformal}) {
    for (const Directness directness :
         {Directness::kDirect, Directness::kBalanced, Directness::kIndirect}) {
      for (const Medium medium : {Medium::kSpoken, Medium::kWritten}) {
        const Register manner{formality, directness, medium};
        all[IndexOf(manner)] = manner;
      }
    }
  }
  return all;
}

// "formal direct spoken", as message files write it.
inline std::string NameOf(Register manner) {
  static constexpr std::array<const char*, 2> kFormalities = {"formal", "informal"};
  static constexpr std::array<const char*, 3> kDirections = {"direct", "balanced", "indirect"};
  static constexpr std::array<const char*, 2> kMedia = {"spoken", "written"};
  return std::string(kFormalities[static_cast<size_t>(manner.formality)]) + " " +
         kDirections[static_cast<size_t>(manner.directness)] + " " +
         kMedia[static_cast<size_t>(manner.medium)];
}

}  // namespace rapport::talk
