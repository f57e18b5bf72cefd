#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/measured.hpp"

namespace litho {

/// One field's value.
struct FieldValue {
  std::string specimen;
  double value = 0;  ///< finite
};

/// Any number that cannot be had is kNotMeasured. Source: README.
struct GroupMean {
  Measured mean;  ///< over specimens; the interval needs two
  int specimens = 0;
  int fields = 0;
  double sd_specimens = kNotMeasured;  ///< of specimen means
  double sd_fields = kNotMeasured;     ///< within specimens, pooled
};
GroupMean nested_mean(std::span<const FieldValue> fields);

struct GroupDifference {
  Measured difference;  ///< b - a
  double p = kNotMeasured;
};
/// Needs two specimens in each group and any spread at all, else only the difference is told.
GroupDifference difference(const GroupMean& a, const GroupMean& b);

/// Holm's adjustment of p values; those not measured stay so and are not counted.
std::vector<double> holm(std::span<const double> p);

/// Quantile 0.975 of Student's distribution; `degrees` > 0, whole or not.
double student_975(double degrees);

}  // namespace litho
