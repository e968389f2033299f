#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "report_tree.h"

#include <cmath>
#include <string>

namespace hipcuff::dicom {
namespace {

using Type = ContentItem::Type;
using Relation = ContentItem::Relation;
using Graphic = ContentItem::Graphic;

bool named(const ContentItem& item, const char* code) {
  return item.name && *item.name == reportCode(code);
}

bool is(const ContentItem& item, Type type, const char* code) {
  return item.type == type && named(item, code);
}

std::string nameOf(const ContentItem& item) {
  const std::string name = item.name ? tidy(item.name->meaning, 64) : std::string("item without a name");
  return item.type == Type::other ? name + " (" + item.text + ")" : name;
}

class Reader {
public:
  explicit Reader(std::vector<std::string>& notUnderstood)
      : notUnderstood_(notUnderstood) {}

  MeasurementReport report(const ContentItem& root);

private:
  /// Says that an item is left out, with where it stands.
  void leave(const ContentItem& item, const std::string& why = {}) {
    constexpr std::size_t most = 100;
    ++left_;
    if (left_ > most) {
      if (left_ == most + 1)
        notUnderstood_.emplace_back();
      notUnderstood_.back() = "and " + std::to_string(left_ - most) + " more";
      return;
    }
    notUnderstood_.push_back(where_ + nameOf(item) + (why.empty() ? std::string() : ": " + why));
  }
  void leaveChildren(const ContentItem& item) {
    const Place place(*this, item);
    for (const ContentItem& child : item.children)
      leave(child);
  }

