#include "hipcuff/review/journal.h"

#include "edits_json.h"
#include "percent.h"
#include "synced_file.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <ctime>
#include <iomanip>
#include <locale>
#include <map>
#include <new>
#include <optional>
#include <random>
#include <sstream>
#include <thread>
#include <tuple>
#include <utility>

#include <sys/stat.h>

namespace hipcuff::review {
namespace {

using Json = nlohmann::json;

constexpr std::string_view prefix = "journal-";
constexpr std::string_view suffix = ".jsonl";
constexpr std::string_view firstLine = "{\"format\":\"hipcuff.journal/1\"}";
/// A day's work at the pointer makes a few MiB.
constexpr std::uint64_t maxBytes = std::uint64_t{256} << 20U;

std::string timestamp(std::time_t time, const char* format) {
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &utc)};
}

/// What the lines about one picture come to. None among the edits: one that this program can't read. It keeps its
/// place, so that undone() takes away the right one.
struct State {
  std::vector<std::optional<EditRecord>> saved;
  std::vector<std::optional<EditRecord>> edits;
  int undoneBefore = 0;

  [[nodiscard]] bool unsaved() const { return !edits.empty() || undoneBefore > 0; }
  void undo() {
    if (!edits.empty())
      edits.pop_back();
    else if (undoneBefore < INT_MAX)
      ++undoneBefore;
  }
  void save() {
    saved.resize(saved.size() - std::min(saved.size(), static_cast<std::size_t>(undoneBefore)));
    std::move(edits.begin(), edits.end(), std::back_inserter(saved));
    discard();
  }
  void discard() {
    edits.clear();
    undoneBefore = 0;
  }
};

std::string jsonOf(const PictureKey& key) {
  return Json{{"opened", asAscii(key.opened)},
              {"path", asAscii(key.path)},
              {"sop_instance_uid", asAscii(key.sopInstanceUid)},
              {"pane", key.pane}}
      .dump();
}

std::string lineOf(const char* what, const PictureKey& picture, const std::string& more = {}) {
  return std::string("{\"do\":\"") + what + "\",\"picture\":" + jsonOf(picture) + more + "}\n";
}

PictureKey keyOf(const Json& object) {
  const auto text = [&](const char* name) {
    const auto bytes = percentDecoded(object.at(name).get_ref<const std::string&>());
    if (!bytes)
      throw InputError({}, std::string(name) + " is no text of a journal", {});
    return *bytes;
  };
  const Json& pane = object.at("pane");
  if (!pane.is_number_unsigned() || pane.get<std::uint64_t>() > INT_MAX)
    throw InputError({}, "pane is no number of a pane", {});
  return {text("opened"), text("path"), text("sop_instance_uid"), pane.get<int>()};
}

std::optional<EditRecord> editOf(const Json& line) {
  try {
    return editFrom(line.at("edit"));
  } catch (const InputError&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

struct Contents {
  std::map<PictureKey, State> pictures;
  std::string lastEdit;
};

/// May throw InputError and Json::exception: then the line says nothing.
void take(std::string_view bytes, Contents& contents) {
  const Json line = Json::parse(bytes);
  const std::string what = line.at("do").get<std::string>();
  const bool edited = what == "edited";
  if (!edited && what != "undone" && what != "saved" && what != "discarded")
    return;
  State& state = contents.pictures[keyOf(line.at("picture"))];
  if (edited) {
    state.edits.push_back(editOf(line));
    if (state.edits.back())
      contents.lastEdit = state.edits.back()->at;
  } else if (what == "undone") {
    state.undo();
  } else if (what == "saved") {
    state.save();
  } else {
    state.discard();
  }
}

/// None: not a journal.
std::optional<Contents> contentsOf(std::string_view bytes) {
  Contents contents;
  bool first = true;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos)
      break; // torn: the call that wrote it did not return
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (first && line != firstLine)
      return std::nullopt;
    try {
      if (!first)
        take(line, contents);
    } catch (const InputError&) {
    } catch (const Json::exception&) {
    }
    first = false;
  }
  if (first)
    return std::nullopt;
  return contents;
}

