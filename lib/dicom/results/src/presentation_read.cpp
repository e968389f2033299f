#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/results/presentation.h"
#include "srgb.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace hipcuff::dicom {
namespace {

std::string text(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  if (item.findAndGetOFStringArray(tag, value).bad())
    return {};
  const auto end = value.find_last_not_of(std::string_view(" \0", 2));
  return end == std::string::npos ? std::string() : value.substr(0, end + 1);
}

void eachItem(DcmItem& in, const DcmTagKey& tag, const std::function<void(DcmItem&)>& visit) {
  DcmSequenceOfItems* sequence = nullptr;
  if (in.findAndGetSequence(tag, sequence).bad() || !sequence)
    return;
  for (DcmObject* item = sequence->nextInContainer(nullptr); item; item = sequence->nextInContainer(item))
    visit(static_cast<DcmItem&>(*item));
}

std::vector<double> floats(DcmItem& item, const DcmTagKey& tag) {
  const Float32* values = nullptr;
  unsigned long count = 0;
  if (item.findAndGetFloat32Array(tag, values, &count).bad() || !values)
    return {};
  return {values, values + count};
}

std::optional<Rgb8> labColour(DcmItem& item, const DcmTagKey& tag) {
  const Uint16* values = nullptr;
  unsigned long count = 0;
  if (item.findAndGetUint16Array(tag, values, &count).bad() || !values || count != 3)
    return {};
  return fromLab({values[0], values[1], values[2]});
}

Rgb8 layerColour(DcmItem& layer) {
  if (const auto colour = labColour(layer, DCM_GraphicLayerRecommendedDisplayCIELabValue))
    return *colour;
  const Uint16* rgb = nullptr;
  unsigned long count = 0;
  const auto to8 = [](unsigned value) { return static_cast<std::uint8_t>(value / 257); };
  if (layer.findAndGetUint16Array(DCM_RETIRED_GraphicLayerRecommendedDisplayRGBValue, rgb, &count).good() && rgb &&
      count == 3)
    return {to8(rgb[0]), to8(rgb[1]), to8(rgb[2])};
  Uint16 grey = 0xFFFF;
  (void)layer.findAndGetUint16(DCM_GraphicLayerRecommendedDisplayGrayscaleValue, grey);
  return {to8(grey), to8(grey), to8(grey)};
}

std::optional<GraphicShape> shapeFrom(const std::string& name) {
  for (const auto shape : {GraphicShape::point, GraphicShape::polyline, GraphicShape::interpolated,
                           GraphicShape::circle, GraphicShape::ellipse})
    if (name == toString(shape))
      return shape;
  return {};
}

bool enough(GraphicShape shape, std::size_t points) {
  switch (shape) {
  case GraphicShape::point:
    return points == 1;
  case GraphicShape::circle:
    return points == 2;
  case GraphicShape::ellipse:
    return points == 4;
  case GraphicShape::polyline:
  case GraphicShape::interpolated:
    break;
  }
  return points >= 2;
}

PresentedImage reference(DcmItem& item) {
  PresentedImage out;
  out.sopClassUid = text(item, DCM_ReferencedSOPClassUID);
  out.sopInstanceUid = text(item, DCM_ReferencedSOPInstanceUID);
  Sint32 number = 0;
  for (unsigned long i = 0; item.findAndGetSint32(DCM_ReferencedFrameNumber, number, i).good(); ++i)
    if (number > 0)
      out.frames.push_back(number - 1);
  std::sort(out.frames.begin(), out.frames.end());
  out.frames.erase(std::unique(out.frames.begin(), out.frames.end()), out.frames.end());
  return out;
}

class Reader {
public:
  Reader(DcmDataset& object, ReadPresentation& out)
      : object_(object)
      , out_(out) {}

  void run() {
    head();
    area();
    eachItem(object_, DCM_GraphicLayerSequence, [&](DcmItem& item) { layers_.push_back(&item); });
    std::stable_sort(layers_.begin(), layers_.end(), [](DcmItem* a, DcmItem* b) { return order(*a) < order(*b); });
    for (DcmItem* layer : layers_)
      out_.presentation.layers.push_back(
          {text(*layer, DCM_GraphicLayer), text(*layer, DCM_GraphicLayerDescription), layerColour(*layer)});
    eachItem(object_, DCM_GraphicAnnotationSequence, [&](DcmItem& item) { annotation(item); });
    besides();
  }

private:
  static Sint32 order(DcmItem& layer) {
    Sint32 value = 0;
    (void)layer.findAndGetSint32(DCM_GraphicLayerOrder, value);
    return value;
  }

