#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "report_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using Type = ContentItem::Type;
using Relation = ContentItem::Relation;
using Graphic = ContentItem::Graphic;

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("no measurement report can hold it: " + what);
}

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// SH, LO: one line, no backslash.
void checkLine(const std::string& text, std::size_t most, const std::string& what) {
  if (text.empty() || characters(text) > most || !isOneLine(text) || text.find('\\') != std::string::npos)
    refuse(what + " '" + tidy(text, 80) + "' (1 to " + std::to_string(most) + " characters on one line)");
}

const Code& checked(const Code& code) {
  checkLine(code.value, 64, "a code's value");
  checkLine(code.scheme, 16, "a code's scheme");
  checkLine(code.meaning, 64, "a code's meaning");
  return code;
}

const std::string& checkedText(const std::string& text, const std::string& what) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\n' && c != '\r' && c != '\t') || u == 0x7F;
  });
  if (text.find_first_not_of(" \t\r\n") == std::string::npos || control || !isUtf8(text))
    refuse(what + " that is empty or no UTF-8 text");
  return text;
}

/// A person's name as they gave it, in one component: '^' and '=' would cut it into others.
const std::string& checkedName(const std::string& name) {
  checkLine(name, 64, "a person's name");
  if (name.find_first_of("^=") != std::string::npos)
    refuse("a person's name with ^ or =");
  return name;
}

const std::string& checkedUid(const std::string& uid) {
  if (uid.empty() || uid.size() > 64 || uid.find_first_not_of("0123456789.") != std::string::npos)
    refuse("a UID '" + tidy(uid, 80) + "'");
  return uid;
}

ContentItem item(Relation relation, Type type, const char* name) {
  ContentItem out;
  out.relation = relation;
  out.type = type;
  if (*name)
    out.name = reportCode(name);
  return out;
}

ContentItem textItem(Relation relation, const Code& name, const std::string& text) {
  ContentItem out = item(relation, Type::text, "");
  out.name = checked(name);
  out.text = checkedText(text, "a text");
  return out;
}

ContentItem codeItem(Relation relation, const Code& name, const Code& value) {
  ContentItem out = item(relation, Type::code, "");
  out.name = checked(name);
  out.code = checked(value);
  return out;
}

ContentItem numItem(Relation relation, const Code& name, double value, const Code& unit) {
  if (!std::isfinite(value))
    refuse("'" + name.meaning + "' of no finite value");
  ContentItem out = item(relation, Type::num, "");
  out.name = checked(name);
  out.code = checked(unit);
  out.number = value;
  return out;
}

ContentItem uidItem(Relation relation, const char* name, const std::string& uid) {
  ContentItem out = item(relation, Type::uidref, name);
  out.text = checkedUid(uid);
  return out;
}

ContentItem imageItem(Relation relation, const char* name, const ImageReference& image) {
  ContentItem out = item(relation, Type::image, name);
  out.sopClassUid = checkedUid(image.sopClassUid);
  out.sopInstanceUid = checkedUid(image.sopInstanceUid);
  for (const int frame : image.frames) {
    if (frame < 0 || frame == std::numeric_limits<int>::max())
      refuse("frame " + std::to_string(frame));
    out.frames.push_back(frame + 1);
  }
  return out;
}

Graphic graphicOf(Geometry::Kind kind) {
  switch (kind) {
  case Geometry::Kind::point:
    return Graphic::point;
  case Geometry::Kind::multipoint:
    return Graphic::multipoint;
  case Geometry::Kind::polyline:
  case Geometry::Kind::polygon: // SCOORD has none: a polyline whose last point is its first (PS3.3 C.18.6.1.2)
    return Graphic::polyline;
  case Geometry::Kind::circle:
    return Graphic::circle;
  case Geometry::Kind::ellipse:
    return Graphic::ellipse;
  }
  return Graphic::point;
}

bool enough(const Geometry& geometry) {
  const std::size_t n = geometry.px.size();
  switch (geometry.kind) {
  case Geometry::Kind::point:
    return n == 1;
  case Geometry::Kind::multipoint:
    return n >= 1;
  case Geometry::Kind::polyline:
    // What begins and ends in the same point would come back as a polygon.
    return n >= 2 && !(n > 3 && geometry.px.front() == geometry.px.back());
  case Geometry::Kind::polygon:
    return n >= 3;
  case Geometry::Kind::circle:
    return n == 2;
  case Geometry::Kind::ellipse:
    return n == 4;
  }
  return false;
}