  /// Where in the tree the reader is, for messages.
  class Place {
  public:
    Place(Reader& reader, const ContentItem& item)
        : reader_(reader)
        , before_(reader.where_.size()) {
      reader_.where_ += nameOf(item) + " > ";
    }
    ~Place() { reader_.where_.resize(before_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    Reader& reader_;
    std::size_t before_;
  };

  [[nodiscard]] static ImageReference imageOf(const ContentItem& item);
  std::optional<Geometry> geometryOf(const ContentItem& item);
  void numberInto(MeasurementGroup& group, const ContentItem& item);
  void groupInto(MeasurementReport& out, const ContentItem& item);
  bool groupContext(MeasurementGroup& group, const ContentItem& item);
  void libraryInto(MeasurementReport& out, const ContentItem& item);
  void libraryImageInto(MeasurementReport& out, const ContentItem& item);
  void conclusionsInto(MeasurementReport& out, const ContentItem& item);
  void qualitativeInto(MeasurementReport& out, const ContentItem& item);
  bool observerInto(MeasurementReport& out, const ContentItem& item);

  std::vector<std::string>& notUnderstood_;
  std::string where_;
  std::size_t left_ = 0;
};

ImageReference Reader::imageOf(const ContentItem& item) {
  ImageReference out{item.sopClassUid, item.sopInstanceUid, {}};
  for (const int frame : item.frames)
    out.frames.push_back(frame - 1);
  return out;
}

std::optional<Geometry> Reader::geometryOf(const ContentItem& item) {
  Geometry out;
  bool found = false;
  for (const ContentItem& child : item.children) {
    if (child.type == Type::image && child.relation == Relation::selectedFrom && !found) {
      out.image = imageOf(child);
      found = true;
    } else {
      const Place place(*this, item);
      leave(child);
    }
  }
  for (const auto& [column, row] : item.points)
    out.px.push_back({static_cast<double>(column) - 0.5, static_cast<double>(row) - 0.5});
  switch (item.graphic) {
  case Graphic::point:
    out.kind = Geometry::Kind::point;
    break;
  case Graphic::multipoint:
    out.kind = Geometry::Kind::multipoint;
    break;
  case Graphic::circle:
    out.kind = Geometry::Kind::circle;
    break;
  case Graphic::ellipse:
    out.kind = Geometry::Kind::ellipse;
    break;
  case Graphic::polyline:
    out.kind = Geometry::Kind::polyline;
    if (out.px.size() > 3 && out.px.front() == out.px.back()) {
      out.kind = Geometry::Kind::polygon;
      out.px.pop_back();
    }
    break;
  }
  if (!found || out.px.empty()) {
    leave(item, found ? "no points" : "no image");
    return {};
  }
  return out;
}

void Reader::numberInto(MeasurementGroup& group, const ContentItem& item) {
  if (!item.number || !item.name) {
    leave(item, "no value");
    return;
  }
  Measurement out{*item.name, *item.number, item.code, {}, {}, {}, {}, {}, {}};
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    const bool number = child.type == Type::num && child.relation == Relation::hasProperties && child.number;
    const bool bound = number && child.code == item.code;
    if (is(child, Type::code, "121401") && !out.derivation)
      out.derivation = child.code;
    else if (child.type == Type::code && child.relation == Relation::hasConceptMod && child.name &&
             child.children.empty())
      out.modifiers.push_back({*child.name, child.code});
    else if (bound && named(child, "A181") && !out.lower95)
      out.lower95 = child.number;
    else if (bound && named(child, "A182") && !out.upper95)
      out.upper95 = child.number;
    else if (number && child.name && child.children.empty())
      out.properties.push_back({*child.name, *child.number, child.code});
    else if (child.type == Type::scoord && child.relation == Relation::inferredFrom && !out.geometry)
      out.geometry = geometryOf(child);
    else
      leave(child);
  }
  group.measurements.push_back(std::move(out));
}

/// What a group is of, rather than what it says. False: something else.
bool Reader::groupContext(MeasurementGroup& group, const ContentItem& item) {
  if (is(item, Type::text, "112039") && group.trackingId.empty())
    group.trackingId = item.text;
  else if (is(item, Type::uidref, "112040") && group.trackingUid.empty())
    group.trackingUid = item.text;
  else if (is(item, Type::code, "121005"))
    return true; // the name that follows says it too
  else if (is(item, Type::pname, "121008") && group.person.empty())
    group.person = item.text;
  else if (is(item, Type::code, "121071") && !group.finding && item.children.empty())
    group.finding = item.code;
  else if (is(item, Type::text, "111001") && !group.algorithm)
    group.algorithm = Algorithm{item.text, {}, {}};
  else if (is(item, Type::text, "111003") && group.algorithm && group.algorithm->version.empty())
    group.algorithm->version = item.text;
  else if (is(item, Type::text, "111002") && group.algorithm)
    group.algorithm->parameters.push_back(item.text);
  else if (is(item, Type::code, "363698007") && !group.site) {
    group.site = item.code;
    const Place place(*this, item);
    for (const ContentItem& child : item.children) {
      const auto side = is(child, Type::code, "272741003") ? sideFrom(child.code) : std::nullopt;
      if (side && !group.laterality)
        group.laterality = side;
      else
        leave(child);
    }
  } else
    return false;
  return true;
}

void Reader::groupInto(MeasurementReport& out, const ContentItem& item) {
  MeasurementGroup group;
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    if (groupContext(group, child))
      continue;
    if (child.type == Type::image && child.relation == Relation::contains && child.children.empty() &&
        (!child.name || named(child, "121112") || child.name->value == "260753009"))
      group.images.push_back(imageOf(child));
    else if (is(child, Type::scoord, "111030") && !group.region)
      group.region = geometryOf(child);
    else if (child.type == Type::num && child.relation == Relation::contains)
      numberInto(group, child);
    else if (child.type == Type::code && child.relation == Relation::contains && child.name) {
      group.evaluations.push_back({*child.name, child.code});
      leaveChildren(child);
    } else if (child.type == Type::text && child.relation == Relation::contains && child.name) {
      group.comments.push_back({*child.name, child.text});
      leaveChildren(child);
    } else
      leave(child);
  }
  out.groups.push_back(std::move(group));
}

std::optional<int> whole(const ContentItem& item) {
  if (!item.number || !(*item.number >= 0 && *item.number <= 1e9) || std::floor(*item.number) != *item.number)
    return {};
  return static_cast<int>(*item.number);
}

void Reader::libraryImageInto(MeasurementReport& out, const ContentItem& item) {
  LibraryImage image;
  image.image = imageOf(item);
  std::optional<double> x;
  std::optional<double> y;
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    const bool mm = child.type == Type::num && child.number && child.code.value.starts_with("mm");
    if (is(child, Type::code, "123014"))
      image.targetRegion = child.code;
    else if (is(child, Type::code, "111027") && sideFrom(child.code))
      image.laterality = sideFrom(child.code);
    else if (is(child, Type::code, "111031") && viewFrom(child.code))
      image.view = viewFrom(child.code);
    else if (is(child, Type::code, "A200"))
      image.calibration = child.code;
    else if (is(child, Type::num, "121140") && whole(child))
      image.frames = whole(child);
    else if (is(child, Type::num, "110910") && whole(child))
      image.rows = whole(child);
    else if (is(child, Type::num, "110911") && whole(child))
      image.columns = whole(child);
    else if (mm && named(child, "111026"))
      x = child.number;
    else if (mm && named(child, "111066"))
      y = child.number;
    else if (!is(child, Type::code, "121139")) // the modality, which the evidence's class says, too
      leave(child);
  }
  if (x && y)
    image.mmPerPx = Spacing{*x, *y};
  out.images.push_back(std::move(image));
}

void Reader::libraryInto(MeasurementReport& out, const ContentItem& item) {
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    if (child.type == Type::image)
      libraryImageInto(out, child);
    else if (is(child, Type::container, "126200"))
      libraryInto(out, child);
    else if (!is(child, Type::code, "121139"))
      leave(child);
  }
}

