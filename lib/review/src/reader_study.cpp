#include "hipcuff/review/reader_study.h"

#include "percent.h"
#include "reading_order.h"
#include "synced_file.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <set>
#include <utility>

namespace hipcuff::review {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t maxName = 60; ///< three times as long in a file name, which may have 255
constexpr std::uint64_t maxBytes = std::uint64_t{256} << 20U; ///< a million answers
constexpr double maxThicknessMm = 100;
constexpr double maxSeconds = 1e7;
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF"; // spreadsheets put it in front

const Cells columns{"reader",  "reading",        "sop_instance_uid", "side",       "class",
                    "subtype", "depth_fraction", "thickness_max_mm", "confidence", "seconds"};

/// At most `decimals` digits after the point, "." in every locale, no trailing zeros.
std::string number(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::round(value * scale) / scale + 0.0,
                                 std::chars_format::fixed);
  return {text.data(), end.ptr};
}

std::string number(const std::optional<double>& value, int decimals) {
  return value ? number(*value, decimals) : std::string();
}

void checkReader(const std::string& reader, int reading) {
  if (reader.find_first_not_of(' ') == std::string::npos)
    throw UsageError("a reading needs the reader's name", "give it with --reader");
  if (reader.size() > maxName || !isOneLine(reader))
    throw UsageError("the reader's name is longer than 60 bytes or holds characters that can't be printed",
                     "give a short name or initials with --reader");
  if (reading < 1)
    throw UsageError("readings are counted from 1", "give 1, 2, ... with --reading");
}

/// Of one reading of one reader, without a word of the pictures.
std::filesystem::path fileOf(const std::filesystem::path& folder, const std::string& reader, int reading) {
  return folder / ("readings-" + asFileName(reader) + "-" + std::to_string(reading) + ".csv");
}

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& problem) {
  throw InputError(file, problem, "move the file away, or choose another folder with --out");
}

struct Rows {
  std::vector<std::string> pictures;
  std::size_t end = 0; ///< where the next row goes; what lies beyond is torn. 0: the header is missing too
};

/// @throws InputError where the file is not of this reading
Rows rowsOf(const std::filesystem::path& file, std::string_view bytes, const std::string& reader, int reading) {
  Rows rows;
  std::size_t skipped = 0;
  if (bytes.starts_with(byteOrderMark)) {
    skipped = byteOrderMark.size();
    bytes.remove_prefix(skipped);
  }
  CsvReader csv(bytes);
  const auto header = csv.next();
  if (!header) {
    // Empty, or as a crash at the very beginning leaves it: the header torn, or no more than zeros.
    if (!csvRecord(columns).starts_with(bytes) && bytes.find_first_not_of('\0') != std::string_view::npos)
      damaged(file, "is not a table of readings");
    return rows;
  }
  if (*header != columns)
    damaged(file, "has other columns than a table of readings");
  while (true) {
    rows.end = skipped + csv.position();
    const auto cells = csv.next();
    const std::string row = "row " + std::to_string(rows.pictures.size() + 2);
    if (!cells && bytes.find('\n', csv.position()) != std::string_view::npos)
      damaged(file, row + " has a quote that is not closed"); // a torn row is the last line
    if (!cells)
      return rows;
    if (cells->size() != columns.size())
      damaged(file,
              row + " has " + std::to_string(cells->size()) + " cells instead of " + std::to_string(columns.size()));
    if (cells->at(0) != reader || cells->at(1) != std::to_string(reading))
      damaged(file, row + " is of another reader or another reading");
    rows.pictures.push_back(cells->at(2));
  }
}

/// "3 days", "5 hours"
std::string inWords(std::chrono::hours time) {
  const auto count = time.count() >= 48 ? time.count() / 24 : time.count();
  return std::to_string(count) + (time.count() >= 48 ? " days" : count == 1 ? " hour" : " hours");
}

/// What is asked of a table that is only looked at.
std::size_t answersIn(const SyncedFile& file, const std::string& reader, int reading) {
  return rowsOf(file.path(), file.contents(maxBytes), reader, reading).pictures.size();
}

} // namespace

struct ReaderStudy::Impl {
  struct Given {
    Reading reading;
    std::uint64_t begin = 0; ///< of its row
  };

  std::string reader;
  int reading = 1;
  SyncedFile file;
  std::size_t total = 0;
  std::vector<std::string> toRead; ///< the next one last
  std::vector<Given> session;

  /// Reads what is there already, and cuts off what a crash left of a row.
  void resume(const std::vector<std::string>& order) {
    const Rows rows = rowsOf(file.path(), file.contents(maxBytes), reader, reading);
    const std::set<std::string> known(order.begin(), order.end());
    std::set<std::string> read;
    for (const std::string& picture : rows.pictures) {
      if (!known.contains(picture))
        damaged(file.path(), "was begun with other pictures: one that it holds is not among those given now");
      if (!read.insert(picture).second)
        damaged(file.path(), "holds two answers for one picture");
    }
    if (rows.end < file.size())
      file.truncate(rows.end);
    if (rows.end == 0)
      file.append(csvRecord(columns));
    total = order.size();
    std::copy_if(order.rbegin(), order.rend(), std::back_inserter(toRead),
                 [&](const std::string& picture) { return !read.contains(picture); });
  }

