#pragma once
#include <gtest/gtest.h>

#include <filesystem>

/// Real micrographs and spectra lie beside a checkout, not in it; a test that wants them says so and is
/// skipped without.
#define LITHO_NEEDS_SHARED_DATA(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "real data not present: " << (path)
