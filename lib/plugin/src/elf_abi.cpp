#include "elf_abi.h"

#include "words.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gelf.h>
#include <map>
#include <memory>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::plugin {
namespace {

constexpr const char* section = ".hipcuff_abi";
constexpr std::size_t longest = 1024;
constexpr std::size_t mostSections = 65536;

#if defined(__x86_64__)
constexpr unsigned thisMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned thisMachine = EM_AARCH64;
#elif defined(__powerpc64__)
constexpr unsigned thisMachine = EM_PPC64;
#elif defined(__riscv)
constexpr unsigned thisMachine = EM_RISCV;
#else
#error "which ELF machine is this?"
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr unsigned thisOrder = ELFDATA2LSB;
#else
constexpr unsigned thisOrder = ELFDATA2MSB;
#endif

class File {
public:
  explicit File(int fd)
      : fd_(fd) {}
  ~File() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

private:
  int fd_;
};

struct EndElf {
  void operator()(Elf* elf) const noexcept { elf_end(elf); }
};

[[noreturn]] void refuse(const std::filesystem::path& module, const std::string& problem, const std::string& remedy) {
  throw ConfigError(module, problem, remedy);
}

/// Read with plain file reads (no mapping: a file that shrinks meanwhile would end the process).
std::string markIn(Elf* elf) {
  std::size_t names = 0;
  std::size_t count = 0;
  if (elf_getshdrstrndx(elf, &names) != 0 || elf_getshdrnum(elf, &count) != 0 || count > mostSections)
    return {};
  for (std::size_t i = 1; i < count; ++i) {
    Elf_Scn* scn = elf_getscn(elf, i);
    GElf_Shdr header;
    if (scn == nullptr || gelf_getshdr(scn, &header) == nullptr)
      return {};
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr || std::strcmp(name, section) != 0)
      continue;
    if (header.sh_type != SHT_PROGBITS || (header.sh_flags & SHF_COMPRESSED) != 0 || header.sh_size == 0 ||
        header.sh_size > longest)
      return {};
    const Elf_Data* data = elf_rawdata(scn, nullptr);
    if (data == nullptr || data->d_buf == nullptr || data->d_size > longest)
      return {};
    const auto* text = static_cast<const char*>(data->d_buf);
    return {text, strnlen(text, data->d_size)};
  }
  return {};
}

} // namespace

std::string readAbiText(const std::filesystem::path& module) {
  static const std::string rebuild = "build it as docs/plugins.md says, with hipcuff_add_plugin";
  // Not blocking: opening a pipe would wait for whoever writes into it.
  const File file(::open(module.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0)
    refuse(module,
           errno == ENOENT ? "the plugin's shared library is missing"
                           : std::string("the plugin's shared library can't be opened: ") + std::strerror(errno),
           errno == ENOENT ? "build the plugin, or put the library beside its descriptor" : "");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    refuse(module, "is no file but something else, not a shared library", rebuild);
  if (elf_version(EV_CURRENT) == EV_NONE)
    refuse(module, "this computer's libelf is too old to look into it", "install libelf1");
  const std::unique_ptr<Elf, EndElf> elf(elf_begin(file.get(), ELF_C_READ, nullptr));
  GElf_Ehdr header;
  if (!elf || elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr)
    refuse(module, "is not a shared library", rebuild);
  if (gelf_getclass(elf.get()) != ELFCLASS64 || header.e_machine != thisMachine || header.e_ident[EI_DATA] != thisOrder)
    refuse(module, "is built for another kind of computer", "build it on this one");
  if (header.e_type != ET_DYN)
    refuse(module, "is not a shared library", rebuild);
  std::string text = markIn(elf.get());
  if (text.empty() || !isOneLine(text))
    refuse(module, "is a shared library, but no HipCuff plugin: it has no HIPCUFF_PLUGIN(...), or is damaged", rebuild);
  return text;
}

AbiDifference compareAbi(const std::string& theirs, const std::string& ours) {
  if (theirs == ours)
    return {};
  // "hipcuff VERSION headers DIGEST cxxN stringN [checked]"
  const auto words = [](const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string word; in >> word;)
      out.push_back(word);
    return out;
  };
  const auto a = words(theirs);
  const auto b = words(ours);
  if (a.size() < 6 || a[0] != "hipcuff" || a[2] != "headers")
    return {"is marked as a plugin in a way that this HipCuff " + b[1] + " can't read: \"" + tidy(theirs, 80) + "\"",
            "build it again against this HipCuff"};
  if (a[1] != b[1])
    return {"was built against HipCuff " + tidy(a[1], 40) + ", and this is HipCuff " + b[1],
            "build it again against HipCuff " + b[1]};
  if (a[3] != b[3])
    return {"was built against another state of HipCuff " + b[1] + " (headers " + tidy(a[3], 20) + ", and here " +
                b[3] + ")",
            "build it again against the headers that are installed with this program"};
  return {"was built against this HipCuff " + b[1] + ", but by another compiler or with other switches (\"" +
              tidy(theirs, 120) + "\", and here \"" + ours + "\")",
          "build it again with this program's compiler, without switches that change the standard library"};
}

} // namespace hipcuff::plugin
