#include "pipeline/core/sha256.hpp"

#include <gtest/gtest.h>

#include <string>

namespace litho {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  // published value: NIST examples to FIPS 180-4 (one block, two blocks), and the empty message
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

TEST(Sha256, GivesThePublishedDigestOfAMillionLetters) {
  // published value: NIST example to FIPS 180-4
  const std::string expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  const std::string text(1'000'000, 'a');
  EXPECT_EQ(sha256_hex(text), expected);
  Sha256 pieces;
  for (int i = 0; i < 1000; ++i) pieces.add(std::string_view(text).substr(0, 1000));
  EXPECT_EQ(pieces.hex(), expected);
}

TEST(Sha256, DoesNotDependOnHowItIsFed) {
  // invariant: over every length around the block size, cut at every place
  std::string text;
  for (int n = 0; n < 135; ++n) {
    const std::string whole = sha256_hex(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Sha256 hash;
      hash.add(std::string_view(text).substr(0, cut));
      hash.add(std::string_view(text).substr(cut));
      ASSERT_EQ(hash.hex(), whole) << n << " bytes cut at " << cut;
    }
    text += static_cast<char>(n * 7);
  }
}

}  // namespace
}  // namespace litho
