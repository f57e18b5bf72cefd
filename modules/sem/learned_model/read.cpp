#include "modules/sem/learned_model/read.hpp"

#include "pipeline/core/file.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {

Result<LearnedModel> read_model(const std::string& path, const std::string& sha256) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.errors();
  if (!sha256.empty() && sha256_hex(*bytes) != sha256)
    return Error{"model.changed", path, "the model is not the one this run was planned with",
                 "give the same model, or start a new run"};
  return decode_model({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path);
}

}  // namespace litho
