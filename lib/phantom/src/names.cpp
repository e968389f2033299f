// The words that stand for the recipe's choices in files.
#include "names.h"

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

const char* toString(Pathology v) noexcept {
  return names<Pathology>[static_cast<std::size_t>(v)];
}
const char* toString(FacetShape v) noexcept {
  return names<FacetShape>[static_cast<std::size_t>(v)];
}
const char* toString(TearShape v) noexcept {
  return names<TearShape>[static_cast<std::size_t>(v)];
}
const char* toString(StumpShape v) noexcept {
  return names<StumpShape>[static_cast<std::size_t>(v)];
}
const char* toString(FatStyle v) noexcept {
  return names<FatStyle>[static_cast<std::size_t>(v)];
}
const char* toString(BodyPart v) noexcept {
  return names<BodyPart>[static_cast<std::size_t>(v)];
}
const char* toString(Confounder v) noexcept {
  return names<Confounder>[static_cast<std::size_t>(v)];
}
const char* toString(NotGradable v) noexcept {
  return names<NotGradable>[static_cast<std::size_t>(v)];
}

} // namespace hipcuff::phantom
