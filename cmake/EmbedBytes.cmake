# Writes a source file that carries the bytes of another file; run at build time, so that configuring stays fast.
#
#   cmake -DINPUT=file -DOUTPUT=file.cpp -DNAMESPACE=hipcuff::x -DFUNCTION=name -P EmbedBytes.cmake
#
# defines `std::string_view NAMESPACE::FUNCTION()`.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "#include <string_view>

namespace ${NAMESPACE} {
namespace {
constexpr unsigned char bytes[] = {
${bytes}};
} // namespace
std::string_view ${FUNCTION}();
std::string_view ${FUNCTION}() {
  return {reinterpret_cast<const char*>(bytes), sizeof(bytes)};
}
} // namespace ${NAMESPACE}
")
