#include "ascii_text.h"
#include "derived_image.h"
#include "head.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/presentation.h"
#include "presentation_check.h"
#include "source_data.h"
#include "srgb.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

constexpr Rgb8 black{0, 0, 0};

bool needsUtf8(const Presentation& p) {
  if (!isAscii(p.creator) || !isAscii(p.description))
    return true;
  return std::any_of(p.layers.begin(), p.layers.end(), [](const auto& l) { return !isAscii(l.description); }) ||
         std::any_of(p.texts.begin(), p.texts.end(), [](const auto& t) { return !isAscii(t.text); });
}

void putFloats(DcmItem& item, const DcmTagKey& tag, const std::vector<Float32>& values) {
  need(item.putAndInsertFloat32Array(DcmTag(tag), values.data(), values.size()), "set coordinates");
}

/// From pixel centres at whole numbers to corners: PS3.3 C.10.5, PIXEL.
void putPoints(DcmItem& item, const DcmTagKey& tag, const Polyline& px) {
  std::vector<Float32> values;
  for (const Point p : px) {
    values.push_back(static_cast<Float32>(p.x + 0.5));
    values.push_back(static_cast<Float32>(p.y + 0.5));
  }
  putFloats(item, tag, values);
}

void putNumber(DcmItem& item, const DcmTagKey& tag, unsigned value) {
  need(item.putAndInsertUint16(DcmTag(tag), static_cast<Uint16>(value)), "set a number");
}

void putLab(DcmItem& item, const DcmTagKey& tag, Rgb8 rgb) {
  const Lab16 lab = toLab(rgb);
  need(item.putAndInsertUint16Array(DcmTag(tag), lab.data(), 3), "set a colour");
}

/// A dark edge: what is drawn in a light colour is seen on white ground, too.
void putShadow(DcmItem& style) {
  putText(style, DCM_ShadowStyle, "OUTLINED");
  putFloats(style, DCM_ShadowOffsetX, {0});
  putFloats(style, DCM_ShadowOffsetY, {0});
  putLab(style, DCM_ShadowColorCIELabValue, black);
  putFloats(style, DCM_ShadowOpacity, {1});
}

void putImageReference(DcmItem& item, const SourceImage& source, const std::vector<int>& frames) {
  putText(item, DCM_ReferencedSOPClassUID, source.sopClassUid);
  putText(item, DCM_ReferencedSOPInstanceUID, source.sopInstanceUid);
  if (frames.empty() || source.frames < 2)
    return;
  std::string numbers;
  for (const int frame : frames)
    numbers += (numbers.empty() ? "" : "\\") + std::to_string(frame + 1);
  putText(item, DCM_ReferencedFrameNumber, numbers);
}

void putGraphic(DcmItem& annotation, const PresentationGraphic& graphic, Rgb8 colour) {
  DcmItem& item = newItem(annotation, DCM_GraphicObjectSequence);
  putText(item, DCM_GraphicAnnotationUnits, "PIXEL");
  putNumber(item, DCM_GraphicDimensions, 2);
  putNumber(item, DCM_NumberOfGraphicPoints, static_cast<unsigned>(graphic.px.size()));
  putPoints(item, DCM_GraphicData, graphic.px);
  putText(item, DCM_GraphicType, toString(graphic.shape));
  const bool closed = graphic.shape == GraphicShape::circle || graphic.shape == GraphicShape::ellipse ||
                      (graphic.shape != GraphicShape::point && graphic.px.front() == graphic.px.back());
  if (closed)
    putText(item, DCM_GraphicFilled, graphic.filled ? "Y" : "N");
  DcmItem& style = newItem(item, DCM_LineStyleSequence);
  putLab(style, DCM_PatternOnColorCIELabValue, colour);
  putFloats(style, DCM_PatternOnOpacity, {1});
  putFloats(style, DCM_LineThickness, {1});
  putText(style, DCM_LineDashingStyle, graphic.dashed ? "DASHED" : "SOLID");
  if (graphic.dashed) {
    putFloats(style, DCM_PatternOffOpacity, {0});
    constexpr Uint32 halfAndHalf = 0x00FF00FF;
    need(style.putAndInsertUint32(DcmTag(DCM_LinePattern), halfAndHalf), "set a pattern");
  }
  putShadow(style);
}

void putWords(DcmItem& annotation, const PresentationText& text, Rgb8) {
  DcmItem& item = newItem(annotation, DCM_TextObjectSequence);
  std::string lines;
  for (const char c : text.text)
    lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  putText(item, DCM_UnformattedTextValue, lines);
  if (text.box) {
    putText(item, DCM_BoundingBoxAnnotationUnits, "PIXEL");
    putPoints(item, DCM_BoundingBoxTopLeftHandCorner, {text.box->begin});
    putPoints(item, DCM_BoundingBoxBottomRightHandCorner, {text.box->end});
    putText(item, DCM_BoundingBoxTextHorizontalJustification, "LEFT");
  }
  if (text.anchor) {
    putText(item, DCM_AnchorPointAnnotationUnits, "PIXEL");
    putPoints(item, DCM_AnchorPoint, {*text.anchor});
    putText(item, DCM_AnchorPointVisibility, text.anchorShown ? "Y" : "N");
  }
}

