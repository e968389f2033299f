#include "command.h"

#include "pdv.h"

#include <vector>

namespace hipcuff::dicom {
namespace {

std::uint16_t u16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

std::uint32_t u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return u16(bytes, at) | static_cast<std::uint32_t>(u16(bytes, at + 2)) << 16;
}

std::string uidText(std::span<const std::uint8_t> value) {
  std::string out(value.begin(), value.end());
  while (!out.empty() && (out.back() == '\0' || out.back() == ' '))
    out.pop_back();
  return out;
}

} // namespace

std::optional<Command> parseCommand(std::span<const std::uint8_t> bytes) {
  Command out;
  bool named = false;
  std::int32_t before = -1;
  while (!bytes.empty()) {
    if (bytes.size() < 8 || u16(bytes, 0) != 0)
      return std::nullopt;
    const auto element = u16(bytes, 2);
    const auto length = u32(bytes, 4);
    if (length > bytes.size() - 8 || element <= before)
      return std::nullopt;
    before = element;
    const auto value = bytes.subspan(8, length);
    bytes = bytes.subspan(8 + length);
    const auto number = [&]() -> std::uint16_t { return length == 2 ? u16(value, 0) : 0; };
    switch (element) {
    case 0x0002:
      out.classUid = uidText(value);
      break;
    case 0x0100:
      out.field = number();
      named = length == 2;
      break;
    case 0x0110:
      out.messageId = number();
      break;
    case 0x0800:
      out.hasDataSet = length == 2 && number() != DIMSE_DATASET_NULL;
      break;
    case 0x1000:
      out.instanceUid = uidText(value);
      break;
    default:
      break;
    }
  }
  return named ? std::optional(out) : std::nullopt;
}

OFCondition readCommand(T_ASC_Association* association, int seconds, T_ASC_PresentationContextID& context,
                        Command& command) {
  std::vector<std::uint8_t> bytes;
  for (bool last = false; !last;) {
    DUL_PDV pdv{};
    const auto read = nextPdv(association, seconds, pdv);
    if (read.bad())
      return read;
    if (bytes.empty())
      context = pdv.presentationContextID;
    if (pdv.pdvType != DUL_COMMANDPDV || pdv.presentationContextID != context || pdv.fragmentLength == 0 ||
        pdv.fragmentLength > longestCommand - bytes.size())
      return DIMSE_BADMESSAGE;
    const auto* begin = static_cast<const std::uint8_t*>(pdv.data);
    bytes.insert(bytes.end(), begin, begin + pdv.fragmentLength);
    last = pdv.lastPDV;
  }
  const auto parsed = parseCommand(bytes);
  if (!parsed)
    return DIMSE_BADMESSAGE;
  command = *parsed;
  return EC_Normal;
}

} // namespace hipcuff::dicom
