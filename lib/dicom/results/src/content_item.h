// The tree of an SR document as plain values: what the template's code makes and reads, apart from DCMTK.
#pragma once

#include "hipcuff/dicom/results/codes.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

class DSRDocument;

namespace hipcuff::dicom {

struct ContentItem {
  enum class Type { container, text, code, num, image, scoord, uidref, pname, other };
  enum class Relation {
    contains,
    hasConceptMod,
    hasObsContext,
    hasAcqContext,
    hasProperties,
    inferredFrom,
    selectedFrom,
    other
  };
  enum class Graphic { point, multipoint, polyline, circle, ellipse };

  Relation relation = Relation::contains; ///< to its parent; meaningless for the root
  Type type = Type::container;
  std::optional<Code> name;
  std::string text; ///< text, uidref, pname; of `other` what it is, for messages
  Code code;        ///< code; num: its unit
  std::optional<double> number;
  std::string sopClassUid; ///< image
  std::string sopInstanceUid;
  std::vector<int> frames; ///< from 1, as the object has them
  Graphic graphic = Graphic::point;
  std::vector<std::pair<float, float>> points; ///< column, row, as the object has them
  std::string templateId;                      ///< container: of DCMR
  std::vector<ContentItem> children;

  ContentItem& add(ContentItem child) { return children.emplace_back(std::move(child)); }
};

/// The document's tree becomes `root`. @throws std::runtime_error where DCMTK does not let the tree be
void buildTree(DSRDocument& document, const ContentItem& root);

/// The document's tree. By-reference items and types that ContentItem does not know become Type::other.
[[nodiscard]] ContentItem treeOf(DSRDocument& document);

/// A number as Numeric Value (DS) for people and old readers: rounded, at most 16 characters.
[[nodiscard]] std::string decimalText(double value);

} // namespace hipcuff::dicom
