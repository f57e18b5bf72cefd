#pragma once
#include <complex>

namespace litho {

struct Faddeeva {
  std::complex<double> w;           ///< exp(-z^2) erfc(-iz)
  std::complex<double> derivative;  ///< dw/dz = -2 z w + 2i/sqrt(pi)
};

/// For Im z >= 0. Relative error of both parts about 1e-14, of the derivative 1e-13: modified midpoint and
/// trapezoidal rules of 12 nodes [doi:10.1137/20M1373037], asymptotic series from |z| = 12.
Faddeeva faddeeva(std::complex<double> z);

}  // namespace litho
