#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace {
template <class T>
cv::Mat view(const Image<T>& image, int type) {
  // OpenCV has no header over const memory; the callers give it back as a const Mat.
  return cv::Mat(image.height(), image.width(), type, const_cast<T*>(image.pixels().data()));
}
}  // namespace

cv::Mat mat_view(Image<float>& image) {
  return view(image, CV_32F);
}
cv::Mat mat_view(Image<std::uint8_t>& image) {
  return view(image, CV_8U);
}
const cv::Mat mat_view(const Image<float>& image) {
  return view(image, CV_32F);
}
const cv::Mat mat_view(const Image<std::uint8_t>& image) {
  return view(image, CV_8U);
}

}  // namespace litho
