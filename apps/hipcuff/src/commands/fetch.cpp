// hipcuff fetch: exams from a PACS into a folder, and what it has.
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/network_options.h"
#include "commands/commands.h"
#include "commands/fetch_server.h"
#include "commands/fetch_text.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/network/peer_text.h"

#include <algorithm>
#include <set>

namespace hipcuff::cli {
namespace {

using nlohmann::json;

std::string counted(std::size_t count, const char* one, const char* several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string withRemedy(const Error& error) {
  return error.problem() + (error.remedy().empty() ? std::string() : " (" + error.remedy() + ")");
}

/// A code string: upper case; "any" is none.
std::string modalityOf(const Invocation& invocation, const char* preset) {
  std::string word = invocation.text("modality").value_or(preset);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const bool code = std::all_of(word.begin(), word.end(),
                                [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
  if (!code || word.size() > 16)
    throw UsageError("--modality: '" + word + "' is no modality", "write it like US, MR, SR, or any");
  return word == "ANY" ? std::string() : word;
}

std::vector<std::string> uids(const Invocation& invocation, const char* option) {
  auto values = invocation.texts(option);
  for (const std::string& value : values)
    if (!dicom::isUid(value))
      throw UsageError(std::string("--") + option + ": '" + value + "' is no UID",
                       "digits with full stops between them");
  return values;
}

dicom::StudyQuery queryOf(const Invocation& invocation) {
  dicom::StudyQuery query;
  query.patientId = invocation.text("patient-id").value_or("");
  query.accession = invocation.text("accession").value_or("");
  query.studyUids = uids(invocation, "study-uid");
  query.modality = modalityOf(invocation, "any");
  if (const auto date = invocation.text("date"))
    query.date = dicom::dateRange(*date, dicom::todaysDate());
  for (const std::string& key : invocation.texts("key")) {
    const auto sign = key.find('=');
    if (sign == std::string::npos || sign == 0)
      throw UsageError("--key: '" + key + "' is no KEYWORD=VALUE", "write it like PatientName=MUELLER*");
    query.more[key.substr(0, sign)] = key.substr(sign + 1);
  }
  return query;
}

struct Matches {
  std::vector<dicom::WorklistItem> worklist;
  std::vector<dicom::FoundStudy> studies;
  bool more = false;
  bool incomplete = false; ///< a worklist's patient could not be asked for
};

void tellUnasked(std::size_t count, Console& console) {
  if (count > 0)
    console.say(counted(count, "answer", "answers") +
                " passed over: not what was asked for (the peer does not know every key, or is wrong).");
}

/// Ultrasound that the archive has of those on the worklist.
void addPriors(const dicom::Peer& archive, const std::string& modality, std::size_t most, Matches& matches,
               Console& console) {
  std::set<std::string> asked;
  std::set<std::string> known;
  for (const auto& item : matches.worklist) {
    if (interrupted() || matches.more)
      return;
    if (item.patientId.empty() || item.patientId.find_first_of("*?\\") != std::string::npos) {
      console.error("hipcuff: a patient on the worklist has no number to ask for (the step at " + dateText(item.date) +
                    " " + item.time.substr(0, 4) + ")");
      matches.incomplete = true;
      continue;
    }
    if (!asked.insert(item.patientId).second)
      continue;
    dicom::StudyQuery query;
    query.patientId = item.patientId;
    query.modality = modality;
    auto found = dicom::findStudies(archive, query, most);
    tellUnasked(found.unasked, console);
    std::size_t others = 0;
    for (auto& study : found.studies) {
      // Two hospitals may give the same number to two people.
      if (!item.birthDate.empty() && !study.birthDate.empty() && item.birthDate != study.birthDate)
        ++others;
      else if (known.insert(study.studyUid).second)
        matches.studies.push_back(std::move(study));
    }
    if (others > 0) {
      console.error("hipcuff: " + counted(others, "study", "studies") +
                    " left out: under the number of the patient at " + dateText(item.date) + " " +
                    item.time.substr(0, 4) + ", of somebody born on another day (check the number)");
      matches.incomplete = true;
    }
    matches.more = found.more || matches.studies.size() > most;
  }
}

Matches matchesOf(const Invocation& invocation, const dicom::Peer& peer, bool list, Console& console) {
  const auto most = static_cast<std::size_t>(invocation.integer("most").value_or(100));
  Matches matches;
  if (!invocation.has("worklist")) {
    const dicom::StudyQuery query = queryOf(invocation);
    if (!list && query.asksForEverything() && !invocation.has("all"))
      throw UsageError("this would fetch everything that the peer has",
                       "say whose or when: --patient-id, --study-uid, --accession or --date; or really --all");
    auto found = dicom::findStudies(peer, query, most);
    tellUnasked(found.unasked, console);
    matches.studies = std::move(found.studies);
    matches.more = found.more;
    return matches;
  }
  for (const char* option : {"patient-id", "accession", "study-uid", "series-uid", "key"})
    if (invocation.has(option) || !invocation.texts(option).empty())
      throw UsageError(std::string("--worklist and --") + option + " exclude each other",
                       "the worklist says whose studies are meant");
  const std::string modality = modalityOf(invocation, "US");
  const std::string date = dicom::dateRange(invocation.text("date").value_or("today"), dicom::todaysDate());
  matches.worklist = dicom::findWorklist(peer, date, modality, most + 1);
  matches.more = matches.worklist.size() > most;
  if (matches.more)
    matches.worklist.resize(most);
  if (!list && !matches.more) {
    const auto archive = invocation.text("priors-from");
    addPriors(archive ? peerFrom(*archive, invocation) : peer, modality, most, matches, console);
  }
  return matches;
}

struct Totals {
  std::size_t fetched = 0;
  std::size_t there = 0;
  std::size_t missing = 0;
  std::size_t whole = 0; ///< studies
};

class Run {
public:
  Run(const Invocation& invocation, const dicom::Peer& peer, Console& console)
      : invocation_(invocation)
      , peer_(peer)
      , console_(console)
      , inbox_(invocation.text("out").value_or(""), {}, dicom::InboxLayout::byStudy)
      , progress_(console) {
    options_.seriesUids = uids(invocation, "series-uid");
    options_.modality = modalityOf(invocation, "any");
    if (const auto target = invocation.text("move-to")) {
      const MoveTarget move = parseMoveTarget(*target);
      options_.moveTo = move.ae;
      server_ = std::make_unique<MoveServer>(move, peer, invocation.texts("move-from"), inbox_, console);
    }
    options_.keepOn = [this](std::size_t count) {
      count += server_ ? server_->newObjects() : 0;
      if (count > 0) {
        progress_.advance(static_cast<std::int64_t>(count));
        patience_->renew();
      }
      return !interrupted();
    };
  }

  dicom::FetchedStudy study(const std::string& studyUid, const std::string& which) {
    Patience patience(invocation_);
    patience_ = &patience;
    options_.coming = [&](std::size_t count) {
      if (count > 0)
        progress_.start("Fetching study " + which, static_cast<std::int64_t>(count));
    };
    dicom::FetchedStudy sum;
    for (bool first = true;; first = false) {
      auto now = once(studyUid);
      // What the first look found there was there before; what later ones find, an earlier try has brought.
      const std::size_t before = first ? now.there : sum.there;
      const std::size_t brought = now.there + now.fetched - before;
      sum = std::move(now);
      sum.there = before;
      sum.fetched = brought;
      progress_.finish();
      if (sum.whole() || sum.stopped || !sum.mayPass || !patience.left() || interrupted())
        break;
      console_.say(sum.problems.back() + "; trying again in " + secondsText(patience.next()));
      if (!patience.wait())
        break;
    }
    return sum;
  }

private:
  dicom::FetchedStudy once(const std::string& studyUid) {
    try {
      return dicom::fetchStudy(peer_, studyUid, inbox_, options_);
    } catch (const dicom::NetworkError& error) {
      if (!error.mayPass())
        throw;
      dicom::FetchedStudy out;
      out.studyUid = studyUid;
      out.missing = 1; // nobody knows how many; not none
      out.mayPass = true;
      out.problems.push_back(withRemedy(error));
      return out;
    }
  }

  const Invocation& invocation_;
  const dicom::Peer& peer_;
  Console& console_;
  dicom::Inbox inbox_;
  ConsoleProgress progress_;
  dicom::FetchOptions options_;
  std::unique_ptr<MoveServer> server_; // ends before the inbox
  Patience* patience_ = nullptr;
};

std::string lineOf(const dicom::FetchedStudy& study, bool moved) {
  std::string line = "study " + study.studyUid + ": ";
  line += study.asked > 0
              ? std::to_string(study.missing) + " of " + counted(study.asked, "object", "objects") + " missing"
              : "nothing could be asked";
  for (const std::string& problem : study.problems)
    line += "; " + problem;
  return line + (moved ? " (does the peer know us by that AE title, with this machine's address and port? The same "
                         "command goes on)"
                       : " (the same command goes on)");
}

json fetchAll(const Invocation& invocation, const dicom::Peer& peer, const Matches& matches, Totals& totals,
              Console& console) {
  const auto archive = invocation.has("worklist") ? invocation.text("priors-from") : std::nullopt;
  const dicom::Peer source = archive ? peerFrom(*archive, invocation) : peer;
  Run fetching(invocation, source, console);
  json out = json::array();
  const bool asJson = invocation.has("json");
  for (std::size_t i = 0; i < matches.studies.size() && !interrupted(); ++i) {
    const auto& found = matches.studies[i];
    const auto fetched =
        fetching.study(found.studyUid, std::to_string(i + 1) + " of " + std::to_string(matches.studies.size()));
    totals.fetched += fetched.fetched;
    totals.there += fetched.there;
    totals.missing += fetched.missing;
    if (!fetched.whole() && !fetched.stopped)
      console.error("hipcuff: " + lineOf(fetched, invocation.has("move-to")));
    for (const std::string& name : fetched.classes)
      console.say("study " + found.studyUid + ": " + name + " left there, HipCuff has no use for it.");
    if (fetched.whole()) {
      ++totals.whole;
      if (fetched.asked == 0)
        console.say("study " + found.studyUid + ": holds nothing of that kind.");
      else if (!asJson)
        console.data(fetched.folder.string() + "\n");
    }
    json entry = jsonOf(found, invocation.has("identity"));
    entry["fetched"] = jsonOf(fetched);
    out.push_back(std::move(entry));
  }
  return out;
}

json documentOf(const Invocation& invocation, const dicom::Peer& peer, const Matches& matches, json studies) {
  json worklist = nullptr;
  if (invocation.has("worklist")) {
    worklist = json::array();
    for (const auto& item : matches.worklist)
      worklist.push_back(jsonOf(item, invocation.has("identity")));
  }
  return {{"schema", "hipcuff.fetch/1"},
          {"version", version},
          {"peer", dicom::peerText(peer)},
          {"calling_ae", peer.callingAe},
          {"worklist", std::move(worklist)},
          {"studies", std::move(studies)},
          {"more", matches.more}};
}

void show(const json& document, Console& console) {
  console.data(document.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

ExitCode runList(const Invocation& invocation, const dicom::Peer& peer, const Matches& matches, Console& console) {
  const bool identity = invocation.has("identity");
  const bool worklist = invocation.has("worklist");
  const std::size_t count = worklist ? matches.worklist.size() : matches.studies.size();
  if (invocation.has("json")) {
    json studies = json::array();
    for (const auto& study : matches.studies)
      studies.push_back(jsonOf(study, identity));
    show(documentOf(invocation, peer, matches, std::move(studies)), console);
  } else if (count > 0) {
    console.data(worklist ? worklistText(matches.worklist, identity) : studiesText(matches.studies, identity));
  }
  const std::string what = worklist ? counted(count, "step", "steps") + " on the worklist"
                                    : counted(count, count == 1 ? "study matches" : "studies match", "studies match");
  console.say(what + (matches.more ? "; there are more (--most)." : "."));
  return ExitCode::ok;
}

ExitCode run(const Invocation& invocation, Console& console) {
  const dicom::Peer peer = peerFrom(invocation.arguments().front(), invocation);
  const bool list = invocation.has("list");
  if (list == invocation.has("out"))
    throw UsageError(list ? "--list fetches nothing, and --out says where to" : "nothing says where to fetch to",
                     "give --out DIR, or --list to see what matches");
  if (!invocation.has("worklist") && invocation.has("priors-from"))
    throw UsageError("--priors-from goes with --worklist");
  if (!invocation.has("move-to") && !invocation.texts("move-from").empty())
    throw UsageError("--move-from goes with --move-to");
  const Matches matches = matchesOf(invocation, peer, list, console);
  if (list)
    return runList(invocation, peer, matches, console);
  if (matches.more)
    throw Error({},
                "more than " + std::to_string(invocation.integer("most").value_or(100)) +
                    (matches.studies.empty() ? " steps are on the worklist" : " studies match") +
                    "; nothing was fetched",
                "ask more narrowly, see them with --list, or raise --most");
  Totals totals;
  json studies = fetchAll(invocation, peer, matches, totals, console);
  if (invocation.has("json"))
    show(documentOf(invocation, peer, matches, std::move(studies)), console);
  if (matches.studies.empty())
    console.error("hipcuff: no study matches");
  else
    console.say(counted(totals.fetched, "object", "objects") + " fetched of " +
                counted(matches.studies.size(), "study", "studies") +
                (totals.there > 0 ? ", " + std::to_string(totals.there) + " there before" : "") +
                (interrupted() ? "; stopped, the same command goes on." : "."));
  if (interrupted())
    return ExitCode::interrupted;
  if (totals.whole == matches.studies.size() && totals.whole > 0 && !matches.incomplete)
    return ExitCode::ok;
  return totals.whole > 0 || totals.fetched > 0 ? ExitCode::partly : ExitCode::failed;
}

std::vector<Option> queryOptions() {
  return {{.name = "patient-id", .kind = OptionKind::text, .valueName = "ID", .help = "Studies of this patient."},
          {.name = "accession",
           .kind = OptionKind::text,
           .valueName = "NUMBER",
           .help = "Studies with this accession number."},
          {.name = "study-uid", .kind = OptionKind::text, .valueName = "UID", .help = "This study.", .repeated = true},
          {.name = "series-uid",
           .kind = OptionKind::text,
           .valueName = "UID",
           .help = "Fetch only this series of the studies.",
           .repeated = true},
          {.name = "date",
           .kind = OptionKind::text,
           .valueName = "DATES",
           .help = "Studies of a day or of several: 2024-01-31, 2024-01-01..2024-03-31, 2024-01-01.., today, "
                   "yesterday. With --worklist the days of the list (default: today)."},
          {.name = "modality",
           .kind = OptionKind::text,
           .valueName = "CODE",
           .help = "Studies with series of this modality (US, SR ...), and only those series of them; any: all. "
                   "With --worklist the default is US."},
          {.name = "key",
           .kind = OptionKind::text,
           .valueName = "KEYWORD=VALUE",
           .help = "Any other key at study level by its DICOM keyword, for example 'PatientName=MUELLER*'.",
           .repeated = true},
          {.name = "all", .help = "Without any other key: everything the peer has, as far as --most allows."},
          {.name = "most",
           .kind = OptionKind::integer,
           .valueName = "N",
           .help = "Where more studies match than this, none is fetched; --list shows so many.",
           .preset = "100",
           .range = Range{1, 10000}}};
}

std::vector<Option> wayOptions() {
  return {{.name = "worklist",
           .help = "Ask the modality worklist. With --list it is shown; with --out, the ultrasound studies are fetched "
                   "that the archive has of the patients on it, for comparison with theirs of today."},
          {.name = "priors-from",
           .kind = OptionKind::text,
           .valueName = "PEER",
           .help = "With --worklist: the archive, where another peer than the worklist's."},
          {.name = "move-to",
           .kind = OptionKind::text,
           .valueName = "AE[:PORT]",
           .help = "Fetch by C-MOVE instead of C-GET, for peers that have no other: the peer sends to this AE title, "
                   "which it must know with this machine's address and port (default 11112). We listen there while "
                   "the command runs."},
          {.name = "move-from",
           .kind = OptionKind::text,
           .valueName = "ADDRESS",
           .help = "With --move-to: who may send, as 10.1.2.3 or 10.1.0.0/16, where it is not the peer's own address.",
           .repeated = true}};
}

} // namespace

Command fetchCommand() {
  Command command;
  command.name = "fetch";
  command.summary = "Fetch exams from a PACS (DICOM C-FIND, C-GET, C-MOVE)";
  command.description = {
      "PEER is written AE@host:port, for example ORTHANC@192.168.1.5:4242. The objects of all studies that match go to "
      "DIR/STUDY/SERIES/OBJECT.dcm, named by their UIDs; the folder of each study that is all there is printed, one a "
      "line. A file is there whole or not at all.",
      "What is there already is not fetched again, so that a fetch that was cut is taken up by the same command. "
      "Afterwards the disk is compared with what the peer lists: what is missing is told. Fetched are ultrasound, "
      "secondary captures, and reports, segmentations and presentation states; other classes are left there.",
      "--list only shows what matches. No patient's identity is shown unless --identity."};
  command.arguments = {{.name = "PEER", .help = "Who has them: AE@host:port."}};
  command.options = {{.name = "out",
                      .letter = "o",
                      .kind = OptionKind::text,
                      .valueName = "DIR",
                      .help = "Folder for what is fetched."},
                     {.name = "list", .help = "Only show what matches."}};
  const auto add = [&](const std::vector<Option>& options) {
    command.options.insert(command.options.end(), options.begin(), options.end());
  };
  add(queryOptions());
  add(wayOptions());
  add({{.name = "json", .help = "Print JSON: what matches and what came of it (schema hipcuff.fetch/1)."},
       {.name = "identity", .help = "Show names, numbers, birth dates and accession numbers of patients too."}});
  add(retryOptions());
  add(networkOptions());
  command.exitCodes = {{ExitCode::ok, "every study that matches is there, all of it; with --list, the peer answered"},
                       {ExitCode::failed, "nothing matches, nothing could be fetched, or too much matches"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "something is missing (one line each on stderr); the same command goes on"},
                       {ExitCode::interrupted, "stopped by Ctrl-C; the same command goes on"}};
  command.examples = {
      {"hipcuff fetch ORTHANC@10.1.2.3:4242 --list --date 2024-01-01.. --modality US", "What is there of this year?"},
      {"hipcuff fetch ORTHANC@10.1.2.3:4242 --patient-id 4711 --out exams", "All of one patient."},
      {"hipcuff fetch PACS@pacs --accession A77 --out exams --move-to HIPCUFF:11112", "By C-MOVE."},
      {"hipcuff fetch RIS@ris:104 --worklist --priors-from PACS@pacs:104 --out priors",
       "Earlier ultrasound of today's patients."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