std::vector<EditRecord> known(const std::vector<std::optional<EditRecord>>& edits) {
  std::vector<EditRecord> out;
  for (const auto& edit : edits)
    if (edit)
      out.push_back(*edit);
  return out;
}

/// None: in use, no journal, unreadable, or nothing in it.
std::optional<AbandonedJournal> abandoned(const std::filesystem::path& path) {
  auto file = std::make_shared<SyncedFile>(SyncedFile::openOwn(path));
  if (!file->isOpen() || file->lock() != SyncedFile::Lock::mine)
    return std::nullopt;
  if (file->removed())
    return std::nullopt; // by its own program, or by one that took it over, since the folder was read
  const auto contents = contentsOf(file->contents(maxBytes));
  if (!contents)
    return std::nullopt;
  AbandonedJournal out{path, contents->lastEdit, {}, file};
  bool unsaved = false;
  for (const auto& [key, state] : contents->pictures) {
    unsaved = unsaved || state.unsaved();
    UnsavedPicture picture{key, known(state.edits), state.undoneBefore, known(state.saved)};
    if (!picture.edits.empty() || picture.undoneBefore > 0)
      out.pictures.push_back(std::move(picture));
  }
  if (!unsaved)
    removeJournal(out);
  if (out.pictures.empty())
    return std::nullopt; // what another version wrote stays for that version
  if (out.lastEdit.empty())
    out.lastEdit = timestamp(static_cast<std::time_t>(file->lastWritten()), "%Y-%m-%dT%H:%M:%SZ");
  return out;
}

void makePrivateFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.has_parent_path())
    std::filesystem::create_directories(folder.parent_path(), error);
  if (!error && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    error = std::error_code(errno, std::generic_category());
  if (error)
    throw OutputError(folder, "cannot be made: " + error.message(), "check that its parent folder is writable");
  if (!std::filesystem::is_directory(folder, error))
    throw OutputError(folder, "is not a folder", "remove or rename it");
}

/// No name is ever used twice: who removes a file that is done with must not meet a new one in its place.
SyncedFile newFile(const std::filesystem::path& folder) {
  std::random_device device;
  for (int n = 0; n < 100; ++n) {
    std::ostringstream name;
    name.imbue(std::locale::classic());
    name << prefix << timestamp(std::time(nullptr), "%Y%m%dT%H%M%SZ") << '-' << std::hex << std::setfill('0')
         << std::setw(8) << device() << std::setw(8) << device() << suffix;
    SyncedFile file = SyncedFile::createPrivate(folder / name.str());
    if (file.isOpen())
      return file;
  }
  throw OutputError(folder, "gives no free name for a journal", "remove what is in it");
}

} // namespace

struct Journal::Impl {
  SyncedFile file;
  /// How much is unsaved, as State would have it.
  struct Count {
    std::size_t edits = 0;
    std::size_t undoneBefore = 0;
  };
  std::map<PictureKey, Count> pictures;

  void write(const char* what, const PictureKey& picture, const std::string& more = {}) {
    file.append(lineOf(what, picture, more));
  }
};

Journal::Journal(const std::filesystem::path& folder)
    : impl_(std::make_unique<Impl>()) {
  makePrivateFolder(folder);
  impl_->file = newFile(folder);
  // Another program may be looking at the new file just now; it sees that it is empty and lets go.
  SyncedFile::Lock lock = impl_->file.lock();
  for (int i = 0; i < 100 && lock == SyncedFile::Lock::taken; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    lock = impl_->file.lock();
  }
  try {
    if (lock != SyncedFile::Lock::mine)
      throw OutputError(impl_->file.path(), "cannot be locked", "choose a folder on a local disk");
    // From here on it is a journal, and never without its lock while the program lives.
    impl_->file.append(std::string(firstLine) + '\n');
  } catch (const OutputError&) {
    std::error_code ignored;
    std::filesystem::remove(impl_->file.path(), ignored);
    throw;
  }
}