ContentItem coordinates(Relation relation, const char* name, const Geometry& geometry) {
  if (!enough(geometry))
    refuse("a geometry of " + std::to_string(geometry.px.size()) + " points");
  ContentItem out = item(relation, Type::scoord, name);
  out.graphic = graphicOf(geometry.kind);
  for (const Point p : onObjectGrid(geometry.px)) {
    constexpr double farthest = 65536; // more than Rows and Columns can say
    if (!(std::abs(p.x) <= farthest && std::abs(p.y) <= farthest))
      refuse("a point outside of any image");
    out.points.emplace_back(static_cast<float>(p.x + 0.5), static_cast<float>(p.y + 0.5));
  }
  if (geometry.kind == Geometry::Kind::polygon)
    out.points.push_back(out.points.front());
  out.add(imageItem(Relation::selectedFrom, "", geometry.image));
  return out;
}

ContentItem numberOf(const Measurement& m) {
  ContentItem out = numItem(Relation::contains, m.name, m.value, m.unit);
  for (const Evaluation& modifier : m.modifiers)
    out.add(codeItem(Relation::hasConceptMod, modifier.name, modifier.value));
  if (m.derivation)
    out.add(codeItem(Relation::hasConceptMod, reportCode("121401"), *m.derivation));
  if (m.lower95)
    out.add(numItem(Relation::hasProperties, reportCode("A181"), *m.lower95, m.unit));
  if (m.upper95)
    out.add(numItem(Relation::hasProperties, reportCode("A182"), *m.upper95, m.unit));
  for (const Quantity& property : m.properties)
    out.add(numItem(Relation::hasProperties, property.name, property.value, property.unit));
  if (m.geometry)
    out.add(coordinates(Relation::inferredFrom, "121055", *m.geometry));
  return out;
}

void addPerson(ContentItem& to, const std::string& name) {
  to.add(codeItem(Relation::hasObsContext, reportCode("121005"), reportCode("121006")));
  ContentItem person = item(Relation::hasObsContext, Type::pname, "121008");
  person.text = checkedName(name);
  to.add(person);
}

void addDevice(ContentItem& to, const Device& device) {
  to.add(codeItem(Relation::hasObsContext, reportCode("121005"), reportCode("121007")));
  to.add(uidItem(Relation::hasObsContext, "121012", device.uid));
  const std::pair<const char*, const std::string*> texts[] = {{"121013", &device.name},
                                                              {"121014", &device.manufacturer},
                                                              {"121015", &device.model},
                                                              {"121016", &device.serialNumber}};
  for (const auto& [name, value] : texts)
    if (!value->empty())
      to.add(textItem(Relation::hasObsContext, reportCode(name), *value));
}

ContentItem groupItem(const MeasurementGroup& group) {
  ContentItem out = item(Relation::contains, Type::container, "125007");
  out.templateId = group.region ? "1410" : "1501";
  if (!group.trackingId.empty())
    out.add(textItem(Relation::hasObsContext, reportCode("112039"), group.trackingId));
  if (!group.trackingUid.empty())
    out.add(uidItem(Relation::hasObsContext, "112040", group.trackingUid));
  if (!group.person.empty())
    addPerson(out, group.person);
  if (group.finding)
    out.add(codeItem(Relation::contains, reportCode("121071"), *group.finding));
  if (group.algorithm) {
    out.add(textItem(Relation::hasConceptMod, reportCode("111001"), group.algorithm->name));
    out.add(textItem(Relation::hasConceptMod, reportCode("111003"), group.algorithm->version));
    for (const std::string& parameter : group.algorithm->parameters)
      out.add(textItem(Relation::hasConceptMod, reportCode("111002"), parameter));
  }
  if (group.laterality && !group.site)
    refuse("a side without a finding site");
  if (group.site) {
    ContentItem& site = out.add(codeItem(Relation::hasConceptMod, reportCode("363698007"), *group.site));
    if (group.laterality)
      site.add(codeItem(Relation::hasConceptMod, reportCode("272741003"), codeOf(*group.laterality)));
  }
  for (const ImageReference& image : group.images)
    out.add(imageItem(Relation::contains, "121112", image));
  if (group.region)
    out.add(coordinates(Relation::contains, "111030", *group.region));
  for (const Measurement& m : group.measurements)
    out.add(numberOf(m));
  for (const Evaluation& e : group.evaluations)
    out.add(codeItem(Relation::contains, e.name, e.value));
  for (const Comment& c : group.comments)
    out.add(textItem(Relation::contains, c.name, c.text));
  return out;
}

