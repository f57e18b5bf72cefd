#include <gtest/gtest.h>
TEST(SampleSem, Placeholder) {}
