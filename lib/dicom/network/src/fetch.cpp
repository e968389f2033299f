#include "hipcuff/dicom/network/fetch.h"

#include "hipcuff/dicom/guard/syntax.h"
#include "hipcuff/dicom/network/server.h"

#include <algorithm>
#include <map>
#include <set>

namespace hipcuff::dicom {
namespace {

class Fetcher {
public:
  Fetcher(const Peer& peer, const std::string& studyUid, Inbox& inbox, const FetchOptions& options)
      : peer_(peer)
      , inbox_(inbox)
      , options_(options) {
    out_.studyUid = studyUid;
    out_.folder = inbox.pathOf(studyUid, "0", "0").parent_path().parent_path();
  }

  FetchedStudy run() {
    look();
    std::size_t wanted = 0;
    for (const auto& [uid, series] : series_)
      wanted += series.absent.size();
    if (options_.coming)
      options_.coming(wanted);
    if (wanted > 0)
      retrieveAll();
    for (const auto& [uid, series] : series_)
      for (const auto& instance : series.absent)
        ++(arrived_.contains(instance) || onDisk(uid, instance) ? out_.fetched : out_.missing);
    if (out_.missing > 0 && out_.problems.empty())
      out_.problems.emplace_back("the peer lists objects that it does not send");
    return std::move(out_);
  }

private:
  struct Series {
    std::vector<std::string> absent;
    bool allOfIt = true; ///< everything in it is wanted and absent
  };

  void look() {
    const auto known = usualClasses();
    std::set<std::string> others;
    for (const auto& object : findObjects(peer_, out_.studyUid, options_.seriesUids, options_.modality)) {
      auto& series = series_[object.seriesUid];
      if (!object.classUid.empty() && std::find(known.begin(), known.end(), object.classUid) == known.end()) {
        others.insert(className(object.classUid));
        series.allOfIt = false;
        continue;
      }
      ++out_.asked;
      if (onDisk(object.seriesUid, object.instanceUid)) {
        ++out_.there;
        series.allOfIt = false;
      } else {
        series.absent.push_back(object.instanceUid);
      }
    }
    out_.classes.assign(others.begin(), others.end());
  }

  [[nodiscard]] bool onDisk(const std::string& seriesUid, const std::string& instanceUid) const {
    std::error_code error;
    return std::filesystem::is_regular_file(inbox_.pathOf(out_.studyUid, seriesUid, instanceUid), error);
  }

  void retrieveAll() {
    const bool allOfIt = options_.seriesUids.empty() && options_.modality.empty() &&
                         std::all_of(series_.begin(), series_.end(), [](const auto& s) { return s.second.allOfIt; });
    if (allOfIt) {
      (void)retrieve(Level::study, {{"StudyInstanceUID", out_.studyUid}});
      return;
    }
    for (const auto& [uid, series] : series_) {
      Keys keys{{"StudyInstanceUID", out_.studyUid}, {"SeriesInstanceUID", uid}};
      if (series.absent.empty())
        continue;
      if (series.allOfIt) {
        if (!retrieve(Level::series, keys))
          return;
        continue;
      }
      for (std::size_t at = 0; at < series.absent.size(); at += uidsAtOnce) {
        auto& list = keys["SOPInstanceUID"];
        list.clear();
        for (std::size_t i = at; i < std::min(at + uidsAtOnce, series.absent.size()); ++i)
          list += (list.empty() ? "" : "\\") + series.absent[i];
        if (!retrieve(Level::image, keys))
          return;
      }
    }
  }

  /// @returns false where no more is to be asked
  bool retrieve(Level level, const Keys& keys) {
    const auto goesOn = [this](std::size_t more) {
      if (options_.keepOn && !options_.keepOn(more))
        out_.stopped = true;
      return !out_.stopped;
    };
    Retrieved result;
    try {
      if (options_.moveTo.empty())
        result = get(peer_, level, keys, inbox_, [&](const ReceivedObject& object) {
          arrived_.insert(object.instanceUid);
          return goesOn(1);
        });
      else
        result = move(peer_, level, keys, options_.moveTo, [&] { return goesOn(0); });
    } catch (const NetworkError& error) {
      if (error.kind() == NetworkError::Kind::refused)
        throw;
      result.problems.push_back(error.problem());
      result.lost = error.mayPass();
    }
    out_.problems.insert(out_.problems.end(), result.problems.begin(), result.problems.end());
    out_.mayPass = out_.mayPass || result.lost;
    return !result.lost && !out_.stopped && goesOn(0);
  }

  /// A UID has up to 64 characters, and a value 1024 (client.h).
  static constexpr std::size_t uidsAtOnce = 15;
  const Peer& peer_;
  Inbox& inbox_;
  const FetchOptions& options_;
  FetchedStudy out_;
  std::map<std::string, Series> series_;
  std::set<std::string> arrived_;
};

} // namespace

FetchedStudy fetchStudy(const Peer& peer, const std::string& studyUid, Inbox& inbox, const FetchOptions& options) {
  return Fetcher(peer, studyUid, inbox, options).run();
}

} // namespace hipcuff::dicom