void Reader::conclusionsInto(MeasurementReport& out, const ContentItem& item) {
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    if (is(child, Type::text, "121077") && child.children.empty())
      out.conclusions.push_back(child.text);
    else
      leave(child);
  }
}

void Reader::qualitativeInto(MeasurementReport& out, const ContentItem& item) {
  const Place place(*this, item);
  for (const ContentItem& child : item.children) {
    if (child.type == Type::code && child.name && child.children.empty())
      out.evaluations.push_back({*child.name, child.code});
    else if (child.type == Type::text && child.name && child.children.empty())
      out.comments.push_back({*child.name, child.text});
    else
      leave(child);
  }
}

bool Reader::observerInto(MeasurementReport& out, const ContentItem& item) {
  const auto device = [&]() -> Device& {
    if (!out.device)
      out.device.emplace();
    return *out.device;
  };
  if (is(item, Type::code, "121005"))
    return true; // what follows says it too
  if (is(item, Type::pname, "121008"))
    out.persons.push_back(item.text);
  else if (is(item, Type::uidref, "121012") && device().uid.empty())
    device().uid = item.text;
  else if (is(item, Type::text, "121013") && device().name.empty())
    device().name = item.text;
  else if (is(item, Type::text, "121014") && device().manufacturer.empty())
    device().manufacturer = item.text;
  else if (is(item, Type::text, "121015") && device().model.empty())
    device().model = item.text;
  else if (is(item, Type::text, "121016") && device().serialNumber.empty())
    device().serialNumber = item.text;
  else
    return false;
  return true;
}

MeasurementReport Reader::report(const ContentItem& root) {
  MeasurementReport out;
  for (const ContentItem& child : root.children) {
    if (is(child, Type::code, "121049")) {
      out.language = child.code;
      leaveChildren(child); // a country, where an older writer put one
    } else if (observerInto(out, child))
      continue;
    else if (is(child, Type::code, "121058"))
      out.procedures.push_back(child.code);
    else if (is(child, Type::container, "121076"))
      conclusionsInto(out, child);
    else if (is(child, Type::container, "111028"))
      libraryInto(out, child);
    else if (is(child, Type::container, "126010")) {
      const Place place(*this, child);
      for (const ContentItem& group : child.children) {
        if (is(group, Type::container, "125007"))
          groupInto(out, group);
        else
          leave(group);
      }
    } else if (is(child, Type::container, "C0034375"))
      qualitativeInto(out, child);
    else
      leave(child);
  }
  return out;
}

} // namespace

MeasurementReport reportFrom(const ContentItem& root, std::vector<std::string>& notUnderstood) {
  return Reader(notUnderstood).report(root);
}

} // namespace hipcuff::dicom
