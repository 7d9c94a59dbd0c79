// Watch: who waits for long work. It is told how much is done, and may ask for the work to end. A
// value; cheap to copy.
#pragma once

#include <functional>
#include <stop_token>

namespace rapport {

struct Watch {
  // Told the fraction done, 0 to 1, ascending, from the thread that began the work; may be empty.
  std::function<void(double)> progress = nullptr;
  // Once asked, work ends soon, and what it returns means nothing.
  std::stop_token stop = {};

  void Tell(double fraction) const {
    if (progress) progress(fraction);
  }
  bool Stopped() const { return stop.stop_requested(); }

  // Of a part of the work, which lies between two fractions of the whole.
  Watch Part(double begin, double end) const {
    if (!progress) return *this;
    return {.progress = [tell = progress, begin,
                         end](double fraction) { tell(begin + fraction * (end - begin)); },
            .stop = stop};
  }
};

}  // namespace rapport
