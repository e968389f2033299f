#include "temporary_folder.h"

#include "hipcuff/core/digest.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

// FIPS 180-2, appendix B.1 and B.2.
TEST(Digest, AgreesWithTheStandard) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 inPieces;
  inPieces.add("abcdbcdecdefdefgefghfghighij");
  inPieces.add("hijkijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(inPieces.hex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, OfAFileIsThatOfItsBytes) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "a";
  const std::string bytes(1000000, 'x'); // more than one piece
  writeFileAtomically(file, bytes);
  EXPECT_EQ(sha256OfFile(file), sha256(bytes));
  std::filesystem::remove(file);
  EXPECT_THROW((void)sha256OfFile(file), InputError);
}

} // namespace
} // namespace hipcuff
