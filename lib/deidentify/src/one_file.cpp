#include "one_file.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/folded_text.h"
#include "hipcuff/core/version.h"
#include "hipcuff/deidentify/burned_in_text.h"
#include "hipcuff/deidentify/pixel_check.h"
#include "hipcuff/dicom/deidentify/identity_check.h"
#include "hipcuff/dicom/original_facts.h"
#include "hipcuff/dicom/reading.h"
#include "hipcuff/report/thumbnail.h"

#include <algorithm>
#include <optional>
#include <set>

namespace hipcuff::deidentify {
namespace {

constexpr int thumbnailSide = 420;

ReadOptions anyImage() {
  ReadOptions options;
  options.anyModality = true;
  return options;
}

std::string thumbnailOf(const RgbImage& frame) {
  ImageResult image;
  image.picture = std::make_shared<const RgbImage>(frame);
  image.regionPx = PixelBox{0, 0, frame.width - 1, frame.height - 1};
  return report::thumbnailJpeg(image, thumbnailSide);
}

} // namespace

std::unique_ptr<PictureReader> Readers::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty())
    return std::make_unique<PictureReader>(options_.program, options_.languages);
  auto reader = std::move(idle_.back());
  idle_.pop_back();
  return reader;
}

void Readers::giveBack(std::unique_ptr<PictureReader> reader) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(reader));
}

/// The steps over one file; each may end it with a reason.
class FileWork::Making {
public:
  Making(const FileWork& work, const FileTask& task)
      : options_(work.options_)
      , screens_(work.screens_)
      , readers_(work.readers_)
      , task_(task)
      , entry_(made_.entry) {}

  MadeFile run() {
    entry_.path = task_.original.string();
    entry_.size = task_.size;
    entry_.modified = task_.modified;
    entry_.version = version;
    entry_.maskTissue = task_.maskTissue;
    entry_.reader = !readers_.any() ? "none" : options_.ocr.languages.empty() ? "eng" : options_.ocr.languages;
    try {
      readHeader();
      identity_ = dicom::identityOf(task_.original, options_.profile.tags);
      if (findText())
        write();
    } catch (const dicom::Refused& refused) {
      doubt(toString(refused.kind()), refused.problem());
      drop();
    } catch (const InputError& error) {
      doubt("damaged", error.problem());
      drop();
    } catch (const NotForUs& error) {
      doubt("damaged", error.problem());
      drop();
    }
    pictures();
    const bool released = isReleased();
    entry_.decision = released ? task_.decision : task_.maskTissue ? "mask" : "";
    if (released) {
      entry_.looked = task_.looked;
      entry_.lookedFor = task_.lookedFor;
    }
    entry_.state = made_.staged.empty()                 ? State::refused
                   : entry_.reasons.empty() || released ? State::out
                                                        : State::held;
    made_.releaseVoid = isRelease(task_.decision) && entry_.quarantined();
    return std::move(made_);
  }

private:
  /// A person saw these bytes, and all that speaks against them.
  [[nodiscard]] bool isReleased() const {
    if (!isRelease(task_.decision) || made_.staged.empty() || entry_.sha256 != task_.looked)
      return false;
    const auto known = " " + task_.lookedFor + " ";
    return std::all_of(entry_.reasons.begin(), entry_.reasons.end(), [&](const Reason& one) {
      return known.find(" " + one.code + " ") != std::string::npos &&
             (!isIdentity(one) || task_.decision == "release-identity");
    });
  }

  void doubt(std::string code, std::string said) {
    const bool there =
        std::any_of(entry_.reasons.begin(), entry_.reasons.end(), [&](const Reason& one) { return one.code == code; });
    if (!there)
      entry_.reasons.push_back({std::move(code), std::move(said)});
  }

  void drop() {
    std::error_code ignored;
    std::filesystem::remove(task_.staged, ignored);
    made_.staged.clear();
    made_.keys.clear();
    entry_.pixelsClaimedClean = false;
  }

  void readHeader() {
    const auto facts = dicom::factsOf(task_.original);
    entry_.sopClass = facts.sopClass;
    entry_.transferSyntax = facts.transferSyntax;
    entry_.modality = facts.modality;
    entry_.manufacturer = facts.manufacturer;
    entry_.model = facts.model;
    entry_.columns = facts.columns;
    entry_.rows = facts.rows;
    entry_.frames = facts.frames;
    const auto more = dicom::originalFactsOf(task_.original);
    entry_.picture = facts.hasPixels && !(facts.segments && more.binarySegments);
    if (entry_.picture && more.hidingPalette)
      doubt("palette", "its palette shows different numbers in one colour: what is drawn in one over the other is in "
                       "the pixels, and nobody sees it");
    if (!more.patientId.empty())
      entry_.person = personOf(more);
    if (!facts.knownClass)
      doubt("unknown_class", "it is of a class that DICOM doesn't publish: nobody can say what it holds");
  }

  /// Devices write "Meyer^Anna" and "MEYER^ANNA^^": no difference.
  [[nodiscard]] std::string personOf(const dicom::OriginalFacts& facts) const {
    std::string text;
    for (const auto& word : foldedWords(facts.patientName))
      text += word + " ";
    return options_.secret.uid("person\n" + text + "\n" + facts.birthDate + "\n" + facts.issuerOfPatientId);
  }

