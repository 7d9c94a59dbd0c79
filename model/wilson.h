// Wilson's interval of a share (JASA 1927, "Probable Inference, the Law of Succession, and
// Statistical Inference"), 95 %, two-sided. Pure; any thread.
#pragma once

namespace rapport {

struct WilsonBounds {
  double low = 0;
  double high = 1;
};

// `share` in [0, 1] of `trials` > 0, which need not be whole.
WilsonBounds WilsonInterval(double share, double trials);

}  // namespace rapport
