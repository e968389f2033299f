#include "content_item.h"

#include "head.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmsr/dsrdoc.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using Type = ContentItem::Type;
using Relation = ContentItem::Relation;
using Graphic = ContentItem::Graphic;

constexpr std::pair<Type, DSRTypes::E_ValueType> types[] = {
    {Type::container, DSRTypes::VT_Container}, {Type::text, DSRTypes::VT_Text},
    {Type::code, DSRTypes::VT_Code},           {Type::num, DSRTypes::VT_Num},
    {Type::image, DSRTypes::VT_Image},         {Type::scoord, DSRTypes::VT_SCoord},
    {Type::uidref, DSRTypes::VT_UIDRef},       {Type::pname, DSRTypes::VT_PName},
};
constexpr std::pair<Relation, DSRTypes::E_RelationshipType> relations[] = {
    {Relation::contains, DSRTypes::RT_contains},           {Relation::hasConceptMod, DSRTypes::RT_hasConceptMod},
    {Relation::hasObsContext, DSRTypes::RT_hasObsContext}, {Relation::hasAcqContext, DSRTypes::RT_hasAcqContext},
    {Relation::hasProperties, DSRTypes::RT_hasProperties}, {Relation::inferredFrom, DSRTypes::RT_inferredFrom},
    {Relation::selectedFrom, DSRTypes::RT_selectedFrom},
};
constexpr std::pair<Graphic, DSRTypes::E_GraphicType> graphics[] = {
    {Graphic::point, DSRTypes::GT_Point},       {Graphic::multipoint, DSRTypes::GT_Multipoint},
    {Graphic::polyline, DSRTypes::GT_Polyline}, {Graphic::circle, DSRTypes::GT_Circle},
    {Graphic::ellipse, DSRTypes::GT_Ellipse},
};

template <typename Ours, typename Theirs, std::size_t n>
Theirs theirs(const std::pair<Ours, Theirs> (&table)[n], Ours value) {
  for (const auto& [a, b] : table)
    if (a == value)
      return b;
  throw std::invalid_argument("a content item of a kind that can't be written");
}

template <typename Ours, typename Theirs, std::size_t n>
std::optional<Ours> ours(const std::pair<Ours, Theirs> (&table)[n], Theirs value) {
  for (const auto& [a, b] : table)
    if (b == value)
      return a;
  return {};
}

DSRCodedEntryValue entry(const Code& code) {
  return {code.value.c_str(), code.scheme.c_str(), code.meaning.c_str(), DSRTypes::CVT_auto, OFFalse};
}

std::string text(const OFString& value) {
  return {value.data(), value.size()};
}

Code codeFrom(const DSRCodedEntryValue& value) {
  return {text(value.getCodeValue()), text(value.getCodingSchemeDesignator()), text(value.getCodeMeaning())};
}

void setNumber(DSRContentItem& node, const ContentItem& item) {
  const std::string decimal = decimalText(*item.number);
  DSRNumericMeasurementValue value(decimal.c_str(), entry(item.code));
  // The decimal text is rounded for people; where that lost something, the exact value stands beside it.
  if (std::strtod(decimal.c_str(), nullptr) != *item.number)
    need(value.setFloatingPointRepresentation(*item.number), "set a number");
  need(node.setNumericValue(value), "set a number");
}

void setCoordinates(DSRContentItem& node, const ContentItem& item) {
  DSRSpatialCoordinatesValue value(theirs(graphics, item.graphic));
  for (const auto& [column, row] : item.points)
    value.getGraphicDataList().addItem(column, row);
  need(node.setSpatialCoordinates(value), "set coordinates");
}

void setImage(DSRContentItem& node, const ContentItem& item) {
  DSRImageReferenceValue value(item.sopClassUid.c_str(), item.sopInstanceUid.c_str(), OFFalse);
  for (const int frame : item.frames)
    value.getFrameList().addItem(frame);
  need(node.setImageReference(value), "refer to an image");
}

void fill(DSRContentItem& node, const ContentItem& item) {
  if (item.name)
    need(node.setConceptName(entry(*item.name)), "name a content item");
  switch (item.type) {
  case Type::container:
    if (!item.templateId.empty())
      need(node.setTemplateIdentification(item.templateId.c_str(), "DCMR"), "name a template");
    break;
  case Type::text:
  case Type::uidref:
  case Type::pname:
    need(node.setStringValue(item.text.c_str()), "set a text");
    break;
  case Type::code:
    need(node.setCodeValue(entry(item.code)), "set a code");
    break;
  case Type::num:
    setNumber(node, item);
    break;
  case Type::image:
    setImage(node, item);
    break;
  case Type::scoord:
    setCoordinates(node, item);
    break;
  case Type::other:
    break;
  }
}

