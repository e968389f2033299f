#include "hipcuff/dicom/network/object_head.h"

#include "object_file.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/byte_source.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/guard/syntax.h"

namespace hipcuff::dicom {

ObjectHead readObjectHead(const std::filesystem::path& file) {
  if (!recogniseStart(*ByteSource::open(file)))
    throw NotForUs(file, "is no DICOM file", "");
  const auto object = openObjectFile(file);
  if (isDirectory(object.classUid))
    throw NotForUs(file, "is a DICOMDIR, which stays with its medium", "");
  return {object.classUid,  className(object.classUid),   object.instanceUid,
          object.syntaxUid, syntaxName(object.syntaxUid), object.source->size()};
}

std::string classTitle(const std::string& classUid) {
  return className(classUid);
}

} // namespace hipcuff::dicom