/// Neighbours of one layer and the same frames share an item.
template <typename Thing, typename Put>
void putAnnotations(DcmItem& object, const std::vector<Thing>& things, const Presentation& presentation,
                    const SourceImage& source, const Put& put) {
  DcmItem* annotation = nullptr;
  const Thing* last = nullptr;
  for (const Thing& thing : things) {
    if (!last || last->layer != thing.layer || last->frames != thing.frames || last->image != thing.image) {
      annotation = &newItem(object, DCM_GraphicAnnotationSequence);
      if (!thing.frames.empty() || !thing.image.empty())
        putImageReference(newItem(*annotation, DCM_ReferencedImageSequence), source, thing.frames);
      putText(*annotation, DCM_GraphicLayer, thing.layer);
    }
    last = &thing;
    const auto layer = std::find_if(presentation.layers.begin(), presentation.layers.end(),
                                    [&](const PresentationLayer& l) { return l.name == thing.layer; });
    put(*annotation, thing, layer->rgb);
  }
}

void putLayers(DcmItem& object, const std::vector<PresentationLayer>& layers) {
  int order = 0;
  for (const auto& layer : layers) {
    DcmItem& item = newItem(object, DCM_GraphicLayerSequence);
    putText(item, DCM_GraphicLayer, layer.name);
    putText(item, DCM_GraphicLayerOrder, std::to_string(++order));
    putNumber(item, DCM_GraphicLayerRecommendedDisplayGrayscaleValue, toLab(layer.rgb)[0]);
    putLab(item, DCM_GraphicLayerRecommendedDisplayCIELabValue, layer.rgb);
    if (!layer.description.empty())
      putText(item, DCM_GraphicLayerDescription, layer.description);
  }
}

/// All of the picture, as large as fits, its pixels as wide as the image says.
void putDisplayedArea(DcmItem& object, const SourceImage& source, DcmItem& from) {
  DcmItem& area = newItem(object, DCM_DisplayedAreaSelectionSequence);
  putText(area, DCM_DisplayedAreaTopLeftHandCorner, "1\\1"); // pixels, counted from 1: PS3.3 C.10.4
  putText(area, DCM_DisplayedAreaBottomRightHandCorner,
          std::to_string(source.columns) + "\\" + std::to_string(source.rows));
  putText(area, DCM_PresentationSizeMode, "SCALE TO FIT");
  Sint32 ratio[2] = {1, 1};
  for (unsigned long i = 0; i < 2; ++i)
    if (from.findAndGetSint32(DCM_PixelAspectRatio, ratio[i], i).bad() || ratio[i] <= 0)
      ratio[0] = ratio[1] = 1;
  putText(area, DCM_PresentationPixelAspectRatio, std::to_string(ratio[0]) + "\\" + std::to_string(ratio[1]));
}

void copy(DcmItem& to, DcmItem& from, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (from.findAndGetElement(tag, element, OFFalse, OFTrue).good() && element)
    need(to.insert(element, OFTrue), "copy an element of the image");
}

std::string first(DcmItem& from, const DcmTagKey& tag) {
  OFString value;
  return from.findAndGetOFString(tag, value).good() ? value : std::string();
}

/// A presentation state stands in for what the image says of its grey values, so that all of it is said again.
void putGreyPipeline(DcmItem& object, DcmItem& from) {
  if (!first(from, DCM_RescaleSlope).empty() && !first(from, DCM_RescaleIntercept).empty()) {
    copy(object, from, DCM_RescaleIntercept);
    copy(object, from, DCM_RescaleSlope);
    const std::string type = first(from, DCM_RescaleType);
    putText(object, DCM_RescaleType, type.empty() ? "US" : type); // unspecified
  } else {
    copy(object, from, DCM_ModalityLUTSequence);
  }
  const std::string centre = first(from, DCM_WindowCenter);
  double width = 0;
  if (!centre.empty() && from.findAndGetFloat64(DCM_WindowWidth, width).good() && width >= 1) {
    DcmItem& item = newItem(object, DCM_SoftcopyVOILUTSequence);
    putText(item, DCM_WindowCenter, centre);
    putText(item, DCM_WindowWidth, first(from, DCM_WindowWidth));
    copy(item, from, DCM_VOILUTFunction);
  } else if (DcmItem* lut = nullptr; from.findAndGetSequenceItem(DCM_VOILUTSequence, lut, 0).good() && lut) {
    DcmItem& item = newItem(newItem(object, DCM_SoftcopyVOILUTSequence), DCM_VOILUTSequence);
    for (const auto& tag : {DCM_LUTDescriptor, DCM_LUTExplanation, DCM_LUTData})
      copy(item, *lut, tag);
  }
  putText(object, DCM_PresentationLUTShape,
          first(from, DCM_PhotometricInterpretation) == "MONOCHROME1" ? "INVERSE" : "IDENTITY");
}

