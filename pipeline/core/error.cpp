#include "pipeline/core/error.hpp"

#include <utility>

namespace litho {

std::string to_string(const Error& error) {
  std::string out = error.where.empty() ? "" : error.where + ": ";
  out += error.message + " [" + error.code + "]";
  if (!error.hint.empty()) out += "; " + error.hint;
  return out;
}

std::string to_string(const Errors& errors) {
  std::string out;
  for (const Error& error : errors) out += (out.empty() ? "" : "\n") + to_string(error);
  return out;
}

Error at(std::string prefix, Error error) {
  error.where = error.where.empty() ? std::move(prefix) : prefix + ": " + error.where;
  return error;
}

}  // namespace litho
