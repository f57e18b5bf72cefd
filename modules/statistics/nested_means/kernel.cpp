#include "modules/statistics/nested_means/kernel.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <numeric>

namespace litho {
namespace {

// No promotion to long double: the same bytes on every processor.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Student = boost::math::students_t_distribution<double, Policy>;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_about(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum;
}

}  // namespace

double student_975(double degrees) {
  return boost::math::quantile(Student(degrees), 0.975);
}

GroupMean nested_mean(std::span<const FieldValue> fields) {
  std::map<std::string, std::vector<double>> by_specimen;
  for (const FieldValue& field : fields) by_specimen[field.specimen].push_back(field.value);
  GroupMean out;
  out.specimens = static_cast<int>(by_specimen.size());
  out.fields = static_cast<int>(fields.size());
  if (fields.empty()) return out;
  std::vector<double> means;
  double within = 0;
  for (auto& [specimen, values] : by_specimen) {
    std::ranges::sort(values);  // sums do not depend on the order of files
    means.push_back(mean_of(values));
    within += squares_about(values, means.back());
  }
  std::ranges::sort(means);
  const double m = out.specimens;
  out.mean.value = mean_of(means);
  if (out.fields > out.specimens) out.sd_fields = std::sqrt(within / (out.fields - out.specimens));
  if (out.specimens > 1) {
    out.sd_specimens = std::sqrt(squares_about(means, out.mean.value) / (m - 1));
    const double half = student_975(m - 1) * out.sd_specimens / std::sqrt(m);
    out.mean.lo = out.mean.value - half;
    out.mean.hi = out.mean.value + half;
  }
  return out;
}

GroupDifference difference(const GroupMean& a, const GroupMean& b) {
  GroupDifference out;
  out.difference.value = b.mean.value - a.mean.value;
  if (a.specimens < 2 || b.specimens < 2) return out;
  const double va = a.sd_specimens * a.sd_specimens / a.specimens;
  const double vb = b.sd_specimens * b.sd_specimens / b.specimens;
  if (!(va + vb > 0)) return out;
  const double degrees = (va + vb) * (va + vb) / (va * va / (a.specimens - 1) + vb * vb / (b.specimens - 1));
  const double error = std::sqrt(va + vb), half = student_975(degrees) * error;
  out.difference.lo = out.difference.value - half;
  out.difference.hi = out.difference.value + half;
  out.p = 2 * boost::math::cdf(Student(degrees), -std::abs(out.difference.value) / error);
  return out;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (std::isfinite(p[i])) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> out(p.size(), kNotMeasured);
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
    out[order[rank]] = largest;
  }
  return out;
}

}  // namespace litho