  void leaveOut(const std::string& what) {
    if (std::find(out_.leftOut.begin(), out_.leftOut.end(), what) == out_.leftOut.end())
      out_.leftOut.push_back(what);
  }

  void head() {
    auto& p = out_.presentation;
    p.label = text(object_, DCM_ContentLabel);
    p.description = text(object_, DCM_ContentDescription);
    p.creator = text(object_, DCM_ContentCreatorName);
    out_.studyInstanceUid = text(object_, DCM_StudyInstanceUID);
    out_.seriesInstanceUid = text(object_, DCM_SeriesInstanceUID);
    out_.sopInstanceUid = text(object_, DCM_SOPInstanceUID);
    out_.manufacturer = text(object_, DCM_Manufacturer);
    out_.date = text(object_, DCM_PresentationCreationDate);
    out_.time = text(object_, DCM_PresentationCreationTime);
    eachItem(object_, DCM_ReferencedSeriesSequence, [&](DcmItem& series) {
      eachItem(series, DCM_ReferencedImageSequence, [&](DcmItem& image) {
        auto one = reference(image);
        one.seriesInstanceUid = text(series, DCM_SeriesInstanceUID);
        out_.images.push_back(std::move(one));
      });
    });
  }

  /// For coordinates that are shares of it. Only where there is one for all images, and the picture stands upright.
  void area() {
    int areas = 0;
    eachItem(object_, DCM_DisplayedAreaSelectionSequence, [&](DcmItem& item) {
      ++areas;
      for (unsigned long i = 0; i < 2; ++i) {
        areaKnown_ = item.findAndGetSint32(DCM_DisplayedAreaTopLeftHandCorner, areaBegin_[i], i).good() &&
                     item.findAndGetSint32(DCM_DisplayedAreaBottomRightHandCorner, areaEnd_[i], i).good();
        if (!areaKnown_)
          return;
      }
    });
    const std::string flip = text(object_, DCM_ImageHorizontalFlip);
    Uint16 rotation = 0;
    (void)object_.findAndGetUint16(DCM_ImageRotation, rotation);
    const bool turned = rotation != 0 || flip == "Y";
    areaKnown_ = areaKnown_ && areas == 1 && !turned;
    if (turned)
      leaveOut("The picture is to be turned or flipped");
  }

  /// Corners from 0 (PIXEL) or shares of the displayed area (DISPLAY) to pixel centres.
  [[nodiscard]] std::optional<Point> place(const std::string& units, double x, double y) const {
    if (!std::isfinite(x) || !std::isfinite(y))
      return {};
    if (units == "PIXEL")
      return Point{x - 0.5, y - 0.5};
    if (units != "DISPLAY" || !areaKnown_)
      return {};
    // The area's corners are pixels, counted from 1, and belong to it.
    return Point{areaBegin_[0] - 1 + x * (areaEnd_[0] - areaBegin_[0] + 1) - 0.5,
                 areaBegin_[1] - 1 + y * (areaEnd_[1] - areaBegin_[1] + 1) - 0.5};
  }
  [[nodiscard]] std::optional<Point> place(DcmItem& item, const DcmTagKey& units, const DcmTagKey& tag) const {
    const auto values = floats(item, tag);
    return values.size() == 2 ? place(text(item, units), values[0], values[1]) : std::nullopt;
  }

  void graphic(DcmItem& item, PresentationGraphic out) {
    const auto shape = shapeFrom(text(item, DCM_GraphicType));
    const auto values = floats(item, DCM_GraphicData);
    Uint16 dimensions = 2;
    (void)item.findAndGetUint16(DCM_GraphicDimensions, dimensions);
    if (!shape || dimensions != 2 || values.size() % 2 != 0 || !enough(*shape, values.size() / 2)) {
      leaveOut("A graphic that is none of the standard's");
      return;
    }
    out.shape = *shape;
    const std::string units = text(item, DCM_GraphicAnnotationUnits);
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const auto p = place(units, values[i], values[i + 1]);
      if (!p) {
        leaveOut("A graphic whose place can't be told in pixels");
        return;
      }
      out.px.push_back(*p);
    }
    out.filled = text(item, DCM_GraphicFilled) == "Y";
    eachItem(item, DCM_LineStyleSequence,
             [&](DcmItem& style) { out.dashed = text(style, DCM_LineDashingStyle) == "DASHED"; });
    out_.presentation.graphics.push_back(std::move(out));
  }