void putColourPipeline(DcmItem& object, DcmItem& from) {
  if (from.tagExistsWithValue(DCM_ICCProfile)) {
    copy(object, from, DCM_ICCProfile);
    copy(object, from, DCM_ColorSpace);
    return;
  }
  auto profile = sRgbProfile();
  if (profile.size() % 2 != 0)
    profile.push_back(0);
  need(object.putAndInsertUint8Array(DcmTag(DCM_ICCProfile), profile.data(), profile.size()), "set the ICC profile");
  putText(object, DCM_ColorSpace, "SRGB");
}

void add(std::string& out, Point p) {
  char text[80];
  std::snprintf(text, sizeof text, "%.9g,%.9g;", p.x, p.y);
  out += text;
}
void add(std::string& out, const std::vector<int>& frames) {
  for (const int frame : frames)
    out += std::to_string(frame) + ",";
  out += "\n";
}

std::string contentOf(const SourceImage& source, const Presentation& p) {
  // The number goes up whenever the same presentation comes out as other bytes.
  std::string out = "presentation 2\n" + source.sopInstanceUid + "\n" + sourceDigest(source) + "\n";
  for (const auto& text : {p.label, p.description, p.creator})
    addText(out, text);
  for (const auto& layer : p.layers) {
    addText(out, layer.name);
    addText(out, layer.description);
    for (const int part : layer.rgb)
      out += std::to_string(part) + " ";
  }
  for (const auto& g : p.graphics) {
    addText(out, g.layer);
    out += std::string(toString(g.shape)) + (g.dashed ? " dashed" : "") + (g.filled ? " filled" : "") + g.image;
    add(out, g.frames);
    for (const Point point : g.px)
      add(out, point);
  }
  for (const auto& t : p.texts) {
    addText(out, t.layer);
    addText(out, t.text);
    out += std::string(t.anchorShown ? "shown" : "") + t.image;
    add(out, t.frames);
    if (t.anchor)
      add(out, *t.anchor);
    out += t.box ? "box" : "";
    if (t.box) {
      add(out, t.box->begin);
      add(out, t.box->end);
    }
  }
  return out;
}

Presentation fitted(Presentation presentation, const SourceImage& source) {
  fit(presentation.creator, source);
  fit(presentation.description, source);
  for (PresentationLayer& layer : presentation.layers)
    fit(layer.description, source);
  for (PresentationText& text : presentation.texts)
    fit(text.text, source);
  return presentation;
}

} // namespace

const char* toString(GraphicShape shape) noexcept {
  switch (shape) {
  case GraphicShape::point:
    return "POINT";
  case GraphicShape::polyline:
    return "POLYLINE";
  case GraphicShape::interpolated:
    return "INTERPOLATED";
  case GraphicShape::circle:
    return "CIRCLE";
  case GraphicShape::ellipse:
    return "ELLIPSE";
  }
  return "";
}

ObjectIdentity presentationIdentity(const SourceImage& source, const Presentation& presentation,
                                    const Provenance& provenance) {
  return identify(ObjectKind::gsps, source.studyInstanceUid, contentOf(source, fitted(presentation, source)),
                  provenance, seriesKey(source));
}

ObjectIdentity writePresentation(const std::filesystem::path& path, const SourceImage& source,
                                 const Presentation& given, const Provenance& provenance) {
  const auto presentation = fitted(given, source);
  if (source.rows <= 0 || source.columns <= 0)
    throw InputError(source.path, "it has no Rows or Columns, so that nothing can be placed on it",
                     "export it again from the scanner or the PACS");
  check(presentation, source);
  const auto identity = presentationIdentity(source, given, provenance);
  DcmFileFormat file;
  DcmDataset& object = *file.getDataset();
  fillHead(object,
           {source, identity, provenance, ObjectKind::gsps,
            source.colour ? UID_ColorSoftcopyPresentationStateStorage : UID_GrayscaleSoftcopyPresentationStateStorage,
            "PR", 9003, "HipCuff presentation states", needsUtf8(presentation)});
  DcmDataset from(*source.data().elements);
  // Type 2C, and the series holds both hips.
  if (!object.tagExists(DCM_Laterality))
    need(object.insertEmptyElement(DCM_Laterality), "add an empty element");

  putText(object, DCM_ContentLabel, presentation.label);
  putText(object, DCM_ContentDescription, presentation.description);
  putText(object, DCM_PresentationCreationDate, identity.date);
  putText(object, DCM_PresentationCreationTime, identity.time);
  putText(object, DCM_ContentCreatorName, asPersonName(presentation.creator));

  DcmItem& series = newItem(object, DCM_ReferencedSeriesSequence);
  putText(series, DCM_SeriesInstanceUID, source.seriesInstanceUid);
  putImageReference(newItem(series, DCM_ReferencedImageSequence), source, {});

  putDisplayedArea(object, source, from);
  putLayers(object, presentation.layers);
  putAnnotations(object, presentation.graphics, presentation, source, putGraphic);
  putAnnotations(object, presentation.texts, presentation, source, putWords);
  if (source.colour)
    putColourPipeline(object, from);
  else
    putGreyPipeline(object, from);
  saveWhole(file, path);
  return identity;
}

} // namespace hipcuff::dicom
