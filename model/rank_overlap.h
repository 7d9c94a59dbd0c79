// How much two lists agree, best first. Pure; any thread.
#pragma once

#include <span>
#include <string>

namespace rapport {

// The part of the longer list that the other has too, 0 to 1; two empty lists agree. Requires: no
// list holds anything twice, here and below.
double Overlap(std::span<const std::string> a, std::span<const std::string> b);

// Rank-biased overlap, 0 to 1: agreement at the top counts most. Extrapolated beyond the lists'
// end, so that equal lists have 1 whatever their length (Webber, Moffat, Zobel, "A Similarity
// Measure for Indefinite Rankings", TOIS 2010, eq. 32). `persistence`, between 0 and 1: how likely
// a reader is to look at the next place.
double RankBiasedOverlap(std::span<const std::string> a, std::span<const std::string> b,
                         double persistence = 0.9);

}  // namespace rapport