  bool findText() {
    const auto boxes = boxesFor(options_.profile, entry_);
    entry_.boxes = asText(boxes);
    for (const auto& box : boxes)
      request_.masks.push_back({box, {}});
    if (!entry_.picture)
      return true;
    try {
      original_ = openDicom(task_.original, anyImage());
      TextOptions text;
      if (task_.maskTissue) {
        text.maskTissue = true;
        text.mostOfBmode = 1;
      }
      findings_ = findBurnedInText(*original_, screens_, text);
    } catch (const InputError& error) {
      doubt("pixels_unreadable", error.problem());
      return false;
    }
    for (const auto& one : findings_->doubts) {
      doubt(toString(one.kind), one.reason);
      if (!one.box.empty())
        entry_.doubted.push_back(one.box);
    }
    request_.masks.insert(request_.masks.end(), findings_->masks.begin(), findings_->masks.end());
    request_.noFeatures = original_->bodyRegion.value == BodyRegion::lateralHip;
    return true;
  }

  void write() {
    request_.input = task_.original;
    request_.output = task_.staged;
    request_.profile = options_.profile.tags;
    // A release adds no claim: what a person lets out may hold words, only not the patient's.
    request_.pixelsAreClean = entry_.picture && entry_.reasons.empty() && readers_.any();
    request_.key = [&](const dicom::KeyEntry& key) { made_.keys.push_back(key); };
    writeOnce();
    check();
    if (request_.pixelsAreClean && !entry_.reasons.empty()) {
      request_.pixelsAreClean = false; // it was claimed before it was found wrong
      writeOnce();
    }
    entry_.pixelsClaimedClean = request_.pixelsAreClean;
    entry_.sha256 = sha256OfFile(task_.staged);
    entry_.bytes = std::filesystem::file_size(task_.staged);
  }

  void writeOnce() {
    made_.keys.clear();
    const auto result = dicom::deidentify(request_, options_.secret);
    made_.staged = task_.staged;
    made_.pseudonym = entry_.patient = result.patientPseudonym;
    made_.studyUid = result.studyUid;
    made_.seriesUid = result.seriesUid;
    entry_.uid = result.instanceUid;
    entry_.removed = result.removed;
    entry_.removedPrivate = result.removedPrivate;
    entry_.emptied = result.emptied;
    entry_.replaced = result.replaced;
    entry_.uidsMapped = result.uidsMapped;
    entry_.datesShifted = result.datesShifted;
    entry_.codestreamTexts = result.codestreamTexts;
    entry_.method = toString(result.pixels.method);
    entry_.said = result.pixels.said;
    entry_.framesTouched = result.pixels.framesTouched;
    entry_.changed = result.pixels.changed;
    if (findings_ && !findings_->bmode.empty() &&
        std::any_of(findings_->bmode.data.begin(), findings_->bmode.data.end(), [](auto one) { return one != 0; }))
      entry_.shareOfBmode = shareOfBmode(findings_->bmode, entry_.changed);
  }

  void check() {
    for (const auto& place : dicom::identityLeftBehind(task_.staged, identity_))
      doubt("identity_left", "identity of the original is left at " + place.where + " (" + toString(place.kind) + ")");
    if (!entry_.picture || !readers_.any())
      return;
    const auto written = openDicom(task_.staged, anyImage());
    PixelCheck answer;
    for (int attempt = 0; attempt < 2; ++attempt) { // a program that died once gets a second chance
      auto reader = readers_.take();
      answer = checkPixels(written, identity_, reader.get());
      if (answer.state == PixelState::notRead)
        continue;
      readers_.giveBack(std::move(reader));
      break;
    }
    entry_.letters = toString(answer.state);
    entry_.readBy = answer.by;
    entry_.framesRead = answer.framesRead;
    const auto words = std::to_string(answer.left.size()) + (answer.left.size() == 1 ? " word" : " words");
    switch (answer.state) {
    case PixelState::clean:
      return;
    case PixelState::wordsLeft:
      doubt("words_left", "letters can still be read in its pixels (" + words + ")");
      break;
    case PixelState::identityLeft:
      doubt("identity_in_pixels", "identity of the original can still be read in its pixels (" + words + ")");
      break;
    case PixelState::notRead:
      doubt("not_read", "nobody could look for letters left in its pixels: " + answer.why);
      break;
    }
    for (const auto& word : answer.left)
      if (!word.box.empty())
        entry_.doubted.push_back(word.box);
  }

  void pictures() {
    if (!options_.sheet || !original_)
      return;
    try {
      entry_.shownFrame = original_->frames / 2;
      for (const auto& mask : entry_.changed)
        if (mask.frame) {
          entry_.shownFrame = *mask.frame;
          break;
        }
      made_.before = thumbnailOf(original_->source->frame(entry_.shownFrame));
      if (!made_.staged.empty() && entry_.method != "none")
        made_.after = thumbnailOf(openDicom(task_.staged, anyImage()).source->frame(entry_.shownFrame));
    } catch (const InputError&) { // a frame that can't be decoded has its own reason
    }
    entry_.hasBefore = !made_.before.empty();
    entry_.hasAfter = !made_.after.empty();
  }

  const CohortOptions& options_;
  const ScreenReader& screens_;
  Readers& readers_;
  const FileTask& task_;
  MadeFile made_;
  Entry& entry_;
  dicom::Identity identity_;
  dicom::DeidentifyRequest request_;
  std::optional<Cine> original_;
  std::optional<PixelFindings> findings_;
};

MadeFile FileWork::make(const FileTask& task) const {
  return Making(*this, task).run();
}

} // namespace hipcuff::deidentify