  void words(DcmItem& item, PresentationText out) {
    const std::string raw = text(item, DCM_UnformattedTextValue);
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n')
        continue;
      out.text += raw[i] == '\r' ? '\n' : raw[i];
    }
    out.anchor = place(item, DCM_AnchorPointAnnotationUnits, DCM_AnchorPoint);
    out.anchorShown = out.anchor && text(item, DCM_AnchorPointVisibility) == "Y";
    const auto begin = place(item, DCM_BoundingBoxAnnotationUnits, DCM_BoundingBoxTopLeftHandCorner);
    const auto end = place(item, DCM_BoundingBoxAnnotationUnits, DCM_BoundingBoxBottomRightHandCorner);
    if (begin && end)
      out.box = TextBox{*begin, *end};
    if (!out.anchor && !out.box) {
      leaveOut("A text whose place can't be told in pixels");
      return;
    }
    out_.presentation.texts.push_back(std::move(out));
  }

  void annotation(DcmItem& item) {
    const std::string layer = text(item, DCM_GraphicLayer);
    std::vector<PresentedImage> on;
    eachItem(item, DCM_ReferencedImageSequence, [&](DcmItem& image) { on.push_back(reference(image)); });
    if (on.empty())
      on.emplace_back();
    for (auto& image : on) {
      // Where the object is about one image, that one needs no name.
      if (out_.images.size() == 1 && image.sopInstanceUid == out_.images.front().sopInstanceUid)
        image.sopInstanceUid.clear();
      eachItem(item, DCM_GraphicObjectSequence, [&](DcmItem& one) {
        graphic(one, {.layer = layer, .px = {}, .image = image.sopInstanceUid, .frames = image.frames});
      });
      eachItem(item, DCM_TextObjectSequence, [&](DcmItem& one) {
        words(one, {.layer = layer, .text = {}, .image = image.sopInstanceUid, .frames = image.frames});
      });
    }
    if (item.tagExistsWithValue(DCM_CompoundGraphicSequence))
      leaveOut("Compound graphics");
  }

  void besides() {
    if (object_.tagExistsWithValue(DCM_ShutterShape))
      leaveOut("A display shutter");
    for (Uint16 group = 0x6000; group <= 0x601E; group = static_cast<Uint16>(group + 2))
      if (object_.tagExists(DcmTagKey(group, 0x3000)) || object_.tagExists(DcmTagKey(group, 0x1001)))
        leaveOut("Overlay planes");
    if (object_.tagExistsWithValue(DCM_MaskSubtractionSequence))
      leaveOut("A mask subtraction");
  }

  DcmDataset& object_;
  ReadPresentation& out_;
  std::vector<DcmItem*> layers_;
  bool areaKnown_ = false;
  Sint32 areaBegin_[2] = {1, 1};
  Sint32 areaEnd_[2] = {0, 0};
};

} // namespace

ReadPresentation readPresentation(const std::filesystem::path& path) {
  constexpr std::uint64_t maxBytes = 256ULL << 20; // bitmap overlays, tables; no pixels of images
  const auto file = loadWhole(path, maxBytes);
  auto& object = *file->getDataset();
  const std::string sopClass = text(object, DCM_SOPClassUID);
  ReadPresentation out;
  out.colour = sopClass == UID_ColorSoftcopyPresentationStateStorage;
  if (!out.colour && sopClass != UID_GrayscaleSoftcopyPresentationStateStorage)
    throw InputError(path, "it is no grayscale or colour softcopy presentation state", "");
  if (object.tagExistsWithValue(DCM_SpecificCharacterSet) && !becomesUtf8(object))
    throw InputError(path, "its character set (" + text(object, DCM_SpecificCharacterSet) + ") can't be converted",
                     "export it again with UTF-8 (ISO_IR 192)");
  Reader(object, out).run();
  return out;
}

} // namespace hipcuff::dicom
