// hipcuff-ocr: reads letters off pictures with tesseract, in a process of its own.
#include "program.h"

#include "cli/completion.h"
#include "cli/man_page.h"
#include "text_protocol.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::deidentify::ocr;
namespace options = boost::program_options;

constexpr rlim_t mostMemory = 4ULL << 30; ///< a picture that needs more is an attack

/// @return false where the input ended before the first byte
bool readAll(void* to, std::size_t bytes) {
  auto* at = static_cast<char*>(to);
  const std::size_t whole = bytes;
  while (bytes > 0) {
    const ssize_t got = ::read(STDIN_FILENO, at, bytes);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      if (bytes == whole && got == 0)
        return false;
      throw Error({}, "the input ended within a picture", {});
    }
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

void writeAll(const void* from, std::size_t bytes) {
  const auto* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t put = ::write(STDOUT_FILENO, at, bytes);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      throw Error({}, std::string("nobody takes the words: ") + std::strerror(errno), {});
    at += put;
    bytes -= static_cast<std::size_t>(put);
  }
}

void append(std::string& out, const void* value, std::size_t bytes) {
  out.append(static_cast<const char*>(value), bytes);
}

std::string wordsOf(tesseract::TessBaseAPI& reader) {
  std::string body;
  Answer answer;
  const std::unique_ptr<tesseract::ResultIterator> at(reader.GetIterator());
  constexpr auto level = tesseract::RIL_WORD;
  if (at != nullptr)
    do {
      const std::unique_ptr<char[]> text(at->GetUTF8Text(level));
      Word word;
      if (text == nullptr || !at->BoundingBox(level, &word.x0, &word.y0, &word.x1, &word.y1))
        continue;
      --word.x1; // tesseract's boxes end one behind
      --word.y1;
      word.confidence = static_cast<std::int32_t>(std::lround(at->Confidence(level)));
      word.textBytes = static_cast<std::uint32_t>(std::min<std::size_t>(std::strlen(text.get()), longestText));
      append(body, &word, sizeof word);
      append(body, text.get(), word.textBytes);
      ++answer.words;
    } while (answer.words < mostWords && at->Next(level));
  std::string out;
  append(out, &answer, sizeof answer);
  return out + body;
}

int serve(const std::string& languages) {
  tesseract::TessBaseAPI reader;
  // Its own talk (resolutions, empty pages) helps nobody here.
  const std::vector<std::string> names{"debug_file"};
  const std::vector<std::string> values{"/dev/null"};
  if (reader.Init(nullptr, languages.c_str(), tesseract::OEM_LSTM_ONLY, nullptr, 0, &names, &values, false) != 0)
    throw Error({}, "tesseract doesn't know the languages '" + languages + "'",
                "install them (Debian: tesseract-ocr-eng, tesseract-ocr-jpn, ...)");
  reader.SetPageSegMode(tesseract::PSM_SPARSE_TEXT);
  const std::string name = std::string("tesseract ") + tesseract::TessBaseAPI::Version() + " (" + languages + ")";
  Hello hello;
  hello.nameBytes = static_cast<std::uint32_t>(name.size());
  writeAll(&hello, sizeof hello);
  writeAll(name.data(), name.size());
  std::vector<unsigned char> pixels;
  for (Picture picture; readAll(&picture, sizeof picture);) {
    if (picture.mark != pictureMark || picture.width == 0 || picture.height == 0 || picture.width > longestSide ||
        picture.height > longestSide || std::uint64_t{picture.width} * picture.height > mostPixels)
      throw Error({}, "the input is no picture of hipcuff's", {});
    pixels.resize(std::size_t{picture.width} * picture.height);
    if (!readAll(pixels.data(), pixels.size()))
      throw Error({}, "the input ended within a picture", {});
    const auto width = static_cast<int>(picture.width);
    reader.SetImage(pixels.data(), width, static_cast<int>(picture.height), 1, width);
    constexpr int dotsPerInch = 150; // letters of 20 to 40 pixels are those of a printed page then
    reader.SetSourceResolution(dotsPerInch);
    reader.ClearAdaptiveClassifier(); // the same picture reads the same, whatever came before
    if (reader.Recognize(nullptr) != 0)
      throw Error({}, "tesseract failed on a picture", {});
    const std::string words = wordsOf(reader);
    writeAll(words.data(), words.size());
    reader.Clear();
  }
  return ocr::allDone;
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 1 && words.front() == "--man") {
    std::cout << cli::manPages(ocr::ocrProgram()).front().text;
    return ocr::allDone;
  }
  if (!words.empty() && words.front() == "--completion") {
    std::cout << cli::completion(ocr::ocrProgram(), words.size() == 2 ? words[1] : "");
    return ocr::allDone;
  }
  const auto described = ocr::describedOptions();
  const options::positional_options_description none;
  options::variables_map values;
  const auto style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;
  options::store(options::command_line_parser(words).options(described).positional(none).style(style).run(), values);
  if (values.count("help") != 0) {
    std::cout << "hipcuff-ocr reads letters off pictures for hipcuff deidentify, which runs it.\n\n" << described;
    return ocr::allDone;
  }
  if (values.count("version") != 0) {
    std::cout << "hipcuff-ocr " << version << ", tesseract " << tesseract::TessBaseAPI::Version() << '\n';
    return ocr::allDone;
  }
  return serve(values.count("languages") != 0 ? values["languages"].as<std::string>() : "eng");
}

} // namespace

int main(int argc, char** argv) {
  const auto complain = [](const std::exception& e, int code) {
    std::cerr << "hipcuff-ocr: " << e.what() << '\n';
    return code;
  };
#ifndef __SANITIZE_ADDRESS__ // which takes terabytes of addresses
  const rlimit memory{mostMemory, mostMemory};
  (void)::setrlimit(RLIMIT_AS, &memory);
#endif
  try {
    return run({argv + 1, argv + argc});
  } catch (const options::error& e) {
    return complain(e, ocr::wrongUsage);
  } catch (const UsageError& e) {
    return complain(e, ocr::wrongUsage);
  } catch (const std::exception& e) {
    return complain(e, ocr::failed);
  }
}
