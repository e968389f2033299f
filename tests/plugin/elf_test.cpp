// The mark of a plugin is read out of any bytes at all, or they are refused; nothing of them runs.
#include "hipcuff/plugin/plugins.h"

#include "plugin_support.h"

#include <cstring>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::plugin {
namespace {

using test::messageOf;
using test::TemporaryFolder;
using testing::HasSubstr;

std::string refusal(const std::filesystem::path& module) {
  Descriptor d;
  d.name = "x";
  d.version = "1.0.0";
  d.module = module;
  return messageOf<ConfigError>([&] { checkModule(d); });
}

std::string goodModule() {
  return test::bytesOf(test::faultyFolder / "no_entry.so");
}

TEST(Module, IsTakenWhereItFits) {
  EXPECT_EQ(refusal(test::faultyFolder / "no_entry.so"), "");
  EXPECT_EQ(refusal(test::faultyFolder / "misbehaving.so"), "");
}

TEST(Module, IsRefusedWhereItIsSomethingElse) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(folder.path() / "none.so"), HasSubstr("shared library is missing"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("is no file"));
  EXPECT_THAT(refusal(folder.write("empty.so", "")), HasSubstr("is not a shared library"));
  EXPECT_THAT(refusal(folder.write("text.so", "#!/bin/sh\necho no\n")), HasSubstr("is not a shared library"));
  EXPECT_THAT(refusal(folder.write("static.so", "!<arch>\n")), HasSubstr("is not a shared library"));
  EXPECT_THAT(refusal("/dev/null"), HasSubstr("is no file"));
  EXPECT_THAT(refusal(test::faultyFolder / "no_mark.so"), HasSubstr("no HipCuff plugin"));
  const auto pipe = folder.path() / "pipe.so";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refusal(pipe), HasSubstr("is no file")); // and does not wait for it
}

TEST(Module, IsRefusedWhereItIsOfAnotherMachineOrKind) {
  const TemporaryFolder folder;
  const auto with = [&](std::size_t at, char value) {
    std::string bytes = goodModule();
    bytes[at] = value;
    return refusal(folder.write("x.so", bytes));
  };
  EXPECT_THAT(with(EI_CLASS, ELFCLASS32),
              testing::AnyOf(HasSubstr("another kind of computer"), HasSubstr("is not a shared library")));
  EXPECT_THAT(with(EI_DATA, ELFDATA2MSB),
              testing::AnyOf(HasSubstr("another kind of computer"), HasSubstr("is not a shared library")));
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_machine), EM_ARM), HasSubstr("another kind of computer"));
  EXPECT_THAT(with(offsetof(Elf64_Ehdr, e_type), ET_REL), HasSubstr("is not a shared library"));
}

TEST(Module, IsRefusedWhereItIsCutOff) {
  const TemporaryFolder folder;
  const std::string whole = goodModule();
  // The section table stands at the end of the file.
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97)
    EXPECT_NE(refusal(folder.write("x.so", whole.substr(0, size))), "") << size << " bytes";
}

TEST(Module, SurvivesHostileSectionTables) {
  const std::string whole = goodModule();
  Elf64_Ehdr header;
  std::memcpy(&header, whole.data(), sizeof header);
  const int memory = ::memfd_create("x.so", MFD_CLOEXEC);
  ASSERT_GE(memory, 0);
  const std::string file = "/proc/self/fd/" + std::to_string(memory);
  ASSERT_EQ(::pwrite(memory, whole.data(), whole.size(), 0), static_cast<ssize_t>(whole.size()));
  ASSERT_EQ(refusal(file), "");
  int refused = 0;
  const auto check = [&](const std::string& bytes) {
    ASSERT_EQ(::pwrite(memory, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    refused += refusal(file).empty() ? 0 : 1;
  };
  const std::vector<std::uint64_t> extremes = {
      0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ~0ULL, whole.size() - 1};
  // Every field of every section header, and of the file's own, at its extremes.
  std::vector<std::size_t> places;
  for (std::size_t at = offsetof(Elf64_Ehdr, e_type); at + 8 <= sizeof header; at += 2)
    places.push_back(at);
  for (std::size_t s = 0; s < header.e_shnum; ++s)
    for (std::size_t at = 0; at + 8 <= sizeof(Elf64_Shdr); at += 4)
      places.push_back(header.e_shoff + s * sizeof(Elf64_Shdr) + at);
  for (const std::size_t place : places)
    for (const std::uint64_t value : extremes)
      for (const std::size_t width : {2u, 4u, 8u}) {
        if (place + width > whole.size() || (place >= sizeof header && width == 2))
          continue;
        std::string bytes = whole;
        std::memcpy(bytes.data() + place, &value, width);
        check(bytes);
      }
  // And anything anywhere in the tables.
  std::mt19937 random(6); // NOLINT: the same every time
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = whole;
    for (int k = 0; k < 1 + i % 8; ++k) {
      const std::size_t place =
          i % 3 == 0 ? random() % sizeof header : header.e_shoff + random() % (header.e_shnum * sizeof(Elf64_Shdr));
      bytes[place % bytes.size()] = static_cast<char>(random());
    }
    check(bytes);
  }
  ::close(memory);
  EXPECT_GT(refused, 1000);
}

} // namespace
} // namespace hipcuff::plugin