  [[nodiscard]] std::string row(const Reading& r) const {
    return csvRecord({reader, std::to_string(reading), r.picture, r.side ? toString(*r.side) : "", toString(r.grade),
                      r.subtype, number(r.depthFraction, 3), number(r.thicknessMaxMm, 2), number(r.confidence, 3),
                      number(r.seconds, 1)});
  }
};

ReaderStudy::ReaderStudy(const std::filesystem::path& folder, std::string reader, int reading,
                         std::vector<std::string> pictures)
    : impl_(std::make_unique<Impl>()) {
  checkReader(reader, reading);
  const std::vector<std::string> order = readingOrder(std::move(pictures), reader, reading);
  if (std::set<std::string>(order.begin(), order.end()).size() != order.size())
    throw UsageError("a picture is to be read twice", "give each exam once");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw OutputError(folder, "cannot be made: " + error.message(), "choose another folder with --out");
  impl_->reader = std::move(reader);
  impl_->reading = reading;
  impl_->file = SyncedFile::openOrCreate(fileOf(folder, impl_->reader, reading));
  // Where the file system has no locks the study goes on without.
  if (impl_->file.lock() == SyncedFile::Lock::taken)
    throw InputError(impl_->file.path(), "is open in another program", "close the other reading first");
  impl_->resume(order);
}

ReaderStudy::~ReaderStudy() = default;

std::optional<std::string> ReaderStudy::next() const {
  if (impl_->toRead.empty())
    return std::nullopt;
  return impl_->toRead.back();
}

std::size_t ReaderStudy::done() const noexcept {
  return impl_->total - impl_->toRead.size();
}

std::size_t ReaderStudy::total() const noexcept {
  return impl_->total;
}

const std::filesystem::path& ReaderStudy::file() const noexcept {
  return impl_->file.path();
}

void ReaderStudy::answer(const Reading& reading) {
  const auto within = [](const std::optional<double>& value, double most) {
    return !value || (*value >= 0 && *value <= most); // NaN is not
  };
  if (impl_->toRead.empty() || reading.picture != impl_->toRead.back())
    throw UsageError("the answer is not of the picture that is to be read now");
  if (!within(reading.depthFraction, 1) || !within(reading.confidence, 1))
    throw UsageError("depth and confidence are fractions from 0 to 1");
  if (!within(reading.thicknessMaxMm, maxThicknessMm) || reading.thicknessMaxMm == 0.0)
    throw UsageError("the thickness is not between 0 and 100 mm");
  if (!within(reading.seconds, maxSeconds))
    throw UsageError("the time is not a number of seconds");
  if (!isOneLine(reading.subtype))
    throw UsageError("the subtype is not one line of text");
  const std::uint64_t begin = impl_->file.size();
  impl_->file.append(impl_->row(reading));
  impl_->session.push_back({reading, begin});
  impl_->toRead.pop_back();
}

std::optional<Reading> ReaderStudy::takeBack() {
  if (impl_->session.empty())
    return std::nullopt;
  // The row is the file's last. A file system cuts all of it or nothing, and the file keeps its lock.
  impl_->file.truncate(impl_->session.back().begin);
  Reading last = std::move(impl_->session.back().reading);
  impl_->session.pop_back();
  impl_->toRead.push_back(last.picture);
  return last;
}

std::string ReaderStudy::tooEarly(const std::filesystem::path& folder, const std::string& reader, int reading,
                                  std::size_t pictures, std::chrono::hours apart) {
  if (reading <= 1)
    return {};
  const std::string before = "reading " + std::to_string(reading - 1) + " of " + reader;
  try {
    if (const SyncedFile started = SyncedFile::openToRead(fileOf(folder, reader, reading));
        started.isOpen() && answersIn(started, reader, reading) > 0)
      return {};
    const SyncedFile file = SyncedFile::openToRead(fileOf(folder, reader, reading - 1));
    const std::size_t done = file.isOpen() ? answersIn(file, reader, reading - 1) : 0;
    if (done == 0)
      return before + " has not been begun in this folder";
    if (done < pictures)
      return before + " is not complete: " + std::to_string(done) + " of " + std::to_string(pictures) +
             " pictures are read";
    const std::chrono::seconds age(static_cast<std::int64_t>(std::time(nullptr)) - file.lastWritten());
    if (age < apart)
      return before + " ended " + inWords(std::chrono::duration_cast<std::chrono::hours>(std::max(age, {}))) +
             " ago; " + inWords(apart) + " between readings let the pictures be forgotten";
  } catch (const InputError& e) {
    return before + " can't be read: " + e.what();
  }
  return {};
}

} // namespace hipcuff::review
