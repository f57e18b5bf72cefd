#pragma once
#include <string>
#include <vector>

namespace litho {

/// One thing that went wrong, said so that a user can act on it.
struct Error {
  std::string code;     ///< stable, dotted, lower case: `tiff.truncated`
  std::string where;    ///< file, file:line, file@byte or stage.port; may be empty
  std::string message;  ///< what is wrong, with the values that show it
  std::string hint;     ///< what to do about it; may be empty
};

using Errors = std::vector<Error>;

/// "where: message [code]; hint"
std::string to_string(const Error& error);
/// One error a line.
std::string to_string(const Errors& errors);
/// The same error with `prefix` put before its place ("prefix: where").
Error at(std::string prefix, Error error);

}  // namespace litho