void addBelow(DSRDocumentTree& tree, const ContentItem& parent) {
  for (const ContentItem& child : parent.children) {
    if (tree.addContentItem(theirs(relations, child.relation), theirs(types, child.type), DSRTypes::AM_belowCurrent) ==
        0)
      throw std::runtime_error("cannot add a content item " + (child.name ? child.name->meaning : std::string()) +
                               ": not allowed in a Comprehensive SR");
    fill(tree.getCurrentContentItem(), child);
    addBelow(tree, child);
    tree.gotoParent();
  }
}

std::optional<double> numberOf(const DSRNumericMeasurementValue& value) {
  Float64 exact = 0;
  if (value.getFloatingPointRepresentation(exact).good() && std::isfinite(exact))
    return exact;
  const std::string decimal = text(value.getNumericValue());
  const char* begin = decimal.c_str();
  char* end = nullptr;
  const double number = std::strtod(begin, &end);
  if (end == begin || !std::isfinite(number))
    return {};
  return number;
}

ContentItem itemFrom(DSRContentItem& at) {
  ContentItem out;
  const auto type = ours(types, at.getValueType());
  out.type = type.value_or(Type::other);
  out.relation = ours(relations, at.getRelationshipType()).value_or(Relation::other);
  if (!at.getConceptName().getCodeValue().empty())
    out.name = codeFrom(at.getConceptName());
  switch (out.type) {
  case Type::container:
    out.templateId = [&] {
      OFString id, resource;
      return at.getTemplateIdentification(id, resource).good() && resource == "DCMR" ? text(id) : std::string();
    }();
    break;
  case Type::text:
  case Type::uidref:
  case Type::pname:
    out.text = text(at.getStringValue());
    break;
  case Type::code:
    out.code = codeFrom(at.getCodeValue());
    break;
  case Type::num:
    out.code = codeFrom(at.getNumericValue().getMeasurementUnit());
    out.number = numberOf(at.getNumericValue());
    break;
  case Type::image: {
    const auto& image = at.getImageReference();
    out.sopClassUid = text(image.getSOPClassUID());
    out.sopInstanceUid = text(image.getSOPInstanceUID());
    for (std::size_t i = 1; i <= image.getFrameList().getNumberOfItems(); ++i)
      out.frames.push_back(image.getFrameList().getItem(i));
    break;
  }
  case Type::scoord: {
    DSRSpatialCoordinatesValue where(at.getSpatialCoordinates());
    const auto graphic = ours(graphics, where.getGraphicType());
    if (!graphic) {
      out.type = Type::other;
      break;
    }
    out.graphic = *graphic;
    for (std::size_t i = 1; i <= where.getGraphicDataList().getNumberOfItems(); ++i) {
      const auto& point = where.getGraphicDataList().getItem(i);
      out.points.emplace_back(point.Column, point.Row);
    }
    break;
  }
  case Type::other:
    break;
  }
  if (out.type == Type::other)
    out.text = DSRTypes::valueTypeToReadableName(at.getValueType());
  return out;
}

/// The node that the tree stands on, and all below it.
ContentItem readHere(DSRDocumentTree& tree) {
  ContentItem out = itemFrom(tree.getCurrentContentItem());
  if (tree.gotoChild() != 0) {
    do
      out.add(readHere(tree));
    while (tree.gotoNext() != 0);
    tree.gotoParent();
  }
  return out;
}

} // namespace

std::string decimalText(double value) {
  std::array<char, 64> buffer{};
  const double size = std::abs(value);
  // Nothing that is measured in a picture is good to more than a hundredth of a millimetre or a thousandth of a whole.
  const int decimals = size < 1 ? 3 : size < 1000 ? 2 : 0;
  const auto plain =
      size < 1e12 && (size == 0 || size >= 0.0005)
          ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals)
          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific, 6);
  std::string out(buffer.data(), plain.ptr);
  if (out.find('.') != std::string::npos && out.find('e') == std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.')
      out.pop_back();
  }
  return out == "-0" ? "0" : out;
}

void buildTree(DSRDocument& document, const ContentItem& root) {
  DSRDocumentTree& tree = document.getTree();
  if (tree.addContentItem(DSRTypes::RT_isRoot, DSRTypes::VT_Container) == 0)
    throw std::runtime_error("cannot begin the tree of a report");
  fill(tree.getCurrentContentItem(), root);
  addBelow(tree, root);
}

ContentItem treeOf(DSRDocument& document) {
  DSRDocumentTree& tree = document.getTree();
  if (tree.gotoRoot() == 0)
    return {};
  return readHere(tree);
}

} // namespace hipcuff::dicom