Journal::~Journal() {
  const bool unsaved = std::any_of(impl_->pictures.begin(), impl_->pictures.end(), [](const auto& entry) {
    return entry.second.edits > 0 || entry.second.undoneBefore > 0;
  });
  std::error_code ignored;
  if (!unsaved)
    std::filesystem::remove(impl_->file.path(), ignored);
}

void Journal::edited(const PictureKey& picture, const EditRecord& record) {
  impl_->write("edited", picture, ",\"edit\":" + toJson(record));
  ++impl_->pictures[picture].edits;
}

void Journal::undone(const PictureKey& picture) {
  impl_->write("undone", picture);
  Impl::Count& count = impl_->pictures[picture];
  if (count.edits > 0)
    --count.edits;
  else
    ++count.undoneBefore;
}

void Journal::saved(const PictureKey& picture) {
  impl_->write("saved", picture);
  impl_->pictures.erase(picture);
}

void Journal::discarded(const PictureKey& picture) {
  impl_->write("discarded", picture);
  impl_->pictures.erase(picture);
}

std::vector<AbandonedJournal> abandonedJournals(const std::filesystem::path& folder) {
  std::vector<AbandonedJournal> out;
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix))
      paths.push_back(it->path());
  }
  for (const auto& path : paths) {
    try {
      if (auto journal = abandoned(path))
        out.push_back(std::move(*journal));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) { // unreadable
    }
  }
  std::sort(out.begin(), out.end(), [](const AbandonedJournal& a, const AbandonedJournal& b) {
    return std::tie(a.lastEdit, a.file) > std::tie(b.lastEdit, b.file);
  });
  return out;
}

void removeJournal(const AbandonedJournal& journal) noexcept {
  std::error_code ignored;
  std::filesystem::remove(journal.file, ignored);
}

void settle(const AbandonedJournal& journal, const PictureKey& picture) noexcept {
  try {
    if (journal.lock)
      std::static_pointer_cast<SyncedFile>(journal.lock)->append(lineOf("discarded", picture));
  } catch (const std::exception&) { // a full disk: it will be offered again
  }
}

Recovery recoveryOf(const UnsavedPicture& picture, const std::vector<EditRecord>& inForce) {
  std::vector<EditRecord> run = picture.saved; // what the run recorded, with what it undid of it
  const auto undone = static_cast<std::size_t>(std::max(picture.undoneBefore, 0));
  if (undone == 0)
    run.insert(run.end(), picture.edits.begin(), picture.edits.end());
  const auto texts = [](const std::vector<EditRecord>& edits) {
    std::vector<std::string> out;
    for (const EditRecord& edit : edits)
      out.push_back(toJson(edit));
    return out;
  };
  const std::vector<std::string> now = texts(inForce);
  const std::vector<std::string> recorded = texts(run);
  // How much of it is in force already: the longest beginning of the record that the edits in force end with.
  std::size_t there = std::min(now.size(), recorded.size());
  while (!std::equal(recorded.begin(), recorded.begin() + static_cast<std::ptrdiff_t>(there),
                     now.end() - static_cast<std::ptrdiff_t>(there)))
    --there;
  // Where it was: what came before the run, then what is left of the saved edits, then the unsaved ones.
  std::vector<EditRecord> wanted(inForce.begin(), inForce.end() - static_cast<std::ptrdiff_t>(there));
  wanted.insert(wanted.end(), picture.saved.begin(), picture.saved.end());
  wanted.resize(wanted.size() - std::min(wanted.size(), undone));
  wanted.insert(wanted.end(), picture.edits.begin(), picture.edits.end());
  const std::vector<std::string> goal = texts(wanted);
  const auto common =
      static_cast<std::size_t>(std::mismatch(now.begin(), now.end(), goal.begin(), goal.end()).first - now.begin());
  return {now.size() - common, {wanted.begin() + static_cast<std::ptrdiff_t>(common), wanted.end()}};
}

} // namespace hipcuff::review