ContentItem libraryItem(const LibraryImage& image) {
  if (!image.image.frames.empty())
    refuse("frames in an image library");
  ContentItem out = imageItem(Relation::contains, "", image.image);
  const auto number = [&](const char* name, std::optional<double> value, const char* unit) {
    if (value)
      out.add(numItem(Relation::hasAcqContext, reportCode(name), *value, reportCode(unit)));
  };
  if (image.targetRegion)
    out.add(codeItem(Relation::hasAcqContext, reportCode("123014"), *image.targetRegion));
  if (image.laterality)
    out.add(codeItem(Relation::hasAcqContext, reportCode("111027"), codeOf(*image.laterality)));
  if (image.view)
    out.add(codeItem(Relation::hasAcqContext, reportCode("111031"), codeOf(*image.view)));
  number("121140", image.frames, "{frames}");
  number("110910", image.rows, "{pixels}");
  number("110911", image.columns, "{pixels}");
  if (image.calibration)
    out.add(codeItem(Relation::hasAcqContext, reportCode("A200"), *image.calibration));
  if (image.mmPerPx) {
    number("111026", image.mmPerPx->x, "mm/{pixel}");
    number("111066", image.mmPerPx->y, "mm/{pixel}");
  }
  return out;
}

} // namespace

Polyline onObjectGrid(const Polyline& px) {
  // Coordinates are 32 bit floats: 1/64 px stays exact up to 262144 px.
  Polyline out = px;
  for (Point& p : out)
    p = {std::round(p.x * 64) / 64, std::round(p.y * 64) / 64};
  return out;
}

ContentItem treeFrom(const MeasurementReport& report) {
  ContentItem root = item(Relation::contains, Type::container, "126000");
  root.templateId = "1500";
  root.add(codeItem(Relation::hasConceptMod, reportCode("121049"), report.language));
  for (const std::string& person : report.persons)
    addPerson(root, person);
  if (report.device)
    addDevice(root, *report.device);
  for (const Code& procedure : report.procedures)
    root.add(codeItem(Relation::hasConceptMod, reportCode("121058"), procedure));
  if (!report.conclusions.empty()) {
    ContentItem& conclusions = root.add(item(Relation::contains, Type::container, "121076"));
    for (const std::string& text : report.conclusions)
      conclusions.add(textItem(Relation::contains, reportCode("121077"), text));
  }
  if (!report.images.empty()) {
    ContentItem& library = root.add(item(Relation::contains, Type::container, "111028"));
    library.templateId = "1600";
    ContentItem& group = library.add(item(Relation::contains, Type::container, "126200"));
    group.add(codeItem(Relation::hasAcqContext, reportCode("121139"), reportCode("US")));
    for (const LibraryImage& image : report.images)
      group.add(libraryItem(image));
  }
  if (!report.groups.empty()) {
    ContentItem& measurements = root.add(item(Relation::contains, Type::container, "126010"));
    for (const MeasurementGroup& group : report.groups)
      measurements.add(groupItem(group));
  }
  if (!report.evaluations.empty() || !report.comments.empty()) {
    ContentItem& qualitative = root.add(item(Relation::contains, Type::container, "C0034375"));
    for (const Evaluation& e : report.evaluations)
      qualitative.add(codeItem(Relation::contains, e.name, e.value));
    for (const Comment& c : report.comments)
      qualitative.add(textItem(Relation::contains, c.name, c.text));
  }
  return root;
}

} // namespace hipcuff::dicom
